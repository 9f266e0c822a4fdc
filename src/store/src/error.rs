//! What can go wrong with the store.

use std::sync::Arc;

/// What failed; the source says why. It can be cloned, since a failed commit fails many writes at once.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The setting is not the address of a store.
    #[error("expected \"sqlite:PATH\" or \"postgres://..\"")]
    Url,
    /// The password in the address has characters that mean something else there.
    #[error(
        "the database's password, or its user, holds one of the characters # / ? @ as it is; expected %23 for #, %2F for /, %3F for ? and %40 for @"
    )]
    Password,
    /// A database on another computer that need not prove its identity.
    #[error(
        "the way to the database on {0} could be read by others; expected sslmode=verify-full in its address (and sslrootcert=FILE for a certificate of your own), or a database on this computer"
    )]
    Unproved(String),
    /// It cannot be opened.
    #[error("opening the store {place}")]
    Open {
        /// The file, or the database without its password.
        place: String,
        /// Why.
        #[source]
        source: Arc<sqlx::Error>,
    },
    /// Its tables are missing, or those of another version.
    #[error("the store is not there, or its tables are those of another version of this program")]
    Tables,
    /// A restore is replacing the file.
    #[error("the store is being replaced by a restore; expected that to be over within seconds. Try again")]
    BeingReplaced,
    /// A newer program made its tables.
    #[error(
        "the store's tables are those of a newer version of this program: it has made step {found}, and this one knows {known}. Nothing was changed. Either install that version again, or restore a backup from before it was installed"
    )]
    Newer {
        /// The newest migration that was applied.
        found: i64,
        /// The newest migration that this program knows.
        known: i64,
    },
    /// A program with other migrations made its tables.
    #[error(
        "step {0} of the store's tables is not the one that this version makes: a program that was never released made them. Nothing was changed. Expected a store of a released version"
    )]
    Altered(i64),
    /// The tables could not be made or changed.
    #[error("making the store's tables")]
    Migrate(#[source] Arc<sqlx::migrate::MigrateError>),
    /// A statement failed.
    #[error("{doing}")]
    Query {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: Arc<sqlx::Error>,
    },
    /// Something that was read cannot be right.
    #[error("the store holds a {0} that cannot be read")]
    Corrupt(&'static str),
    /// Too many are waiting to write.
    #[error("too many are waiting to write")]
    Full,
    /// The body of a transaction panicked; it was undone.
    #[error("a transaction broke off")]
    Panicked,
    /// The store is being closed.
    #[error("the store is closing")]
    Stopped,
}

impl StoreError {
    pub(super) fn query(doing: &'static str, source: sqlx::Error) -> Self {
        Self::Query { doing, source: Arc::new(source) }
    }

    /// Whether somebody has to change something, because trying again does not help.
    pub fn needs_intervention(&self) -> bool {
        match self {
            Self::Url | Self::Password | Self::Unproved(_) | Self::Newer { .. } | Self::Altered(_) => true,
            Self::Open { .. }
            | Self::Tables
            | Self::Migrate(_)
            | Self::Query { .. }
            | Self::Corrupt(_)
            | Self::Full
            | Self::Panicked
            | Self::BeingReplaced
            | Self::Stopped => false,
        }
    }

    /// Whether the setting that says where the store is may be what is wrong.
    pub fn is_about_the_address(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Url | Self::Password | Self::Unproved(_))
    }

    /// Whether the database refuses it to the store's user (PostgreSQL).
    pub fn is_forbidden(&self) -> bool {
        if let Self::Query { source, .. } = self {
            return source
                .as_database_error()
                .and_then(|error| error.code())
                .is_some_and(|code| code == "42501");
        }
        false
    }

    /// Whether the same may succeed in a moment.
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Full | Self::Stopped | Self::BeingReplaced => true,
            Self::Query { source, .. } | Self::Open { source, .. } => is_transient(source),
            Self::Url
            | Self::Password
            | Self::Unproved(_)
            | Self::Tables
            | Self::Newer { .. }
            | Self::Altered(_)
            | Self::Migrate(_)
            | Self::Corrupt(_)
            | Self::Panicked => false,
        }
    }
}

fn is_transient(error: &sqlx::Error) -> bool {
    if let Some(database) = error.as_database_error() {
        // SQLite: busy, and busy with a snapshot that is too old. PostgreSQL: serialisation, deadlock, starting
        // up or shutting down, too many connections.
        return database.code().is_some_and(|code| {
            matches!(&*code, "5" | "517" | "261" | "40001" | "40P01" | "53300" | "57P01" | "57P02" | "57P03")
        });
    }
    matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_))
}

/// Adds what was being done to an error.
pub(super) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::query(doing, source))
    }
}

/// How many rows a statement changed, of either database.
pub(super) trait Done {
    fn done(self, doing: &'static str) -> Result<u64, StoreError>;
}

impl Done for Result<sqlx::sqlite::SqliteQueryResult, sqlx::Error> {
    fn done(self, doing: &'static str) -> Result<u64, StoreError> {
        self.map(|done| done.rows_affected()).doing(doing)
    }
}

impl Done for Result<sqlx::postgres::PgQueryResult, sqlx::Error> {
    fn done(self, doing: &'static str) -> Result<u64, StoreError> {
        self.map(|done| done.rows_affected()).doing(doing)
    }
}
