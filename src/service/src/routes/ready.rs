//! GET /ready: the store answers too, so that a load balancer may send people here.

use axum::extract::State;
use protocol::{ErrorCode, paths};

use super::refusal::Refusal;
use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::get(paths::READY, Access::Anyone, ready).about("The process and its store answer.").gives_text()
}

async fn ready(State(app): State<App>) -> Result<&'static str, Refusal> {
    if app.service().store().answers().await {
        Ok("ready\n")
    } else {
        Err(Refusal::later(ErrorCode::ServiceBusy, 5))
    }
}
