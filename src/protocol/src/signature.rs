//! Ed25519 signatures (RFC 8032), and the one form of every message that is signed.

use ed25519_dalek::VerifyingKey;

/// Whether 32 bytes are a usable public key: a point of the curve, and not one of small order under which anybody can
/// sign.
pub(crate) fn is_usable(bytes: &[u8; 32]) -> bool {
    VerifyingKey::from_bytes(bytes).is_ok_and(|key| !key.is_weak())
}

/// Whether a signature of 64 bytes verifies. The check is strict: each message has one signature, so nobody can make a
/// second signed document out of a first.
pub(crate) fn verifies(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) =
        (VerifyingKey::from_bytes(key), ed25519_dalek::Signature::from_slice(signature))
    else {
        return false;
    };
    key.verify_strict(message, &signature).is_ok()
}

/// The bytes that are signed: `enrol/1 `, the purpose, a zero byte and the body. A signature for one purpose verifies for
/// no other.
pub(crate) fn message(purpose: &str, body: &str) -> Vec<u8> {
    let mut message = Vec::with_capacity(32 + body.len());
    message.extend_from_slice(b"enrol/1 ");
    message.extend_from_slice(purpose.as_bytes());
    message.push(0);
    message.extend_from_slice(body.as_bytes());
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_its_purpose_before_its_body() {
        assert_eq!(message("clock", "{}"), b"enrol/1 clock\0{}");
    }

    #[test]
    fn no_point_and_points_of_small_order_are_no_keys() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        // No point of the curve has this y.
        let mut no_point = [0; 32];
        no_point[0] = 2;
        assert!(!is_usable(&neutral) && !is_usable(&[0; 32]) && !is_usable(&no_point));
        assert!(is_usable(&ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes()));
    }
}
