//! GET /ready: whether a load balancer may send people to this node, and if not, why: the node is stopping, the store
//! does not answer, or the node lacks a key. The service listens only when its keys are loaded and the store is
//! migrated.

use axum::extract::State;
use protocol::{ErrorCode, paths};

use super::credentials::{Anyone, Authorized};
use super::refusal::Refusal;
use super::requirements::Admit;
use super::{App, Route};

pub(super) fn route() -> Route {
    Route::get(paths::READY, ready)
        .about("The process and its store answer, it has every key in use, and it is not about to stop.")
        .admits(Admit::RateLimited)
        .polled()
        .gives_text("text/plain")
        .refuses(&[ErrorCode::Stopping, ErrorCode::StoreUnreachable, ErrorCode::KeyMissing])
}

async fn ready(
    Authorized(Anyone): Authorized<Anyone>,
    State(app): State<App>,
) -> Result<&'static str, Refusal> {
    let not_ready = |code| Err(Refusal::later(code, 5));
    if app.is_draining() {
        not_ready(ErrorCode::Stopping)
    } else if !app.service().store().is_reachable().await {
        not_ready(ErrorCode::StoreUnreachable)
    } else if app.service().missing_key().is_some() {
        not_ready(ErrorCode::KeyMissing)
    } else {
        Ok("ready\n")
    }
}
