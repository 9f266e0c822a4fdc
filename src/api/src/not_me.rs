//! POST /v1/me/not-me: the user says that they are not the person shown.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::{ErrorCode, paths};

use super::body::EmptyBody;
use super::credentials::{Authorized, Session};
use super::refusal::Refusal;
use super::{App, Route};

pub(super) fn route() -> Route {
    Route::post(paths::NOT_ME, not_me)
        .about("\"This is not me\": recorded for IT, and the session and its grant end.")
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::SessionExpired])
}

async fn not_me(
    Authorized(Session(session)): Authorized<Session>,
    State(app): State<App>,
    _: EmptyBody,
) -> Result<StatusCode, Refusal> {
    app.service().not_me(&session).await?;
    Ok(StatusCode::NO_CONTENT)
}
