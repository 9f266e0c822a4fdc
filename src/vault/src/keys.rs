//! The service's keys: identity, envelope, vault and hashing. One file holds them, for the service's own user alone.
//! Which of them are in use, the store says, so that all nodes change at once.
//!
//! Not here: when a key is taken into use or forgotten (`engine::keys`), and what is sealed (`records`).

mod bytes;
mod change;
mod error;
mod export;
mod file;
mod hashes;
mod key_file;
mod keyring;
mod usage;

use std::path::Path;
use std::sync::Arc;

use domain::{ServiceId, Timestamp};
use protocol::{EnvelopePrivateKey, IdentityKey, IdentitySigner, Purpose, Signed, SignedError, Succession};

pub use bytes::{KeyBytes, NamedKey};
pub use error::KeyFileError;
pub use export::{Passphrase, SealedKeysError};
pub use hashes::{HashOf, NumberHashes, hmac, new_token};
pub use key_file::CREDENTIALS_DIRECTORY;
use key_file::KeyFileLocation;
pub use keyring::Keyring;
pub use usage::{KeyKind, KeyState, KeyUse, KeyUses};

/// All the keys of one service, and which of them are in use. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    material: Arc<KeyMaterial>,
    uses: KeyUses,
    /// Where they were read.
    location: Option<Arc<KeyFileLocation>>,
}

/// The keys of a key file, and those that are derived from its root.
struct KeyMaterial {
    service: ServiceId,
    /// In the order in which they were made.
    identity: Vec<NamedKey>,
    /// The signers of the identity keys, in the same order.
    signers: Vec<Arc<IdentitySigner>>,
    /// In the order in which they were made.
    envelope: Vec<NamedKey>,
    /// In the order in which they were made.
    vault: Vec<NamedKey>,
    root: KeyBytes,
    hashing: KeyBytes,
    audit: KeyBytes,
    numbers: KeyBytes,
}

impl Keys {
    /// New keys for a new service, from the system's entropy.
    pub fn generate(now: Timestamp) -> Result<Self, getrandom::Error> {
        let mut random = [0; 10];
        getrandom::fill(&mut random)?;
        let first = |kind| Ok::<_, getrandom::Error>(vec![NamedKey::generate(kind, 1, now)?]);
        let identity = first(KeyKind::Identity)?;
        let (envelope, vault) = (first(KeyKind::Envelope)?, first(KeyKind::Vault)?);
        Ok(Self::from_parts(ServiceId::at(now, random), identity, envelope, vault, KeyBytes::generate()?))
    }

    fn from_parts(
        service: ServiceId,
        identity: Vec<NamedKey>,
        envelope: Vec<NamedKey>,
        vault: Vec<NamedKey>,
        root: KeyBytes,
    ) -> Self {
        let signers = identity.iter().map(|key| Arc::new(key.signer())).collect();
        let (hashing, audit) = (root.derive("enrol/1 hashing"), root.derive("enrol/1 audit"));
        let numbers = root.derive("enrol/1 numbers");
        let material =
            KeyMaterial { service, identity, signers, envelope, vault, root, hashing, audit, numbers };
        Self { material: Arc::new(material), uses: KeyUses::default(), location: None }
    }

    /// The same keys, with what the store says of their use.
    pub fn with_uses(&self, uses: KeyUses) -> Self {
        Self { uses, ..self.clone() }
    }

    /// What the store said of their use.
    pub fn uses(&self) -> &KeyUses {
        &self.uses
    }

    /// The keys of a kind, in the order in which they were made.
    pub fn of(&self, kind: KeyKind) -> &[NamedKey] {
        match kind {
            KeyKind::Envelope => &self.material.envelope,
            KeyKind::Vault => &self.material.vault,
            KeyKind::Identity => &self.material.identity,
        }
    }

    /// A key of a kind, by its id.
    pub fn find(&self, kind: KeyKind, id: &str) -> Option<&NamedKey> {
        self.of(kind).iter().find(|key| key.id == id)
    }

    /// The key of a kind that is in use; before the store was asked, the newest.
    fn active(&self, kind: KeyKind) -> Option<&NamedKey> {
        match self.uses.active(kind) {
            Some(used) => self.find(kind, &used.id),
            None => self.of(kind).last(),
        }
    }

