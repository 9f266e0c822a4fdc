//! Verifies a store that was put back: opens every record and reads the whole audit. Then records the restore in it.

use std::path::Path;
use std::sync::Arc;

use domain::Timestamp;
use protocol::{AuditHead, Purpose};

use super::error::BackupError;
use super::manifest::{MANIFEST, Manifest};
use crate::audit::{self, Entry, What};
use crate::keys::NODE_TIMEOUT_MS;
use crate::open::claim_store;
use crate::{Actor, Clock, Operator, Reason, Service};
use store::{Reader, SealedTable, Store, StoreError, StoreOptions, Tx};
use vault::Vault;
use vault::{KeyKind, Keyring, Keys};

/// A restore raises the policy's serial by this. An assistant accepts no policy older than the last one that it saw,
/// and it may have seen policies that the backup does not know.
const SERIALS: i64 = 1_000;

/// Records that are read at a time.
const AT_ONCE: i64 = 500;

/// What a verified store contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedContents {
    /// Sealed records, all of which opened.
    pub records: u64,
    /// Rows of its audit. All are as they were written.
    pub audit_rows: u64,
}

/// A backup that was verified.
#[derive(Debug)]
pub struct VerifiedBackup {
    /// When it was made.
    pub made_at: Timestamp,
    /// What it contains.
    pub contents: VerifiedContents,
    /// The newest row of its audit when it was made.
    pub head: AuditHead,
    /// Envelope keys of that time that the key file lacks.
    pub envelope_keys_missing: Vec<String>,
    /// Keys of the file that are newer than the backup. They are in use in it from now on.
    pub keys_taken: Vec<String>,
}

/// Migrates a store that was loaded from a backup, and verifies all of it. Closes the store when something is wrong.
pub(super) async fn verify_store(
    store: Store,
    backup: &Path,
    manifest: &Manifest,
    keys: Keys,
    clock: Clock,
) -> Result<(Service, VerifiedBackup), BackupError> {
    let verified = migrate_and_verify(&store, backup, manifest, keys, clock).await;
    if verified.is_err() {
        store.close().await;
    }
    verified
}

async fn migrate_and_verify(
    store: &Store,
    backup: &Path,
    manifest: &Manifest,
    keys: Keys,
    clock: Clock,
) -> Result<(Service, VerifiedBackup), BackupError> {
    let envelope_keys_missing = manifest.envelope_keys_missing(&keys);
    let (service, keys_taken) = migrate_and_open(store, keys, clock).await?;
    let wrong = |error: protocol::SignedError| BackupError::Manifest {
        path: backup.join(MANIFEST),
        problem: error.to_string(),
    };
    let head: AuditHead = service.keys().open_own(Purpose::AuditHead, &manifest.audit_head).map_err(wrong)?;
    let contents = service.verify_contents(Some(&head)).await?;
    let made_at = manifest.made_at;
    Ok((service, VerifiedBackup { made_at, contents, head, envelope_keys_missing, keys_taken }))
}

/// Migrates a store and takes newer keys of the key file into use. Returns the service on it, and these keys.
async fn migrate_and_open(
    store: &Store,
    keys: Keys,
    clock: Clock,
) -> Result<(Service, Vec<String>), BackupError> {
    store.migrate().await?;
    check_service(store, &keys).await?;
    let keys_taken = {
        let (keys, now) = (keys.clone(), clock());
        store.write(move |tx| Box::pin(async move { take_newer_keys(tx, &keys, now).await })).await?
    };
    Ok((Service::open_existing_on(store.clone(), keys, clock).await?, keys_taken))
}

/// Checks that these are the keys of this store. A store that was served before is not changed.
async fn check_service(store: &Store, keys: &Keys) -> Result<(), BackupError> {
    claim_store(store, keys).await?;
    match find_missing_vault_key(store, keys).await? {
        Some(key) => Err(BackupError::KeyMissing(key)),
        None => Ok(()),
    }
}

/// Checks that there is a store whose tables this program has, or can migrate.
async fn check_tables_can_migrate(store: &Store) -> Result<(), BackupError> {
    match store.check_tables().await {
        // The tables of an older version.
        Err(StoreError::Tables) if store.read().await?.schema().await? > 0 => Ok(()),
        checked => Ok(checked?),
    }
}

/// Checks that no node serves from the store. A node would not know the keys that are taken into use.
async fn check_no_node_serves(rows: &mut Reader, now: Timestamp) -> Result<(), BackupError> {
    let serving = rows.nodes(now.millis() - NODE_TIMEOUT_MS).await?;
    if serving.is_empty() {
        return Ok(());
    }
    Err(BackupError::Serving(serving.into_iter().map(|node| node.name).collect()))
}

/// A store that was put back by other means. It is verified, and its audit records the restore.
#[derive(Debug)]
pub struct RestoredInPlace {
    /// What it contains.
    pub contents: VerifiedContents,
    /// The newest row of its audit when it was put back.
    pub head: AuditHead,
    /// How many rows of the audit are undone, when a kept head shows it.
    pub undone: Option<u64>,
    /// Keys of the file that are newer than the store. They are in use in it from now on.
    pub keys_taken: Vec<String>,
}

