//! The public half of the service's identity: one Ed25519 key (RFC 8032) verifies all that the service signs.
//!
//! The private half is in `identity_signer`.

use std::{fmt, str::FromStr};

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::ToSchema;

use crate::signature::{is_usable, verifies};

/// The prefix of an identity key's text. It tells this key from the others that people handle.
const PREFIX: &str = "ek1_";

/// The service's public key, as assistants pin it and as `--server-key` takes it: `ek1_` and 43 characters of base64url
/// (RFC 4648, section 5) without padding.
#[derive(Clone, Copy, PartialEq, Eq, Hash, ToSchema)]
#[schema(value_type = String, pattern = "^ek1_[A-Za-z0-9_-]{43}$")]
pub struct IdentityKey([u8; 32]);

/// Why a text is not an identity key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityKeyError {
    /// The text does not begin with the prefix.
    #[error("a service's key begins with {PREFIX}")]
    Prefix,
    /// The rest is not base64url of 32 bytes: cut short or mistyped.
    #[error("a service's key has 43 letters, numbers, - and _ after {PREFIX}")]
    Encoding,
    /// The bytes are no point of the curve, or a point of small order.
    #[error("no service has this key; it may be mistyped")]
    Point,
}

impl IdentityKey {
    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Takes the 32 bytes of a public key. It refuses bytes under which no signature or anybody's verifies.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, IdentityKeyError> {
        if is_usable(&bytes) { Ok(Self(bytes)) } else { Err(IdentityKeyError::Point) }
    }

    /// The public half of a signing key. It is always usable.
    pub(crate) fn of_signer(key: &ed25519_dalek::SigningKey) -> Self {
        Self(key.verifying_key().to_bytes())
    }

    /// Whether this key signed the message.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        verifies(&self.0, message, signature)
    }
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
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(IdentityKeyError::Prefix)?;
        let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).map_err(|_| IdentityKeyError::Encoding)?;
        Self::from_bytes(bytes.try_into().map_err(|_| IdentityKeyError::Encoding)?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_is_shown() {
        let key = crate::IdentitySigner::from_bytes(&[7; 32]).key();
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!(format!(" {key}\n").parse(), Ok(key));
        let json = serde_json::to_string(&key).expect("writes");
        assert_eq!(serde_json::from_str::<IdentityKey>(&json).ok(), Some(key));
    }

    #[test]
    fn other_texts_are_told_apart() {
        let text = crate::IdentitySigner::from_bytes(&[7; 32]).key().to_string();
        assert_eq!("rp_abc".parse::<IdentityKey>(), Err(IdentityKeyError::Prefix));
        assert_eq!(text[..text.len() - 1].parse::<IdentityKey>(), Err(IdentityKeyError::Encoding));
        assert_eq!(format!("{text}A").parse::<IdentityKey>(), Err(IdentityKeyError::Encoding));
        // The identity element: a signature under it could be made by anybody.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(IdentityKey::from_bytes(neutral), Err(IdentityKeyError::Point));
    }
}
