//! POST /v1/verify: a relying party asks whether a sign-in code is right.

use axum::extract::State;
use protocol::{ErrorCode, RefusalReason, VerifyOutcome, VerifyRequest, VerifyResponse, paths};

use super::body::Json;
use super::credentials::{Authorized, RelyingParty};
use super::refusal::Refusal;
use super::{App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::VERIFY, verify)
        .about(
            "Judges a sign-in code after the relying party's own password check. 200 whatever the outcome.",
        )
        .gives::<VerifyResponse>()
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::NotAllowed])
}

async fn verify(
    Authorized(RelyingParty(client)): Authorized<RelyingParty>,
    State(app): State<App>,
    Json(request): Json<VerifyRequest>,
) -> Result<Json<VerifyResponse>, Refusal> {
    let answer = app.service().verify(&client.id, request).await?;
    metrics::outcome(
        "enrol_verifications_total",
        match (answer.outcome, answer.reason) {
            (VerifyOutcome::Accepted, _) => "accepted",
            (VerifyOutcome::Refused, Some(RefusalReason::CodeAlreadyUsed)) => "code_already_used",
            (VerifyOutcome::Refused, None | Some(RefusalReason::Unknown)) => "refused",
            (VerifyOutcome::TryLater, _) => "try_later",
            (VerifyOutcome::NotEnrolled, _) => "not_enrolled",
        },
    );
    Ok(Json(answer))
}
