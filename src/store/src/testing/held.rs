//! What whoever makes a PostgreSQL store's tables waits for, held by a test.

use std::sync::Arc;

use sqlx::migrate::Migrate as _;
use sqlx::{Connection as _, PgConnection};

use crate::StoreError;
use crate::error::Doing as _;

/// The right to make tables, which one at a time has. While it is held, others wait.
pub struct MigrationsHeld(PgConnection);

impl MigrationsHeld {
    /// Holds it on a database.
    pub async fn on(url: &str) -> Result<Self, StoreError> {
        let mut open = PgConnection::connect(url).await.doing("opening a connection")?;
        open.lock().await.map_err(|error| StoreError::Migrate(Arc::new(error)))?;
        Ok(Self(open))
    }

    /// Gives it back.
    pub async fn release(self) -> Result<(), StoreError> {
        self.0.close().await.doing("closing a connection")
    }
}
