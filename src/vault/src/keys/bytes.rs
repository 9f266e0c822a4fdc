//! A key's bytes, and a key with its name.

use domain::Timestamp;
use hkdf::Hkdf;
use protocol::{IdentitySigner, Succession};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::KeyKind;

/// A key's bytes. Zeroized when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct KeyBytes(pub(super) [u8; 32]);

impl KeyBytes {
    /// A key of these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }

    /// A random key, from the system's entropy.
    pub(super) fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = Self([0; 32]);
        getrandom::fill(&mut bytes.0)?;
        Ok(bytes)
    }

    /// The bytes themselves.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Derives a key for one purpose only, by HKDF (RFC 5869).
    pub fn derive(&self, purpose: &str) -> Self {
        let mut derived = Self([0; 32]);
        let expanded = Hkdf::<Sha256>::new(None, &self.0).expand(purpose.as_bytes(), &mut derived.0);
        debug_assert!(expanded.is_ok(), "32 bytes are within what HKDF gives");
        derived
    }
}

/// A key among several of its kind.
#[derive(Clone)]
pub struct NamedKey {
    /// Its name, such as `v1-1f0c93ab`.
    pub id: String,
    /// Its bytes.
    pub bytes: KeyBytes,
    /// When it was made.
    pub created: Timestamp,
    /// For an identity key: the statements by which each earlier key named the next, up to this one.
    pub successions: Vec<Succession>,
}

impl NamedKey {
    /// Makes the `number`th key of its kind, from the system's entropy.
    pub(super) fn generate(kind: KeyKind, number: u32, now: Timestamp) -> Result<Self, getrandom::Error> {
        let bytes = KeyBytes::generate()?;
        Ok(Self { id: id_of(kind, number, &bytes), bytes, created: now, successions: Vec::new() })
    }

    pub(super) fn signer(&self) -> IdentitySigner {
        IdentitySigner::from_bytes(self.bytes.bytes()).with_successions(self.successions.clone())
    }

    /// Which of its kind it is, by its id. `None` when the id is not that of these bytes.
    pub(super) fn number(&self, kind: KeyKind) -> Option<u32> {
        let number = self.id.strip_prefix(kind.letter())?.split_once('-')?.0.parse().ok()?;
        (id_of(kind, number, &self.bytes) == self.id).then_some(number)
    }
}

/// The digits at the end come from the key. Two keys that were made apart on two nodes are so never taken for one, and a
/// key that was changed by mistake is noticed.
fn id_of(kind: KeyKind, number: u32, bytes: &KeyBytes) -> String {
    let check = bytes.derive(&format!("enrol/1 key id {}{number}", kind.letter()));
    let (check, _) = check.bytes().split_at(4);
    format!("{}{number}-{}", kind.letter(), data_encoding::HEXLOWER.encode(check))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::hmac;

    #[test]
    fn hkdf_is_that_of_the_rfc() {
        // RFC 5869, A.3 has an empty salt and info, but 22 bytes of key; so ours is held against its own HMACs.
        let key = KeyBytes::from_bytes(&[7; 32]);
        let extracted = KeyBytes::from_bytes(&hmac(&KeyBytes::from_bytes(&[0; 32]), &[key.bytes()]));
        assert_eq!(*key.derive("purpose").bytes(), hmac(&extracted, &[b"purpose", &[1]]));
    }
}
