//! A telephone number that can be called: `+` and digits (ITU-T E.164), and perhaps an extension.
//!
//! Not here: what people write (crate `numbers`), and what the policy allows.

use std::fmt::Write as _;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The most digits of a number, country code included (ITU-T E.164, section 6.1).
pub const NUMBER_DIGITS: usize = 15;

/// The most digits of an extension.
pub const EXTENSION_DIGITS: usize = 7;

/// The size of every number as bytes, so that a sealed one tells nothing by its length.
pub const NUMBER_BYTES: usize = NUMBER_DIGITS + EXTENSION_DIGITS;

/// A telephone number. Never printed, never cloned by accident. In a box: what is moved is its address, and no copy stays
/// on a stack.
///
/// Its bytes are ASCII digits, first the number's, then the extension's, each filled up with zero bytes.
#[derive(PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PhoneNumber(Box<[u8; NUMBER_BYTES]>);

impl PhoneNumber {
    /// From the digits behind the `+`, country code first, and those of the extension, which may be none. `None` unless
    /// both are digits only, the number has 7 to 15 and does not begin with 0.
    pub fn new(digits: &str, extension: &str) -> Option<Self> {
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (7..=NUMBER_DIGITS).contains(&digits.len()) && extension.len() <= EXTENSION_DIGITS;
        if !fits || digits.starts_with('0') || !all_digits(digits) || !all_digits(extension) {
            return None;
        }
        let mut number = Self(Box::new([0; NUMBER_BYTES]));
        let (first, second) = number.0.split_at_mut(NUMBER_DIGITS);
        first.get_mut(..digits.len())?.copy_from_slice(digits.as_bytes());
        second.get_mut(..extension.len())?.copy_from_slice(extension.as_bytes());
        Some(number)
    }

    /// Reads what `bytes` gave.
    pub fn from_bytes(bytes: &[u8; NUMBER_BYTES]) -> Option<Self> {
        let (digits, extension) = bytes.split_at(NUMBER_DIGITS);
        let number = Self::new(text_of(digits), text_of(extension))?;
        (*number.0 == *bytes).then_some(number)
    }

    /// For sealing, and for the HMAC by which the same number is known again.
    pub fn bytes(&self) -> &[u8; NUMBER_BYTES] {
        &self.0
    }

    /// The digits behind the `+`, country code first.
    pub fn digits(&self) -> &str {
        text_of(&self.0[..NUMBER_DIGITS])
    }

    /// The extension's digits; empty without one.
    pub fn extension(&self) -> &str {
        text_of(&self.0[NUMBER_DIGITS..])
    }

    /// As it is dialled: `+` and digits.
    pub fn e164(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(NUMBER_DIGITS + 1));
        let _ = write!(text, "+{}", self.digits());
        text
    }

    /// All that is shown of it after Send.
    pub fn last_three(&self) -> &str {
        let digits = self.digits();
        &digits[digits.len() - 3..]
    }
}

impl std::fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PhoneNumber(..)")
    }
}

/// The digits before the first zero byte. Lends, so that no copy is left behind.
fn text_of(filled: &[u8]) -> &str {
    let end = filled.iter().position(|byte| *byte == 0).unwrap_or(filled.len());
    std::str::from_utf8(&filled[..end]).unwrap_or("")
}

/// The two digits that a page shows and the person presses, so that whoever is at the screen holds the phone.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct TwoDigits([u8; 2]);

impl TwoDigits {
    /// From a random byte, 00 to 89: with 9 the person stops all calls. `None` for bytes of 180 and above, so that all
    /// are as likely.
    pub fn from_random(byte: u8) -> Option<Self> {
        let value = (byte < 180).then_some(byte % 90)?;
        Some(Self([b'0' + value / 10, b'0' + value % 10]))
    }

    /// From the text of a message. `None` unless it is two ASCII digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 2] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// The digits as they are shown.
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
    fn a_number_is_read_back_from_its_bytes_and_never_printed() {
        for (digits, extension) in
            [("447700900123", ""), ("441632960001", "4021"), ("123456789012345", "1234567")]
        {
            let number = PhoneNumber::new(digits, extension).expect("a number");
            let again = PhoneNumber::from_bytes(number.bytes()).expect("its own bytes");
            assert_eq!((again.digits(), again.extension()), (digits, extension));
            assert_eq!(*again.e164(), format!("+{digits}"));
            assert_eq!(number.last_three(), &digits[digits.len() - 3..]);
            assert_eq!(format!("{number:?}"), "PhoneNumber(..)");
        }
    }

    #[test]
    fn nothing_but_digits_of_a_possible_length_is_a_number() {
        let rubbish = [
            ("", ""),
            ("0447700900", ""),
            ("+447700900123", ""),
            ("44 7700900123", ""),
            ("447700900123;x", ""),
            ("1234567890123456", ""),
            ("123456", ""),
            ("447700900123", "12345678"),
            ("447700900123", "#1"),
            ("٤٤٧٧٠٠٩٠٠١٢٣", ""),
        ];
        for (digits, extension) in rubbish {
            assert!(PhoneNumber::new(digits, extension).is_none(), "{digits:?} {extension:?}");
        }
        let mut bytes = *PhoneNumber::new("447700900123", "").expect("a number").bytes();
        bytes[NUMBER_DIGITS - 1] = b'9';
        assert!(PhoneNumber::from_bytes(&bytes).is_none(), "digits behind the end");
    }

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
