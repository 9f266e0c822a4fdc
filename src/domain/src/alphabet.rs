//! The 29 characters of codes and references: what people do not mix up when they read, say or type them.

/// Digits and capitals without 0 O 1 I L S U.
pub(crate) const ALPHABET: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRTVWXYZ";

/// The position of a character, of either case.
pub(crate) fn value_of(character: char) -> Option<u8> {
    let upper = u8::try_from(character).ok()?.to_ascii_uppercase();
    let position = ALPHABET.iter().position(|known| *known == upper)?;
    u8::try_from(position).ok()
}

/// The character at a position.
pub(crate) fn character_at(value: u8) -> char {
    char::from(ALPHABET[usize::from(value) % ALPHABET.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_has_its_place_and_the_confusing_ones_have_none() {
        for (position, character) in ALPHABET.iter().enumerate() {
            let value = value_of(char::from(*character)).expect("a character of ours");
            assert_eq!(usize::from(value), position);
            assert_eq!(character_at(value), char::from(*character));
        }
        for character in "0O1ILSUoils-\u{a0}é".chars() {
            assert_eq!(value_of(character), None, "{character:?}");
        }
    }
}
