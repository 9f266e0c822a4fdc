//! A connection to either database, and the macros that run one body with whichever it is.

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};

/// A connection to whichever database is open.
pub enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// Runs a body with the connection that is open. The body is checked for both.
macro_rules! on {
    ($connection:expr, $open:ident => $body:expr) => {
        match $connection {
            $crate::Connection::Sqlite(held) => {
                let $open = &mut **held;
                $body
            }
            $crate::Connection::Postgres(held) => {
                let $open = &mut **held;
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

impl Connection {
    /// Runs a statement without arguments: transactions and savepoints.
    pub(super) async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        on!(self, open => sqlx::raw_sql(sql).execute(open).await.map(|_| ()))
    }

    /// Not to be used again: nobody knows what state it is in.
    pub(super) fn give_up(&mut self) {
        match self {
            Self::Sqlite(held) => held.close_on_drop(),
            Self::Postgres(held) => held.close_on_drop(),
        }
    }

    pub(super) const fn is_postgres(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(_) => true,
        }
    }
}
