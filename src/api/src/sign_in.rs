//! POST /v1/sign-in: a sealed credential gives a session and a grant.

use axum::extract::State;
use protocol::{ErrorCode, Sealed, SignInResponse, paths};

use super::body::Json;
use super::client_ip::ClientIp;
use super::credentials::{AtStation, Authorized, Envelope};
use super::refusal::Refusal;
use super::requirements::Header;
use super::{App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::SIGN_IN, sign_in)
        .about("Signs in for one enrolment. The envelope holds the grant's token and the credential. A station vouches for it with the header Authorization: Enrol-Station.")
        .reads(&[Header::StationAssertion])
        .gives::<SignInResponse>()
        .refuses(&[
            ErrorCode::CodeUnknown,
            ErrorCode::CodeUsed,
            ErrorCode::CodeUsedUp,
            ErrorCode::CodeExpired,
            ErrorCode::CodeRevoked,
            ErrorCode::CodeReplaced,
            ErrorCode::CodeElsewhere,
            ErrorCode::CodeNotAtStation,
            ErrorCode::StationUnknown,
            ErrorCode::ClockOff,
            ErrorCode::NotAllowed,
            ErrorCode::AlreadyEnrolled,
            ErrorCode::EnrolmentConflict,
            ErrorCode::KeyRetired,
            ErrorCode::PolicyPassed,
            ErrorCode::EnvelopeUnreadable,
        ])
}

async fn sign_in(
    Authorized(Envelope): Authorized<Envelope>,
    State(app): State<App>,
    ClientIp(address): ClientIp,
    AtStation(station): AtStation,
    Json(sealed): Json<Sealed>,
) -> Result<Json<SignInResponse>, Refusal> {
    let answer = app.service().sign_in(station.as_ref(), Some(address), &sealed).await;
    metrics::outcome(
        "enrol_sign_ins_total",
        answer.as_ref().map_or_else(|refusal| refusal.code.name(), |_| "ok"),
    );
    Ok(Json(answer?))
}
