//! What comes back of a request: an answer, or why there is none.

use platform::http::{self, BodyError};
use protocol::{ApiProblem, ErrorCode};
use serde::de::DeserializeOwned;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No answer.
    #[error("the service cannot be reached")]
    Unreachable,
    /// The certificate of who answers is not trusted.
    #[error("the service's certificate is not trusted")]
    NotTrusted,
    /// The service said no, in its own words.
    #[error("the service says {}: {}", .0.code, .0.message)]
    Refused(Box<ApiProblem>),
    /// Some other answer: its status.
    #[error("something else answers in the service's place, with {0}")]
    Unexpected(u16),
}

impl ClientError {
    /// Whether the same request may succeed later without anybody's doing.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable | Self::NotTrusted => true,
            Self::Refused(problem) => problem.code.passes(),
            // Gateways and proxies answer in the service's place.
            Self::Unexpected(status) => matches!(status, 502..=504),
        }
    }

    /// What the service said, where it was the service.
    pub fn problem(&self) -> Option<&ApiProblem> {
        match self {
            Self::Refused(problem) => Some(problem),
            Self::Unreachable | Self::NotTrusted | Self::Unexpected(_) => None,
        }
    }
}

impl From<&reqwest::Error> for ClientError {
    fn from(error: &reqwest::Error) -> Self {
        if http::is_untrusted_certificate(error) { Self::NotTrusted } else { Self::Unreachable }
    }
}

/// A success.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Answer {
    /// Judges a status and a body, however they came.
    ///
    /// # Errors
    ///
    /// `Refused` when it is a refusal of the service, `Unexpected` when it is anything else but a success.
    pub fn of(status: u16, body: Vec<u8>) -> Result<Self, ClientError> {
        if (200..300).contains(&status) {
            return Ok(Self { status, body });
        }
        match serde_json::from_slice::<ApiProblem>(&body) {
            // A body that claims another status than its own is not of the service.
            Ok(problem) if problem.code == ErrorCode::Unknown || problem.code.status() == status => {
                Err(ClientError::Refused(Box::new(problem)))
            }
            Ok(_) | Err(_) => Err(ClientError::Unexpected(status)),
        }
    }

    /// Reads the whole of an answer.
    ///
    /// # Errors
    ///
    /// When it breaks off, is too large, or is no success.
    pub async fn receive(mut response: reqwest::Response) -> Result<Self, ClientError> {
        let status = response.status().as_u16();
        let body = http::read_body(&mut response).await.map_err(|error| match error {
            BodyError::Broken(error) => ClientError::from(&error),
            BodyError::TooLarge => ClientError::Unexpected(status),
        })?;
        Self::of(status, body)
    }

    /// What it says.
    ///
    /// # Errors
    ///
    /// `Unexpected` when it is not what was asked for.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        serde_json::from_slice(&self.body).map_err(|_| ClientError::Unexpected(self.status))
    }

    /// The bytes as they came.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: ErrorCode, status: u16) -> Result<Answer, ClientError> {
        Answer::of(status, serde_json::to_vec(&ApiProblem::from(code)).expect("writes"))
    }

    #[test]
    fn a_refusal_is_the_services_own_only_with_the_status_of_its_code() {
        let code = ErrorCode::GrantRevoked;
        let error = refusal(code, code.status()).expect_err("a refusal");
        assert_eq!(error.problem().map(|problem| problem.code), Some(code));
        assert!(matches!(refusal(code, 500), Err(ClientError::Unexpected(500))));
        let newer = Answer::of(418, br#"{"code":"moon_full","message":"Wait."}"#.to_vec());
        assert!(matches!(newer, Err(ClientError::Refused(problem)) if problem.code == ErrorCode::Unknown));
        assert!(matches!(Answer::of(403, b"<html>".to_vec()), Err(ClientError::Unexpected(403))));
    }

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        for (error, is_transient) in [
            (ClientError::Unreachable, true),
            (ClientError::NotTrusted, true),
            (ClientError::Unexpected(502), true),
            (ClientError::Unexpected(500), false),
            (refusal(ErrorCode::ServiceBusy, 503).expect_err("a refusal"), true),
            (refusal(ErrorCode::CodeUsed, 403).expect_err("a refusal"), false),
        ] {
            assert_eq!(error.is_transient(), is_transient, "{error}");
        }
    }

    #[test]
    fn a_success_that_says_something_else_is_unexpected() {
        let answer = Answer::of(200, b"true".to_vec()).expect("a success");
        assert!(answer.read::<bool>().expect("reads"));
        assert!(matches!(answer.read::<String>(), Err(ClientError::Unexpected(200))));
    }
}
