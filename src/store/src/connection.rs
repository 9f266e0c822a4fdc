//! A connection to either database, and the macros that run one body with whichever it is.

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};

/// A connection outside any transaction. It offers questions only: whatever changes the store is a method of
/// [`Tx`](crate::Tx), which [`Store::write`](crate::Store::write) lends.
///
/// A transaction can change the store:
///
/// ```
/// async fn revoke(tx: &mut store::Tx, client: uuid::Uuid) -> Result<bool, store::StoreError> {
///     tx.revoke_client(client, 0).await
/// }
/// ```
///
/// A reader cannot:
///
/// ```compile_fail,E0599
/// async fn revoke(reader: &mut store::Reader, client: uuid::Uuid) -> Result<bool, store::StoreError> {
///     reader.revoke_client(client, 0).await
/// }
/// ```
///
/// Nor does it hand out the connection beneath it:
///
/// ```compile_fail,E0616
/// fn beneath(reader: store::Reader) {
///     let _ = reader.open;
/// }
/// ```
pub struct Reader {
    pub(crate) open: Open,
}

/// A connection to whichever database is open.
pub(crate) enum Open {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// Runs a body with the connection that is open. The body is checked for both.
macro_rules! on {
    ($reader:expr, $open:ident => $body:expr) => {
        match &mut $reader.open {
            $crate::connection::Open::Sqlite(pooled) => {
                let $open = &mut **pooled;
                $body
            }
            $crate::connection::Open::Postgres(pooled) => {
                let $open = &mut **pooled;
                $body
            }
        }
    };
}

/// The same for pools.
macro_rules! on_pool {
    ($kind:expr, $pool:ident => $body:expr) => {
        match $kind {
            $crate::Kind::Sqlite { readers: $pool, .. } => $body,
            $crate::Kind::Postgres($pool) => $body,
        }
    };
}

pub(crate) use {on, on_pool};

impl Reader {
    pub(super) const fn sqlite(pooled: PoolConnection<Sqlite>) -> Self {
        Self { open: Open::Sqlite(pooled) }
    }

    pub(super) const fn postgres(pooled: PoolConnection<Postgres>) -> Self {
        Self { open: Open::Postgres(pooled) }
    }

    /// Asks for nothing but an answer.
    pub(super) async fn ping(&mut self) -> Result<(), sqlx::Error> {
        on!(self, open => sqlx::raw_sql("select 1").execute(open).await.map(|_| ()))
    }

    pub(super) const fn is_postgres(&self) -> bool {
        match self.open {
            Open::Sqlite(_) => false,
            Open::Postgres(_) => true,
        }
    }
}
