//! The authenticator app's secret, its codes (RFC 6238, TOTP) and the otpauth link that a QR code carries.

use std::fmt::Write as _;

use totp_rs::{Algorithm, Builder, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Label, Timestamp};

/// Bytes in a secret: 160 bits, as RFC 4226, section 4 recommends.
pub const SECRET_BYTES: usize = 20;

/// Seconds a code stands for. Every app honours 30.
pub const STEP_SECS: i64 = 30;

/// Steps to either side within which a wrong code is called old or early: 10 minutes.
pub const JUDGED_STEPS_NEAR: i64 = 20;

/// Steps to either side of the widest search, a day: a phone set to another time zone's or yesterday's time.
const JUDGED_STEPS_WIDE: i64 = 24 * 60 * 60 / STEP_SECS;

/// Steps to either side that are accepted (RFC 6238, section 5.2).
const ACCEPTED_STEPS: i64 = 1;

/// What phone and service share. Never printed, never cloned by accident. In a box: what is moved is its address, and
/// no copy stays on a stack.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret(Box<[u8; SECRET_BYTES]>);

impl TotpSecret {
    /// A secret from the system's entropy or from an opened envelope.
    pub fn from_bytes(bytes: &[u8; SECRET_BYTES]) -> Self {
        let mut secret = Self(Box::default());
        secret.0.copy_from_slice(bytes);
        secret
    }

    /// The bytes, for sealing only.
    pub fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// The key as the person types it: base32 (RFC 4648, section 6), 32 characters in groups of four.
    pub fn key_in_fours(&self) -> Zeroizing<String> {
        let key = Zeroizing::new(data_encoding::BASE32_NOPAD.encode(self.bytes()));
        let mut grouped = Zeroizing::new(String::with_capacity(key.len() + key.len() / 4));
        for (position, character) in key.chars().enumerate() {
            if position > 0 && position % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(character);
        }
        grouped
    }

    fn totp(&self, skew: u16) -> Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP_SECS.unsigned_abs())
            .with_skew(skew)
            .with_secret(self.0.to_vec())
            .build_noncompliant()
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

/// A 30-second step since 1970 (RFC 6238, section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Step(pub i64);

impl Step {
    /// The step that holds a point in time.
    pub const fn at(now: Timestamp) -> Self {
        Self(now.secs().div_euclid(STEP_SECS))
    }
}

/// Six digits as they are compared, cleaned of the spaces people type.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SixDigits([u8; 6]);

impl SixDigits {
    /// `None` unless exactly six ASCII digits are left when spaces and dashes are taken out.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut digits = [0_u8; 6];
        let mut count = 0;
        for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            if !c.is_ascii_digit() || count == digits.len() {
                return None;
            }
            digits[count] = u8::try_from(c).ok()?;
            count += 1;
        }
        (count == digits.len()).then_some(Self(digits))
    }

    /// The digits as ASCII.
    pub fn ascii(&self) -> &[u8; 6] {
        &self.0
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl std::fmt::Debug for SixDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SixDigits(..)")
    }
}

/// What a typed code turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeVerdict {
    /// Right now, one step old or one step early.
    Right {
        /// The step it belongs to.
        step: Step,
    },
    /// Not six digits; how many digits there were.
    NotSixDigits {
        /// Digits among what was typed.
        digits: usize,
    },
    /// Right at another time. Never accepted; it only words the error.
    Elsewhere {
        /// The step it belongs to.
        step: Step,
        /// Steps from now: negative is old.
        off_by: i64,
    },
    /// Right at no time within a day.
    NoMatch,
}

/// Judges what was typed against a secret. Pure: the assistant's keeper and the service's vault both use it.
pub fn judge_code(secret: &TotpSecret, typed: &str, now: Timestamp) -> CodeVerdict {
    let Some(digits) = SixDigits::parse(typed) else {
        let digits = typed.chars().filter(char::is_ascii_digit).count();
        return CodeVerdict::NotSixDigits { digits };
    };
    let here = Step::at(now).0;
    let accepted = secret.totp(ACCEPTED_STEPS.unsigned_abs() as u16);
    if let Some(step) = accepted.check(digits.as_str(), seconds_of(here)) {
        return CodeVerdict::Right { step: Step(i64::try_from(step).unwrap_or(here)) };
    }
    let exact = secret.totp(0);
    // From now outwards, old before early: what is nearest is likeliest.
    for distance in ACCEPTED_STEPS + 1..=JUDGED_STEPS_WIDE {
        for off_by in [-distance, distance] {
            if exact.check(digits.as_str(), seconds_of(here + off_by)).is_some() {
                return CodeVerdict::Elsewhere { step: Step(here + off_by), off_by };
            }
        }
    }
    CodeVerdict::NoMatch
}

