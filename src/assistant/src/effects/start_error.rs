//! Why the live effects cannot be set up.

use std::{io, path::PathBuf};

/// Why the live effects cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The file with certificates.
    #[error(
        "the certificates in {0} cannot be read ({1}); expected PEM, beginning with -----BEGIN CERTIFICATE-----"
    )]
    CaFile(PathBuf, String),
    /// What is remembered of the service.
    #[error(
        "{0} cannot be read. It holds the service's key; when you are sure of the service, delete the file"
    )]
    Pin(PathBuf, #[source] io::Error),
    /// The system gave no thread.
    #[error("the worker thread cannot be started")]
    Thread(#[source] io::Error),
}
