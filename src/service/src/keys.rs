//! The service's keys: identity, envelope, vault and hashing. One file, for the service's own user alone.
//!
//! Not here: rotation (`key rotate`, a later command; the file already holds lists) and what is sealed (`vault`).

mod file;
mod place;

use domain::{PhoneNumber, ServiceId, Timestamp};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use protocol::{EnvelopeKey, EnvelopePrivateKey, IdentityKey, IdentitySigner};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use file::KeyFileError;

/// A key's bytes. Zeroized when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct KeyBytes([u8; 32]);

impl KeyBytes {
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }

    /// From the system's entropy.
    fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = Self([0; 32]);
        getrandom::fill(&mut bytes.0)?;
        Ok(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for one use only, by HKDF (RFC 5869).
    pub(crate) fn derived(&self, purpose: &str) -> Self {
        let mut derived = Self([0; 32]);
        let expanded = Hkdf::<Sha256>::new(None, &self.0).expand(purpose.as_bytes(), &mut derived.0);
        debug_assert!(expanded.is_ok(), "32 bytes are within what HKDF gives");
        derived
    }
}

/// A key among several of its kind.
pub(crate) struct NamedKey {
    pub(crate) id: String,
    pub(crate) bytes: KeyBytes,
    pub(crate) created: Timestamp,
}

/// What a hash is of. A hash of one thing is none of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HashOf {
    EnrolmentCode,
    GrantToken,
    Session,
    ClientKey,
}

impl HashOf {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::EnrolmentCode => b"enrolment code\0",
            Self::GrantToken => b"grant token\0",
            Self::Session => b"session\0",
            Self::ClientKey => b"client key\0",
        }
    }
}

/// By what a telephone number is known again without being there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberHashes {
    /// Of the number alone: what rings.
    pub(crate) phone: [u8; 32],
    /// Of number and extension: whom it reaches.
    pub(crate) number: [u8; 32],
}

impl std::fmt::Debug for NumberHashes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NumberHashes(..)")
    }
}

/// All the keys of one service.
pub struct Keys {
    service: ServiceId,
    identity_seed: KeyBytes,
    identity: IdentitySigner,
    /// The newest is last and is the one that assistants seal to.
    envelope: Vec<NamedKey>,
    /// The newest is last and is the one that records are sealed with.
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
        let first = |id: &str| {
            Ok::<_, getrandom::Error>(vec![NamedKey {
                id: id.to_owned(),
                bytes: KeyBytes::new()?,
                created: now,
            }])
        };
        let (envelope, vault) = (first("e1")?, first("v1")?);
        Ok(Self::from_parts(ServiceId::at(now, random), KeyBytes::new()?, envelope, vault, KeyBytes::new()?))
    }

    fn from_parts(
        service: ServiceId,
        identity_seed: KeyBytes,
        envelope: Vec<NamedKey>,
        vault: Vec<NamedKey>,
        root: KeyBytes,
    ) -> Self {
        let identity = IdentitySigner::from_bytes(identity_seed.bytes());
        let (hashing, audit) = (root.derived("enrol/1 hashing"), root.derived("enrol/1 audit"));
        let numbers = root.derived("enrol/1 numbers");
        Self { service, identity_seed, identity, envelope, vault, root, hashing, audit, numbers }
    }

    /// Which service these keys belong to.
    pub fn service(&self) -> ServiceId {
        self.service
    }

    /// What signs the documents.
    pub fn identity(&self) -> &IdentitySigner {
        &self.identity
    }

    /// What assistants pin (`--server-key`).
    pub fn identity_key(&self) -> IdentityKey {
        self.identity.key()
    }

    /// The public key that assistants seal to.
    pub fn envelope_key(&self) -> Result<EnvelopeKey, protocol::SealError> {
        let newest = self.envelope.last().ok_or(protocol::SealError::Key)?;
        EnvelopePrivateKey::from_bytes(newest.bytes.bytes()).envelope_key(&newest.id)
    }

    /// What opens envelopes that were sealed to a key of ours.
    pub(crate) fn envelope_private(&self, id: &str) -> Option<EnvelopePrivateKey> {
        let named = self.envelope.iter().find(|key| key.id == id)?;
        Some(EnvelopePrivateKey::from_bytes(named.bytes.bytes()))
    }

    /// The key that new records are sealed with, or that of an older record.
    pub(crate) fn vault_key(&self, id: Option<&str>) -> Option<&NamedKey> {
        match id {
            None => self.vault.last(),
            Some(id) => self.vault.iter().find(|key| key.id == id),
        }
    }

    /// The audit's key.
    pub(crate) fn audit(&self) -> &KeyBytes {
        &self.audit
    }

    /// The only form in which codes and tokens are stored.
    pub(crate) fn hash(&self, of: HashOf, secret: &[u8]) -> [u8; 32] {
        hmac(&self.hashing, &[of.name(), secret])
    }

    /// The only form in which a number is stored outside the vault. There are few numbers, so whoever had this key
    /// could try them all: it serves for nothing else.
    pub(crate) fn number_hashes(&self, number: &PhoneNumber) -> NumberHashes {
        NumberHashes {
            phone: hmac(&self.numbers, &[b"phone\0", number.digits().as_bytes()]),
            number: hmac(&self.numbers, &[b"number\0", number.bytes()]),
        }
    }
}

/// HMAC-SHA256 (RFC 2104) over parts that are told apart by their own form.
pub(crate) fn hmac(key: &KeyBytes, parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.bytes()) else {
        unreachable!("HMAC takes a key of any length")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// 32 bytes from the system's entropy for a new token.
pub(crate) fn new_token() -> Result<Zeroizing<[u8; 32]>, getrandom::Error> {
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
        assert_ne!(keys.audit.bytes(), keys.hashing.bytes());
        assert_ne!(keys.root.bytes(), keys.hashing.bytes());
        assert_ne!(keys.numbers.bytes(), keys.hashing.bytes());
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
