//! POST /v1/approvals: a relying party has a person approve a sign-in by a call.

use axum::extract::State;
use axum::{Extension, Json};
use protocol::{ApprovalAnswer, ApprovalRequest, ErrorCode, paths};

use super::admission::Place;
use super::body::Posted;
use super::client_ip::Caller;
use super::credentials::{Key, relying_party};
use super::refusal::Refusal;
use super::{Access, App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::APPROVALS, Access::RelyingParty, approve)
        .about(
            "Has a person approve a sign-in by a call, after the relying party's own password check. Held until it is \
             decided, a minute at most; the same key again waits for the same call. 200 whatever the outcome.",
        )
        .takes::<ApprovalRequest>()
        .gives::<ApprovalAnswer>()
        .refuses(&[ErrorCode::NotSignedIn, ErrorCode::NotAllowed])
}

async fn approve(
    State(app): State<App>,
    Caller(address): Caller,
    Extension(place): Extension<Place>,
    Key(key): Key,
    Posted(request): Posted<ApprovalRequest>,
) -> Result<Json<ApprovalAnswer>, Refusal> {
    let client = relying_party(&app, &key, address).await?;
    // It mostly waits, and would keep a place from those who work.
    let _waiting = app.gate().wait(&place)?;
    let answer = app.service().approve(&client.id, request).await?;
    metrics::outcome("enrol_approvals_total", answer.outcome.name());
    Ok(Json(answer))
}
