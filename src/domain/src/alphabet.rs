//! The 29 characters of codes and references. 0, O, 1, I, L, S and U are left out, which people mix up most.
//! 8 and B, and 2 and Z, are both there: the check character of a code finds such a slip.

/// The digits and capitals without 0, O, 1, I, L, S and U. Their number is a prime, which the check character needs.
pub(crate) const ALPHABET: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRTVWXYZ";

/// The index of a character in the alphabet, 0 to 28; capital or small letters. `None` for every other character.
pub(crate) fn value_of(character: char) -> Option<u8> {
    let upper = u8::try_from(character).ok()?.to_ascii_uppercase();
    let index = ALPHABET.iter().position(|known| *known == upper)?;
    u8::try_from(index).ok()
}

/// The character at an index; an index above 28 wraps round.
pub(crate) fn character_at(value: u8) -> char {
    char::from(ALPHABET[usize::from(value) % ALPHABET.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_its_index_and_the_confusing_ones_have_none() {
        for (index, character) in ALPHABET.iter().enumerate() {
            let value = value_of(char::from(*character)).expect("a character of the alphabet");
            assert_eq!(usize::from(value), index);
            assert_eq!(value_of(char::from(character.to_ascii_lowercase())), Some(value));
            assert_eq!(character_at(value), char::from(*character));
        }
        for character in "0O1ILSUoils-\u{a0}é".chars() {
            assert_eq!(value_of(character), None, "{character:?}");
        }
    }
}
