//! POST /v1/verify: a relying party asks whether a sign-in code is right.

use axum::Json;
use axum::extract::State;
use protocol::{ErrorCode, VerifyAnswer, VerifyOutcome, VerifyRequest, paths};

use super::body::Posted;
use super::client_ip::Caller;
use super::credentials::{Key, relying_party};
use super::refusal::Refusal;
use super::{Access, App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::VERIFY, Access::RelyingParty, verify)
        .about(
            "Judges a sign-in code after the relying party's own password check. 200 whatever the outcome.",
        )
        .takes::<VerifyRequest>()
        .gives::<VerifyAnswer>()
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::NotAllowed])
}

async fn verify(
    State(app): State<App>,
    Caller(address): Caller,
    Key(key): Key,
    Posted(request): Posted<VerifyRequest>,
) -> Result<Json<VerifyAnswer>, Refusal> {
    let client = relying_party(&app, &key, address).await?;
    let answer = app.service().verify(&client.id, request).await?;
    metrics::outcome(
        "enrol_verifications_total",
        match answer.outcome {
            VerifyOutcome::Accepted => "accepted",
            VerifyOutcome::Refused => "refused",
            VerifyOutcome::TryLater => "try_later",
            VerifyOutcome::NotEnrolled => "not_enrolled",
        },
    );
    Ok(Json(answer))
}
