//! POST /v1/me/calls/end: hangs up.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::{ErrorCode, paths};

use super::body::Nothing;
use super::credentials::Session;
use super::refusal::Refusal;
use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::post(paths::END_CALL, Access::Session, end_call)
        .about("Ends the session's test call, whether it waits or rings. Without one it does nothing.")
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::SessionExpired])
}

async fn end_call(
    State(app): State<App>,
    Session(session): Session,
    _: Nothing,
) -> Result<StatusCode, Refusal> {
    app.service().end_call(&session).await?;
    Ok(StatusCode::NO_CONTENT)
}
