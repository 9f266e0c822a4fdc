//! POST /v1/me/calls/end: hangs up.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::{EndCallRequest, ErrorCode, paths};

use super::body::Json;
use super::credentials::{Authorized, Session};
use super::refusal::Refusal;
use super::{App, Route};

pub(super) fn route() -> Route {
    Route::post(paths::END_CALL, end_call)
        .about("Ends a test call of the session's, whether it waits or rings. What is over or another's stays as it is.")
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::SessionExpired])
}

async fn end_call(
    Authorized(Session(session)): Authorized<Session>,
    State(app): State<App>,
    Json(request): Json<EndCallRequest>,
) -> Result<StatusCode, Refusal> {
    app.service().end_call(&session, request.call).await?;
    Ok(StatusCode::NO_CONTENT)
}
