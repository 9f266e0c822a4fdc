//! The service's keys: identity, envelope, vault and hashing. One file holds them, for the service's own user alone;
//! which of them are in use, the store says, so that all nodes change at once.
//!
//! Not here: when a key is taken into use or forgotten (`engine::keys`), and what is sealed (`vault`).

mod change;
mod export;
mod file;
mod key_file;
mod keyring;
mod usage;

use std::sync::Arc;

use domain::{PhoneNumber, ServiceId, Timestamp};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use protocol::{EnvelopePrivateKey, IdentityKey, IdentitySigner, Purpose, Signed, SignedError, Succession};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use export::{Passphrase, SealedKeysError};
pub use file::KeyFileError;
pub use key_file::CREDENTIALS_DIRECTORY;
pub use keyring::Ring;
pub use usage::KeyKind;
pub use usage::{KeyState, KeyUse, KeyUses};

/// A key's bytes. Zeroized when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct KeyBytes([u8; 32]);

impl KeyBytes {
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }

    /// From the system's entropy.
    fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = Self([0; 32]);
        getrandom::fill(&mut bytes.0)?;
        Ok(bytes)
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for one use only, by HKDF (RFC 5869).
    pub fn derived(&self, purpose: &str) -> Self {
        let mut derived = Self([0; 32]);
        let expanded = Hkdf::<Sha256>::new(None, &self.0).expand(purpose.as_bytes(), &mut derived.0);
        debug_assert!(expanded.is_ok(), "32 bytes are within what HKDF gives");
        derived
    }
}

/// A key among several of its kind.
#[derive(Clone)]
pub struct NamedKey {
    pub id: String,
    pub bytes: KeyBytes,
    pub created: Timestamp,
    /// Of an identity key: those before it, each of which named the next.
    pub successions: Vec<Succession>,
}

/// What a hash is of. A hash of one thing is none of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashOf {
    EnrolmentCode,
    GrantToken,
    Session,
    ClientKey,
    StationCode,
}

impl HashOf {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::EnrolmentCode => b"enrolment code\0",
            Self::GrantToken => b"grant token\0",
            Self::Session => b"session\0",
            Self::ClientKey => b"client key\0",
            Self::StationCode => b"station code\0",
        }
    }
}

/// By what a telephone number is known again without being there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NumberHashes {
    /// Of the number alone: what rings.
    pub phone: [u8; 32],
    /// Of number and extension: whom it reaches.
    pub number: [u8; 32],
}

impl std::fmt::Debug for NumberHashes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NumberHashes(..)")
    }
}

impl NamedKey {
    /// The `number`th of its kind, from the system's entropy.
    fn new(kind: KeyKind, number: u32, now: Timestamp) -> Result<Self, getrandom::Error> {
        let bytes = KeyBytes::new()?;
        Ok(Self { id: id_of(kind, number, &bytes), bytes, created: now, successions: Vec::new() })
    }

    fn signer(&self) -> IdentitySigner {
        IdentitySigner::from_bytes(self.bytes.bytes()).with_successions(self.successions.clone())
    }

    /// Which of its kind it is, by its id. `None` when the id is not that of these bytes.
    fn number(&self, kind: KeyKind) -> Option<u32> {
        let number = self.id.strip_prefix(kind.letter())?.split_once('-')?.0.parse().ok()?;
        (id_of(kind, number, &self.bytes) == self.id).then_some(number)
    }
}

/// For example `v2-1f0c93ab`. The signs at the end come from the key, so that two keys that were made apart on two
/// nodes are never taken for one, and a key that was changed by a slip is found.
fn id_of(kind: KeyKind, number: u32, bytes: &KeyBytes) -> String {
    let mark = bytes.derived(&format!("enrol/1 key id {}{number}", kind.letter()));
    let (mark, _) = mark.bytes().split_at(4);
    format!("{}{number}-{}", kind.letter(), data_encoding::HEXLOWER.encode(mark))
}

/// All the keys of one service, and which of them are in use. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    held: Arc<Held>,
    uses: KeyUses,
    /// Where they were read.
    from: Option<Arc<key_file::Place>>,
}

