//! The key file: TOML, mode 0600, written all or nothing.
//!
//! Not here: where the file may lie and whose it is (`place`).

use std::fs::File;
use std::path::{Path, PathBuf};

use data_encoding::BASE64URL_NOPAD;
use domain::{ServiceId, Timestamp};
use protocol::Succession;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Held, KeyBytes, KeyKind, Keys, NamedKey, key_file};
use crate::files::write_private;

/// The form of the file.
const VERSION: u32 = 1;

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Not there: a first start, or a wrong path.
    #[error("{}: there is no key file", .0.display())]
    Missing(PathBuf),
    /// There already; a key is never overwritten.
    #[error("{}: there is a key file already, and it is never overwritten", .0.display())]
    Exists(PathBuf),
    /// In the data folder, where a backup would take it along.
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
        /// What it is.
        mode: u32,
    },
    /// It belongs to another user.
    #[error("{}: it belongs to user {owner}, and this runs as {expected}; run it as the file's owner", .file.display())]
    Owner {
        /// The file.
        file: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Whose it should be.
        expected: u32,
    },
    /// It is a copy.
    #[error(
        "{}: systemd has handed over this copy of the key file, and what is written to it is lost; change the file that LoadCredential= names, as its owner with ENROL_KEYS=FILE, and start the service again", .0.display()
    )]
    HandedOver(PathBuf),
    /// Not what `serve` or the demo wrote. The content is not shown.
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
        /// What was being done.
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// No entropy for new keys.
    #[error("making new keys: {0}")]
    Entropy(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    version: u32,
    service: ServiceId,
    root: Secret,
    identity: Vec<Entry>,
    envelope: Vec<Entry>,
    vault: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    key: Secret,
    created: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    successions: Vec<Succession>,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Secret(Zeroizing<String>);

impl Secret {
    fn of(key: &KeyBytes) -> Self {
        Self(Zeroizing::new(BASE64URL_NOPAD.encode(key.bytes())))
    }

    fn key(&self) -> Option<KeyBytes> {
        let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(self.0.as_bytes()).ok()?);
        bytes.as_slice().try_into().ok().map(KeyBytes::from_bytes)
    }
}

impl Keys {
    /// Reads a key file. `data` is the folder that it must not lie in; `None` for the demo,
    /// which keeps everything in one place.
    pub fn load(file: &Path, data: Option<&Path>) -> Result<Self, KeyFileError> {
        key_file::Place::new(file, data).load()
    }

    /// Makes new keys and writes them to a file that does not exist yet.
    pub fn create(file: &Path, data: Option<&Path>, now: Timestamp) -> Result<Self, KeyFileError> {
        if file.exists() {
            return Err(KeyFileError::Exists(file.to_owned()));
        }
        key_file::check_folder(file, data)?;
        let keys = Self::generate(now).map_err(|error| KeyFileError::Entropy(error.to_string()))?;
        write_new(file, keys.written()?.as_bytes())?;
        Ok(keys.read_from(key_file::Place::new(file, data)))
    }

    /// Reads a key file, or makes it when there is none yet: a first start.
    pub fn load_or_create(file: &Path, data: Option<&Path>, now: Timestamp) -> Result<Self, KeyFileError> {
        match Self::load(file, data) {
            Err(KeyFileError::Missing(_)) => match Self::create(file, data, now) {
                // Somebody else was faster: theirs counts.
                Err(KeyFileError::Exists(_)) => Self::load(file, data),
                other => other,
            },
            other => other,
        }
    }

    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        // The parser's own words would quote the line, and the line holds a key.
        let file: KeyFile =
            toml::from_str(text).map_err(|_| "expected a key file as the service wrote it")?;
        let KeyFile { version, service, identity, root, envelope, vault } = file;
        if version != VERSION {
            return Err("written by a newer version of the service");
        }
        let named = |kind: KeyKind, entries: Vec<Entry>| {
            entries
                .into_iter()
                .map(|Entry { id, key, created, successions }| {
                    key.key().map(|bytes| NamedKey { id, bytes, created, successions })
                })
                .collect::<Option<Vec<_>>>()
                .filter(|keys| !keys.is_empty() && keys.iter().all(|key| key.number(kind).is_some()))
        };
        let whole = "expected every key to have 32 bytes and its own id, and at least one of each kind";
        let (identity, root) = (named(KeyKind::Identity, identity).ok_or(whole)?, root.key().ok_or(whole)?);
        if !identity.iter().all(has_right_successions) {
            return Err("expected every identity key to be named by the one before it");
        }
        let (envelope, vault) =
            (named(KeyKind::Envelope, envelope).ok_or(whole)?, named(KeyKind::Vault, vault).ok_or(whole)?);
        Ok(Self::from_parts(service, identity, envelope, vault, root))
    }

    /// As the file holds them. A kind without a key is never written.
    pub(super) fn written(&self) -> Result<Zeroizing<String>, KeyFileError> {
        let wrong = |problem| KeyFileError::Content { file: PathBuf::new(), problem };
        if KeyKind::ALL.into_iter().any(|kind| self.of(kind).is_empty()) {
            return Err(wrong("the last key of a kind cannot be taken out"));
        }
        // By name, so that nothing is forgotten. The others follow from the root.
        let Held { service, identity, signers: _, envelope, vault, root, hashing: _, audit: _, numbers: _ } =
            &*self.held;
        let entries = |keys: &[NamedKey]| {
            keys.iter()
                .map(|NamedKey { id, bytes, created, successions }| Entry {
                    id: id.clone(),
                    key: Secret::of(bytes),
                    created: *created,
                    successions: successions.clone(),
                })
                .collect()
        };
        let file = KeyFile {
            version: VERSION,
            service: *service,
            root: Secret::of(root),
            identity: entries(identity),
            envelope: entries(envelope),
            vault: entries(vault),
        };
        let body =
            toml::to_string(&file).map(Zeroizing::new).map_err(|_| wrong("the keys cannot be written"))?;
        let mut text = Zeroizing::new(String::with_capacity(body.len() + 200));
        text.push_str("# The keys of one Enrol service. Whoever has this file and the database can read every secret.\n");
        text.push_str("# Keep it apart from the backups. Losing it means enrolling everyone again.\n");
        text.push_str(&body);
        Ok(text)
    }
}

