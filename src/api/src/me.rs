//! GET /v1/me: the session's person and their methods.

use axum::extract::State;
use protocol::{ErrorCode, MeResponse, paths};

use super::body::Json;
use super::credentials::{Authorized, Session};
use super::refusal::Refusal;
use super::{App, Route};

pub(super) fn route() -> Route {
    Route::get(paths::ME, me)
        .about("Who the session belongs to and what is set up.")
        .gives::<MeResponse>()
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::SessionExpired])
}

async fn me(
    Authorized(Session(session)): Authorized<Session>,
    State(app): State<App>,
) -> Result<Json<MeResponse>, Refusal> {
    Ok(Json(app.service().me(&session).await?))
}
