//! What stands beside a backup's copy: by it the copy is known again. It never holds a key.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use domain::{ServiceId, Timestamp};
use protocol::Signed;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The copy's name in the folder.
pub(super) const DATABASE: &str = "enrol.sqlite";

/// The manifest's own.
pub(super) const MANIFEST: &str = "manifest.json";

/// What a backup is of.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) service: ServiceId,
    pub(super) made_at: Timestamp,
    /// Of the program that made it.
    pub(super) version: String,
    /// Of the tables.
    pub(super) schema: i64,
    pub(super) database: String,
    pub(super) bytes: u64,
    /// Of the copy, in hexadecimal.
    pub(super) sha256: String,
    pub(super) audit_head: Signed,
    /// Without them it does not open.
    pub(super) vault_keys: Vec<String>,
    /// What was sealed to them and not sent yet when it was made is not accepted without them.
    pub(super) envelope_keys: Vec<String>,
}

/// A file's length and SHA-256.
pub(super) fn measured(file: &Path) -> std::io::Result<(u64, String)> {
    let (mut file, mut hash, mut bytes) = (File::open(file)?, Sha256::new(), 0);
    let mut part = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut part)?;
        let Some(read) = part.get(..read).filter(|read| !read.is_empty()) else { break };
        hash.update(read);
        bytes += u64::try_from(read.len()).unwrap_or(0);
    }
    Ok((bytes, HEXLOWER.encode(&hash.finalize())))
}
