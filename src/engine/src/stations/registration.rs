//! Registers a computer as a station, by the code that IT gave for it.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{Label, StationId, Timestamp};
use protocol::{
    ErrorCode, Purpose, SealPurpose, Sealed, Signed, StationDocument, StationHeader, StationPayload,
};

use super::super::limits::{GuessLimits, Repeats};
use super::super::sign_in::SEALED_WITHIN_MS;
use super::super::{Refusal, Service, keys};
use crate::audit::{self, Entry, What};
use store::{StationRow, StoreError, Tx};
use vault::{HashOf, Keys};

impl Service {
    /// Registers a computer as a station. The same code with the same key gives the same answer, since the first may be
    /// lost.
    pub async fn register_station(&self, from: Option<IpAddr>, sealed: &Sealed) -> Result<Signed, Refusal> {
        let header: StationHeader = protocol::header(sealed).map_err(|_| ErrorCode::BadRequest)?;
        let StationHeader { service, key, .. } = header;
        let now = self.now();
        if header.time.millis_since(now).saturating_abs() > SEALED_WITHIN_MS {
            return Err(ErrorCode::ClockOff.into());
        }
        let plain = match self.open_sealed(SealPurpose::Station, service, &header.key_id, sealed).await {
            // Somebody else may have the refused key and have read this. So the code in it ends.
            Err(refusal) if refusal.code == ErrorCode::KeyRetired => {
                let plain = self.open_with_refused_key(SealPurpose::Station, service, &header.key_id, sealed);
                plain.ok_or(refusal)?
            }
            opened => opened?,
        };
        let StationPayload(code) =
            StationPayload::decode(&plain).map_err(|_| ErrorCode::EnvelopeUnreadable)?;
        let registration = Registration {
            hash: self.keys().hash(HashOf::StationCode, code.characters().as_slice()),
            keys: self.keys(),
            limits: GuessLimits::of(&self.policy(), from),
            repeats: Repeats::of(&self.policy()),
            header,
            from,
            now,
        };
        let (station, name) = self.store.write(move |tx| Box::pin(registration.run(tx))).await??;
        let document = StationDocument { service: self.keys().service(), station, key, name };
        Signed::sign(Purpose::Station, &document, &self.signer())
            .map_err(|error| Refusal::fault("signing a station's registration", &error))
    }
}

/// One registration, in one transaction: count the attempt, find the code, check it, record.
struct Registration {
    hash: [u8; 32],
    keys: Arc<Keys>,
    limits: GuessLimits,
    repeats: Repeats,
    header: StationHeader,
    from: Option<IpAddr>,
    now: Timestamp,
}

impl Registration {
    async fn run(self, tx: &mut Tx) -> Result<Result<(StationId, Label), Refusal>, StoreError> {
        let Self { hash, keys, limits, repeats, header, from, now } = self;
        // As with people's codes: counts the attempt as a failure before it reads anything.
        let is_last = match limits.count(tx, now).await? {
            Ok(is_last) => is_last,
            Err(too_many) => return Ok(Err(too_many)),
        };
        let Some(station) = tx.station_by_code(&hash).await? else {
            limits.keep(tx, now).await?;
            repeats.record_unknown_code(tx, &keys, is_last, from, now).await?;
            return Ok(Err(ErrorCode::CodeUnknown.into()));
        };
        limits.clear(tx, now).await?;
        if let Some(answer) = settled_answer(&station, &header) {
            return Ok(answer);
        }
        if keys::is_key_refused(tx, &header.key_id).await? {
            for (station, _) in tx.end_station_codes(Some(station.id), now.millis()).await? {
                let entry = Entry {
                    station: Some(station),
                    key: Some(header.key_id.clone()),
                    reason: Some(ErrorCode::KeyRetired.name().to_owned()),
                    ..Entry::of(What::StationCodeEnded)
                };
                audit::append(tx, &keys, &entry, now).await?;
            }
            return Ok(Err(ErrorCode::KeyRetired.into()));
        }
        if station.code_expires_at <= now {
            return Ok(Err(ErrorCode::CodeExpired.into()));
        }
        if tx.is_stations_key(&header.key).await? {
            return Ok(Err(ErrorCode::StationKeyTaken.into()));
        }
        if !tx.register_station(station.id, &header.key, now.millis()).await? {
            // The same request came twice at once, or the station was revoked meanwhile.
            let now_is = tx.station(station.id).await?.and_then(|station| settled_answer(&station, &header));
            return Ok(now_is.unwrap_or_else(|| Err(ErrorCode::CodeUsed.into())));
        }
        let entry = Entry { station: Some(station.id), address: from, ..Entry::of(What::StationRegistered) };
        audit::append(tx, &keys, &entry, now).await?;
        Ok(Ok((station.id, station.name)))
    }
}

/// The answer for a code that was used, or whose station was revoked.
fn settled_answer(
    station: &StationRow,
    header: &StationHeader,
) -> Option<Result<(StationId, Label), Refusal>> {
    if station.revoked {
        return Some(Err(ErrorCode::CodeRevoked.into()));
    }
    let (key, _) = station.registered?;
    Some(if key == header.key {
        Ok((station.id, station.name.clone()))
    } else {
        Err(ErrorCode::CodeUsed.into())
    })
}
