//! Converts every refusal into an `ApiProblem` with its status.
//!
//! Not here: causes, which the engine logs.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::{ApiProblem, ErrorCode};

/// A response that refuses. It is boxed, since most responses do not.
#[derive(Debug)]
pub(super) struct Refusal(Box<ApiProblem>);

impl Refusal {
    /// A refusal with what is wrong after the code's own text. It never contains a value that was sent.
    pub(super) fn naming(code: ErrorCode, what: &str) -> Self {
        let mut problem = ApiProblem::from(code);
        problem.message.push(' ');
        problem.message.push_str(what);
        Self(Box::new(problem))
    }

    /// A refusal with the time after which to try again.
    pub(super) fn later(code: ErrorCode, secs: u32) -> Self {
        Self(Box::new(ApiProblem { retry_after_secs: Some(secs), ..ApiProblem::from(code) }))
    }

    /// A refusal with the service's signature, by which an assistant knows that it is final.
    pub(super) fn signed(refusal: engine::Refusal, signed: Option<protocol::Signed>) -> Self {
        let Self(mut problem) = refusal.into();
        problem.signed = signed;
        Self(problem)
    }

    #[cfg(test)]
    pub(super) fn code(&self) -> ErrorCode {
        self.0.code
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self(Box::new(code.into()))
    }
}

impl From<engine::Refusal> for Refusal {
    fn from(refusal: engine::Refusal) -> Self {
        Self(Box::new(refusal.into()))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = problem.retry_after_secs;
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        if let Some(secs) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
