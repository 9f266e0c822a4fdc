//! Looking through a store that was put back: every record, the whole audit; and noting in it that it was.

use std::path::Path;
use std::sync::Arc;

use domain::Timestamp;
use protocol::{AuditHead, Purpose};

use super::error::BackupError;
use super::manifest::{MANIFEST, Manifest};
use crate::audit::{self, Entry, What};
use crate::keys::LIVE_MS;
use crate::open::claim_store;
use crate::{Actor, Clock, Operator, Reason, Service};
use store::{Reader, SealedTable, Store, StoreError, StoreOptions, Tx};
use vault::Vault;
use vault::{KeyKind, Keyring, Keys};

/// The policy's serial goes up by so much: an assistant accepts none that is older than the last it saw, and it may
/// have seen some that the backup does not know.
const SERIALS: i64 = 1_000;

/// Records looked at at a time.
const AT_ONCE: i64 = 500;

/// What a store holds that was looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proved {
    /// Sealed records, all of which opened.
    pub records: u64,
    /// Rows of its audit, all of which are as they were written.
    pub audit_rows: u64,
}

/// A backup that was looked through.
#[derive(Debug)]
pub struct ProvedBackup {
    /// When it was made.
    pub made_at: Timestamp,
    /// What it holds.
    pub holds: Proved,
    /// The newest row of its audit when it was made.
    pub head: AuditHead,
    /// Envelope keys of that time that are not at hand.
    pub envelope_keys_missing: Vec<String>,
    /// Keys of the file that are newer than the backup, and in use in it from now on.
    pub keys_taken: Vec<String>,
}

/// Brings the tables of a store that a backup was put in up to date and looks through all of it. Closed when something is
/// wrong.
pub(super) async fn looked_through(
    store: Store,
    backup: &Path,
    manifest: &Manifest,
    keys: Keys,
    clock: Clock,
) -> Result<(Service, ProvedBackup), BackupError> {
    let looked = looked(&store, backup, manifest, keys, clock).await;
    if looked.is_err() {
        store.close().await;
    }
    looked
}

async fn looked(
    store: &Store,
    backup: &Path,
    manifest: &Manifest,
    keys: Keys,
    clock: Clock,
) -> Result<(Service, ProvedBackup), BackupError> {
    let envelope_keys_missing = manifest.envelope_keys_missing(&keys);
    let (service, keys_taken) = opened(store, keys, clock).await?;
    let wrong = |error: protocol::SignedError| BackupError::Manifest {
        path: backup.join(MANIFEST),
        problem: error.to_string(),
    };
    let head: AuditHead = service.keys().open_own(Purpose::AuditHead, &manifest.audit_head).map_err(wrong)?;
    let holds = service.look_through(Some(&head)).await?;
    let made_at = manifest.made_at;
    Ok((service, ProvedBackup { made_at, holds, head, envelope_keys_missing, keys_taken }))
}

/// An older version's store gets this one's tables, and newer keys of the file are taken into use; which.
async fn opened(store: &Store, keys: Keys, clock: Clock) -> Result<(Service, Vec<String>), BackupError> {
    store.migrate().await?;
    fits(store, &keys).await?;
    let keys_taken = {
        let (keys, now) = (keys.clone(), clock());
        store.write(move |tx| Box::pin(async move { take_newer_keys(tx, &keys, now).await })).await?
    };
    Ok((Service::on_as_it_is(store.clone(), keys, clock).await?, keys_taken))
}

/// Whether these are the keys of this store. Nothing is changed in one that was ever served.
async fn fits(store: &Store, keys: &Keys) -> Result<(), BackupError> {
    claim_store(store, keys).await?;
    match lacking(store, keys).await? {
        Some(key) => Err(BackupError::KeyMissing(key)),
        None => Ok(()),
    }
}

/// Whether there is a store that this program can bring up to date, or need not.
async fn can_be_migrated(store: &Store) -> Result<(), BackupError> {
    match store.check_tables().await {
        // Those of an older version.
        Err(StoreError::Tables) if store.read().await?.schema().await? > 0 => Ok(()),
        checked => Ok(checked?),
    }
}

/// Keys are taken into use of which whoever serves knows nothing.
async fn nobody_serves(rows: &mut Reader, now: Timestamp) -> Result<(), BackupError> {
    let serving = rows.nodes(now.millis() - LIVE_MS).await?;
    if serving.is_empty() {
        return Ok(());
    }
    Err(BackupError::Serving(serving.into_iter().map(|node| node.name).collect()))
}

/// A store that was put back by other means, and is looked through and noted.
#[derive(Debug)]
pub struct TakenOver {
    /// What it holds.
    pub holds: Proved,
    /// The newest row of its audit when it was put back.
    pub head: AuditHead,
    /// How many rows of the audit are undone, where a head was kept that shows it.
    pub undone: Option<u64>,
    /// Keys of the file that are newer than the store, and in use in it from now on.
    pub keys_taken: Vec<String>,
}

