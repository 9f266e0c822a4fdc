//! A telephone number that can be called: an E.164 number, and perhaps an extension.
//!
//! The crate `numbers` reads what people write, and checks what the policy allows.

use std::fmt::Write as _;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The most digits of a number, country code included (ITU-T E.164, section 6.1): 15.
pub const NUMBER_DIGITS: usize = 15;

/// The most digits of an extension. This limit is our own.
pub const EXTENSION_DIGITS: usize = 7;

/// The size of every number in bytes. Since all have one size, the length of a sealed number says nothing.
pub const NUMBER_BYTES: usize = NUMBER_DIGITS + EXTENSION_DIGITS;

/// A telephone number. It is never printed and has no `Clone`. Its bytes are in a box, so a move copies an address and
/// leaves no digit on the stack.
///
/// The bytes are ASCII digits: 15 bytes for the number, then 7 for the extension, each padded with zero bytes.
///
/// ```
/// use domain::PhoneNumber;
///
/// let number = PhoneNumber::new("447700900123", "").expect("digits of a possible length");
/// assert_eq!(*number.e164(), "+447700900123");
/// assert_eq!(number.last_three(), "123");
/// assert_eq!(format!("{number:?}"), "PhoneNumber(..)");
/// assert!(PhoneNumber::new("07700900123", "").is_none(), "a country code never begins with 0");
/// ```
#[derive(PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PhoneNumber(Box<[u8; NUMBER_BYTES]>);

impl PhoneNumber {
    /// Takes the digits after the `+`, country code first, and the digits of the extension or an empty text. `None` unless
    /// both are ASCII digits, the number has 7 to 15 and does not begin with 0, and the extension has at most 7.
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

    /// Reads the bytes that [`PhoneNumber::bytes`] gave. `None` for any other bytes.
    pub fn from_bytes(bytes: &[u8; NUMBER_BYTES]) -> Option<Self> {
        let (digits, extension) = bytes.split_at(NUMBER_DIGITS);
        let number = Self::new(text_of(digits), text_of(extension))?;
        (*number.0 == *bytes).then_some(number)
    }

    /// The 22 bytes, for sealing, and for the HMAC by which the store recognises the number.
    pub fn bytes(&self) -> &[u8; NUMBER_BYTES] {
        &self.0
    }

    /// The digits after the `+`, country code first.
    pub fn digits(&self) -> &str {
        text_of(&self.0[..NUMBER_DIGITS])
    }

    /// The digits of the extension; empty without one.
    pub fn extension(&self) -> &str {
        text_of(&self.0[NUMBER_DIGITS..])
    }

    /// The number without its extension as it is dialled: `+` and digits (ITU-T E.164).
    pub fn e164(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(NUMBER_DIGITS + 1));
        let _ = write!(text, "+{}", self.digits());
        text
    }

    /// The last three digits. Pages and records show no more of a number after it was sent.
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

/// The digits before the first zero byte. A borrow leaves no copy behind.
fn text_of(filled: &[u8]) -> &str {
    let end = filled.iter().position(|byte| *byte == 0).unwrap_or(filled.len());
    std::str::from_utf8(&filled[..end]).unwrap_or("")
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
        assert!(PhoneNumber::from_bytes(&bytes).is_none(), "digits after the end");
    }
}
