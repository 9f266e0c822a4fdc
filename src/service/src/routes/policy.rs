//! GET /v1/policy: the signed policy.

use axum::Json;
use axum::extract::State;
use protocol::{Signed, paths};

use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::get(paths::POLICY, Access::Anyone, policy)
        .about("The trust's rules and the key to seal to, signed: a PolicyDocument.")
        .gives::<Signed>()
}

async fn policy(State(app): State<App>) -> Json<Signed> {
    Json(app.policy().clone())
}
