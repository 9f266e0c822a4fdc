//! The keys of a running service. They are exchanged as a whole when the file, or what the store says of them, has changed.
//!
//! Not here: when the file is read again (`engine::keys`).

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::key_file::FileVersion;
use super::{KeyFileError, KeyKind, KeyState, KeyUses, Keys};

/// The keys of a running service, as they are now.
pub struct Keyring {
    keys: RwLock<Arc<Keys>>,
    /// The file's version when it was last read, with or without success.
    seen: Mutex<Option<FileVersion>>,
}

impl Keyring {
    /// Starts with keys that were just read.
    pub fn new(keys: Keys) -> Self {
        let seen = keys.location.as_ref().and_then(|location| location.version());
        Self { keys: RwLock::new(Arc::new(keys)), seen: Mutex::new(seen) }
    }

    /// The keys as they are now.
    pub fn current(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes what the store now says of the keys' use.
    pub fn set_uses(&self, uses: KeyUses) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if *keys.uses() != uses {
            *keys = Arc::new(keys.with_uses(uses));
        }
    }

    /// Reads the file again when it has changed. `false` when it has not. A file that cannot be read, is another service's,
    /// or lacks a key in use, changes nothing.
    pub fn reload_file(&self) -> Result<bool, KeyFileError> {
        let Some(location) = self.current().location.clone() else { return Ok(false) };
        let version = location.version();
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if *seen == version {
                return Ok(false);
            }
            *seen = version;
        }
        let read = Keys::read_file(&location)?;
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let wrong = |problem| Err(KeyFileError::Content { file: location.file().to_owned(), problem });
        if !read.is_same_service(&keys) {
            return wrong("these are the keys of another service; those read before stay in use");
        }
        let read = read.with_uses(keys.uses().clone());
        if let Some(missing) = read.missing_in_use() {
            tracing::error!(key = missing, "the key file lacks a key that is in use");
            // The store may be about to say that the key is in use no more: look at the file again.
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = None;
            return wrong("it lacks a key that is in use; those read before stay in use");
        }
        if let Some(missing) = read.missing_of(&keys) {
            tracing::error!(key = missing, "the key file lacks a vault key that was not forgotten");
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = None;
            return wrong("it lacks a vault key that was not forgotten; those read before stay in use");
        }
        *keys = Arc::new(read);
        Ok(true)
    }
}

impl Keys {
    /// A vault key of others that is not here, though no command has forgotten it: there may be records under it.
    fn missing_of<'a>(&self, others: &'a Self) -> Option<&'a str> {
        let kind = KeyKind::Vault;
        let mut theirs = others.of(kind).iter().map(|key| key.id.as_str());
        let is_kept = |id: &str| others.uses.find(kind, id).is_some_and(|used| used.state == KeyState::Kept);
        theirs.find(|id| self.find(kind, id).is_none() && is_kept(id))
    }

    /// A key that the store says is in use, and that is not here.
    pub fn missing_in_use(&self) -> Option<&str> {
        KeyKind::ALL
            .into_iter()
            .filter_map(|kind| self.uses.active(kind))
            .find(|used| self.find(used.kind, &used.id).is_none())
            .map(|used| used.id.as_str())
    }
}