/// They lead from the first that the service had to this one.
fn has_right_successions(key: &NamedKey) -> bool {
    let first = key.successions.first().map(|succession| succession.old);
    first.is_none_or(|first| Succession::lead(&key.successions, &first, &key.signer().key()))
}

/// Temporary file, fsync, link, fsync of the folder: there is a whole file or none, and none is overwritten.
pub(super) fn write_new(file: &Path, content: &[u8]) -> Result<(), KeyFileError> {
    let written = written_aside(file, content, |temporary| {
        std::fs::hard_link(temporary, file)?;
        std::fs::remove_file(temporary)
    });
    match written {
        Err(KeyFileError::Io { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(KeyFileError::Exists(file.to_owned()))
        }
        written => written,
    }
}

/// Temporary file, fsync, rename, fsync of the folder: there is the old file or the new, and each is whole.
pub(super) fn write_over(file: &Path, content: &[u8]) -> Result<(), KeyFileError> {
    written_aside(file, content, |temporary| std::fs::rename(temporary, file))
}

fn written_aside(
    file: &Path,
    content: &[u8],
    put: impl FnOnce(&Path) -> std::io::Result<()>,
) -> Result<(), KeyFileError> {
    let folder = key_file::folder_of(file);
    // A process id would not do: in containers that share a folder it is often 1.
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| io("writing", file, error.into()))?;
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{:016x}", u64::from_be_bytes(random)));
    let temporary = folder.join(name);
    if let Err(source) = write_private(&temporary, content).and_then(|()| put(&temporary)) {
        // Perhaps it was never there.
        let _ = std::fs::remove_file(&temporary);
        return Err(io("writing", file, source));
    }
    File::open(&folder).and_then(|folder| folder.sync_all()).map_err(|source| io("finishing", file, source))
}

pub(super) fn io(doing: &'static str, file: &Path, source: std::io::Error) -> KeyFileError {
    if source.kind() == std::io::ErrorKind::NotFound && doing != "writing" {
        return KeyFileError::Missing(file.to_owned());
    }
    KeyFileError::Io { doing, file: file.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[test]
    fn what_is_created_is_loaded_and_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys.toml");
        assert!(matches!(Keys::load(&file, None), Err(KeyFileError::Missing(_))));
        let made = Keys::create(&file, None, NOW).expect("creates");
        let read = Keys::load(&file, None).expect("loads");
        assert_eq!(made.identity_key().to_string(), read.identity_key().to_string());
        assert_eq!(made.service(), read.service());
        assert_eq!(made.audit().bytes(), read.audit().bytes());
        for kind in KeyKind::ALL {
            let ids = |keys: &Keys| keys.of(kind).iter().map(|key| key.id.clone()).collect::<Vec<_>>();
            assert_eq!(ids(&made), ids(&read));
        }
        assert!(matches!(Keys::create(&file, None, NOW), Err(KeyFileError::Exists(_))));
        assert!(matches!(write_new(&file, b"x"), Err(KeyFileError::Exists(_))));
        assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 1, "no temporary file is left");
        assert!(Keys::load_or_create(&file, None, NOW).is_ok());
    }

    #[test]
    fn a_spoilt_file_is_refused_without_showing_it() {
        let keys = Keys::generate(NOW).expect("entropy");
        let good = keys.written().expect("writes");
        assert!(Keys::read(&good).is_ok());
        let secret = Secret::of(&keys.held.root).0;
        for spoilt in [
            String::new(),
            good.replace("version = 1", "version = 2"),
            good.replace(secret.as_str(), "AAAA"),
            good.replace("root", "rot"),
            good.replace("v1-", "v2-"),
            good.replace("e1-", "e-"),
            good.replace(secret.as_str(), &format!("{}\"", secret.as_str())),
        ] {
            let problem = Keys::read(&spoilt).err().expect("refused");
            assert!(!problem.contains(&secret[..8]));
        }
    }
}