    /// The newest key of a kind, when it was never in use so far.
    pub fn unused(&self, kind: KeyKind) -> Option<&NamedKey> {
        self.of(kind).last().filter(|key| self.uses.find(kind, &key.id).is_none())
    }

    /// Whether the identity key in use has named another as its successor, itself or through those between them.
    pub fn is_named_successor(&self, id: &str) -> bool {
        let signer = |key: &NamedKey| key.signer();
        match (self.active(KeyKind::Identity).map(signer), self.find(KeyKind::Identity, id).map(signer)) {
            (Some(now), Some(next)) => Succession::lead(next.successions(), &now.key(), &next.key()),
            _ => false,
        }
    }

    /// Whether both are keys of one service: the root key, which never changes, is the same.
    pub fn is_same_service(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.material.root.bytes(), other.material.root.bytes());
        self.service() == other.service() && bool::from(subtle::ConstantTimeEq::ct_eq(&ours[..], &theirs[..]))
    }

    /// Which service these keys belong to.
    pub fn service(&self) -> ServiceId {
        self.material.service
    }

    /// The identity that signs documents at a time.
    pub fn signer(&self, now: Timestamp) -> Arc<IdentitySigner> {
        let place = |id: &str| self.material.identity.iter().position(|key| key.id == id);
        let at = self.uses.at(KeyKind::Identity, now).and_then(|used| place(&used.id));
        // A key in use may be missing in this node's file. Then the one before it signs, never a key that is not in use.
        let at = at.or_else(|| self.uses.of(KeyKind::Identity).filter_map(|used| place(&used.id)).last());
        match at.and_then(|at| self.material.signers.get(at)).or(self.material.signers.last()) {
            Some(signer) => Arc::clone(signer),
            None => unreachable!("a key file without an identity key is not read"),
        }
    }

    /// The key that assistants pin (`--server-key`): the newest that is in use, or is about to be.
    pub fn identity_key(&self) -> IdentityKey {
        self.signer(Timestamp::from_millis(i64::MAX)).key()
    }

    /// Opens a document that this service signed, with any key that it ever had.
    pub fn open_own<T: serde::de::DeserializeOwned>(
        &self,
        purpose: Purpose,
        signed: &Signed,
    ) -> Result<T, SignedError> {
        let is_own = self.material.signers.iter().any(|signer| {
            signer.key() == signed.key || signer.successions().iter().any(|one| one.old == signed.key)
        });
        if is_own { signed.open(purpose, &signed.key) } else { Err(SignedError::UnknownKey(signed.key)) }
    }

    /// The private half of an envelope key, by its id.
    pub fn envelope_private(&self, id: &str) -> Option<EnvelopePrivateKey> {
        let named = self.find(KeyKind::Envelope, id)?;
        Some(EnvelopePrivateKey::from_bytes(named.bytes.bytes()))
    }

    /// The vault key with an id, or the one that new records are sealed with.
    pub fn vault_key(&self, id: Option<&str>) -> Option<&NamedKey> {
        match id {
            None => self.active(KeyKind::Vault),
            Some(id) => self.find(KeyKind::Vault, id),
        }
    }

    /// The key of the audit chain.
    pub fn audit(&self) -> &KeyBytes {
        &self.material.audit
    }

    /// The same keys, known to come from a file.
    fn with_location(self, location: KeyFileLocation) -> Self {
        Self { location: Some(Arc::new(location)), ..self }
    }

    /// The file that the keys were read from, and the folder that it must not lie in.
    pub fn file(&self) -> Option<(&Path, Option<&Path>)> {
        self.location.as_deref().map(KeyFileLocation::paths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_services_share_no_key() {
        let (one, two) = (Keys::generate(Timestamp::from_secs(1)), Keys::generate(Timestamp::from_secs(1)));
        let (one, two) = (one.expect("entropy"), two.expect("entropy"));
        assert_ne!(one.identity_key().to_string(), two.identity_key().to_string());
        assert_ne!(one.service(), two.service());
        assert_ne!(one.hash(HashOf::Session, b"x"), two.hash(HashOf::Session, b"x"));
    }
}
