//! POST /v1/approvals: a relying party has a person approve a sign-in by a call.

use axum::Extension;
use axum::extract::State;
use protocol::{ApprovalRequest, ApprovalResponse, ErrorCode, paths};

use super::admission::InFlightPermit;
use super::body::Json;
use super::credentials::{Authorized, RelyingParty};
use super::refusal::Refusal;
use super::requirements::Timeout;
use super::{App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::APPROVALS, approve)
        .about(
            "Has a person approve a sign-in by a call, after the relying party's own password check. Held until it is \
             decided, a minute at most; the same key again waits for the same call. 200 whatever the outcome.",
        )
        .within(Timeout::Approval)
        .gives::<ApprovalResponse>()
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::NotAllowed])
}

async fn approve(
    Authorized(RelyingParty(client)): Authorized<RelyingParty>,
    State(app): State<App>,
    Extension(permit): Extension<InFlightPermit>,
    Json(request): Json<ApprovalRequest>,
) -> Result<Json<ApprovalResponse>, Refusal> {
    // It mostly waits, and must not hold a permit meanwhile.
    let _waiting = app.admission().wait(&permit)?;
    let answer = app.service().approve(&client.id, request).await?;
    metrics::outcome("enrol_approvals_total", answer.outcome.name());
    Ok(Json(answer))
}
