//! The 29 signs of codes and references: what people do not mix up when they read, say or type them.

/// Digits and capitals without 0 O 1 I L S U.
pub(crate) const SIGNS: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRTVWXYZ";

/// The place of a sign, of either case.
pub(crate) fn value_of(sign: char) -> Option<u8> {
    let upper = u8::try_from(sign).ok()?.to_ascii_uppercase();
    let place = SIGNS.iter().position(|known| *known == upper)?;
    u8::try_from(place).ok()
}

/// The sign at a place.
pub(crate) fn sign_at(value: u8) -> char {
    char::from(SIGNS[usize::from(value) % SIGNS.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_has_its_place_and_the_confusing_ones_have_none() {
        for (place, sign) in SIGNS.iter().enumerate() {
            let value = value_of(char::from(*sign)).expect("a sign of ours");
            assert_eq!(usize::from(value), place);
            assert_eq!(sign_at(value), char::from(*sign));
        }
        for sign in "0O1ILSUoils-\u{a0}é".chars() {
            assert_eq!(value_of(sign), None, "{sign:?}");
        }
    }
}
