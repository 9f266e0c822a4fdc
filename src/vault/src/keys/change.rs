//! Changing a key file: the whole file is written again, all or nothing, by one command at a time.

use std::fs::File;
use std::path::Path;

use domain::Timestamp;
use platform::files::folder_of;
use protocol::Succession;

use super::error::{KeyFileError, io};
use super::file;
use super::key_file::{check_folder, is_systemd_credential};
use super::{KeyKind, KeyUses, Keys, NamedKey};

impl Keys {
    /// Adds a new key to the file, and returns its id. The identity key in use names a new one as its successor.
    pub fn add(
        file: &Path,
        data: Option<&Path>,
        kind: KeyKind,
        uses: &KeyUses,
        now: Timestamp,
    ) -> Result<String, KeyFileError> {
        change_file(file, data, |keys| {
            let newest = keys.of(kind).last().and_then(|key| key.number(kind)).unwrap_or(0);
            let mut key = NamedKey::generate(kind, newest.saturating_add(1), now)
                .map_err(|error| KeyFileError::Entropy(error.to_string()))?;
            if let (KeyKind::Identity, Some(old)) = (kind, keys.with_uses(uses.clone()).active(kind)) {
                key.successions.clone_from(&old.successions);
                key.successions.push(Succession::sign(&old.signer(), key.signer().key()));
            }
            let id = key.id.clone();
            Ok((keys.with_kind(kind, |all| all.push(key)), id))
        })
    }

    /// Takes a key out of the file. `false` when it was not there.
    pub fn remove(file: &Path, data: Option<&Path>, kind: KeyKind, id: &str) -> Result<bool, KeyFileError> {
        change_file(file, data, |keys| {
            let was_there = keys.find(kind, id).is_some();
            Ok((keys.with_kind(kind, |all| all.retain(|key| key.id != id)), was_there))
        })
    }

    /// Adds keys of the same service to the file, or makes the file when there is none. Returns the ids that are new.
    pub fn merge(file: &Path, data: Option<&Path>, brought: &Self) -> Result<Vec<String>, KeyFileError> {
        if !file.exists() {
            check_folder(file, data)?;
            file::write_new(file, brought.to_toml()?.as_bytes())?;
            return Ok(KeyKind::ALL.into_iter().flat_map(|kind| ids(brought.of(kind))).collect());
        }
        change_file(file, data, |keys| {
            let wrong = |problem| KeyFileError::Content { file: file.to_owned(), problem };
            if !keys.is_same_service(brought) {
                return Err(wrong("it holds the keys of another service; expected those of the same"));
            }
            let (mut merged, mut added) = (keys.clone(), Vec::new());
            for kind in KeyKind::ALL {
                let new: Vec<NamedKey> = brought
                    .of(kind)
                    .iter()
                    .filter(|key| keys.find(kind, &key.id).is_none())
                    .cloned()
                    .collect();
                added.extend(ids(&new));
                merged = merged.with_kind(kind, |all| {
                    all.extend(new);
                    all.sort_by_key(|key| key.number(kind));
                });
            }
            Ok((merged, added))
        })
    }

    /// The same keys, with those of one kind changed.
    fn with_kind(&self, kind: KeyKind, change: impl FnOnce(&mut Vec<NamedKey>)) -> Self {
        let mut changed = self.of(kind).to_vec();
        change(&mut changed);
        let material = &self.material;
        let mut identity = material.identity.clone();
        let (mut envelope, mut vault) = (material.envelope.clone(), material.vault.clone());
        match kind {
            KeyKind::Envelope => envelope = changed,
            KeyKind::Vault => vault = changed,
            KeyKind::Identity => identity = changed,
        }
        let keys = Self::from_parts(material.service, identity, envelope, vault, material.root.clone());
        Self { uses: self.uses.clone(), location: self.location.clone(), ..keys }
    }
}

fn ids(keys: &[NamedKey]) -> Vec<String> {
    keys.iter().map(|key| key.id.clone()).collect()
}