/// What the file holds.
struct Held {
    service: ServiceId,
    /// In the order in which they were made.
    identity: Vec<NamedKey>,
    /// Of the same, in the same order.
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
        let first = |kind| Ok::<_, getrandom::Error>(vec![NamedKey::new(kind, 1, now)?]);
        let identity = first(KeyKind::Identity)?;
        let (envelope, vault) = (first(KeyKind::Envelope)?, first(KeyKind::Vault)?);
        Ok(Self::from_parts(ServiceId::at(now, random), identity, envelope, vault, KeyBytes::new()?))
    }

    fn from_parts(
        service: ServiceId,
        identity: Vec<NamedKey>,
        envelope: Vec<NamedKey>,
        vault: Vec<NamedKey>,
        root: KeyBytes,
    ) -> Self {
        let signers = identity.iter().map(|key| Arc::new(key.signer())).collect();
        let (hashing, audit) = (root.derived("enrol/1 hashing"), root.derived("enrol/1 audit"));
        let numbers = root.derived("enrol/1 numbers");
        let held = Held { service, identity, signers, envelope, vault, root, hashing, audit, numbers };
        Self { held: Arc::new(held), uses: KeyUses::default(), from: None }
    }

    /// The same with what the store says of them.
    pub fn with_uses(&self, uses: KeyUses) -> Self {
        Self { uses, ..self.clone() }
    }

    /// What the store said of them.
    pub fn uses(&self) -> &KeyUses {
        &self.uses
    }

    /// Those of a kind, in the order in which they were made.
    pub fn of(&self, kind: KeyKind) -> &[NamedKey] {
        match kind {
            KeyKind::Envelope => &self.held.envelope,
            KeyKind::Vault => &self.held.vault,
            KeyKind::Identity => &self.held.identity,
        }
    }

    /// One of a kind by its id.
    pub fn find(&self, kind: KeyKind, id: &str) -> Option<&NamedKey> {
        self.of(kind).iter().find(|key| key.id == id)
    }

    /// The one that is in use; before the store was asked, the newest.
    fn active(&self, kind: KeyKind) -> Option<&NamedKey> {
        match self.uses.active(kind) {
            Some(used) => self.find(kind, &used.id),
            None => self.of(kind).last(),
        }
    }

    /// The newest, when it was never in use so far.
    pub fn unused(&self, kind: KeyKind) -> Option<&NamedKey> {
        self.of(kind).last().filter(|key| self.uses.find(kind, &key.id).is_none())
    }

    /// Whether the identity key in use has named another, itself or by those between them.
    pub fn is_named(&self, id: &str) -> bool {
        let signer = |key: &NamedKey| key.signer();
        match (self.active(KeyKind::Identity).map(signer), self.find(KeyKind::Identity, id).map(signer)) {
            (Some(now), Some(next)) => Succession::lead(next.successions(), &now.key(), &next.key()),
            _ => false,
        }
    }

    /// Whether both are keys of one service: what is never changed is the same.
    pub fn is_same_service(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.held.root.bytes(), other.held.root.bytes());
        self.service() == other.service() && bool::from(subtle::ConstantTimeEq::ct_eq(&ours[..], &theirs[..]))
    }

    /// Which service these keys belong to.
    pub fn service(&self) -> ServiceId {
        self.held.service
    }

    /// What signs the documents at a time.
    pub fn signer(&self, now: Timestamp) -> Arc<IdentitySigner> {
        let place = |id: &str| self.held.identity.iter().position(|key| key.id == id);
        let at = self.uses.at(KeyKind::Identity, now).and_then(|used| place(&used.id));
        // Not in this node's file: then what was used before it, never what nobody has taken into use.
        let at = at.or_else(|| self.uses.of(KeyKind::Identity).filter_map(|used| place(&used.id)).last());
        match at.and_then(|at| self.held.signers.get(at)).or(self.held.signers.last()) {
            Some(signer) => Arc::clone(signer),
            None => unreachable!("a key file without an identity key is not read"),
        }
    }

    /// What assistants pin (`--server-key`): the newest that is in use, or is about to be.
    pub fn identity_key(&self) -> IdentityKey {
        self.signer(Timestamp::from_millis(i64::MAX)).key()
    }

    /// Opens what this service signed, with any key that it ever had.
    pub fn open_own<T: serde::de::DeserializeOwned>(
        &self,
        purpose: Purpose,
        signed: &Signed,
    ) -> Result<T, SignedError> {
        let is_own = self.held.signers.iter().any(|signer| {
            signer.key() == signed.key || signer.successions().iter().any(|one| one.old == signed.key)
        });
        if is_own { signed.open(purpose, &signed.key) } else { Err(SignedError::UnknownKey(signed.key)) }
    }

    /// What opens envelopes that were sealed to a key of ours.
    pub fn envelope_private(&self, id: &str) -> Option<EnvelopePrivateKey> {
        let named = self.find(KeyKind::Envelope, id)?;
        Some(EnvelopePrivateKey::from_bytes(named.bytes.bytes()))
    }

    /// The key that new records are sealed with, or that of an older record.
    pub fn vault_key(&self, id: Option<&str>) -> Option<&NamedKey> {
        match id {
            None => self.active(KeyKind::Vault),
            Some(id) => self.find(KeyKind::Vault, id),
        }
    }

    /// The audit's key.
    pub fn audit(&self) -> &KeyBytes {
        &self.held.audit
    }

    /// The only form in which codes and tokens are stored.
    pub fn hash(&self, of: HashOf, secret: &[u8]) -> [u8; 32] {
        hmac(&self.held.hashing, &[of.name(), secret])
    }

    /// The only form in which a number is stored outside the vault. There are few numbers, so whoever had this key
    /// could try them all: it serves for nothing else.
    pub fn number_hashes(&self, number: &PhoneNumber) -> NumberHashes {
        NumberHashes {
            phone: hmac(&self.held.numbers, &[b"phone\0", number.digits().as_bytes()]),
            number: hmac(&self.held.numbers, &[b"number\0", number.bytes()]),
        }
    }
}

