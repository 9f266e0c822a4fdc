//! POST /v1/sign-out: ends the session. What was granted may still be posted.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::{ErrorCode, paths};

use super::body::Nothing;
use super::credentials::Session;
use super::refusal::Refusal;
use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::post(paths::SIGN_OUT, Access::Session, sign_out)
        .about("Ends the session.")
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::SessionExpired])
}

async fn sign_out(
    State(app): State<App>,
    Session(session): Session,
    _: Nothing,
) -> Result<StatusCode, Refusal> {
    app.service().sign_out(&session).await?;
    Ok(StatusCode::NO_CONTENT)
}
