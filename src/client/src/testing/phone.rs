//! The codes of an authenticator app (RFC 6238), computed here and nowhere else: tests that used the product's own would
//! prove nothing by it.

use domain::{SECRET_BYTES, Step};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// What an app with a secret shows during a step.
pub fn code_of(secret: &[u8; SECRET_BYTES], step: Step) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("a key of any length");
    mac.update(&step.0.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    // RFC 4226, section 5.3: the last four bits say where the 31 bits begin.
    let at = usize::from(hash[hash.len() - 1] & 0xf);
    let bits = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", bits % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        // Appendix B, the last six of its eight digits.
        for (secs, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000_i64, "353130"),
        ] {
            assert_eq!(code_of(b"12345678901234567890", Step(secs / 30)), code, "{secs}");
        }
    }
}
