//! GET /v1/policy: the signed profile of the policy.

use axum::extract::State;
use protocol::{ErrorCode, Signed, paths};

use super::body::Json;
use super::credentials::{Anyone, Authorized};
use super::refusal::Refusal;
use super::{App, Route};
use engine::documents;

pub(super) fn route() -> Route {
    Route::get(paths::POLICY, policy)
        .about("The trust's profile and the key to seal to, signed: a PolicyDocument.")
        .gives::<Signed>()
}

async fn policy(
    Authorized(Anyone): Authorized<Anyone>,
    State(app): State<App>,
) -> Result<Json<Signed>, Refusal> {
    let service = app.service();
    // An assistant accepts no policy older than the last that it saw, so no node may serve an older one than another.
    service.refresh_policy().await?;
    let signed = documents::signed_policy(&service.policy_document(), &service.signer());
    signed.map(Json).map_err(|error| {
        tracing::error!(%error, "the policy could not be signed");
        ErrorCode::ServiceFault.into()
    })
}
