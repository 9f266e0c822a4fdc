//! POST /v1/stations: a sealed station code makes the computer that posts it a station.

use axum::Json;
use axum::extract::State;
use protocol::{ErrorCode, Sealed, Signed, paths};

use super::body::Posted;
use super::client_ip::Caller;
use super::refusal::Refusal;
use super::{Access, App, Route};
use engine::metrics;

pub(super) fn route() -> Route {
    Route::post(paths::STATIONS, Access::Envelope, register)
        .about("Registers a computer as a station. The envelope holds the code that IT gave; its header the station's public key. The answer is a signed StationDocument.")
        .takes::<Sealed>()
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
    State(app): State<App>,
    Caller(address): Caller,
    Posted(sealed): Posted<Sealed>,
) -> Result<Json<Signed>, Refusal> {
    let answer = app.service().register_station(Some(address), &sealed).await;
    metrics::outcome(
        "enrol_stations_total",
        answer.as_ref().map_or_else(|refusal| refusal.code.name(), |_| "ok"),
    );
    Ok(Json(answer?))
}