/// HMAC-SHA256 (RFC 2104) over parts that are told apart by their own form.
pub fn hmac(key: &KeyBytes, parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.bytes()) else {
        unreachable!("HMAC takes a key of any length")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// 32 bytes from the system's entropy for a new token.
pub fn new_token() -> Result<Zeroizing<[u8; 32]>, getrandom::Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_use_has_a_key_of_its_own() {
        let keys = Keys::generate(Timestamp::from_secs(1)).expect("entropy");
        let hash = |of| keys.hash(of, b"the same");
        let all = [HashOf::EnrolmentCode, HashOf::GrantToken, HashOf::Session, HashOf::ClientKey].map(hash);
        for (place, one) in all.iter().enumerate() {
            assert!(!all[..place].contains(one));
        }
        assert_ne!(keys.held.audit.bytes(), keys.held.hashing.bytes());
        assert_ne!(keys.held.root.bytes(), keys.held.hashing.bytes());
        assert_ne!(keys.held.numbers.bytes(), keys.held.hashing.bytes());
        assert_eq!(keys.hash(HashOf::Session, b"x"), keys.hash(HashOf::Session, b"x"));
    }

    #[test]
    fn a_number_with_another_extension_rings_the_same_phone_and_reaches_somebody_else() {
        let keys = Keys::generate(Timestamp::from_secs(1)).expect("entropy");
        let hashes =
            |digits, extension| keys.number_hashes(&PhoneNumber::new(digits, extension).expect("a number"));
        let (one, other) = (hashes("441632960001", "21"), hashes("441632960001", "22"));
        assert!(one.phone == other.phone && one.number != other.number && one.phone != one.number);
        assert_ne!(one.phone, hashes("441632960002", "21").phone);
        assert_eq!(format!("{one:?}"), "NumberHashes(..)");
    }

    #[test]
    fn hkdf_is_that_of_the_rfc() {
        // RFC 5869, A.3 has an empty salt and info, but 22 bytes of key; so ours is held against its own HMACs.
        let key = KeyBytes::from_bytes(&[7; 32]);
        let extracted = KeyBytes::from_bytes(&hmac(&KeyBytes::from_bytes(&[0; 32]), &[key.bytes()]));
        assert_eq!(*key.derived("purpose").bytes(), hmac(&extracted, &[b"purpose", &[1]]));
    }

    #[test]
    fn two_services_share_no_key() {
        let (one, two) = (Keys::generate(Timestamp::from_secs(1)), Keys::generate(Timestamp::from_secs(1)));
        let (one, two) = (one.expect("entropy"), two.expect("entropy"));
        assert_ne!(one.identity_key().to_string(), two.identity_key().to_string());
        assert_ne!(one.service(), two.service());
        assert_ne!(one.hash(HashOf::Session, b"x"), two.hash(HashOf::Session, b"x"));
    }
}
