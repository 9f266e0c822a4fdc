//! POST /v1/stations: a sealed station code registers the computer that sends it as a station.

use axum::extract::State;
use protocol::{ErrorCode, Sealed, Signed, paths};

use super::body::Json;
use super::client_ip::ClientIp;
use super::credentials::{Authorized, Envelope};
use super::refusal::Refusal;
use super::{App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::STATIONS, register)
        .about("Registers a computer as a station. The envelope holds the code that IT gave; its header the station's public key. The answer is a signed StationDocument.")
        .gives::<Signed>()
        .refuses(&[
            ErrorCode::CodeUnknown,
            ErrorCode::CodeUsed,
            ErrorCode::CodeExpired,
            ErrorCode::CodeRevoked,
            ErrorCode::StationKeyTaken,
            ErrorCode::ClockOff,
            ErrorCode::KeyRetired,
            ErrorCode::EnvelopeUnreadable,
        ])
}

async fn register(
    Authorized(Envelope): Authorized<Envelope>,
    State(app): State<App>,
    ClientIp(address): ClientIp,
    Json(sealed): Json<Sealed>,
) -> Result<Json<Signed>, Refusal> {
    let answer = app.service().register_station(Some(address), &sealed).await;
    metrics::outcome(
        "enrol_stations_total",
        answer.as_ref().map_or_else(|refusal| refusal.code.name(), |_| "ok"),
    );
    Ok(Json(answer?))
}
