//! The one-use code that IT gives to a person: XXXXX-XXXXX, nine random characters and a check character.
//!
//! Nine characters of 29 hold 43 bits.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::alphabet::{ALPHABET, character_at, value_of};
use crate::typed::{ascii_form, is_separator, is_unseen};

/// The characters of a code, the check character included: 10.
pub const CODE_CHARACTERS: usize = 10;

/// A well-formed enrolment code. Only the service knows whether it was issued. It is never printed by `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct EnrolmentCode([u8; CODE_CHARACTERS]);

/// Why a typed text is not an enrolment code. The computer finds this by itself, so it costs no try at the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeSlip {
    /// The text is empty, or only spaces and hyphens.
    #[error("no code was typed")]
    Empty,
    /// The text has another number of characters than 10; this many.
    #[error("a code has {CODE_CHARACTERS} letters and numbers, and this has {0}")]
    Length(usize),
    /// The text has a character that is not in the alphabet; this one.
    #[error("no code has the character {0:?}")]
    Character(char),
    /// The check character does not fit: a character is wrong, or two are swapped.
    #[error("one of the letters or numbers is mistyped")]
    Check,
}

impl EnrolmentCode {
    /// Makes a code from random bytes. It skips bytes of 232 and above, so that all characters are equally likely. `None`
    /// when fewer than nine bytes are left; with 64 random bytes that happens less than once in 10^40 times.
    pub fn from_entropy(random: &[u8]) -> Option<Self> {
        let even = 256 - 256 % ALPHABET.len();
        let mut fair = random
            .iter()
            .filter(|byte| usize::from(**byte) < even)
            .filter_map(|byte| u8::try_from(usize::from(*byte) % ALPHABET.len()).ok());
        let mut values = [0_u8; CODE_CHARACTERS];
        for value in values.iter_mut().take(CODE_CHARACTERS - 1) {
            *value = fair.next()?;
        }
        values[CODE_CHARACTERS - 1] = check_value(&values);
        Some(Self(values))
    }

    /// Reads a typed code: capital or small letters, digits of any script, with any separators.
    ///
    /// ```
    /// use domain::{CodeSlip, EnrolmentCode};
    ///
    /// let code = EnrolmentCode::from_entropy(&[7; 64]).expect("enough bytes");
    /// let typed = code.printed().to_lowercase().replace('-', " ");
    /// assert_eq!(EnrolmentCode::parse(&typed), Ok(code));
    /// assert_eq!(EnrolmentCode::parse("ABCDE"), Err(CodeSlip::Length(5)));
    /// assert_eq!(EnrolmentCode::parse("ABCDE-FGHJ0"), Err(CodeSlip::Character('0')));
    /// ```
    pub fn parse(typed: &str) -> Result<Self, CodeSlip> {
        let characters = || {
            typed
                .chars()
                .filter(|character| !is_separator(*character) && !is_unseen(*character))
                .map(ascii_form)
        };
        match characters().count() {
            0 => return Err(CodeSlip::Empty),
            CODE_CHARACTERS => {}
            other => return Err(CodeSlip::Length(other)),
        }
        let mut values = [0_u8; CODE_CHARACTERS];
        for (value, character) in values.iter_mut().zip(characters()) {
            *value = value_of(character).ok_or(CodeSlip::Character(character))?;
        }
        if values[CODE_CHARACTERS - 1] == check_value(&values) {
            Ok(Self(values))
        } else {
            Err(CodeSlip::Check)
        }
    }

    /// The ten characters as ASCII without a hyphen, for sealing and for the HMAC that the service stores.
    pub fn characters(&self) -> zeroize::Zeroizing<[u8; CODE_CHARACTERS]> {
        let mut characters = zeroize::Zeroizing::new([0; CODE_CHARACTERS]);
        for (character, value) in characters.iter_mut().zip(self.0) {
            *character = ALPHABET[usize::from(value)];
        }
        characters
    }

    /// The code as it is printed for the person: XXXXX-XXXXX.
    pub fn printed(&self) -> zeroize::Zeroizing<String> {
        let mut text = String::with_capacity(CODE_CHARACTERS + 1);
        for (position, value) in self.0.iter().enumerate() {
            if position == CODE_CHARACTERS / 2 {
                text.push('-');
            }
            text.push(character_at(*value));
        }
        zeroize::Zeroizing::new(text)
    }
}

/// The check character's value: a weighted sum modulo the prime 29. It finds every single wrong character and every swap
/// of two characters.
fn check_value(values: &[u8; CODE_CHARACTERS]) -> u8 {
    let sum: usize = values
        .iter()
        .take(CODE_CHARACTERS - 1)
        .enumerate()
        .map(|(position, value)| (position + 2) * usize::from(*value))
        .sum();
    u8::try_from((ALPHABET.len() - sum % ALPHABET.len()) % ALPHABET.len()).unwrap_or(0)
}

impl std::fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnrolmentCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> EnrolmentCode {
        let random: Vec<u8> = (0_u8..64).map(|n| n.wrapping_mul(37)).collect();
        EnrolmentCode::from_entropy(&random).expect("enough bytes")
    }

    #[test]
    fn a_printed_code_reads_back_however_it_is_typed() {
        let code = sample();
        let printed = code.printed();
        for typed in [
            printed.to_string(),
            printed.to_lowercase(),
            printed.replace('-', " "),
            printed.replace('-', "\u{2013}"),
            format!("  {} ", printed.replace('-', "")),
        ] {
            assert_eq!(EnrolmentCode::parse(&typed), Ok(code.clone()), "{typed:?}");
        }
    }

    #[test]
    fn every_single_slip_and_every_swap_is_caught() {
        let code = sample();
        let characters = code.characters();
        for position in 0..CODE_CHARACTERS {
            for wrong in ALPHABET.iter().filter(|character| **character != characters[position]) {
                let mut typed = *characters;
                typed[position] = *wrong;
                assert_eq!(parse_bytes(&typed), Err(CodeSlip::Check), "position {position}");
            }
            for other in 0..position {
                let mut typed = *characters;
                typed.swap(position, other);
                if typed != *characters {
                    assert_eq!(parse_bytes(&typed), Err(CodeSlip::Check), "{other} and {position}");
                }
            }
        }
    }

    #[test]
    fn slips_are_told_apart() {
        assert_eq!(EnrolmentCode::parse(" - "), Err(CodeSlip::Empty));
        assert_eq!(EnrolmentCode::parse("ABCDE"), Err(CodeSlip::Length(5)));
        assert_eq!(EnrolmentCode::parse("ABCDE-FGH0J"), Err(CodeSlip::Character('0')));
        assert_eq!(EnrolmentCode::parse(&"é".repeat(1000)), Err(CodeSlip::Length(1000)));
    }

    #[test]
    fn too_little_entropy_makes_no_code_and_debug_shows_none() {
        assert_eq!(EnrolmentCode::from_entropy(&[255; 64]), None);
        assert_eq!(format!("{:?}", sample()), "EnrolmentCode(..)");
    }

    fn parse_bytes(characters: &[u8]) -> Result<EnrolmentCode, CodeSlip> {
        EnrolmentCode::parse(std::str::from_utf8(characters).expect("ASCII"))
    }

    /// Computed with another program: printed codes must stay valid.
    #[test]
    fn the_check_character_of_a_code_never_changes() {
        assert_eq!(*sample().printed(), "2AJV5-DN5DK");
        let same = EnrolmentCode::from_entropy(&[7; 64]).expect("enough bytes");
        assert_eq!(*same.printed(), "99999-9999Z");
        assert_eq!(*same.characters(), *b"999999999Z");
    }
}
