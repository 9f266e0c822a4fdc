//! A backup of a PostgreSQL store. It is verified in a database that is made for it and dropped again, or loaded into
//! an empty one, which is emptied again when something is wrong.
//!
//! Not here: how PostgreSQL's own programs are called (`store::pg_tools`).

use std::path::{Path, PathBuf};

use super::error::BackupError;
use super::manifest::{DUMP, Manifest};
use super::verify::{VerifiedBackup, verify_store};
use crate::{Clock, Operator};
use store::{Store, StoreError, StoreOptions};
use vault::Keys;

/// A PostgreSQL store's backup.
pub struct Dump {
    manifest: Manifest,
    folder: PathBuf,
    copy: PathBuf,
}

impl Dump {
    /// Reads a backup. The copy must be what was written, and the keys must be those of its service.
    pub fn read(folder: &Path, keys: &Keys) -> Result<Self, BackupError> {
        let manifest = Manifest::read(folder, keys)?;
        let copy = manifest.copy(folder, DUMP)?;
        manifest.check(&copy, &copy)?;
        Ok(Self { manifest, folder: folder.to_owned(), copy })
    }

    /// Verifies it in a new database, on the server of a store.
    pub async fn check(&self, store: &str, keys: Keys, clock: Clock) -> Result<VerifiedBackup, BackupError> {
        let server = open_store(store).await?;
        let verified = match server.make_database().await {
            Ok(scratch) => {
                let (name, verified) = (scratch.name(), self.verify_in(scratch, keys, clock).await);
                if let Err(error) = server.drop_database(&name).await {
                    tracing::warn!(database = name, %error, "a temporary database is left behind; drop it");
                }
                verified
            }
            Err(error) if error.is_forbidden() => Err(BackupError::NoScratchDatabase),
            Err(error) => Err(error.into()),
        };
        server.close().await;
        verified
    }

    async fn verify_in(
        &self,
        scratch: Store,
        keys: Keys,
        clock: Clock,
    ) -> Result<VerifiedBackup, BackupError> {
        if let Err(error) = scratch.load_from(&self.copy).await {
            scratch.close().await;
            return Err(error.into());
        }
        let (service, found) = verify_store(scratch, &self.folder, &self.manifest, keys, clock).await?;
        service.store().close().await;
        Ok(found)
    }

    /// Loads it into a store's database, which must be empty, and verifies all of it there.
    pub async fn put_in_place(
        &self,
        store: &str,
        keys: Keys,
        clock: Clock,
        by: impl Into<Operator>,
    ) -> Result<VerifiedBackup, BackupError> {
        let by = by.into();
        let empty = open_store(store).await?;
        let loaded = match empty.is_empty().await {
            Ok(true) => self.load_and_verify(&empty, store, keys, clock, by).await,
            Ok(false) => Err(BackupError::NotEmpty(empty.name())),
            Err(error) => Err(error.into()),
        };
        empty.close().await;
        loaded
    }

    async fn load_and_verify(
        &self,
        empty: &Store,
        url: &str,
        keys: Keys,
        clock: Clock,
        by: Operator,
    ) -> Result<VerifiedBackup, BackupError> {
        empty.load_from(&self.copy).await?;
        let verified = async {
            let store = open_store(url).await?;
            let (service, found) = verify_store(store, &self.folder, &self.manifest, keys, clock).await?;
            let recorded = service.record_restore(&by, None, &found.head).await;
            service.store().close().await;
            recorded.map(|()| found)
        };
        match verified.await {
            Ok(found) => Ok(found),
            Err(error) => {
                // No service may serve from it.
                empty.empty().await?;
                Err(error)
            }
        }
    }
}

async fn open_store(url: &str) -> Result<Store, StoreError> {
    Store::open(url, &StoreOptions { make: false, connections: 2, ..StoreOptions::default() }).await
}
