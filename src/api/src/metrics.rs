//! GET /metrics: metrics for Prometheus, for the addresses that the settings list.

use axum::http::header;
use axum::response::IntoResponse;
use protocol::{ErrorCode, paths};

use super::Route;
use super::credentials::{Authorized, Monitoring};

const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn route() -> Route {
    Route::get(paths::METRICS, metrics)
        .about("Numbers for Prometheus.")
        .polled()
        .gives_text("text/plain")
        .refuses(&[ErrorCode::NotAllowed])
}

async fn metrics(Authorized(Monitoring): Authorized<Monitoring>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], engine::metrics::page())
}
