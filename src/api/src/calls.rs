//! POST /v1/me/calls: calls a number to test it.

use axum::extract::State;
use protocol::{CallRequest, CallResponse, ErrorCode, paths};

use super::body::Json;
use super::credentials::{Authorized, Session};
use super::refusal::Refusal;
use super::{App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::CALLS, call)
        .about(
            "Calls a number to test it. The number is sealed. The same call again means the same call; a new one ends \
             the earlier of the same grant.",
        )
        .gives::<CallResponse>()
        .refuses(&[
            ErrorCode::NotSignedIn,
            ErrorCode::SessionExpired,
            ErrorCode::NotAllowed,
            ErrorCode::GrantUnknown,
            ErrorCode::GrantExpired,
            ErrorCode::GrantRevoked,
            ErrorCode::AlreadyEnrolled,
            ErrorCode::GenerationPassed,
            ErrorCode::KeyRetired,
            ErrorCode::EnvelopeUnreadable,
            ErrorCode::NumberRefused,
            ErrorCode::NumberStopped,
            ErrorCode::CallsUsedUp,
            ErrorCode::QuietHours,
            ErrorCode::NoLine,
        ])
}

async fn call(
    Authorized(Session(session)): Authorized<Session>,
    State(app): State<App>,
    Json(request): Json<CallRequest>,
) -> Result<Json<CallResponse>, Refusal> {
    let answer = app.service().call(&session, &request).await;
    metrics::outcome(
        "enrol_calls_asked_total",
        answer.as_ref().map_or_else(|refusal| refusal.code.name(), |_| "ok"),
    );
    Ok(Json(answer?))
}
