//! POST /v1/sign-in: a sealed credential gives a session and a grant.

use axum::Json;
use axum::extract::State;
use protocol::{ErrorCode, Sealed, SignInAnswer, paths};

use super::body::Posted;
use super::client_ip::Caller;
use super::credentials::AtStation;
use super::refusal::Refusal;
use super::{Access, App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::SIGN_IN, Access::Envelope, sign_in)
        .about("Signs in for one enrolment. The envelope holds the grant's token and the credential. A station vouches for it with the header Authorization: Enrol-Station.")
        .takes::<Sealed>()
        .gives::<SignInAnswer>()
        .refuses(&[
            ErrorCode::CodeUnknown,
            ErrorCode::CodeUsed,
            ErrorCode::CodeExpired,
            ErrorCode::CodeRevoked,
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
    State(app): State<App>,
    Caller(address): Caller,
    AtStation(station): AtStation,
    Posted(sealed): Posted<Sealed>,
) -> Result<Json<SignInAnswer>, Refusal> {
    let answer = app.service().sign_in(station.as_ref(), Some(address), &sealed).await;
    metrics::outcome(
        "enrol_sign_ins_total",
        answer.as_ref().map_or_else(|refusal| refusal.code.name(), |_| "ok"),
    );
    Ok(Json(answer?))
}