/// Looks through a store that stands where it belongs, and notes in it that it is an older one. `kept` is the newest head
/// that is known: the store may end before it, and is refused when its audit goes on otherwise.
pub async fn take_over(
    url: &str,
    keys: Keys,
    clock: Clock,
    kept: Option<&AuditHead>,
    actor: Actor,
) -> Result<TakenOver, BackupError> {
    let store = Store::open(url, &StoreOptions { make: false, ..StoreOptions::default() }).await?;
    let taken = async {
        // All that is looked at is in the tables of every version: a store that is refused here keeps those that it has.
        can_be_migrated(&store).await?;
        nobody_serves(&mut store.read().await?, clock()).await?;
        fits(&store, &keys).await?;
        let head = audit::head_of(&store.read().await?.head().await?);
        let undone = kept.and_then(|kept| kept.sequence.checked_sub(head.sequence)).filter(|rows| *rows > 0);
        let keyring = Arc::new(Keyring::new(keys.clone()));
        let holds = look(&store, &keys, &Vault::new(keyring), kept.filter(|_| undone.is_none())).await?;
        store.migrate().await?;
        let (number, now) = (i64::try_from(head.sequence).ok(), clock());
        let keys_taken = store
            .write(move |tx| {
                Box::pin(async move {
                    // One may have come up since.
                    tx.lock_key_use(KeyKind::Identity).await?;
                    nobody_serves(tx, now).await?;
                    let taken = take_newer_keys(tx, &keys, now).await?;
                    let entry = Entry { number, ..actor.entry(What::Restored) };
                    note(tx, &keys, entry, now).await?;
                    Ok::<_, BackupError>(taken)
                })
            })
            .await?;
        Ok(TakenOver { holds, head, undone, keys_taken })
    };
    let taken = taken.await;
    store.close().await;
    taken
}

impl Service {
    /// Opens every sealed record, and shows none; reads the whole audit, up to a head that was kept. The service may run
    /// meanwhile.
    pub async fn look_through(&self, head: Option<&AuditHead>) -> Result<Proved, BackupError> {
        look(&self.store, &self.keys(), &self.vault, head).await
    }

    /// A store that was put back says so in its audit, and its policy is newer than any that was seen.
    pub(super) async fn note_restored(
        &self,
        by: &Operator,
        reason: Option<&Reason>,
        head: &AuditHead,
    ) -> Result<(), BackupError> {
        let (keys, now) = (self.keys(), self.now());
        let (reason, number) = (reason.map(Reason::text), i64::try_from(head.sequence).ok());
        let entry = Entry { reason, number, ..by.entry(What::Restored) };
        let noted = self.store.write(move |tx| Box::pin(async move { note(tx, &keys, entry, now).await }));
        noted.await
    }
}

async fn look(
    store: &Store,
    keys: &Keys,
    vault: &Vault,
    head: Option<&AuditHead>,
) -> Result<Proved, BackupError> {
    let report = audit::verify(store, keys, head).await?;
    if let Some(fault) = report.faults.first() {
        return Err(BackupError::Audit(*fault));
    }
    Ok(Proved { audit_rows: report.rows, records: open_all_records(store, vault).await? })
}

async fn open_all_records(store: &Store, vault: &Vault) -> Result<u64, BackupError> {
    let (mut opened, mut closed) = (0, 0);
    let ids = store.read().await?.keys_of_records().await?;
    for id in &ids {
        for table in SealedTable::ALL {
            let mut after = String::new();
            loop {
                let some = store.read().await?.some_records_under(table, id, &after, AT_ONCE).await?;
                let Some((last, _)) = some.last() else { break };
                after = last.record.to_string();
                for (place, record) in &some {
                    match vault.check(place, record) {
                        Ok(()) => opened += 1,
                        Err(_) => closed += 1,
                    }
                }
            }
        }
    }
    if closed == 0 { Ok(opened) } else { Err(BackupError::Closed(closed)) }
}

async fn note(tx: &mut Tx, keys: &Keys, entry: Entry, now: Timestamp) -> Result<(), BackupError> {
    let serial = tx.renew_policy(SERIALS, None, now).await?.ok_or(BackupError::Raced)?;
    audit::append(tx, keys, &entry, now).await?;
    let entry = Entry { number: Some(serial), ..Entry::of(What::PolicyAdopted) };
    audit::append(tx, keys, &entry, now).await?;
    Ok(())
}

/// A key under which there are records, and which is not at hand.
async fn lacking(store: &Store, keys: &Keys) -> Result<Option<String>, StoreError> {
    let ids = store.read().await?.keys_of_records().await?;
    Ok(ids.into_iter().find(|id| keys.find(KeyKind::Vault, id).is_none()))
}

/// Takes into use what the key file has of newer keys: they were in use after the backup was made, or were to be, and the
/// older ones may be gone. A vault's key stays while it is at hand: the records are under it.
async fn take_newer_keys(tx: &mut Tx, keys: &Keys, now: Timestamp) -> Result<Vec<String>, BackupError> {
    let keys = keys.with_uses(tx.key_uses().await?);
    let mut taken = Vec::new();
    for kind in KeyKind::ALL {
        let (Some(used), Some(newest)) = (keys.uses().active(kind), keys.unused(kind)) else {
            continue;
        };
        let is_at_hand = keys.find(kind, &used.id).is_some();
        let stays = match kind {
            KeyKind::Vault => is_at_hand,
            // Made apart on another node: assistants would not know it.
            KeyKind::Identity => is_at_hand && !keys.is_named_successor(&newest.id),
            KeyKind::Envelope => false,
        };
        if stays {
            continue;
        }
        if !tx.change_key_use(kind, &used.id, &newest.id, now.max(used.from)).await? {
            return Err(BackupError::Raced);
        }
        if kind == KeyKind::Envelope {
            tx.renew_policy(1, Some(&newest.id), now).await?.ok_or(BackupError::Raced)?;
        }
        let entry = Entry { key: Some(newest.id.clone()), ..Entry::of(What::KeyInUse) };
        audit::append(tx, &keys, &entry, now).await?;
        taken.push(newest.id.clone());
    }
    Ok(taken)
}
