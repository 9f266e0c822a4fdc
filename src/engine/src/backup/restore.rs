//! A backup of a SQLite store is opened and verified in a temporary folder. Then it may replace the store.
//!
//! Not here: whether somebody wants that (`cli::restore`), and PostgreSQL (`dump`).

use std::path::{Path, PathBuf};

use super::error::{BackupError, io};
use super::manifest::{DATABASE, Manifest};
use super::swap::{TemporaryFolder, copy, replace_file, with_suffix};
use super::verify::{VerifiedBackup, verify_store};
use crate::{Clock, Operator, Reason, Service};
use store::{CheckpointOutcome, FileLock, Store, StoreOptions, checkpoint_sqlite};
use vault::Keys;

/// A backup that was verified, in a temporary folder that goes when this is dropped.
pub struct CheckedBackup {
    /// What it contains.
    pub found: VerifiedBackup,
    service: Service,
    copy: PathBuf,
    // Last, so that it goes last.
    _folder: TemporaryFolder,
}

/// A backup that is in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where the store is.
    pub store: PathBuf,
    /// Where the one is kept that was there.
    pub old: Option<PathBuf>,
}

impl CheckedBackup {
    /// Opens a copy of a backup in a temporary folder in `beside`, and verifies all of it.
    pub async fn open(backup: &Path, beside: &Path, keys: Keys, clock: Clock) -> Result<Self, BackupError> {
        let manifest = Manifest::read(backup, &keys)?;
        let source = manifest.copy(backup, DATABASE)?;
        let folder =
            TemporaryFolder::in_folder(beside).map_err(|error| io("making a folder in", beside, error))?;
        let database = folder.file(DATABASE);
        copy(&source, &database).map_err(|error| io("copying", &source, error))?;
        // Of the copy, which is what is put in place.
        manifest.check(&database, &source)?;
        let url = format!("sqlite:{}", database.display());
        let store = Store::open(&url, &StoreOptions { make: false, ..StoreOptions::default() }).await?;
        let (service, found) = verify_store(store, backup, &manifest, keys, clock).await?;
        Ok(Self { found, service, copy: database, _folder: folder })
    }

    /// Closes it without a restore.
    pub async fn close(self) {
        self.service.store().close().await;
    }

    /// Puts it in the place of a store that nobody uses. What is there already is kept beside it, and only replaced
    /// with a reason.
    pub async fn put_in_place(
        self,
        store: &Path,
        by: impl Into<Operator>,
        replace: Option<Reason>,
    ) -> Result<Restored, BackupError> {
        let restored = self.replace_store(store, by.into(), replace).await;
        self.service.store().close().await;
        restored
    }

    async fn replace_store(
        &self,
        at: &Path,
        by: Operator,
        replace: Option<Reason>,
    ) -> Result<Restored, BackupError> {
        let now = self.service.now();
        let is_there = std::fs::exists(at).map_err(|error| io("looking for", at, error))?;
        if is_there && replace.is_none() {
            return Err(BackupError::StoreExists(at.to_owned()));
        }
        let in_use = || BackupError::InUse(at.to_owned());
        let path = at.to_str().ok_or_else(|| BackupError::StoreExists(at.to_owned()))?;
        // Until the end: a service that starts meanwhile waits, and opens what is there then.
        let lock = FileLock::exclusive(path).map_err(|error| io("locking", at, error))?;
        let _lock = lock.ok_or_else(in_use)?;
        if is_there && checkpoint_sqlite(path).await == CheckpointOutcome::InUse {
            return Err(in_use());
        }
        self.service.record_restore(&by, replace.as_ref(), &self.found.head).await?;
        self.service.store().close().await;
        let left = with_suffix(&self.copy, "-wal");
        if std::fs::metadata(&left).is_ok_and(|meta| meta.len() > 0) {
            let source = std::io::Error::other("a part of it is still apart");
            return Err(io("closing", &left, source));
        }
        let old = with_suffix(at, &format!(".replaced-{}", now.millis()));
        replace_file(&self.copy, at, &old).map_err(|error| io("putting in place", at, error))?;
        Ok(Restored { store: at.to_owned(), old: is_there.then_some(old) })
    }
}
