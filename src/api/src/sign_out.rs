//! POST /v1/sign-out: ends the session. The enrolment of its grant may still be submitted.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::{ErrorCode, paths};

use super::body::EmptyBody;
use super::credentials::{Authorized, Session};
use super::refusal::Refusal;
use super::{App, Route};

pub(super) fn route() -> Route {
    Route::post(paths::SIGN_OUT, sign_out)
        .about("Ends the session.")
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::SessionExpired])
}

async fn sign_out(
    Authorized(Session(session)): Authorized<Session>,
    State(app): State<App>,
    _: EmptyBody,
) -> Result<StatusCode, Refusal> {
    app.service().sign_out(&session).await?;
    Ok(StatusCode::NO_CONTENT)
}
