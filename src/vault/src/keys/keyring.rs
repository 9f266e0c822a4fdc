//! The keys of a running service. They are exchanged as a whole when the file or the store's word of them has changed.
//!
//! Not here: when somebody looks (`engine::keys`).

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::key_file::Stamp;
use super::{KeyFileError, KeyState, KeyUses, Keys};

/// The keys as they are now.
pub struct Ring {
    keys: RwLock<Arc<Keys>>,
    /// Of the file, when it was last read, with or without success.
    seen: Mutex<Option<Stamp>>,
}

impl Ring {
    pub fn new(keys: Keys) -> Self {
        let seen = keys.from.as_ref().and_then(|place| place.stamp());
        Self { keys: RwLock::new(Arc::new(keys)), seen: Mutex::new(seen) }
    }

    pub fn now(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the store says by now.
    pub fn set_uses(&self, uses: KeyUses) {
        let mut held = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if *held.uses() != uses {
            *held = Arc::new(held.with_uses(uses));
        }
    }

    /// Reads the file again when it has changed since. One that cannot be read, is another service's or lacks a key
    /// in use changes nothing.
    pub fn look_at_file(&self) -> Result<bool, KeyFileError> {
        let Some(place) = self.now().from.clone() else { return Ok(false) };
        let stamp = place.stamp();
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if *seen == stamp {
                return Ok(false);
            }
            *seen = stamp;
        }
        let read = place.load()?;
        let mut held = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let wrong = |problem| Err(KeyFileError::Content { file: place.file.clone(), problem });
        if !read.is_same_service(&held) {
            return wrong("these are the keys of another service; those read before stay in use");
        }
        let read = read.with_uses(held.uses().clone());
        if let Some(lost) = read.lacks() {
            tracing::error!(key = lost, "the key file lacks a key that is in use");
            // Perhaps in use no more, which the store is about to say.
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = None;
            return wrong("it lacks a key that is in use; those read before stay in use");
        }
        if let Some(lost) = read.lacks_of(&held) {
            tracing::error!(key = lost, "the key file lacks a vault key that was not forgotten");
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = None;
            return wrong("it lacks a vault key that was not forgotten; those read before stay in use");
        }
        *held = Arc::new(read);
        Ok(true)
    }
}

impl Keys {
    /// A vault key that the others have, and that no command has forgotten: there may be records under it.
    fn lacks_of<'a>(&self, others: &'a Self) -> Option<&'a str> {
        let kind = super::KeyKind::Vault;
        let mut theirs = others.of(kind).iter().map(|key| key.id.as_str());
        let is_kept = |id: &str| others.uses.find(kind, id).is_some_and(|used| used.state == KeyState::Kept);
        theirs.find(|id| self.find(kind, id).is_none() && is_kept(id))
    }

    /// A key that is in use by the store's word, and not here.
    pub fn lacks(&self) -> Option<&str> {
        super::KeyKind::ALL
            .into_iter()
            .filter_map(|kind| self.uses.active(kind))
            .find(|used| self.find(used.kind, &used.id).is_none())
            .map(|used| used.id.as_str())
    }
}
