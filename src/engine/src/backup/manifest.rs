//! The manifest beside a backup's copy of the store. It identifies the copy, and never holds a key.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use domain::{ServiceId, Timestamp};
use protocol::Signed;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::{BackupError, io};
use crate::OpenError;
use vault::{KeyKind, Keys};

/// The name of SQLite's copy in the folder.
pub(super) const DATABASE: &str = "enrol.sqlite";

/// The name of PostgreSQL's copy, in the format that pg_restore reads.
pub(super) const DUMP: &str = "enrol.pgdump";

/// The manifest's name.
pub(super) const MANIFEST: &str = "manifest.json";

/// What a backup contains.
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

impl Manifest {
    /// That of a backup's folder, if these are its keys.
    pub(super) fn read(backup: &Path, keys: &Keys) -> Result<Self, BackupError> {
        let path = backup.join(MANIFEST);
        let wrong = |problem: String| BackupError::Manifest { path: path.clone(), problem };
        let text = std::fs::read(&path).map_err(|error| wrong(error.to_string()))?;
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        if manifest.service != keys.service() {
            let (keys, store) = (keys.service().to_string(), manifest.service.to_string());
            return Err(OpenError::OtherKeys { keys, store }.into());
        }
        Ok(manifest)
    }

    /// Where the copy is, if it is one of this kind.
    pub(super) fn copy(&self, backup: &Path, wanted: &str) -> Result<PathBuf, BackupError> {
        let name = Path::new(&self.database).file_name().unwrap_or_default();
        let kind = |is_dump: bool| if is_dump { "PostgreSQL" } else { "SQLite" };
        let (is_dump, wants_dump) = (name == DUMP, wanted == DUMP);
        if is_dump != wants_dump {
            return Err(BackupError::OtherStore { backup: kind(is_dump), store: kind(wants_dump) });
        }
        Ok(backup.join(name))
    }

    /// Whether a file, said to be `source`, is what was written.
    pub(super) fn check(&self, file: &Path, source: &Path) -> Result<(), BackupError> {
        let (found, sha256) = measure(file).map_err(|error| io("reading", file, error))?;
        if (found, &sha256) == (self.bytes, &self.sha256) {
            return Ok(());
        }
        Err(BackupError::Changed { path: source.to_owned(), found, sha256 })
    }

    /// Envelope keys of that time that are not at hand.
    pub(super) fn envelope_keys_missing(&self, keys: &Keys) -> Vec<String> {
        let ids = self.envelope_keys.iter();
        ids.filter(|id| keys.find(KeyKind::Envelope, id).is_none()).cloned().collect()
    }
}

/// A file's length and SHA-256.
pub(super) fn measure(file: &Path) -> std::io::Result<(u64, String)> {
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
