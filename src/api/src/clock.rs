//! GET /v1/clock: the signed time, with the school that the request comes from.

use axum::extract::{RawQuery, State};
use protocol::{ErrorCode, Signed, is_nonce, paths};

use super::body::Json;
use super::client_ip::ClientIp;
use super::credentials::{Anyone, Authorized};
use super::refusal::Refusal;
use super::{App, Route};
use engine::documents;

pub(super) fn route() -> Route {
    Route::get(paths::CLOCK, clock)
        .about("The service's time and the asker's school, signed together with the asker's nonce: a ClockDocument.")
        .query(&[("nonce", "^[A-Za-z0-9_-]{16,64}$")])
        .gives::<Signed>()
}

async fn clock(
    Authorized(Anyone): Authorized<Anyone>,
    State(app): State<App>,
    ClientIp(address): ClientIp,
    RawQuery(query): RawQuery,
) -> Result<Json<Signed>, Refusal> {
    let nonce = query.as_deref().and_then(nonce_in).ok_or_else(|| {
        Refusal::naming(ErrorCode::BadRequest, "nonce must be 16 to 64 of A to Z, a to z, 0 to 9, - and _.")
    })?;
    let service = app.service();
    let school = service.policy().school_at(address).map(|school| school.id.clone());
    let signed = documents::signed_clock(service.now(), nonce, school, &service.signer());
    signed.map(Json).map_err(|error| {
        tracing::error!(%error, "the clock could not be signed");
        ErrorCode::ServiceFault.into()
    })
}

/// The nonce, from a query that has only that.
pub(super) fn nonce_in(query: &str) -> Option<&str> {
    query.strip_prefix("nonce=").filter(|nonce| is_nonce(nonce))
}
