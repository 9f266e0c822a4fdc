//! Opening the store and making its tables.

use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::connection::on;
use super::error::{Doing as _, StoreError};
use super::file_lock::FileLock;
use super::migrations::{POSTGRES, SQLITE};
use super::writer::Writer;
use super::{Kind, Reader, Store};

/// A database that has not answered within this may be starting: the pool waits for it longer.
const FIRST_CONNECTION: Duration = Duration::from_secs(2);

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// How many waiting writes share one commit on SQLite at most. With 1 each has its own (benchmarks).
    pub batch: usize,
    /// How many connections read SQLite, or how many connect to PostgreSQL altogether.
    pub connections: u32,
    /// Whether to make a SQLite file that is not there.
    pub make: bool,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { batch: 128, connections: 8, make: true }
    }
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://..`, and makes no tables.
    pub async fn open(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains(":memory:") {
                return Err(StoreError::Url);
            }
            sqlite(path, options).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres(super::postgres::options(url)?, options).await
        } else {
            Err(StoreError::Url)
        }
    }

    /// Makes the tables, or brings them and the keys of sign-in names up to this program's.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let (migrated, steps) = match &self.kind {
            // Through a reader's connection. SQLite would let those write; in service only the writing task does.
            Kind::Sqlite { readers, .. } => (SQLITE.run(readers).await, &*SQLITE),
            Kind::Postgres(pool) => (POSTGRES.run(pool).await, &*POSTGRES),
        };
        migrated.map_err(|error| migration_error(error, steps))?;
        self.update_sign_in_keys().await
    }

    /// Whether the tables are this program's: `StoreError::Tables` when they are missing or others,
    /// `StoreError::Newer` when a newer program made them.
    pub async fn check_tables(&self) -> Result<(), StoreError> {
        let mut connection = self.read().await?;
        let ours = if connection.is_postgres() { &POSTGRES } else { &SQLITE };
        let ours = ours.iter().map(|step| (step.version, step.checksum.to_vec())).collect::<Vec<_>>();
        let newest = |steps: &[(i64, Vec<u8>)]| steps.iter().map(|(version, _)| *version).max().unwrap_or(0);
        let Some(applied) = connection.applied_steps().await? else { return Err(StoreError::Tables) };
        let (found, known) = (newest(&applied), newest(&ours));
        if applied == ours {
            return Ok(());
        }
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        let is_altered = |(version, sum): &&(i64, Vec<u8>)| {
            ours.iter().any(|(our_version, our_sum)| our_version == version && our_sum != sum)
        };
        let altered = applied.iter().find(is_altered);
        Err(altered.map_or(StoreError::Tables, |(version, _)| StoreError::Altered(*version)))
    }
}

/// The error of sqlx, which changed nothing, in words that somebody can act on.
fn migration_error(error: MigrateError, steps: &Migrator) -> StoreError {
    let known = steps.iter().map(|step| step.version).max().unwrap_or(0);
    if let MigrateError::VersionMissing(found) = error
        && found > known
    {
        return StoreError::Newer { found, known };
    }
    if let MigrateError::VersionMismatch(step) = error {
        return StoreError::Altered(step);
    }
    StoreError::Migrate(Arc::new(error))
}

/// What became of a SQLite file that is to be moved away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointOutcome {
    /// Everything is in the one file.
    Whole,
    /// A process has it open.
    InUse,
    /// It is not a database any more.
    Unreadable,
}

/// Brings everything of a SQLite database into its one file, if nobody else has it open.
pub async fn checkpoint_sqlite(path: &str) -> CheckpointOutcome {
    // SQLite itself would delete the files beside it, which may be all that is left of the data.
    if !std::fs::File::open(path).is_ok_and(is_sqlite) {
        return CheckpointOutcome::Unreadable;
    }
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Delete)
        .busy_timeout(Duration::from_secs(1))
        .disable_statement_logging();
    let settled = async {
        let mut open = connect.connect().await?;
        let mode: String = sqlx::query_scalar("pragma journal_mode").fetch_one(&mut open).await?;
        sqlx::Connection::close(open).await?;
        Ok::<_, sqlx::Error>(mode == "delete")
    };
    match settled.await.doing("settling a file") {
        Ok(true) => CheckpointOutcome::Whole,
        Ok(false) => CheckpointOutcome::InUse,
        Err(error) if error.is_busy() => CheckpointOutcome::InUse,
        Err(_) => CheckpointOutcome::Unreadable,
    }
}

