//! Stations: computers that IT registered, each with a key that was made there and never leaves it. Where the policy says
//! so, enrolment codes count at these alone.
//!
//! Not here: what a sign-in at a station does (`sign_in`).

use std::net::IpAddr;
use std::sync::Arc;

use domain::{EnrolmentCode, Label, SchoolId, StationId, Timestamp};
use protocol::{
    ErrorCode, Purpose, SealPurpose, Sealed, Signed, StationDocument, StationHeader, StationMark,
    StationPlain,
};
use zeroize::Zeroizing;

use super::accept::new_record;
use super::codes::new_code;
use super::limits::{GuessLimits, Repeats};
use super::sign_in::SEALED_WITHIN_MS;
use super::{Refusal, Service, keys};
use crate::audit::{self, Entry, What};
use crate::keys::{HashOf, Keys};
use crate::store::{StationRow, StoreError, Tx};

/// Long enough to walk there; whoever finds the note next week can do nothing with it.
const CODE_HOURS: u32 = 24;

/// A station, or a computer that may become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    /// As IT calls it.
    pub name: Label,
    /// Where it stands.
    pub school: SchoolId,
    /// What became of it.
    pub state: StationState,
}

/// What became of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StationState {
    /// It has no key yet.
    Awaited {
        /// Until when its code counts.
        code_expires_at: Timestamp,
    },
    /// It is one.
    Registered {
        /// Since when.
        at: Timestamp,
        /// When somebody last signed in there.
        seen_at: Option<Timestamp>,
    },
    /// IT took the registration back.
    Revoked,
}

/// A computer may now be registered. The code is shown once and stored nowhere.
#[derive(Debug)]
pub struct NewStation {
    /// The code itself.
    pub code: EnrolmentCode,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

/// Why a command about stations was not done.
#[derive(Debug, thiserror::Error)]
pub enum StationError {
    /// The policy knows no such school.
    #[error("there is no school {0:?} in the policy")]
    School(String),
    /// Hours out of range.
    #[error("a station's code lasts 1 to 720 hours, not {0}")]
    Lifetime(u32),
    /// Revoking without saying why.
    #[error("expected a reason of 1 to 200 characters")]
    Reason,
    /// Names are not used twice, so that the audit stays readable.
    #[error("there is, or was, a station called {0}; give this one another name")]
    Taken(Label),
    /// No such station.
    #[error("there is no station called {0}")]
    Unknown(Label),
    /// It was revoked before.
    #[error("the station {0} was revoked before")]
    Revoked(Label),
    /// No entropy, or the store failed.
    #[error("the service could not do it: {0}")]
    Fault(#[from] Refusal),
}

impl From<StoreError> for StationError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Service {
    /// Lets a computer become a station: whoever has the code can register one. A code that was not used is replaced by
    /// another for the same name.
    pub async fn add_station(
        &self,
        name: Label,
        school: SchoolId,
        by: &str,
        lifetime_hours: Option<u32>,
    ) -> Result<NewStation, StationError> {
        if self.policy().school(&school).is_none() {
            return Err(StationError::School(school.0));
        }
        let hours = lifetime_hours.unwrap_or(CODE_HOURS);
        if !(1..=720).contains(&hours) {
            return Err(StationError::Lifetime(hours));
        }
        let now = self.now();
        let code = new_code()?;
        let hash = self.keys().hash(HashOf::StationCode, code.signs().as_slice());
        let row = StationRow {
            id: StationId::from_uuid(new_record(now)?),
            name,
            school,
            code_expires_at: now.plus_secs(i64::from(hours) * 3600),
            key: None,
            registered_at: Timestamp::from_millis(0),
            seen_at: Timestamp::from_millis(0),
            revoked: false,
        };
        let expires_at = row.code_expires_at;
        let (keys, by) = (self.keys(), by.to_owned());
        let added = self.store.write(move |tx| {
            Box::pin(async move {
                if !tx.put_station(&row, &hash, now.millis()).await? {
                    return Err(StationError::Taken(row.name));
                }
                let station = tx.station_called(&row.name).await?.map(|station| station.id);
                let entry = Entry { station, by: Some(by), ..Entry::of(What::StationAdded) };
                audit::append(tx, &keys, &entry, now).await?;
                Ok(())
            })
        });
        added.await?;
        Ok(NewStation { code, expires_at })
    }

    /// Makes a computer a station. The same code with the same key gives the same answer: the first may have been lost.
    pub async fn register_station(&self, from: Option<IpAddr>, sealed: &Sealed) -> Result<Signed, Refusal> {
        let header: StationHeader = protocol::header(sealed).map_err(|_| ErrorCode::BadRequest)?;
        let now = self.now();
        if header.time.millis_since(now).saturating_abs() > SEALED_WITHIN_MS {
            return Err(ErrorCode::ClockOff.into());
        }
        let opened = self.open_sealed(SealPurpose::Station, header.service, &header.key_id, sealed).await;
        let is_retired = opened.as_ref().is_err_and(|refusal| refusal.code == ErrorCode::KeyRetired);
        let plain = match opened {
            Err(_) if is_retired => self.opened_for_ourselves(&header, sealed),
            opened => Some(opened?),
        };
        let code = plain.as_deref().map(|plain| StationPlain::decode(plain)).transpose();
        let Some(StationPlain(code)) = code.map_err(|_| ErrorCode::EnvelopeUnreadable)? else {
            return Err(ErrorCode::KeyRetired.into());
        };
        let registering = Registering {
            hash: self.keys().hash(HashOf::StationCode, code.signs().as_slice()),
            keys: self.keys(),
            limits: GuessLimits::of(&self.policy(), from),
            header,
            from,
            now,
        };
        let station = self.store.write(move |tx| Box::pin(registering.run(tx))).await??;
        let StationRow { id, name, key, .. } = station;
        let key = key.ok_or_else(|| Refusal::fault("registering", &StoreError::Corrupt("station")))?;
        let document = StationDocument { service: self.keys().service(), station: id, key, name };
        Signed::sign(Purpose::Station, &document, &self.signer())
            .map_err(|error| Refusal::fault("signing a station's registration", &error))
    }