fn seconds_of(step: i64) -> u64 {
    u64::try_from(step.saturating_mul(STEP_SECS)).unwrap_or(0)
}

/// The link in the QR code (Key Uri Format): issuer and account as label, issuer again as parameter.
pub fn otpauth_uri(secret: &TotpSecret, issuer: &Label, account: &Label) -> Zeroizing<String> {
    let key = Zeroizing::new(data_encoding::BASE32_NOPAD.encode(secret.bytes()));
    let mut uri = Zeroizing::new(String::with_capacity(1024));
    uri.push_str("otpauth://totp/");
    percent_encode(issuer.as_str(), &mut uri);
    uri.push(':');
    percent_encode(account.as_str(), &mut uri);
    uri.push_str("?secret=");
    uri.push_str(&key);
    uri.push_str("&issuer=");
    percent_encode(issuer.as_str(), &mut uri);
    uri.push_str("&algorithm=SHA1&digits=6&period=30");
    uri
}

/// RFC 3986, section 2.3: everything but unreserved characters.
fn percent_encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1, cut to six digits.
    const RFC_SECRET: &[u8; 20] = b"12345678901234567890";

    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(RFC_SECRET)
    }

    #[test]
    fn the_vectors_of_rfc_6238_are_right() {
        for (secs, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp::from_secs(secs);
            assert_eq!(judge_code(&secret(), code, now), CodeVerdict::Right { step: Step::at(now) });
        }
    }

    #[test]
    fn spaces_and_dashes_are_ignored_and_anything_else_is_named() {
        let now = Timestamp::from_secs(59);
        for typed in ["287 082", " 287082 ", "28-70-82", "2 8 7 0 8 2"] {
            assert!(matches!(judge_code(&secret(), typed, now), CodeVerdict::Right { .. }), "{typed}");
        }
        for (typed, digits) in [("", 0), ("28708", 5), ("2870822", 7), ("28708x", 5), ("٢٨٧٠٨٢", 0)] {
            assert_eq!(judge_code(&secret(), typed, now), CodeVerdict::NotSixDigits { digits });
        }
    }

    #[test]
    fn one_step_either_way_is_right_and_further_is_old_or_early() {
        let then = Timestamp::from_secs(1_111_111_109);
        let step = Step::at(then);
        for (late_by, off_by) in [(-600, 20), (-60, 2), (60, -2), (240, -8), (86_400, -2880)] {
            let verdict = judge_code(&secret(), "081804", then.plus_secs(late_by));
            assert_eq!(verdict, CodeVerdict::Elsewhere { step, off_by }, "{late_by}");
        }
        for late_by in [-30, 0, 30] {
            let verdict = judge_code(&secret(), "081804", then.plus_secs(late_by));
            assert_eq!(verdict, CodeVerdict::Right { step });
        }
        assert_eq!(judge_code(&secret(), "081804", then.plus_secs(3 * 86_400)), CodeVerdict::NoMatch);
    }

    #[test]
    fn judging_before_1970_does_not_panic() {
        assert!(!matches!(
            judge_code(&secret(), "123456", Timestamp::from_secs(i64::MIN / 4)),
            CodeVerdict::Right { .. }
        ));
    }

    #[test]
    fn the_link_is_encoded_and_names_what_every_app_honours() {
        let issuer = Label::new("Oaktree Learning Trust").expect("a label");
        let account = Label::new("siân+1@elm.example").expect("a label");
        assert_eq!(
            *otpauth_uri(&secret(), &issuer, &account),
            "otpauth://totp/Oaktree%20Learning%20Trust:si%C3%A2n%2B1%40elm.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Oaktree%20Learning%20Trust\
             &algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn the_key_is_shown_in_fours_and_debug_shows_nothing() {
        assert_eq!(*secret().key_in_fours(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(format!("{:?}", secret()), "TotpSecret(..)");
        assert_eq!(format!("{:?}", SixDigits::parse("123456")), "Some(SixDigits(..))");
    }
}
