//! The lock that migrations of a PostgreSQL store wait for, taken by a test.

use std::sync::Arc;

use sqlx::migrate::Migrate as _;
use sqlx::{Connection as _, PgConnection};

use crate::StoreError;
use crate::error::Doing as _;

/// The migrations' lock. While a test has it, migrations wait.
pub struct MigrationLock(PgConnection);

impl MigrationLock {
    /// Takes the lock on a database.
    pub async fn on(url: &str) -> Result<Self, StoreError> {
        let mut open = PgConnection::connect(url).await.doing("opening a connection")?;
        open.lock().await.map_err(|error| StoreError::Migrate(Arc::new(error)))?;
        Ok(Self(open))
    }

    /// Releases the lock.
    pub async fn release(self) -> Result<(), StoreError> {
        self.0.close().await.doing("closing a connection")
    }
}
