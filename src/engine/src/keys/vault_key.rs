//! The vault key: takes a new one into use and reseals every record with it, while the service runs.
//!
//! Nothing is lost when this stops half-way: every record is always under a key of the file, and another run goes on.

use std::time::{Duration, Instant};

use domain::CallId;

use super::super::{Operator, Reason, Refusal, Service};
use super::change::{KeyChange, KeyError, take_into_use};
use crate::audit::{self, Entry, What};
use store::SealedTable;
use vault::KeyKind;
use vault::VaultError;

/// Records that one transaction reseals. Other writers wait for it.
const BATCH: i64 = 100;

/// The pause before another try, when other transactions hold the last records.
const PAUSE: Duration = Duration::from_millis(50);

/// The result of a rotation of the vault key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotatedVault {
    /// The key in use now.
    pub id: String,
    /// An earlier rotation was incomplete, and this run finished it.
    pub was_finished: bool,
    /// How many records were resealed.
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
    /// Takes a new key into use and reseals every record with it, or finishes an earlier run.
    pub async fn rotate_vault(
        &self,
        by: impl Into<Operator>,
        reason: Option<Reason>,
        patience: Duration,
    ) -> Result<RotatedVault, KeyError> {
        let change = KeyChange { by: by.into(), reason };
        self.refresh_keys_and_policy().await?;
        let was_finished = !self.keys_with_old_records().await?.is_empty();
        if !was_finished {
            let id = self.next_key(KeyKind::Vault, &change, patience).await?;
            self.take_vault_key(&id, &change).await?;
        }
        let records = self.reseal_all().await?;
        let id = self.keys().vault_key(None).map(|key| key.id.clone()).ok_or(KeyError::NoFile)?;
        Ok(RotatedVault { id, was_finished, records })
    }

    /// After this commit no record gets the old key: every transaction that adds a record checks the key in use.
    async fn take_vault_key(&self, id: &str, change: &KeyChange) -> Result<(), KeyError> {
        let (keys, now) = (self.keys(), self.now());
        let old = keys.uses().active(KeyKind::Vault).map(|used| used.id.clone()).ok_or(KeyError::Conflict)?;
        let (entry, id) = (change.entry(What::KeyInUse, id), id.to_owned());
        let taken = self.store.write(move |tx| {
            Box::pin(async move {
                take_into_use(tx, KeyKind::Vault, &old, &id, now).await?;
                audit::append(tx, &keys, &entry, now).await?;
                Ok::<_, KeyError>(())
            })
        });
        taken.await?;
        self.refresh_key_uses().await?;
        Ok(())
    }

    /// Keys that are no longer in use and still have records.
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

    async fn reseal_all(&self) -> Result<u64, KeyError> {
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
                        let batch = self.reseal_batch(table, key.clone(), from).await?;
                        records += batch.sealed;
                        closed.extend(batch.closed);
                        closed_records += batch.closed_records;
                        for call in batch.lost_calls {
                            self.end_call_without_number(call).await?;
                        }
                        after = batch.last;
                        // SQLite has one writer, and no queue of those who wait. So others get twice the time of this
                        // batch.
                        tokio::time::sleep(begun.elapsed() * 2).await;
                    }
                }
            }
            if records == before && closed_records > 0 {
                return Err(KeyError::RecordsDoNotOpen { records: closed_records, people: closed });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn reseal_batch(&self, table: SealedTable, key: String, after: String) -> Result<Batch, KeyError> {
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
