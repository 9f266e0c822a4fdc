//! POST /v1/me/not-me: somebody holds another person's credential and says so.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::{ErrorCode, paths};

use super::body::Nothing;
use super::credentials::Session;
use super::refusal::Refusal;
use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::post(paths::NOT_ME, Access::Session, not_me)
        .about("\"This is not me\": recorded for IT, and the session and its grant end.")
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::SessionExpired])
}

async fn not_me(
    State(app): State<App>,
    Session(session): Session,
    _: Nothing,
) -> Result<StatusCode, Refusal> {
    app.service().not_me(&session).await?;
    Ok(StatusCode::NO_CONTENT)
}
