//! GET /v1/me: who one is and what is set up.

use axum::Json;
use axum::extract::State;
use protocol::{ErrorCode, MeAnswer, paths};

use super::credentials::Session;
use super::refusal::Refusal;
use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::get(paths::ME, Access::Session, me)
        .about("Who the session belongs to and what is set up.")
        .gives::<MeAnswer>()
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::SessionExpired])
}

async fn me(State(app): State<App>, Session(session): Session) -> Result<Json<MeAnswer>, Refusal> {
    Ok(Json(app.service().me(&session).await?))
}
