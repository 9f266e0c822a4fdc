//! Bytes on the wire: base64url without padding (RFC 4648, section 5). Each value has one text; others are refused.
//!
//! These types are not for secrets: nothing wipes them.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::ToSchema;

/// Any number of bytes. `Debug` prints their number alone.
#[derive(Clone, PartialEq, Eq, Hash, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_-]*$")]
pub struct Blob(pub Vec<u8>);

/// Exactly 32 bytes: a public key or a hash. The text has 43 characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{43}$")]
pub struct Bytes32(pub [u8; 32]);

impl Blob {
    /// The text on the wire.
    pub fn text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// Reads the text that [`Self::text`] wrote. `None` for any other text.
    pub fn read(text: &str) -> Option<Self> {
        BASE64URL_NOPAD.decode(text.as_bytes()).ok().map(Self)
    }
}

impl Bytes32 {
    /// The text on the wire.
    pub fn text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// Reads the text that [`Self::text`] wrote. `None` for any other text.
    pub fn read(text: &str) -> Option<Self> {
        Blob::read(text)?.0.try_into().ok().map(Self)
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| D::Error::custom("expected base64url without padding"))
    }
}

impl Serialize for Bytes32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Bytes32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| D::Error::custom("expected 32 bytes as base64url without padding"))
    }
}

impl std::fmt::Debug for Blob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl std::fmt::Debug for Bytes32 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bytes32({})", self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_one_way_only() {
        let bytes = Bytes32([0xfb; 32]);
        let text = serde_json::to_string(&bytes).expect("writes");
        assert_eq!(serde_json::from_str::<Bytes32>(&text).ok(), Some(bytes));
        assert_eq!(Blob::read("AQ"), Some(Blob(vec![1])));
        for wrong in ["AR", "AQ==", "AQ\n", " AQ", "A", "+/+/", "é"] {
            assert_eq!(Blob::read(wrong), None, "{wrong:?}");
        }
        for length in [0, 31, 33] {
            assert_eq!(Bytes32::read(&Blob(vec![7; length]).text()), None, "{length}");
        }
    }

    #[test]
    fn escaped_text_is_read_too() {
        assert_eq!(serde_json::from_str::<Blob>(r#""\u0041Q""#).ok(), Some(Blob(vec![1])));
    }
}
