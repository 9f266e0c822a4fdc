//! What every request passes, also one for a path that does not exist: host, flood, content type; and what every
//! answer carries: security headers, a line in the log, a count, and the id that all lines of this request have.
//!
//! Never logged: bodies, headers, queries and addresses. An id that a request brings along counts for nothing.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use protocol::{ErrorCode, paths};
use tracing::Instrument as _;

use super::App;
use super::admission::Place;
use super::client_ip::Caller;
use super::credentials::bearer;
use super::refusal::Refusal;
use engine::metrics;

/// For whoever reports a fault: the same is on the log's lines.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) async fn guard(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let id = request_id();
    let span = tracing::error_span!("request", id);
    answered(app, peer, request, next, &id).instrument(span).await
}

async fn answered(app: App, peer: SocketAddr, request: Request, next: Next, id: &str) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = known_path(&request);
    let response = match admitted(&app, peer, request, next).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    };
    let mut response = with_headers(as_problem(response), app.gate().https());
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let took = started.elapsed();
    let status = response.status().as_u16();
    metrics::answered(path, status, took);
    let micros = took.as_micros();
    if matches!(path, paths::HEALTH | paths::READY | paths::METRICS) {
        tracing::debug!(%method, path, status, micros, "answered");
    } else {
        tracing::info!(%method, path, status, micros, "answered");
    }
    response
}

/// Random at the start of the process and one more for each request: two nodes as good as never give the same.
fn request_id() -> String {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
        let mut start = [0; 8];
        // Without entropy nothing else works either, and an id only has to tell lines apart.
        let _ = getrandom::fill(&mut start);
        AtomicU64::new(u64::from_ne_bytes(start))
    });
    format!("{:016x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn admitted(
    app: &App,
    peer: SocketAddr,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let gate = app.gate();
    if !gate.serves(request.uri(), request.headers()) {
        return Err(ErrorCode::HostNotServed.into());
    }
    let address = gate.proxies().address_of(peer, request.headers())?;
    let (path, posted) = (request.uri().path(), *request.method() == Method::POST);
    let key =
        matches!(path, paths::VERIFY | paths::APPROVALS).then(|| key_hash(app, request.headers())).flatten();
    let sender = gate.senders().sender(address, key);
    if path != paths::HEALTH {
        gate.senders().flood(sender).map_err(|secs| {
            metrics::shed("flood");
            Refusal::later(ErrorCode::TryLater, secs)
        })?;
    }
    // The provider posts forms as a browser does; its signature is what counts.
    if posted && !path.starts_with(paths::PROVIDER_PREFIX) && !is_json(request.headers()) {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    let longest = if path == paths::APPROVALS { gate.times().held } else { gate.times().answer };
    let place = Place::default();
    // What is posted enters when its body was read. Whoever watches over the service sees it also when it is full.
    if !posted && !matches!(path, paths::HEALTH | paths::READY) {
        gate.enter(&place)?;
    }
    request.extensions_mut().insert(Caller(address));
    request.extensions_mut().insert(sender);
    request.extensions_mut().insert(place.clone());
    tokio::time::timeout(longest, next.run(request))
        .await
        .map_err(|_| Refusal::later(ErrorCode::ServiceBusy, 5))
}

fn key_hash(app: &App, headers: &HeaderMap) -> Option<[u8; 32]> {
    app.service().client_key_hash(bearer(headers).ok()?)
}

/// A form of another site cannot send this type without asking first, and nobody answers its asking.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
    let parameters = parameters.trim().to_ascii_lowercase();
    kind.trim().eq_ignore_ascii_case("application/json")
        && matches!(parameters.as_str(), "" | "charset=utf-8" | "charset=\"utf-8\"")
}

/// The path as the table has it: no other text of a request reaches the log.
fn known_path(request: &Request) -> &'static str {
    let Some(matched) = request.extensions().get::<MatchedPath>() else { return "unknown" };
    const ALL: [&str; 17] = [
        paths::POLICY,
        paths::CLOCK,
        paths::SIGN_IN,
        paths::STATIONS,
        paths::ENROLMENTS,
        paths::ME,
        paths::NOT_ME,
        paths::CALLS,
        paths::END_CALL,
        paths::PROVIDER,
        paths::SIGN_OUT,
        paths::VERIFY,
        paths::APPROVALS,
        paths::HEALTH,
        paths::READY,
        paths::METRICS,
        paths::OPENAPI,
    ];
    ALL.into_iter().find(|path| *path == matched.as_str()).unwrap_or("unknown")
}

/// A refusal that the libraries below made by themselves gets our form.
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
        503 => ErrorCode::ServiceBusy,
        _ => ErrorCode::ServiceFault,
    };
    Refusal::from(code).into_response()
}

fn with_headers(mut response: Response, https: bool) -> Response {
    const ALWAYS: [(HeaderName, &str); 6] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    #[test]
    fn only_json_passes_as_json() {
        let json = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().expect("a header"));
            is_json(&headers)
        };
        for good in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=utf-8"]
        {
            assert!(json(good), "{good}");
        }
        for bad in [
            "text/plain",
            "application/jsonp",
            "application/json; charset=utf-16",
            "text/plain; application/json",
            "",
        ] {
            assert!(!json(bad), "{bad}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn every_path_of_the_table_has_its_own_name_in_log_and_metrics() {
        use tower::ServiceExt as _;
        for route in table() {
            let router: axum::Router = axum::Router::new()
                .route(route.path, axum::routing::any(async |request: Request| known_path(&request)));
            let request =
                Request::builder().uri(route.path).body(axum::body::Body::empty()).expect("a request");
            let response = router.oneshot(request).await.expect("answers");
            let body = axum::body::to_bytes(response.into_body(), 100).await.expect("a body");
            assert_eq!(body, route.path);
        }
    }
}
