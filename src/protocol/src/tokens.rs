//! The tokens of the grant and of the session. They are never printed, and dropping them wipes them.
//!
//! The service decides how long they last, and stores only hashes of them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The token of a grant: 32 random bytes that the assistant makes. It travels only inside an envelope. The bytes are in
/// a box, so a move copies an address and leaves no secret on the stack.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct GrantToken(Box<[u8; 32]>);

impl GrantToken {
    /// Takes 32 bytes from the system's entropy or from an opened envelope.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut token = Self(Box::default());
        token.0.copy_from_slice(bytes);
        token
    }

    /// The 32 bytes, for sealing and for the HMAC that the service stores.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for GrantToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GrantToken(..)")
    }
}

/// The token of a session, sent as `Authorization: Bearer` (RFC 6750, section 2.1). Assistants hold it in memory only.
#[derive(Clone, Zeroize, ZeroizeOnDrop, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct SessionToken(String);

impl SessionToken {
    /// Makes a new token of 32 random bytes: 43 characters of base64url.
    pub fn from_entropy(random: &[u8; 32]) -> Self {
        Self(data_encoding::BASE64URL_NOPAD.encode(random))
    }

    /// Takes a token from a request, unchecked. Only the service knows whether it belongs to a session.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for the request's header and for the hash that the service stores.
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
