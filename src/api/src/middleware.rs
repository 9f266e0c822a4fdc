//! What every response gets, also one for an unknown path: refusals as `ApiProblem`, security headers, a log line,
//! metrics, and a request id.
//!
//! Never logged: bodies, headers, queries and addresses. A request id from the client is ignored.
//! Not here: the checks of a request (`enforce`).

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use protocol::ErrorCode;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::Instrument as _;

use super::refusal::Refusal;
use super::table;
use engine::metrics;

/// The request id, which the log's lines have too. A person who reports a fault can name it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The name of a row in log and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Label {
    path: &'static str,
    polled: bool,
}

/// Gives a request its id, and counts and logs its answer.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let id = request_id();
    let span = tracing::error_span!("request", id);
    answer(request, next, &id).instrument(span).await
}

async fn answer(request: Request, next: Next, id: &str) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let Label { path, polled } = label(request.extensions().get());
    let mut response = as_problem(next.run(request).await);
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let took = started.elapsed();
    let status = response.status().as_u16();
    metrics::record_response(path, status, took);
    let micros = took.as_micros();
    if polled {
        tracing::debug!(%method, path, status, micros, "answered");
    } else {
        tracing::info!(%method, path, status, micros, "answered");
    }
    response
}

/// A new request id. It is random at the start of the process and counts up, so two nodes practically never give the
/// same.
fn request_id() -> String {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
        let mut start = [0; 8];
        // Without entropy nothing else works either, and an id only has to distinguish lines.
        let _ = getrandom::fill(&mut start);
        AtomicU64::new(u64::from_ne_bytes(start))
    });
    format!("{:016x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The path as the table has it: no other text of a request reaches the log.
fn label(matched: Option<&MatchedPath>) -> Label {
    static ALL: LazyLock<Vec<Label>> = LazyLock::new(|| {
        table().iter().map(|route| Label { path: route.path, polled: route.polled }).collect()
    });
    let known = matched.and_then(|matched| ALL.iter().find(|label| label.path == matched.as_str()));
    known.copied().unwrap_or(Label { path: "unknown", polled: false })
}

/// Converts a refusal that a library made into an `ApiProblem`.
fn as_problem(response: Response) -> Response {
    let status = response.status().as_u16();
    let ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if status < 400 || ours {
        return response;
    }
    let code = match status {
        404 => ErrorCode::NotFound,
        405 => ErrorCode::MethodNotAllowed,
        413 => ErrorCode::BodyTooLarge,
        415 => ErrorCode::UnsupportedMediaType,
        400..500 => ErrorCode::BadRequest,
        // The row's timeout passed.
        503 => return Refusal::later(ErrorCode::ServiceBusy, 5).into_response(),
        _ => ErrorCode::ServiceFault,
    };
    Refusal::from(code).into_response()
}

/// Sets one header on every response, and replaces an existing one.
pub(super) fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// Makes browsers come back by TLS alone, when the service uses TLS.
pub(super) fn strict_transport(https: bool) -> SetResponseHeaderLayer<Option<HeaderValue>> {
    let value = https.then(|| HeaderValue::from_static("max-age=31536000"));
    SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_path_of_the_table_has_its_own_name_in_log_and_metrics() {
        use tower::ServiceExt as _;
        for route in table() {
            let path = async |request: Request| label(request.extensions().get()).path;
            let router: axum::Router = axum::Router::new().route(route.path, axum::routing::any(path));
            let request =
                Request::builder().uri(route.path).body(axum::body::Body::empty()).expect("a request");
            let response = router.oneshot(request).await.expect("answers");
            let body = axum::body::to_bytes(response.into_body(), 100).await.expect("a body");
            assert_eq!(body, route.path);
        }
    }
}
