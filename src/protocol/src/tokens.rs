//! What opens doors: the session and the grant. Zeroized when dropped, never printed.
//!
//! Not here: how long they last and how the service keeps them (hashed).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The right to post one enrolment, made by the assistant. It travels only inside an envelope.
/// In a box: what is moved is its address, and no copy stays on a stack.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct GrantToken(Box<[u8; 32]>);

impl GrantToken {
    /// From the system's entropy or an opened envelope.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut token = Self(Box::default());
        token.0.copy_from_slice(bytes);
        token
    }

    /// The bytes, for sealing and for the HMAC that the service keeps.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for GrantToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GrantToken(..)")
    }
}

/// Opens the calls that need a session, as `Authorization: Bearer`. Lives in memory only.
#[derive(Clone, Zeroize, ZeroizeOnDrop, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct SessionToken(String);

impl SessionToken {
    /// A new token from the system's entropy.
    pub fn from_entropy(random: &[u8; 32]) -> Self {
        Self(data_encoding::BASE64URL_NOPAD.encode(random))
    }

    /// A token that somebody presents. Whether it opens anything, only the service knows.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for the request's header and for the hash that the service keeps.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_token() {
        assert_eq!(format!("{:?}", GrantToken::from_bytes(&[7; 32])), "GrantToken(..)");
        assert_eq!(format!("{:?}", SessionToken::from_entropy(&[7; 32])), "SessionToken(..)");
    }

    #[test]
    fn a_session_token_is_text_that_needs_no_escaping() {
        let token = SessionToken::from_entropy(&[0xff; 32]);
        assert_eq!(token.as_str().len(), 43);
        assert!(token.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    }
}
