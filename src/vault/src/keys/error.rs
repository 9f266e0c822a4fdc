//! Why a key file cannot be used.

use std::path::{Path, PathBuf};

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is no file: a first start, or a wrong path.
    #[error("{}: there is no key file", .0.display())]
    Missing(PathBuf),
    /// There is a file already; a key is never overwritten.
    #[error("{}: there is a key file already, and it is never overwritten", .0.display())]
    Exists(PathBuf),
    /// It lies in the data folder, where a backup would take it along.
    #[error("{}: expected outside the data folder {}, so that no backup holds the key", .file.display(), .data.display())]
    InsideData {
        /// The file.
        file: PathBuf,
        /// The folder.
        data: PathBuf,
    },
    /// Others can read or change it.
    #[error("{}: mode {mode:04o}; expected 0600 (chmod 600)", .file.display())]
    Mode {
        /// The file.
        file: PathBuf,
        /// The mode that it has.
        mode: u32,
    },
    /// It belongs to another user.
    #[error("{}: it belongs to user {owner}, and this runs as {expected}; run it as the file's owner", .file.display())]
    Owner {
        /// The file.
        file: PathBuf,
        /// The user that it belongs to.
        owner: u32,
        /// The user that this program runs as.
        expected: u32,
    },
    /// It is a copy that systemd handed over.
    #[error(
        "{}: systemd has handed over this copy of the key file, and what is written to it is lost; change the file that LoadCredential= names, as its owner with ENROL_KEYS=FILE, and start the service again", .0.display()
    )]
    HandedOver(PathBuf),
    /// Its content is not that of a key file. The content is not shown.
    #[error("{}: {problem}", .file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// What was expected.
        problem: &'static str,
    },
    /// The system refused.
    #[error("{doing} {}", .file.display())]
    Io {
        /// What was being done to it.
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// Why the system refused.
        #[source]
        source: std::io::Error,
    },
    /// The system has no entropy for new keys.
    #[error("making new keys: {0}")]
    Entropy(String),
}

/// A file that is not there is missing, unless it was to be written.
pub(super) fn io(doing: &'static str, file: &Path, source: std::io::Error) -> KeyFileError {
    if source.kind() == std::io::ErrorKind::NotFound && doing != "writing" {
        return KeyFileError::Missing(file.to_owned());
    }
    KeyFileError::Io { doing, file: file.to_owned(), source }
}
