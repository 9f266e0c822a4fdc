//! The envelope key: assistants seal to a new one from the next policy on. The old one still opens unsent enrolments.
//! When it is compromised, it opens nothing from then on.

use std::time::Duration;

use domain::{PersonId, ServiceId, Timestamp};
use protocol::{EnvelopePrivateKey, ErrorCode, SealPurpose, Sealed};
use zeroize::Zeroizing;

use super::super::codes::end_grants_of;
use super::super::{Operator, Reason, Refusal, Service};
use super::change::{KeyChange, KeyError, take_into_use};
use crate::audit::{self, Entry, What};
use store::{CodeState, GrantState, StoreError, Tx};
use vault::{KeyKind, KeyState, Keys};

/// The result of a rotation of the envelope key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotatedEnvelope {
    /// The key in use now.
    pub id: String,
    /// The policy that carries it.
    pub serial: u64,
    /// The keys that are refused from now on.
    pub refused: Vec<String>,
    /// People who must start again, since their unsent enrolments will be refused.
    pub start_again: Vec<MustStartAgain>,
    /// Enrolments that were accepted under a refused key.
    pub accepted: i64,
    /// Computers that need a new code to become a station.
    pub stations_again: Vec<String>,
    /// Stations that were registered while a refused key was in use, perhaps by somebody who had it.
    pub stations_registered: Vec<String>,
}

/// Why the envelope key is rotated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvelopeRotation {
    /// A planned rotation, perhaps with a reason.
    Planned(Option<Reason>),
    /// Somebody else may have the old keys, which are refused at once. They may have read what was sealed to them, so
    /// codes and tokens in it end too.
    Compromised {
        /// What happened.
        reason: Reason,
        /// An unused key of the file that may be taken nevertheless, since an earlier run of this command added it.
        with: Option<String>,
    },
}

/// A person whose grant has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MustStartAgain {
    /// As it is said at school.
    pub name: String,
    /// What they type to sign in.
    pub sign_in_name: String,
}

impl Service {
    /// Makes assistants seal to a new key.
    pub async fn rotate_envelope(
        &self,
        by: impl Into<Operator>,
        rotation: EnvelopeRotation,
        patience: Duration,
    ) -> Result<RotatedEnvelope, KeyError> {
        let by = by.into();
        self.refresh_keys_and_policy().await?;
        let (change, compromised) = match rotation {
            EnvelopeRotation::Planned(reason) => (KeyChange { by, reason }, false),
            EnvelopeRotation::Compromised { reason, with } => {
                self.check_no_unused_key(KeyKind::Envelope, with.as_deref()).await?;
                (KeyChange { by, reason: Some(reason) }, true)
            }
        };
        let id = self.next_key(KeyKind::Envelope, &change, patience).await?;
        let (keys, now) = (self.keys(), self.now());
        let old =
            keys.uses().active(KeyKind::Envelope).map(|used| used.id.clone()).ok_or(KeyError::Conflict)?;
        let rotated = self.store.write(move |tx| {
            Box::pin(async move {
                take_into_use(tx, KeyKind::Envelope, &old, &id, now).await?;
                let serial = tx.renew_policy(1, Some(&id), now).await?.ok_or(KeyError::Conflict)?;
                let mut done = RotatedEnvelope {
                    id: id.clone(),
                    serial: u64::try_from(serial).unwrap_or(0),
                    refused: Vec::new(),
                    start_again: Vec::new(),
                    accepted: 0,
                    stations_again: Vec::new(),
                    stations_registered: Vec::new(),
                };
                let mut entries = vec![change.entry(What::KeyInUse, &id)];
                if compromised {
                    entries.extend(refuse_older(tx, &change, &mut done, now).await?);
                }
                for entry in &entries {
                    audit::append(tx, &keys, entry, now).await?;
                }
                Ok::<_, KeyError>(done)
            })
        });
        let done = rotated.await?;
        self.refresh_keys_and_policy().await?;
        Ok(done)
    }

    /// The private key for an envelope, unless that key is refused or forgotten.
    pub(crate) async fn envelope_key(&self, id: &str) -> Result<EnvelopePrivateKey, Refusal> {
        for round in 0..2 {
            let keys = self.keys();
            match (keys.uses().find(KeyKind::Envelope, id), keys.envelope_private(id)) {
                (Some(used), _) if used.state != KeyState::Kept => break,
                (Some(_), Some(key)) => return Ok(key),
                // The key is in use and not loaded here. Another node can open the envelope, and so can this one later.
                (Some(_), None) if round > 0 => {
                    return Err(Refusal { code: ErrorCode::ServiceBusy, retry_after_secs: Some(10) });
                }
                // The key may be newer than what this node has loaded.
                (Some(_) | None, _) if round == 0 => {
                    self.refresh_key_uses().await?;
                    self.reload_key_file();
                }
                (Some(_) | None, _) => break,
            }
        }
        Err(ErrorCode::KeyRetired.into())
    }

