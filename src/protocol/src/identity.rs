//! The service's identity: one Ed25519 key that signs everything it says in its own name.
//!
//! Not here: what is signed (`signed`), and where the private half is kept (the service's key file).

use std::{fmt, str::FromStr};

use crate::Succession;
use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::ToSchema;

/// What the text of an identity key begins with: it tells one from the other keys that people handle.
const PREFIX: &str = "ek1_";

/// The public half, as it is pinned and as `--server-key` takes it: `ek1_` and 43 signs of base64url.
#[derive(Clone, Copy, PartialEq, Eq, Hash, ToSchema)]
#[schema(value_type = String, pattern = "^ek1_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")]
pub struct IdentityKey([u8; 32]);

/// Why a text is no identity key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityKeyError {
    /// Another kind of text.
    #[error("a service's key begins with {PREFIX}")]
    Prefix,
    /// Cut short or mistyped.
    #[error("a service's key has 43 letters, numbers, - and _ after {PREFIX}")]
    Signs,
    /// No point of the curve, or a weak one.
    #[error("no service has this key; it may be mistyped")]
    Point,
}

impl IdentityKey {
    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Refuses what can verify nothing.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, IdentityKeyError> {
        if is_usable(&bytes) { Ok(Self(bytes)) } else { Err(IdentityKeyError::Point) }
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        verifies(&self.0, message, signature)
    }
}

/// Whether bytes are a public key of Ed25519 under which not everybody can sign.
pub(crate) fn is_usable(bytes: &[u8; 32]) -> bool {
    VerifyingKey::from_bytes(bytes).is_ok_and(|key| !key.is_weak())
}

/// Strict: one message has one signature, so nobody can make a second document out of a signed one.
pub(crate) fn verifies(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) =
        (VerifyingKey::from_bytes(key), ed25519_dalek::Signature::from_slice(signature))
    else {
        return false;
    };
    key.verify_strict(message, &signature).is_ok()
}

impl fmt::Display for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", BASE64URL_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityKey({self})")
    }
}

impl FromStr for IdentityKey {
    type Err = IdentityKeyError;
    fn from_str(text: &str) -> Result<Self, IdentityKeyError> {
        let signs = text.trim().strip_prefix(PREFIX).ok_or(IdentityKeyError::Prefix)?;
        let bytes = BASE64URL_NOPAD.decode(signs.as_bytes()).map_err(|_| IdentityKeyError::Signs)?;
        Self::from_bytes(bytes.try_into().map_err(|_| IdentityKeyError::Signs)?)
    }
}

impl Serialize for IdentityKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IdentityKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// The private half, and how it came to be the service's. Zeroized when dropped.
pub struct IdentitySigner {
    key: SigningKey,
    successions: Vec<Succession>,
}

impl IdentitySigner {
    /// From 32 random bytes, the seed of RFC 8032.
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(seed), successions: Vec::new() }
    }

    /// The same for a key that took the place of others.
    #[must_use]
    pub fn with_successions(self, successions: Vec<Succession>) -> Self {
        Self { successions, ..self }
    }

    /// The keys before it, each by its word. It goes with everything that is signed.
    pub fn successions(&self) -> &[Succession] {
        &self.successions
    }

    /// The public half.
    pub fn key(&self) -> IdentityKey {
        IdentityKey(self.key.verifying_key().to_bytes())
    }

    pub(crate) fn signature(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for IdentitySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentitySigner(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_is_shown() {
        let key = IdentitySigner::from_bytes(&[7; 32]).key();
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!(format!(" {key}\n").parse(), Ok(key));
        let json = serde_json::to_string(&key).expect("writes");
        assert_eq!(serde_json::from_str::<IdentityKey>(&json).ok(), Some(key));
    }

    #[test]
    fn other_texts_are_told_apart() {
        let text = IdentitySigner::from_bytes(&[7; 32]).key().to_string();
        assert_eq!("rp_abc".parse::<IdentityKey>(), Err(IdentityKeyError::Prefix));
        assert_eq!(text[..text.len() - 1].parse::<IdentityKey>(), Err(IdentityKeyError::Signs));
        assert_eq!(format!("{text}A").parse::<IdentityKey>(), Err(IdentityKeyError::Signs));
        // The identity element: a signature under it could be made by anybody.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(IdentityKey::from_bytes(neutral), Err(IdentityKeyError::Point));
    }

    #[test]
    fn the_first_vector_of_rfc_8032_holds() {
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).expect("hex");
        let seed: [u8; 32] = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
            .try_into()
            .expect("32 bytes");
        let signer = IdentitySigner::from_bytes(&seed);
        assert_eq!(
            signer.key().bytes().as_slice(),
            hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        );
        assert_eq!(
            signer.signature(b"").as_slice(),
            hex(
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            )
        );
    }

    #[test]
    fn debug_shows_no_seed() {
        assert_eq!(format!("{:?}", IdentitySigner::from_bytes(&[7; 32])), "IdentitySigner(..)");
    }
}
