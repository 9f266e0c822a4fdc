//! The key file's content: TOML, mode 0600, written all or nothing.
//!
//! Not here: where the file may lie and whose it is (`key_file`).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use data_encoding::BASE64URL_NOPAD;
use domain::{ServiceId, Timestamp};
use platform::files::{create_durably, replace_durably};
use protocol::Succession;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::{KeyFileError, io};
use super::key_file::{KeyFileLocation, check_folder};
use super::{KeyBytes, KeyKind, KeyMaterial, Keys, NamedKey};

/// The version of the file's form.
const VERSION: u32 = 1;

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
        Self::read_file(&KeyFileLocation::new(file, data))
    }

    /// Makes new keys and writes them to a file that does not exist yet.
    pub fn create(file: &Path, data: Option<&Path>, now: Timestamp) -> Result<Self, KeyFileError> {
        if file.exists() {
            return Err(KeyFileError::Exists(file.to_owned()));
        }
        check_folder(file, data)?;
        let keys = Self::generate(now).map_err(|error| KeyFileError::Entropy(error.to_string()))?;
        write_new(file, keys.to_toml()?.as_bytes())?;
        Ok(keys.with_location(KeyFileLocation::new(file, data)))
    }

    /// Reads a key file, or makes it when there is none yet: a first start.
    pub fn load_or_create(file: &Path, data: Option<&Path>, now: Timestamp) -> Result<Self, KeyFileError> {
        match Self::load(file, data) {
            Err(KeyFileError::Missing(_)) => match Self::create(file, data, now) {
                // Another process was faster: its keys count.
                Err(KeyFileError::Exists(_)) => Self::load(file, data),
                other => other,
            },
            other => other,
        }
    }

    /// Reads the file at a location, if it may be used.
    pub(super) fn read_file(location: &KeyFileLocation) -> Result<Self, KeyFileError> {
        let text = location.read()?;
        let wrong = |problem| KeyFileError::Content { file: location.file().to_owned(), problem };
        Ok(Self::from_toml(&text).map_err(wrong)?.with_location(location.clone()))
    }

    pub(super) fn from_toml(text: &str) -> Result<Self, &'static str> {
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
        if !identity.iter().all(has_valid_successions) {
            return Err("expected every identity key to be named by the one before it");
        }
        let (envelope, vault) =
            (named(KeyKind::Envelope, envelope).ok_or(whole)?, named(KeyKind::Vault, vault).ok_or(whole)?);
        Ok(Self::from_parts(service, identity, envelope, vault, root))
    }

    /// The file's text. A kind without a key is never written.
    pub(super) fn to_toml(&self) -> Result<Zeroizing<String>, KeyFileError> {
        let wrong = |problem| KeyFileError::Content { file: PathBuf::new(), problem };
        if KeyKind::ALL.into_iter().any(|kind| self.of(kind).is_empty()) {
            return Err(wrong("the last key of a kind cannot be taken out"));
        }
        // Each field by name, so that none is forgotten. The derived keys follow from the root.
        let KeyMaterial {
            service,
            identity,
            signers: _,
            envelope,
            vault,
            root,
            hashing: _,
            audit: _,
            numbers: _,
        } = &*self.material;
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

/// Whether the statements lead from the service's first key to this one.
fn has_valid_successions(key: &NamedKey) -> bool {
    let first = key.successions.first().map(|succession| succession.old);
    first.is_none_or(|first| Succession::lead(&key.successions, &first, &key.signer().key()))
}

/// Writes a new file: there is a whole file or none, and none is overwritten.
pub(super) fn write_new(file: &Path, content: &[u8]) -> Result<(), KeyFileError> {
    create_durably(file, content).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => KeyFileError::Exists(file.to_owned()),
        _ => io("writing", file, source),
    })
}

/// Replaces a file: there is the old file or the new, and each is whole.
pub(super) fn write_over(file: &Path, content: &[u8]) -> Result<(), KeyFileError> {
    replace_durably(file, content).map_err(|source| io("writing", file, source))
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
        let good = keys.to_toml().expect("writes");
        assert!(Keys::from_toml(&good).is_ok());
        let secret = Secret::of(&keys.material.root).0;
        for spoilt in [
            String::new(),
            good.replace("version = 1", "version = 2"),
            good.replace(secret.as_str(), "AAAA"),
            good.replace("root", "rot"),
            good.replace("v1-", "v2-"),
            good.replace("e1-", "e-"),
            good.replace(secret.as_str(), &format!("{}\"", secret.as_str())),
        ] {
            let problem = Keys::from_toml(&spoilt).err().expect("refused");
            assert!(!problem.contains(&secret[..8]));
        }
    }
}
