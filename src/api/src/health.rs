//! GET /health: the process answers.

use protocol::paths;

use super::{Access, Route};

pub(super) fn route() -> Route {
    Route::get(paths::HEALTH, Access::Anyone, async || "ok\n").about("The process answers.").gives_text()
}