/// Verifies a store that was put back where it belongs, and records the restore in it. `kept` is the newest head that
/// is known. The store's audit may end before that head, but must not differ from it.
pub async fn restore_in_place(
    url: &str,
    keys: Keys,
    clock: Clock,
    kept: Option<&AuditHead>,
    actor: Actor,
) -> Result<RestoredInPlace, BackupError> {
    let store = Store::open(url, &StoreOptions { make: false, ..StoreOptions::default() }).await?;
    let restored = async {
        // These checks read what the tables of every version have. A store that fails them is not migrated.
        check_tables_can_migrate(&store).await?;
        check_no_node_serves(&mut store.read().await?, clock()).await?;
        check_service(&store, &keys).await?;
        let head = audit::head_of(&store.read().await?.head().await?);
        let undone = kept.and_then(|kept| kept.sequence.checked_sub(head.sequence)).filter(|rows| *rows > 0);
        let keyring = Arc::new(Keyring::new(keys.clone()));
        let contents =
            verify_contents(&store, &keys, &Vault::new(keyring), kept.filter(|_| undone.is_none())).await?;
        store.migrate().await?;
        let (number, now) = (i64::try_from(head.sequence).ok(), clock());
        let keys_taken = store
            .write(move |tx| {
                Box::pin(async move {
                    // A node may have started since the check above.
                    tx.lock_key_use(KeyKind::Identity).await?;
                    check_no_node_serves(tx, now).await?;
                    let taken = take_newer_keys(tx, &keys, now).await?;
                    let entry = Entry { number, ..actor.entry(What::Restored) };
                    append_restore_rows(tx, &keys, entry, now).await?;
                    Ok::<_, BackupError>(taken)
                })
            })
            .await?;
        Ok(RestoredInPlace { contents, head, undone, keys_taken })
    };
    let restored = restored.await;
    store.close().await;
    restored
}

impl Service {
    /// Opens every sealed record, shows none, and reads the whole audit. With a kept head, the audit must contain it.
    /// The service may run meanwhile.
    pub async fn verify_contents(&self, head: Option<&AuditHead>) -> Result<VerifiedContents, BackupError> {
        verify_contents(&self.store, &self.keys(), &self.vault, head).await
    }

    /// Records in the audit that the store was put back, and gives its policy a serial above any that was seen.
    pub(super) async fn record_restore(
        &self,
        by: &Operator,
        reason: Option<&Reason>,
        head: &AuditHead,
    ) -> Result<(), BackupError> {
        let (keys, now) = (self.keys(), self.now());
        let (reason, number) = (reason.map(Reason::text), i64::try_from(head.sequence).ok());
        let entry = Entry { reason, number, ..by.entry(What::Restored) };
        let recorded = self
            .store
            .write(move |tx| Box::pin(async move { append_restore_rows(tx, &keys, entry, now).await }));
        recorded.await
    }
}

async fn verify_contents(
    store: &Store,
    keys: &Keys,
    vault: &Vault,
    head: Option<&AuditHead>,
) -> Result<VerifiedContents, BackupError> {
    let report = audit::verify(store, keys, head).await?;
    if let Some(fault) = report.faults.first() {
        return Err(BackupError::Audit(*fault));
    }
    Ok(VerifiedContents { audit_rows: report.rows, records: open_all_records(store, vault).await? })
}

async fn open_all_records(store: &Store, vault: &Vault) -> Result<u64, BackupError> {
    let (mut opened, mut failed) = (0, 0);
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
                        Err(_) => failed += 1,
                    }
                }
            }
        }
    }
    if failed == 0 { Ok(opened) } else { Err(BackupError::RecordsDoNotOpen(failed)) }
}

async fn append_restore_rows(
    tx: &mut Tx,
    keys: &Keys,
    entry: Entry,
    now: Timestamp,
) -> Result<(), BackupError> {
    let serial = tx.renew_policy(SERIALS, None, now).await?.ok_or(BackupError::Conflict)?;
    audit::append(tx, keys, &entry, now).await?;
    let entry = Entry { number: Some(serial), ..Entry::of(What::PolicyAdopted) };
    audit::append(tx, keys, &entry, now).await?;
    Ok(())
}

/// A vault key that has records and is not in the key file.
async fn find_missing_vault_key(store: &Store, keys: &Keys) -> Result<Option<String>, StoreError> {
    let ids = store.read().await?.keys_of_records().await?;
    Ok(ids.into_iter().find(|id| keys.find(KeyKind::Vault, id).is_none()))
}

/// Takes newer keys of the key file into use. They came into use after the backup was made, and the older ones may be
/// gone. A vault key that is in the key file stays in use: the records are under it.
async fn take_newer_keys(tx: &mut Tx, keys: &Keys, now: Timestamp) -> Result<Vec<String>, BackupError> {
    let keys = keys.with_uses(tx.key_uses().await?);
    let mut taken = Vec::new();
    for kind in KeyKind::ALL {
        let (Some(used), Some(newest)) = (keys.uses().active(kind), keys.unused(kind)) else {
            continue;
        };
        let is_in_file = keys.find(kind, &used.id).is_some();
        let stays = match kind {
            KeyKind::Vault => is_in_file,
            // It was made on another node, and assistants would not know it.
            KeyKind::Identity => is_in_file && !keys.is_named_successor(&newest.id),
            KeyKind::Envelope => false,
        };
        if stays {
            continue;
        }
        if !tx.change_key_use(kind, &used.id, &newest.id, now.max(used.from)).await? {
            return Err(BackupError::Conflict);
        }
        if kind == KeyKind::Envelope {
            tx.renew_policy(1, Some(&newest.id), now).await?.ok_or(BackupError::Conflict)?;
        }
        let entry = Entry { key: Some(newest.id.clone()), ..Entry::of(What::KeyInUse) };
        audit::append(tx, &keys, &entry, now).await?;
        taken.push(newest.id.clone());
    }
    Ok(taken)
}
