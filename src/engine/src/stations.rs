//! Stations: computers that IT registered, each with a key that was made there. A policy may accept enrolment codes at
//! stations alone.
//!
//! Not here: what a sign-in at a station does (`sign_in`).

mod registration;

use std::net::IpAddr;

use domain::{EnrolmentCode, Label, SchoolId, StationId, Timestamp};
use protocol::{ErrorCode, Sealed, StationAssertion};

use crate::audit::{self, Entry, What};
use crate::entropy::new_code;
use crate::ids::new_record_id;
use crate::{Actor, Operator, Refusal, Service, UnknownSchool};
use store::{StationRow, StoreError};
use vault::HashOf;

/// Long enough to walk to the computer, and short enough that a lost note is soon useless.
const CODE_HOURS: u32 = 24;

/// A station, or a computer that may become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    /// The name that IT gave it.
    pub name: Label,
    /// Where it stands.
    pub school: SchoolId,
    /// Its state.
    pub state: StationState,
}

/// The state of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StationState {
    /// It has no key yet.
    Awaited {
        /// When its code expires.
        code_expires_at: Timestamp,
    },
    /// It is registered.
    Registered {
        /// Since when.
        at: Timestamp,
        /// When somebody last signed in there.
        seen_at: Option<Timestamp>,
    },
    /// IT revoked it.
    Revoked,
}

/// A computer that may now be registered. Its code is shown once and stored nowhere.
#[derive(Debug)]
pub struct NewStation {
    /// The code itself.
    pub code: EnrolmentCode,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Why a command about stations was not done.
#[derive(Debug, thiserror::Error)]
pub enum StationError {
    /// The policy knows no such school.
    #[error(transparent)]
    School(#[from] UnknownSchool),
    /// Hours out of range.
    #[error("a station's code lasts 1 to 720 hours, not {0}")]
    Lifetime(u32),
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
    /// Allows one computer to be registered as a station, by a code. An unused code of the same name is replaced.
    pub async fn add_station(
        &self,
        name: Label,
        school: SchoolId,
        by: impl Into<Operator>,
        lifetime_hours: Option<u32>,
    ) -> Result<NewStation, StationError> {
        self.check_school(&school)?;
        let hours = lifetime_hours.unwrap_or(CODE_HOURS);
        if !(1..=720).contains(&hours) {
            return Err(StationError::Lifetime(hours));
        }
        let (by, now) = (by.into(), self.now());
        let code = new_code()?;
        let hash = self.keys().hash(HashOf::StationCode, code.characters().as_slice());
        let row = StationRow {
            id: StationId::from_uuid(new_record_id(now)?),
            name,
            school,
            code_expires_at: now.plus_secs(i64::from(hours) * 3600),
            registered: None,
            seen_at: None,
            revoked: false,
        };
        let expires_at = row.code_expires_at;
        let keys = self.keys();
        let added = self.store.write(move |tx| {
            Box::pin(async move {
                let there = tx.station_by_name(&row.name).await?;
                let row = StationRow { name: there.map_or(row.name, |station| station.name), ..row };
                if !tx.put_station(&row, &hash, now.millis()).await? {
                    return Err(StationError::Taken(row.name));
                }
                let station = tx.station_by_name(&row.name).await?.map(|station| station.id);
                let entry = Entry { station, ..by.entry(What::StationAdded) };
                audit::append(tx, &keys, &entry, now).await?;
                Ok(())
            })
        });
        added.await?;
        Ok(NewStation { code, expires_at })
    }

    /// All stations, by name.
    pub async fn stations(&self) -> Result<Vec<Station>, StoreError> {
        let rows = self.store.read().await?.stations().await?;
        Ok(rows.into_iter().map(Station::of).collect())
    }

    /// Revokes a station, and the unused grants that were given there. Returns how many grants.
    pub async fn revoke_station(&self, name: Label, actor: Actor) -> Result<u64, StationError> {
        let (keys, now) = (self.keys(), self.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let Some(station) = tx.station_by_name(&name).await? else {
                        return Err(StationError::Unknown(name));
                    };
                    if !tx.revoke_station(station.id, now.millis()).await? {
                        return Err(StationError::Revoked(name));
                    }
                    let grants = tx.revoke_grants_at(station.id).await?;
                    let entry = Entry {
                        station: Some(station.id),
                        number: i64::try_from(grants).ok(),
                        ..actor.entry(What::StationRevoked)
                    };
                    audit::append(tx, &keys, &entry, now).await?;
                    Ok(grants)
                })
            })
            .await
    }

    /// Verifies a station's assertion and returns the station. A wrong assertion is refused, even where the policy
    /// accepts any computer. Only the holder of the station's key can cause an audit row.
    pub(super) async fn station_of(
        &self,
        assertion: &StationAssertion,
        sealed: &Sealed,
        from: Option<IpAddr>,
    ) -> Result<StationId, Refusal> {
        let station = self.store.read().await?.station(assertion.station).await?;
        let Some(station) = station
            .filter(|station| station.registered.is_some_and(|(key, _)| key.verifies(assertion, sealed)))
        else {
            return Err(ErrorCode::StationUnknown.into());
        };
        if !station.revoked {
            return Ok(station.id);
        }
        let entry = Entry { station: Some(station.id), address: from, ..Entry::of(What::StationRefused) };
        self.record_first(format!("station {}", station.id), entry).await?;
        Err(ErrorCode::StationUnknown.into())
    }
}

impl Station {
    fn of(row: StationRow) -> Self {
        let StationRow { id: _, name, school, code_expires_at, registered, seen_at, revoked } = row;
        let state = match (revoked, registered) {
            (true, _) => StationState::Revoked,
            (false, None) => StationState::Awaited { code_expires_at },
            (false, Some((_, at))) => StationState::Registered { at, seen_at },
        };
        Self { name, school, state }
    }
}
