//! The store: one SQLite file or one PostgreSQL database, with the same statements for both.
//!
//! Not here: rules (`engine`), and what a sealed column holds (`vault`). No other crate of the service names sqlx.

mod approvals;
mod audit;
mod audit_head;
mod call_limits;
mod call_queue;
mod calls;
mod clients;
mod code_attempts;
mod codes;
mod connection;
pub mod data_inventory;
mod enrolments;
mod error;
mod file_lock;
mod grants;
mod keys;
mod methods;
mod migrations;
mod numbers;
mod open;
mod people;
mod person_data;
mod pg_tools;
mod policies;
mod postgres;
mod retention;
mod retry;
mod rows;
mod sessions;
mod sign_in_keys;
mod stations;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tx;
mod verify_attempts;
mod writer;

use std::path::{Path, PathBuf};

use sqlx::{PgPool, SqlitePool};
use tracing::{Instrument as _, Span};

pub use error::StoreError;
pub use open::StoreOptions;
pub use open::{CheckpointOutcome, checkpoint_sqlite};
pub use pg_tools::ToolError;

pub use approvals::{ApprovalRow, PastApproval};
pub use audit::{AuditRow, StartRow};
pub use audit_head::HeadRow;
pub use call_limits::CallCount;
pub use call_queue::{LineLease, QueueLoad};
pub use calls::{CallKind, CallRow, CallState, WantedCall};
pub use clients::{ClientListing, ClientRow};
pub use codes::{CodeRow, CodeState, IssuedCodeRow};
pub use connection::Reader;
pub use enrolments::EnrolmentRow;
pub use file_lock::FileLock;
pub use grants::{Evidence, GrantRow, GrantState, OpenGrants, WayName};
pub use keys::{NodeRow, SealedTable};
pub use methods::MethodRow;
pub use people::PersonRow;
pub use policies::PolicyRow;
pub use postgres::check_address;
pub use retry::Retry;
pub use sessions::SessionRow;
pub use stations::StationRow;
pub use tx::{BoxFuture, Tx};
pub use verify_attempts::{AttemptLimits, AttemptOrigin, AttemptOutcome};

use connection::on_pool;
use writer::Writer;

/// The store. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Store {
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Sqlite { file: PathBuf, readers: SqlitePool, writer: Writer, lock: FileLock },
    Postgres(PgPool),
}

impl Store {
    /// A connection to read with, outside any transaction.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        match &self.kind {
            Kind::Sqlite { readers, .. } => readers.acquire().await.map(Reader::sqlite),
            Kind::Postgres(pool) => pool.acquire().await.map(Reader::postgres),
        }
        .map_err(|source| StoreError::query("opening a connection", source))
    }

    /// Runs a body in one transaction, and answers after its commit. `Err` undoes everything that the body did. A refusal that
    /// must leave a trace (a counted attempt, an audit row) is therefore an `Ok`.
    ///
    /// Once begun, the body runs to its end, also when nobody waits for the answer any more. It runs in another task, and what
    /// it logs still belongs to the request that asked for it.
    pub async fn write<T, E, F>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let span = Span::current();
        match &self.kind {
            Kind::Sqlite { writer, .. } => writer.write(move |tx| Box::pin(body(tx).instrument(span))).await,
            Kind::Postgres(pool) => {
                let pool = pool.clone();
                let running = async move { tx::run_in_transaction(&pool, body).await };
                match tokio::spawn(running.instrument(span)).await {
                    Ok(answer) => answer,
                    Err(_) => Err(StoreError::Stopped.into()),
                }
            }
        }
    }

    /// Empties SQLite's log beside the file, so that deleted data is in neither. `false` while somebody still reads the log:
    /// try again then. PostgreSQL's vacuum does the same.
    pub async fn empty_log(&self) -> Result<bool, StoreError> {
        match &self.kind {
            Kind::Sqlite { writer, .. } => writer.empty_log().await,
            Kind::Postgres(_) => Ok(true),
        }
    }

    /// Whether the database answers. If not, the log says why.
    pub async fn is_reachable(&self) -> bool {
        let asked = async {
            let mut reader = self.read().await?;
            reader
                .ping()
                .await
                .map_err(|source| StoreError::query("asking whether the database answers", source))
        };
        asked.await.inspect_err(|error| tracing::warn!(%error, "the store does not answer")).is_ok()
    }

    /// The SQLite file; `None` for PostgreSQL.
    pub fn file(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Sqlite { file, .. } => Some(file),
            Kind::Postgres(_) => None,
        }
    }

    /// Waits for the writes that have begun, then closes every connection.
    pub async fn close(&self) {
        if let Kind::Sqlite { writer, .. } = &self.kind {
            writer.stop().await;
        }
        on_pool!(&self.kind, pool => pool.close().await);
        if let Kind::Sqlite { lock, .. } = &self.kind {
            lock.release();
        }
    }
}

#[cfg(test)]
mod query_plans;
#[cfg(test)]
mod tests;
