//! The digits of a call: made here, shown on a page or said by the voice, and pressed on the phone.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A digit that is made to be pressed: 1 to 8. It can be neither 0 nor 9, which mean "this was not me" and "no more
/// calls": a finger that slips, or a key that is lost on its way, must not say that. It is never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DigitToPress(u8);

impl DigitToPress {
    /// Makes a digit from a random byte. All eight are equally likely.
    pub fn from_random(byte: u8) -> Self {
        Self(byte % 8 + 1)
    }

    /// The value, 1 to 8.
    pub fn value(self) -> u8 {
        self.0
    }
}

/// Two digits that a page shows and a person presses on the phone. They prove that whoever is at the screen holds the
/// phone. They are never printed.
///
/// The ones that are made have no 0 and no 9. The ones that are read can have both: from an older service, or from a
/// relying party.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct TwoDigits([u8; 2]);

impl TwoDigits {
    /// Reads a message's text. `None` unless it is exactly two ASCII digits, 00 to 99.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 2] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// The two digits as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl From<[DigitToPress; 2]> for TwoDigits {
    fn from(digits: [DigitToPress; 2]) -> Self {
        Self(digits.map(|digit| b'0' + digit.value()))
    }
}

impl std::fmt::Debug for DigitToPress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigitToPress(..)")
    }
}

impl std::fmt::Debug for TwoDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TwoDigits(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_to_press_are_all_of_1_to_8_alike() {
        let mut seen = [0; 10];
        for byte in 0..=u8::MAX {
            seen[usize::from(DigitToPress::from_random(byte).value())] += 1;
        }
        assert_eq!(seen, [0, 32, 32, 32, 32, 32, 32, 32, 32, 0]);
    }

    #[test]
    fn two_digits_that_are_made_are_each_of_64_and_have_no_0_and_no_9() {
        let made = |first, second| {
            TwoDigits::from([first, second].map(DigitToPress::from_random)).as_str().to_owned()
        };
        let seen: std::collections::BTreeSet<String> =
            (0..=u8::MAX).flat_map(|first| (0..=u8::MAX).map(move |second| made(first, second))).collect();
        assert_eq!(seen.len(), 64);
        assert!(seen.iter().all(|digits| !digits.contains(['0', '9'])));
        assert_eq!(format!("{:?}", DigitToPress::from_random(3)), "DigitToPress(..)");
    }

    #[test]
    fn two_digits_of_an_older_service_or_a_relying_party_are_read_whatever_they_are() {
        for digits in ["07", "90", "99", "47"] {
            assert_eq!(TwoDigits::parse(digits).expect(digits).as_str(), digits);
        }
        for rubbish in ["", "7", "123", "a1", "٤"] {
            assert!(TwoDigits::parse(rubbish).is_none(), "{rubbish:?}");
        }
    }
}