/// Reads, changes and writes a file. Another command waits meanwhile.
fn change_file<T>(
    file: &Path,
    data: Option<&Path>,
    change: impl FnOnce(&Keys) -> Result<(Keys, T), KeyFileError>,
) -> Result<T, KeyFileError> {
    if is_systemd_credential(file) {
        return Err(KeyFileError::HandedOver(file.to_owned()));
    }
    // A link is followed: what it leads to is replaced, and the link stays.
    let file = &file.canonicalize().map_err(|source| io("looking at", file, source))?;
    // The folder, since the file itself is replaced.
    let folder = File::open(folder_of(file)).map_err(|source| io("locking", file, source))?;
    folder.lock().map_err(|source| io("locking", file, source))?;
    let (keys, answer) = change(&Keys::load(file, data)?)?;
    file::write_over(file, keys.to_toml()?.as_bytes())?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keyring;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[test]
    fn a_key_is_added_and_taken_out_and_nothing_else_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys.toml");
        let first = Keys::create(&file, None, NOW).expect("creates");
        for kind in KeyKind::ALL {
            let id = Keys::add(&file, None, kind, &KeyUses::default(), NOW).expect("adds");
            let both = Keys::load(&file, None).expect("loads");
            assert!(both.of(kind).len() == 2 && both.unused(kind).is_some_and(|key| key.id == id));
            assert!(both.is_same_service(&first));
            let old = &first.of(kind)[0];
            assert_eq!(both.find(kind, &old.id).map(|key| *key.bytes.bytes()), Some(*old.bytes.bytes()));
            assert_ne!(both.find(kind, &id).map(|key| *key.bytes.bytes()), Some(*old.bytes.bytes()));
            assert!(Keys::remove(&file, None, kind, &old.id).expect("removes"));
            assert!(!Keys::remove(&file, None, kind, &old.id).expect("removes"));
            let newer = Keys::add(&file, None, kind, &KeyUses::default(), NOW).expect("adds");
            assert!(newer.starts_with(&format!("{}3-", kind.letter())), "no number comes twice: {newer}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 1, "nothing else is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&file).expect("meta").permissions().mode();
            assert_eq!(mode & 0o7777, 0o600);
        }
    }

    #[test]
    fn the_last_key_of_a_kind_is_never_taken_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys.toml");
        let keys = Keys::create(&file, None, NOW).expect("creates");
        let only = &keys.of(KeyKind::Vault)[0].id;
        assert!(Keys::remove(&file, None, KeyKind::Vault, only).is_err());
        assert!(Keys::load(&file, None).is_ok_and(|keys| keys.find(KeyKind::Vault, only).is_some()));
    }

    #[test]
    fn many_who_add_at_once_lose_no_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys.toml");
        Keys::create(&file, None, NOW).expect("creates");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    Keys::add(&file, None, KeyKind::Vault, &KeyUses::default(), NOW).expect("adds")
                });
            }
        });
        assert_eq!(Keys::load(&file, None).expect("loads").of(KeyKind::Vault).len(), 9);
    }

    #[test]
    fn a_running_service_reads_what_was_added_and_never_a_file_that_is_wrong() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys.toml");
        let keyring = Keyring::new(Keys::create(&file, None, NOW).expect("creates"));
        assert!(!keyring.reload_file().expect("nothing new"));
        let id = Keys::add(&file, None, KeyKind::Vault, &KeyUses::default(), NOW).expect("adds");
        assert!(keyring.reload_file().expect("reads"));
        assert!(keyring.current().find(KeyKind::Vault, &id).is_some());
        std::fs::write(&file, "spoilt").expect("writes");
        assert!(keyring.reload_file().is_err());
        assert!(!keyring.reload_file().expect("said once"));
        std::fs::remove_file(&file).expect("removes");
        Keys::create(&file, None, NOW).expect("another service's");
        assert!(keyring.reload_file().is_err());
        std::fs::remove_file(&file).expect("removes");
        assert!(keyring.reload_file().is_err());
        assert!(keyring.current().find(KeyKind::Vault, &id).is_some(), "what was read stays");
    }

    #[test]
    fn keys_of_the_same_service_are_merged_and_anothers_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (here, there) = (folder.path().join("here.toml"), folder.path().join("there.toml"));
        Keys::create(&here, None, NOW).expect("creates");
        let all = Keys::merge(&there, None, &Keys::load(&here, None).expect("loads")).expect("makes it");
        assert_eq!(all.len(), 3);
        let ours = Keys::add(&here, None, KeyKind::Vault, &KeyUses::default(), NOW).expect("adds");
        let theirs = Keys::add(&there, None, KeyKind::Vault, &KeyUses::default(), NOW).expect("adds");
        assert_ne!(ours, theirs, "made apart, they are told apart");
        let brought = Keys::load(&here, None).expect("loads");
        assert_eq!(Keys::merge(&there, None, &brought).expect("merges"), std::slice::from_ref(&ours));
        assert_eq!(Keys::merge(&there, None, &brought).expect("merges"), [""; 0]);
        let merged = Keys::load(&there, None).expect("loads");
        assert!([&ours, &theirs].into_iter().all(|id| merged.find(KeyKind::Vault, id).is_some()));
        let before = std::fs::read(&there).expect("reads");
        let stranger = Keys::generate(NOW).expect("entropy");
        assert!(Keys::merge(&there, None, &stranger).is_err());
        assert_eq!(std::fs::read(&there).expect("reads"), before);
    }
}
