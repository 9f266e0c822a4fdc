//! The two digits of a call: the page shows them, and the person presses them on the phone.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Two digits that a page shows and a person presses on the phone. They prove that whoever is at the screen holds the
/// phone. They are never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct TwoDigits([u8; 2]);

impl TwoDigits {
    /// Makes 00 to 89 from a random byte; a first 9 would stop all calls to the number. `None` for a byte of 180 or more:
    /// without those, all 90 values are equally likely. Ask again with another byte.
    pub fn from_random(byte: u8) -> Option<Self> {
        let value = (byte < 180).then_some(byte % 90)?;
        Some(Self([b'0' + value / 10, b'0' + value % 10]))
    }

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

impl std::fmt::Debug for TwoDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TwoDigits(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_are_all_of_00_to_89_alike() {
        let mut seen = std::collections::BTreeMap::new();
        for byte in 0..=u8::MAX {
            if let Some(digits) = TwoDigits::from_random(byte) {
                *seen.entry(digits.as_str().to_owned()).or_insert(0) += 1;
            }
        }
        assert_eq!(seen.len(), 90);
        assert!(seen.keys().all(|digits| !digits.starts_with('9')));
        assert!(seen.values().all(|times| *times == 2));
        assert!(TwoDigits::parse("07").is_some());
        for rubbish in ["", "7", "123", "a1", "٤"] {
            assert!(TwoDigits::parse(rubbish).is_none(), "{rubbish:?}");
        }
    }
}
