//! Why there is no backup, or why one was not put in place.

use std::path::{Path, PathBuf};

use super::super::{OpenError, Refusal};
use crate::audit::AuditFault;
use store::{StoreError, ToolError};

/// Why there is no backup, why it is not one, or why it was not put in place.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder holds something.
    #[error("{}: expected a folder that does not exist yet", .0.display())]
    Exists(PathBuf),
    /// The manifest is missing or no manifest.
    #[error("{}: {problem}", .path.display())]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The copy is not what was written.
    #[error("{}: {found} bytes with SHA-256 {sha256}, which is not what the manifest says; the copy was changed or is incomplete", .path.display())]
    Changed {
        /// Which file.
        path: PathBuf,
        /// Its length.
        found: u64,
        /// Its hash.
        sha256: String,
    },
    /// It is of the other database.
    #[error(
        "the backup is of a {backup} store, and the settings name {store}; expected settings with a store of its kind"
    )]
    OtherStore {
        /// What the backup is of.
        backup: &'static str,
        /// What the settings name.
        store: &'static str,
    },
    /// Store and keys.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Records are under a key that is not at hand.
    #[error("the key file lacks the vault key {0}, and the backup has records under it")]
    KeyMissing(String),
    /// Records do not open.
    #[error("{0} sealed records do not open: they were changed or moved")]
    RecordsDoNotOpen(u64),
    /// The audit in it is not whole.
    #[error("the audit in it is not whole: {0}")]
    Audit(AuditFault),
    /// There is a store.
    #[error("there is a store already: {}", .0.display())]
    StoreExists(PathBuf),
    /// The database holds something.
    #[error("the database {0} has tables already, and is left as it is")]
    NotEmpty(String),
    /// A place to look at it cannot be made.
    #[error("the store's user may not make a database to look at the backup in")]
    NoScratchDatabase,
    /// A service uses it.
    #[error("{} is in use", .0.display())]
    InUse(PathBuf),
    /// Nodes of it run.
    #[error("services serve from this store: {}", .0.join(", "))]
    Serving(Vec<String>),
    /// Somebody else did the same.
    #[error(
        "another command changed the keys or the policy meanwhile; nothing was changed by this one. Run it again"
    )]
    Conflict,
    /// The system refused.
    #[error("{doing} {}", .path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A program of PostgreSQL's did not do it.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something is wrong here.
    #[error("the service could not do it: {0}")]
    Fault(#[from] Refusal),
}

pub(super) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> BackupError {
    BackupError::Io { doing, path: path.to_owned(), source }
}