    /// Opens an envelope with a refused key that the file still has, only to find exposed codes.
    pub(crate) fn open_with_refused_key(
        &self,
        purpose: SealPurpose,
        service: ServiceId,
        id: &str,
        sealed: &Sealed,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let keys = self.keys();
        let key = keys.envelope_private(id).filter(|_| self.is_retired(id) && service == keys.service())?;
        protocol::open(purpose, service, id, &key, sealed).ok()
    }

    /// Whether the store says that a key is refused or forgotten.
    pub(crate) async fn is_retired_in_store(&self, id: &str) -> Result<bool, Refusal> {
        self.refresh_key_uses().await?;
        Ok(self.is_retired(id))
    }

    /// The same, as this node last loaded it.
    pub(super) fn is_retired(&self, id: &str) -> bool {
        self.keys().uses().find(KeyKind::Envelope, id).is_some_and(|used| used.state != KeyState::Kept)
    }
}

/// Notes that a code was sent. When it was sealed to a key that is refused by now, somebody may have read it, so it
/// ends.
/// Returns whether it did. A key in use is not refused before this transaction has ended, and then this code is found.
pub(crate) async fn end_exposed_code(
    tx: &mut Tx,
    keys: &Keys,
    key: &str,
    code_hash: &[u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    tx.record_code_sent(code_hash, now.millis()).await?;
    if !is_key_refused(tx, key).await? {
        return Ok(false);
    }
    let Some(code) = tx.code_by_hash(code_hash).await? else { return Ok(false) };
    if tx.end_code(code.id, CodeState::Revoked).await? {
        let grants = end_grants_of(tx, code.id).await?;
        let entry = Entry {
            person: Some(code.person),
            code: Some(code.id),
            key: Some(key.to_owned()),
            number: i64::try_from(grants).ok(),
            reason: Some(ErrorCode::KeyRetired.name().to_owned()),
            ..Entry::of(What::CodeRevoked)
        };
        audit::append(tx, keys, &entry, now).await?;
    }
    Ok(true)
}

/// Whether a key is refused or forgotten. A key in use stays in use until this transaction has ended.
pub(crate) async fn is_key_refused(tx: &mut Tx, key: &str) -> Result<bool, StoreError> {
    if tx.lock_key_in_use(KeyKind::Envelope, key).await? {
        return Ok(false);
    }
    Ok(tx.key_uses().await?.find(KeyKind::Envelope, key).is_some_and(|used| used.state != KeyState::Kept))
}

/// Refuses every key before the one that was just taken into use, since they lay in the same file.
async fn refuse_older(
    tx: &mut Tx,
    change: &KeyChange,
    done: &mut RotatedEnvelope,
    now: Timestamp,
) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    let uses = tx.key_uses().await?;
    let mut first = None;
    for used in uses.of(KeyKind::Envelope).filter(|used| used.ended.is_some() && used.state == KeyState::Kept)
    {
        tx.set_key_state(KeyKind::Envelope, &used.id, KeyState::Refused).await?;
        first = first.or(Some(used.from));
        entries.push(change.entry(What::KeyRefused, &used.id));
        done.refused.push(used.id.clone());
    }
    if let Some(first) = first {
        done.accepted = tx.accepted_since(first.millis()).await?;
        done.stations_registered = tx.stations_registered_since(first.millis()).await?;
    }
    // It is not stored which station codes were sent. All end: they live for a day, and a new one is soon made.
    for (station, name) in tx.end_station_codes(None, now.millis()).await? {
        entries.push(Entry { station: Some(station), ..change.entry(What::StationCodeEnded, &done.id) });
        done.stations_again.push(name);
    }
    done.stations_again.sort();
    for (code, person) in tx.exposed_codes().await? {
        tx.end_code(code, CodeState::Revoked).await?;
        let grants = end_grants_of(tx, code).await?;
        done.start_again.extend(person_to_start_again(tx, person).await?);
        entries.push(Entry {
            person: Some(person),
            code: Some(code),
            number: i64::try_from(grants).ok(),
            ..change.entry(What::CodeRevoked, &done.id)
        });
    }
    // Grants of other ways to sign in were sealed to the same keys.
    for person in tx.holders_of_codeless_grants().await? {
        let grants = tx.end_codeless_grants_of(person, GrantState::Revoked).await?;
        done.start_again.extend(person_to_start_again(tx, person).await?);
        entries.push(Entry {
            person: Some(person),
            number: i64::try_from(grants).ok(),
            ..change.entry(What::GrantsRevoked, &done.id)
        });
    }
    done.start_again.sort_by(|one, other| one.sign_in_name.cmp(&other.sign_in_name));
    done.start_again.dedup();
    Ok(entries)
}

async fn person_to_start_again(tx: &mut Tx, person: PersonId) -> Result<Option<MustStartAgain>, StoreError> {
    Ok(tx.person(person).await?.map(|row| MustStartAgain {
        name: row.person.name.as_str().to_owned(),
        sign_in_name: row.person.sign_in_name.as_str().to_owned(),
    }))
}
