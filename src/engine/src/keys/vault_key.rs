//! The vault's key: a new one is taken into use, and every record is sealed anew with it, while everything goes on.
//!
//! Nothing is lost wherever this is broken off: a record is under a key that is in the file at any moment, and running
//! it again goes on.

use std::time::{Duration, Instant};

use domain::CallId;

use super::super::{Operator, Reason, Refusal, Service};
use super::change::{KeyChange, KeyError, take_into_use};
use crate::audit::{self, Entry, What};
use store::SealedTable;
use vault::KeyKind;
use vault::VaultError;

/// Records in one transaction: others wait for it.
const BATCH: i64 = 100;

/// How long to leave others alone when somebody else is at the last records.
const PAUSE: Duration = Duration::from_millis(50);

/// What a rotation of the vault's key did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotatedVault {
    /// The key in use now.
    pub id: String,
    /// It was in use before: an earlier rotation had not come to its end, and was finished.
    pub was_finished: bool,
    /// How many records were sealed anew.
    pub records: u64,
}

struct Batch {
    sealed: u64,
    last: Option<String>,
    closed: Vec<String>,
    /// How many do not open.
    closed_records: u64,
    /// Calls whose number does not open.
    lost_calls: Vec<CallId>,
}

impl Service {
    /// Takes a new key into use and seals every record with it; or goes on where an earlier run was broken off.
    pub async fn rotate_vault(
        &self,
        by: impl Into<Operator>,
        reason: Option<Reason>,
        patience: Duration,
    ) -> Result<RotatedVault, KeyError> {
        let change = KeyChange { by: by.into(), reason };
        self.look_for_changes().await?;
        let was_finished = !self.keys_with_old_records().await?.is_empty();
        if !was_finished {
            let id = self.next_key(KeyKind::Vault, &change, patience).await?;
            self.take_vault_key(&id, &change).await?;
        }
        let records = self.seal_all_anew().await?;
        let id = self.keys().vault_key(None).map(|key| key.id.clone()).ok_or(KeyError::NoFile)?;
        Ok(RotatedVault { id, was_finished, records })
    }

    /// From the commit on no record comes under the old key: whoever keeps one looks at the key in use in the same
    /// transaction.
    async fn take_vault_key(&self, id: &str, change: &KeyChange) -> Result<(), KeyError> {
        let (keys, now) = (self.keys(), self.now());
        let old = keys.uses().active(KeyKind::Vault).map(|used| used.id.clone()).ok_or(KeyError::Raced)?;
        let (entry, id) = (change.entry(What::KeyInUse, id), id.to_owned());
        let taken = self.store.write(move |tx| {
            Box::pin(async move {
                take_into_use(tx, KeyKind::Vault, &old, &id, now).await?;
                audit::append(tx, &keys, &entry, now).await?;
                Ok::<_, KeyError>(())
            })
        });
        taken.await?;
        self.look_at_key_uses().await?;
        Ok(())
    }

    /// Keys that are no more in use, and under which there still are records.
    async fn keys_with_old_records(&self) -> Result<Vec<String>, KeyError> {
        let (keys, mut rows) = (self.keys(), self.store.read().await?);
        let mut found = Vec::new();
        for used in keys.uses().of(KeyKind::Vault).filter(|used| used.ended.is_some()) {
            if rows.records_under(&used.id).await? > 0 {
                found.push(used.id.clone());
            }
        }
        Ok(found)
    }

    async fn seal_all_anew(&self) -> Result<u64, KeyError> {
        let mut records = 0;
        loop {
            let left = self.keys_with_old_records().await?;
            if left.is_empty() {
                return Ok(records);
            }
            let (before, mut closed, mut closed_records) = (records, Vec::new(), 0);
            for key in &left {
                for table in SealedTable::ALL {
                    let mut after = Some(String::new());
                    while let Some(from) = after {
                        let begun = Instant::now();
                        let batch = self.seal_some_anew(table, key.clone(), from).await?;
                        records += batch.sealed;
                        closed.extend(batch.closed);
                        closed_records += batch.closed_records;
                        for call in batch.lost_calls {
                            self.end_lost_call(call).await?;
                        }
                        after = batch.last;
                        // SQLite lets nobody else write meanwhile, and does not queue who waits: twice as long is theirs.
                        tokio::time::sleep(begun.elapsed() * 2).await;
                    }
                }
            }
            if records == before && closed_records > 0 {
                return Err(KeyError::Closed { records: closed_records, people: closed });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn seal_some_anew(
        &self,
        table: SealedTable,
        key: String,
        after: String,
    ) -> Result<Batch, KeyError> {
        let (keys, vault, now) = (self.keys(), self.vault.clone(), self.now());
        let sealed = self.store.write(move |tx| {
            Box::pin(async move {
                let found = tx.lock_records_under(table, &key, &after, BATCH).await?;
                let mut batch = Batch {
                    sealed: 0,
                    last: None,
                    closed: Vec::new(),
                    closed_records: 0,
                    lost_calls: Vec::new(),
                };
                for (place, record) in found {
                    batch.last = Some(place.record.to_string());
                    let anew = match vault.reseal(&place, &record) {
                        Ok(anew) => anew,
                        Err(VaultError::Closed) if matches!(table, SealedTable::PendingNumbers) => {
                            batch.lost_calls.push(CallId::from_uuid(place.record));
                            continue;
                        }
                        Err(VaultError::Closed) => {
                            batch.closed_records += 1;
                            let person = tx.person(place.person).await?;
                            batch
                                .closed
                                .extend(person.map(|row| row.person.sign_in_name.as_str().to_owned()));
                            continue;
                        }
                        Err(error) => return Err(Refusal::fault("sealing a record anew", &error).into()),
                    };
                    batch.sealed += u64::from(tx.replace_record(table, place.record, &key, &anew).await?);
                }
                if batch.sealed > 0 {
                    let entry = Entry {
                        key: Some(key),
                        number: i64::try_from(batch.sealed).ok(),
                        ..Entry::of(What::RecordsResealed)
                    };
                    audit::append(tx, &keys, &entry, now).await?;
                }
                Ok::<_, KeyError>(batch)
            })
        });
        sealed.await
    }
}