fn is_sqlite(mut file: std::fs::File) -> bool {
    const BEGINS: [u8; 16] = *b"SQLite format 3\0";
    let mut begins = [0; 16];
    std::io::Read::read_exact(&mut file, &mut begins).is_ok() && begins == BEGINS
}

impl Reader {
    /// The newest migration that was applied to the tables.
    pub async fn schema(&mut self) -> Result<i64, StoreError> {
        let steps = self.applied_steps().await?.unwrap_or_default();
        Ok(steps.last().map_or(0, |(version, _)| *version))
    }

    /// The migrations that were applied, in order; `None` when there is no list of them.
    async fn applied_steps(&mut self) -> Result<Option<Vec<(i64, Vec<u8>)>>, StoreError> {
        let listed = if self.is_postgres() {
            "select count(*) from pg_tables where tablename = '_sqlx_migrations' and schemaname = current_schema()"
        } else {
            "select count(*) from sqlite_master where type = 'table' and name = '_sqlx_migrations'"
        };
        let lists: i64 = on!(self, open => sqlx::query_scalar(listed).fetch_one(open).await)
            .doing("looking for the list of steps")?;
        if lists == 0 {
            return Ok(None);
        }
        on!(self, open => sqlx::query_as(
            "select version, checksum from _sqlx_migrations where success order by version",
        )
        .fetch_all(open)
        .await
        .doing("reading the list of steps"))
        .map(Some)
    }
}

async fn sqlite(path: &str, options: &StoreOptions) -> Result<Store, StoreError> {
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(options.make)
        .journal_mode(SqliteJournalMode::Wal)
        // What was answered is stored, also after a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(super::writer::BUSY_TIMEOUT)
        // What is deleted is overwritten.
        .pragma("secure_delete", "on")
        .disable_statement_logging();
    let place = path.to_owned();
    let failed = |source| StoreError::Open { place: place.clone(), source: Arc::new(source) };
    if options.make {
        make_private(path).map_err(|error| failed(sqlx::Error::Io(error)))?;
    } else if !std::fs::exists(path).map_err(|error| failed(sqlx::Error::Io(error)))? {
        return Err(StoreError::Tables);
    }
    let lock = FileLock::shared(path).await.map_err(|error| failed(sqlx::Error::Io(error)))?;
    let lock = lock.ok_or(StoreError::BeingReplaced)?;
    let writing = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(connect.clone())
        .await
        .map_err(failed)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        // Each reads little at a time. The default cache of each connection would be most of the service's memory.
        .connect_with(connect.pragma("cache_size", "-512"))
        .await
        .map_err(failed)?;
    let writer = Writer::start(writing, options.batch);
    Ok(Store { kind: Kind::Sqlite { file: path.into(), readers, writer, lock } })
}

/// The file is for the service's own user alone. SQLite gives its helper files the same mode.
fn make_private(path: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    platform::files::open_for_owner_of_folder(std::path::Path::new(path), &mut options).map(|_| ())
}

pub(super) async fn postgres(connect: PgConnectOptions, options: &StoreOptions) -> Result<Store, StoreError> {
    let place = format!("{} on {}", connect.get_database().unwrap_or("postgres"), connect.get_host());
    // The pool tries a refused connection again until its time is over. Whether anybody listens is known at once.
    let failed = |source| StoreError::Open { place: place.clone(), source: Arc::new(source) };
    let first = tokio::time::timeout(FIRST_CONNECTION, connect.connect());
    if let Ok(connected) = first.await {
        sqlx::Connection::close(connected.map_err(failed)?).await.map_err(failed)?;
    }
    let pool = PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        // An idle connection may be gone: the database was restarted, or a firewall dropped it.
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > Duration::from_secs(1) {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
        .connect_with(connect)
        .await
        .map_err(failed)?;
    Ok(Store { kind: Kind::Postgres(pool) })
}
