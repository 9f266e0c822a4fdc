//! The authenticator app's secret and its codes: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds.

use totp_rs::{Algorithm, Builder, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Timestamp;
use crate::typed::{digit_value, is_separator, is_unseen};

/// The bytes of a secret: 160 bits, as RFC 4226, section 4, requirement 6 recommends.
pub const SECRET_BYTES: usize = 20;

/// The length of a step in seconds. Every authenticator app supports 30 (RFC 6238, section 5.2).
pub const STEP_SECS: i64 = 30;

/// A wrong code within so many steps, 10 minutes to either side, is called old or early.
pub const JUDGED_STEPS_NEAR: i64 = 20;

/// The search for a wrong code goes so many steps to either side: one day. A phone may be set to yesterday's time or to
/// another time zone's.
const JUDGED_STEPS_WIDE: i64 = 24 * 60 * 60 / STEP_SECS;

/// A code is accepted one step early or late (RFC 6238, section 5.2).
const ACCEPTED_STEPS: i64 = 1;

/// The secret that phone and service share. It is never printed and has no `Clone`. Its bytes are in a box, so a move
/// copies an address and leaves no secret on the stack.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret(Box<[u8; SECRET_BYTES]>);

impl TotpSecret {
    /// Takes 20 bytes from the system's entropy or from an opened envelope.
    pub fn from_bytes(bytes: &[u8; SECRET_BYTES]) -> Self {
        let mut secret = Self(Box::default());
        secret.0.copy_from_slice(bytes);
        secret
    }

    /// The 20 bytes. Only code that seals, or makes the QR code, may read them.
    pub fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// The secret as a person types it into an app: 32 characters of base32 (RFC 4648, section 6) in groups of four.
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

/// The number of 30-second steps since 1 January 1970 UTC: `T` of RFC 6238, section 4.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Step(pub i64);

impl Step {
    /// The step at a point in time.
    pub const fn at(now: Timestamp) -> Self {
        Self(now.secs().div_euclid(STEP_SECS))
    }
}

/// A code as it is compared: six ASCII digits. It is never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SixDigits([u8; 6]);

impl SixDigits {
    /// Reads what a person typed or pasted: six digits of any script, with any separators and unseen characters. `None`
    /// for everything else.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut digits = [0_u8; 6];
        let mut count = 0;
        for character in typed.chars().filter(|character| counts(*character)) {
            let value = digit_value(character)?;
            *digits.get_mut(count)? = b'0' + value;
            count += 1;
        }
        (count == digits.len()).then_some(Self(digits))
    }

    /// The six digits as ASCII bytes.
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

/// The result of comparing a typed code with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeVerdict {
    /// The code is accepted: it is of this step, or of the step before or after.
    Right {
        /// The step of the code.
        step: Step,
    },
    /// The text is not six digits.
    NotSixDigits {
        /// Whether there is nothing in it but separators and characters that are not seen.
        is_empty: bool,
    },
    /// The code belongs to another time within one day. It is refused; the error message says how far off it is.
    Elsewhere {
        /// The step of the code.
        step: Step,
        /// How many steps from now: negative when the code is old, positive when it is early.
        off_by: i64,
    },
    /// The code is right at no time within one day.
    NoMatch,
}

/// Compares a typed code with a secret at a point in time (RFC 6238, section 5.2). The assistant and the service's vault
/// both call it. It does not know which codes were used before; its caller must refuse those.
///
/// ```
/// use domain::{CodeVerdict, Step, Timestamp, TotpSecret, judge_code};
///
/// // RFC 6238, appendix B: the code of second 59, cut to six digits.
/// let secret = TotpSecret::from_bytes(b"12345678901234567890");
/// let now = Timestamp::from_secs(59);
/// assert_eq!(judge_code(&secret, "287 082", now), CodeVerdict::Right { step: Step(1) });
/// assert_eq!(judge_code(&secret, "28708", now), CodeVerdict::NotSixDigits { is_empty: false });
///
/// let later = now.plus_secs(5 * 60);
/// assert_eq!(judge_code(&secret, "287082", later), CodeVerdict::Elsewhere { step: Step(1), off_by: -10 });
/// ```
pub fn judge_code(secret: &TotpSecret, typed: &str, now: Timestamp) -> CodeVerdict {
    let Some(digits) = SixDigits::parse(typed) else {
        return CodeVerdict::NotSixDigits { is_empty: !typed.chars().any(counts) };
    };
    let here = Step::at(now).0;
    let accepted = secret.totp(ACCEPTED_STEPS.unsigned_abs() as u16);
    if let Some(step) = accepted.check(digits.as_str(), seconds_of(here)) {
        return CodeVerdict::Right { step: Step(i64::try_from(step).unwrap_or(here)) };
    }
    let exact = secret.totp(0);
    // The nearest step is the likeliest, and an old code is likelier than an early one.
    for distance in ACCEPTED_STEPS + 1..=JUDGED_STEPS_WIDE {
        for off_by in [-distance, distance] {
            if exact.check(digits.as_str(), seconds_of(here + off_by)).is_some() {
                return CodeVerdict::Elsewhere { step: Step(here + off_by), off_by };
            }
        }
    }
    CodeVerdict::NoMatch
}

/// Whether a typed character is part of a code, or of what stands in its place.
fn counts(character: char) -> bool {
    !is_separator(character) && !is_unseen(character)
}

fn seconds_of(step: i64) -> u64 {
    u64::try_from(step.saturating_mul(STEP_SECS)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B, for SHA-1.
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
    fn a_code_is_read_as_apps_messages_and_keyboards_write_it() {
        let now = Timestamp::from_secs(59);
        let written = [
            "287 082",
            " 287082 ",
            "28-70-82",
            "2 8 7 0 8 2",
            "287\u{2010}082",
            "287\u{2011}082",
            "287\u{2013}082",
            "287\u{2212}082",
            "287.082",
            "287\u{b7}082",
            "287082.",
            "\"287082\"",
            "“287082”",
            "«287082»",
            "287\u{200b}082",
            "287\u{2060}082",
            "287\u{ad}082",
            "\u{feff}287082",
            "\u{200e}287082",
            "\u{202a}287082\u{202c}",
            "２８７０８２",
            "２８７\u{3000}０８２",
            "٢٨٧٠٨٢",
            "۲۸۷۰۸۲",
            "२८७०८२",
            "2\u{fe0f}\u{20e3}87082",
        ];
        for typed in written {
            assert!(matches!(judge_code(&secret(), typed, now), CodeVerdict::Right { .. }), "{typed:?}");
        }
        for typed in ["28708", "2870822", "28708x", "2870O2", "call me", "²87082"] {
            assert_eq!(judge_code(&secret(), typed, now), CodeVerdict::NotSixDigits { is_empty: false });
        }
        for typed in ["", " ", "\u{feff}", "-", "\u{200b} ."] {
            assert_eq!(judge_code(&secret(), typed, now), CodeVerdict::NotSixDigits { is_empty: true });
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
    fn the_key_is_shown_in_fours_and_debug_shows_nothing() {
        assert_eq!(*secret().key_in_fours(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(format!("{:?}", secret()), "TotpSecret(..)");
        assert_eq!(format!("{:?}", SixDigits::parse("123456")), "Some(SixDigits(..))");
    }
}