    /// What a refused key opens, to end the code in it: somebody else may have read it too.
    fn opened_for_ourselves(&self, header: &StationHeader, sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        let service = self.keys().service();
        let key = self.refused_envelope_key(&header.key_id).filter(|_| header.service == service)?;
        protocol::open(SealPurpose::Station, service, &header.key_id, &key, sealed).ok()
    }

    /// All stations, by name.
    pub async fn stations(&self) -> Result<Vec<Station>, StoreError> {
        let rows = self.store.read().await?.stations().await?;
        Ok(rows.into_iter().map(Station::of).collect())
    }

    /// Takes a registration back. Nobody signs in at that computer any more until it is registered anew or forgets it.
    pub async fn revoke_station(&self, name: Label, by: &str, reason: &str) -> Result<(), StationError> {
        let reason = super::plain_reason(reason).ok_or(StationError::Reason)?;
        let (keys, by, now) = (self.keys(), by.to_owned(), self.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let Some(station) = tx.station_called(&name).await? else {
                        return Err(StationError::Unknown(name));
                    };
                    if !tx.revoke_station(station.id, now.millis()).await? {
                        return Err(StationError::Revoked(name));
                    }
                    let entry = Entry {
                        station: Some(station.id),
                        by: Some(by),
                        reason: Some(reason),
                        ..Entry::of(What::StationRevoked)
                    };
                    audit::append(tx, &keys, &entry, now).await?;
                    Ok(())
                })
            })
            .await
    }

    /// The station whose word a mark is. Who shows one that does not count is refused, also where any computer will do:
    /// a station that was stolen is to be of no use. Only who has its key leaves a trace.
    pub(super) async fn station_of(
        &self,
        mark: &StationMark,
        sealed: &Sealed,
        from: Option<IpAddr>,
    ) -> Result<StationId, Refusal> {
        let station = self.store.read().await?.station(mark.station).await?;
        let Some(station) =
            station.filter(|station| station.key.is_some_and(|key| key.vouches(mark, sealed)))
        else {
            return Err(ErrorCode::StationUnknown.into());
        };
        if !station.revoked {
            return Ok(station.id);
        }
        let (keys, now, repeats) = (self.keys(), self.now(), Repeats::of(&self.policy()));
        let entry = Entry { station: Some(station.id), address: from, ..Entry::of(What::StationRefused) };
        let subject = format!("station {}", station.id);
        let written = self.store.write(move |tx| {
            Box::pin(async move {
                let first = repeats.count(tx, &subject, now).await?;
                if let Ok(true) = first {
                    audit::append(tx, &keys, &entry, now).await?;
                }
                Ok::<_, StoreError>(first)
            })
        });
        written.await??;
        Err(ErrorCode::StationUnknown.into())
    }
}

impl Station {
    fn of(row: StationRow) -> Self {
        let StationRow { id: _, name, school, code_expires_at, key: _, registered_at, seen_at, revoked } =
            row;
        let seen = (seen_at.millis() > 0).then_some(seen_at);
        let state = match (revoked, registered_at.millis()) {
            (true, _) => StationState::Revoked,
            (false, 0) => StationState::Awaited { code_expires_at },
            (false, _) => StationState::Registered { at: registered_at, seen_at: seen },
        };
        Self { name, school, state }
    }
}

/// One registration, in one transaction: count, find, judge, note.
struct Registering {
    hash: [u8; 32],
    keys: Arc<Keys>,
    limits: GuessLimits,
    header: StationHeader,
    from: Option<IpAddr>,
    now: Timestamp,
}

impl Registering {
    async fn run(self, tx: &mut Tx) -> Result<Result<StationRow, Refusal>, StoreError> {
        let Self { hash, keys, limits, header, from, now } = self;
        // As with people's codes: counted as a failure before anything is looked at.
        if let Err(too_many) = limits.count(tx, now).await? {
            return Ok(Err(too_many));
        }
        let Some(station) = tx.station_by_code(&hash).await? else {
            limits.keep(tx, now).await?;
            return Ok(Err(ErrorCode::CodeUnknown.into()));
        };
        limits.clear(tx, now).await?;
        if station.revoked {
            return Ok(Err(ErrorCode::CodeRevoked.into()));
        }
        if let Some(key) = station.key {
            let is_same = key == header.key;
            return Ok(if is_same { Ok(station) } else { Err(ErrorCode::CodeUsed.into()) });
        }
        if keys::is_refused(tx, &header.key_id).await? {
            tx.end_station_codes(Some(station.id), now.millis()).await?;
            return Ok(Err(ErrorCode::KeyRetired.into()));
        }
        if station.code_expires_at <= now {
            return Ok(Err(ErrorCode::CodeExpired.into()));
        }
        if !tx.register_station(station.id, &header.key, now.millis()).await? {
            return Ok(Err(ErrorCode::CodeUsed.into()));
        }
        let entry = Entry { station: Some(station.id), address: from, ..Entry::of(What::StationRegistered) };
        audit::append(tx, &keys, &entry, now).await?;
        Ok(Ok(StationRow { key: Some(header.key), registered_at: now, ..station }))
    }
}
