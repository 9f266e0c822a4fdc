//! A copy of the store with a manifest. It never holds a key.
//!
//! Read in this order: here, how a backup is made; `manifest`, what identifies it; `verify`, how all of it is checked;
//! `restore` and `dump`, how a backup of SQLite and of PostgreSQL is put in place.

mod dump;
mod error;
mod manifest;
mod restore;
mod swap;
mod verify;

use std::fs::{DirBuilder, File};
use std::path::{Path, PathBuf};

use super::{Operator, Refusal, Service};
use crate::audit::{self, What};
use error::io;
use manifest::{DATABASE, DUMP, MANIFEST, Manifest};
use platform::files::write_private;
use store::StoreError;
use vault::{KeyKind, KeyState};

pub use dump::Dump;
pub use error::BackupError;
pub use restore::{CheckedBackup, Restored};
pub use verify::{RestoredInPlace, VerifiedBackup, VerifiedContents, restore_in_place};

/// What a backup consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupDone {
    /// The copy of the database.
    pub database: PathBuf,
    /// Which service, when, and the signed head of the audit.
    pub manifest: PathBuf,
    /// The copy's size in bytes.
    pub bytes: u64,
}

impl Service {
    /// Copies the store, as it is at one moment, into a new folder; the service may run meanwhile.
    pub async fn backup(&self, to: &Path, by: impl Into<Operator>) -> Result<BackupDone, BackupError> {
        let entry = by.into().entry(What::BackupMade);
        make_folder(to)?;
        let now = self.now();
        // The row first, so that the copy contains the head that its manifest names.
        let keys = self.keys();
        self.store
            .write(move |tx| Box::pin(async move { audit::append(tx, &keys, &entry, now).await.map(|_| ()) }))
            .await
            .map_err(|error: StoreError| BackupError::Store(error))?;
        let audit_head = self.signed_audit_head().await?;
        let (database, name) = self.copy_into(to).await?;
        let bytes = sync_copy(&database)?;
        let (_, sha256) = manifest::measure(&database).map_err(|source| io("reading", &database, source))?;
        // As they are now: a key that was taken into use since is one too many, and none is missing.
        let (uses, schema) = {
            let mut rows = self.store.read().await?;
            (rows.key_uses().await?, rows.schema().await?)
        };
        let keys_of = |kind| {
            let needed = uses.of(kind).filter(|used| used.state == KeyState::Kept);
            needed.map(|used| used.id.clone()).collect()
        };
        let manifest = to.join(MANIFEST);
        let text = serde_json::to_vec_pretty(&Manifest {
            service: self.keys().service(),
            made_at: now,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            schema,
            database: name.to_owned(),
            bytes,
            sha256,
            audit_head,
            vault_keys: keys_of(KeyKind::Vault),
            envelope_keys: keys_of(KeyKind::Envelope),
        })
        .map_err(|error| Refusal::fault("writing a backup's manifest", &error))?;
        write_private(&manifest, &text).map_err(|source| io("writing", &manifest, source))?;
        File::open(to).and_then(|folder| folder.sync_all()).map_err(|source| io("finishing", to, source))?;
        Ok(BackupDone { database, manifest, bytes })
    }

    /// The copy, and its name in the folder.
    async fn copy_into(&self, to: &Path) -> Result<(PathBuf, &'static str), BackupError> {
        if self.store.file().is_none() {
            let dump = to.join(DUMP);
            self.store.dump_to(&dump).await?;
            return Ok((dump, DUMP));
        }
        let database = to.join(DATABASE);
        let path = database
            .to_str()
            .ok_or_else(|| io("naming", &database, std::io::ErrorKind::InvalidFilename.into()))?;
        self.store.read().await?.copy_to(path).await?;
        Ok((database, DATABASE))
    }
}

fn make_folder(to: &Path) -> Result<(), BackupError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(to).map_err(|source| {
        if source.kind() == std::io::ErrorKind::AlreadyExists {
            BackupError::Exists(to.to_owned())
        } else {
            io("making the folder", to, source)
        }
    })
}

/// The copy is written; here it reaches the disk. Returns its size.
fn sync_copy(database: &Path) -> Result<u64, BackupError> {
    let synced = || {
        let file = File::open(database)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        file.sync_all()?;
        file.metadata().map(|meta| meta.len())
    };
    synced().map_err(|source| io("finishing", database, source))
}
