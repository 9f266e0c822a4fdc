//! A backup of a PostgreSQL store: looked through in a database that is made for it and goes again, or put into an empty
//! one, which is emptied again when something is wrong.
//!
//! Not here: how PostgreSQL's own programs are called (`store::tools`).

use std::path::{Path, PathBuf};

use super::error::BackupError;
use super::manifest::{DUMP, Manifest};
use super::verify::{ProvedBackup, looked_through};
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
    /// A backup that is what was written, and for which these are the keys.
    pub fn read(folder: &Path, keys: &Keys) -> Result<Self, BackupError> {
        let manifest = Manifest::read(folder, keys)?;
        let copy = manifest.copy(folder, DUMP)?;
        manifest.check(&copy, &copy)?;
        Ok(Self { manifest, folder: folder.to_owned(), copy })
    }

    /// Proves that it opens: on the server of a store, in a database of its own.
    pub async fn check(&self, store: &str, keys: Keys, clock: Clock) -> Result<ProvedBackup, BackupError> {
        let beside = opened(store).await?;
        let looked = match beside.make_database().await {
            Ok(place) => {
                let (name, looked) = (place.name(), self.looked(place, keys, clock).await);
                if let Err(error) = beside.drop_database(&name).await {
                    tracing::warn!(database = name, %error, "a temporary database is left behind; drop it");
                }
                looked
            }
            Err(error) if error.is_forbidden() => Err(BackupError::NoPlace),
            Err(error) => Err(error.into()),
        };
        beside.close().await;
        looked
    }

    async fn looked(&self, place: Store, keys: Keys, clock: Clock) -> Result<ProvedBackup, BackupError> {
        if let Err(error) = place.load_from(&self.copy).await {
            place.close().await;
            return Err(error.into());
        }
        let (service, found) = looked_through(place, &self.folder, &self.manifest, keys, clock).await?;
        service.store().close().await;
        Ok(found)
    }

    /// Puts it into a store's database, which is empty, and looks through all of it there.
    pub async fn put_in_place(
        &self,
        store: &str,
        keys: Keys,
        clock: Clock,
        by: impl Into<Operator>,
    ) -> Result<ProvedBackup, BackupError> {
        let by = by.into();
        let empty = opened(store).await?;
        let put = match empty.is_empty().await {
            Ok(true) => self.put(&empty, store, keys, clock, by).await,
            Ok(false) => Err(BackupError::NotEmpty(empty.name())),
            Err(error) => Err(error.into()),
        };
        empty.close().await;
        put
    }

    async fn put(
        &self,
        empty: &Store,
        url: &str,
        keys: Keys,
        clock: Clock,
        by: Operator,
    ) -> Result<ProvedBackup, BackupError> {
        empty.load_from(&self.copy).await?;
        let proved = async {
            let store = opened(url).await?;
            let (service, found) = looked_through(store, &self.folder, &self.manifest, keys, clock).await?;
            let noted = service.note_restored(&by, None, &found.head).await;
            service.store().close().await;
            noted.map(|()| found)
        };
        match proved.await {
            Ok(found) => Ok(found),
            Err(error) => {
                // Nobody is to serve from it.
                empty.empty().await?;
                Err(error)
            }
        }
    }
}

async fn opened(url: &str) -> Result<Store, StoreError> {
    Store::open(url, &StoreOptions { make: false, connections: 2, ..StoreOptions::default() }).await
}
