//! GET /metrics: numbers for Prometheus, for the addresses that the settings list.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use protocol::{ErrorCode, paths};

use super::client_ip::Caller;
use super::refusal::Refusal;
use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::get(paths::METRICS, Access::Monitoring, metrics)
        .about("Numbers for Prometheus.")
        .gives_text()
        .refuses(&[ErrorCode::NotAllowed])
}

async fn metrics(State(app): State<App>, Caller(address): Caller) -> Result<impl IntoResponse, Refusal> {
    if !app.gate().monitored_from(address) {
        return Err(ErrorCode::NotAllowed.into());
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], engine::metrics::page()))
}
