//! GET /health: the process answers.

use protocol::paths;

use super::Route;
use super::credentials::{Anyone, Authorized};
use super::requirements::Admit;

pub(super) fn route() -> Route {
    Route::get(paths::HEALTH, health)
        .about("The process answers.")
        .admits(Admit::Always)
        .polled()
        .gives_text("text/plain")
}

async fn health(Authorized(Anyone): Authorized<Anyone>) -> &'static str {
    "ok\n"
}
