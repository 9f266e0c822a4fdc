//! POST /v1/enrolments: a sealed enrolment gives a signed receipt.

use axum::extract::State;
use protocol::{ErrorCode, Sealed, Signed, paths};

use super::body::Json;
use super::client_ip::ClientIp;
use super::credentials::{Authorized, Envelope};
use super::refusal::Refusal;
use super::{App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::ENROLMENTS, enrol)
        .about(
            "Posts an enrolment. The same bytes again give the same receipt: a signed ReceiptDocument. \
             A refusal is final only with `signed`: a RefusalDocument with the post's fingerprint.",
        )
        .gives::<Signed>()
        .refuses(&[
            ErrorCode::GrantUnknown,
            ErrorCode::NotAllowed,
            ErrorCode::GrantExpired,
            ErrorCode::GrantRevoked,
            ErrorCode::AlreadyEnrolled,
            ErrorCode::EnrolmentConflict,
            ErrorCode::GenerationPassed,
            ErrorCode::KeyRetired,
            ErrorCode::EnvelopeUnreadable,
            ErrorCode::MethodNotProved,
            ErrorCode::PolicyNotMet,
            ErrorCode::PolicyPassed,
        ])
}

async fn enrol(
    Authorized(Envelope): Authorized<Envelope>,
    State(app): State<App>,
    ClientIp(address): ClientIp,
    Json(sealed): Json<Sealed>,
) -> Result<Json<Signed>, Refusal> {
    let receipt = app.service().accept(Some(address), &sealed).await;
    metrics::outcome(
        "enrol_enrolments_total",
        receipt.as_ref().map_or_else(|refusal| refusal.code.name(), |_| "ok"),
    );
    receipt.map(Json).map_err(|refusal| {
        let signed = app.service().sign_refusal(&sealed, &refusal);
        Refusal::signed(refusal, signed)
    })
}
