//! GET /ready: the store answers too and nobody has said stop, so that a load balancer may send people here. The service
//! listens only when its keys are loaded and the store's tables are there.

use axum::extract::State;
use protocol::{ErrorCode, paths};

use super::refusal::Refusal;
use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::get(paths::READY, Access::Anyone, ready)
        .about("The process and its store answer, and it is not about to stop.")
        .gives_text()
}

async fn ready(State(app): State<App>) -> Result<&'static str, Refusal> {
    if !app.is_draining() && app.service().store().answers().await {
        Ok("ready\n")
    } else {
        Err(Refusal::later(ErrorCode::ServiceBusy, 5))
    }
}
