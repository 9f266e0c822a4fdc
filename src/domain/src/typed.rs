//! Characters that people type and paste around digits and codes: digits of any script, separators, and characters that
//! are not seen. Every reader of typed text asks here, so that all of them take the same.

/// The digit zero of every script that has decimal digits (Unicode 16, general category Nd). The other nine follow each.
const ZEROS: &[char] = &[
    '0',
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1e950}',
    '\u{1fbf0}',
];

/// The value of a decimal digit of any script that keyboards of today write, 0 to 9.
///
/// ```
/// use domain::digit_value;
///
/// assert_eq!(digit_value('7'), Some(7));
/// assert_eq!(digit_value('٧'), Some(7));
/// assert_eq!(digit_value('²'), None);
/// ```
pub fn digit_value(character: char) -> Option<u8> {
    let value = |zero: &char| u32::from(character).checked_sub(u32::from(*zero)).filter(|value| *value < 10);
    u8::try_from(ZEROS.iter().find_map(value)?).ok()
}

/// A digit of any script, and a full-width letter of East Asian keyboards, as ASCII; every other character as it is.
pub fn ascii_form(character: char) -> char {
    match (digit_value(character), character) {
        (Some(value), _) => char::from(b'0' + value),
        (None, '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}') => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        (None, _) => character,
    }
}

/// Whether nothing is seen of a character: it comes along when people copy. These are the code points that Unicode calls
/// default ignorable, the blank of Braille, the keycap around a digit, and the sign for a picture that was left out.
pub fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20e3}' | '\u{2800}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character only stands between digits or around them: a space, a hyphen, a dot, a quotation mark or a
/// bracket, in any of the forms that apps, messages and keyboards write.
pub fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || "-.()[]{}<>:='\"_~`´·•‧∙⋅・".contains(character)
        || matches!(character, '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201f}' | '\u{2024}' | '\u{2027}')
        || matches!(character, '\u{2039}' | '\u{203a}' | '\u{2043}' | '\u{2212}' | '\u{ab}' | '\u{bb}')
        || matches!(
            character,
            '\u{fe52}' | '\u{fe58}' | '\u{fe63}' | '\u{fe59}' | '\u{fe5a}' | '\u{30fb}' | '\u{30fc}'
        )
        || matches!(
            character,
            '\u{ff02}' | '\u{ff07}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0d}' | '\u{ff0e}' | '\u{ff1a}'
        )
        || matches!(character, '\u{ff65}' | '\u{3001}' | '\u{3002}' | '\u{300c}' | '\u{300d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits_follow_each_zero_and_nothing_else_is_one() {
        for zero in ZEROS {
            for value in 0..10_u8 {
                let digit = char::from_u32(u32::from(*zero) + u32::from(value)).expect("a character");
                assert!(digit.is_numeric(), "{digit:?}");
                assert_eq!(digit_value(digit), Some(value));
                assert_eq!(ascii_form(digit), char::from(b'0' + value));
            }
        }
        for other in ['O', 'l', '²', '½', '①', 'Ⅳ', '一', ' ', '\u{66a}'] {
            assert_eq!((digit_value(other), ascii_form(other)), (None, other));
        }
        assert_eq!(['Ａ', 'Ｚ', 'ａ', 'ｚ'].map(ascii_form), ['A', 'Z', 'a', 'z']);
    }

    #[test]
    fn no_character_is_of_two_kinds() {
        for character in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let kinds = [
                digit_value(character).is_some(),
                is_unseen(character),
                is_separator(character),
                character.is_alphabetic() && !is_unseen(character) && character != '\u{30fc}',
            ];
            assert!(kinds.into_iter().filter(|is_kind| *is_kind).count() <= 1, "{character:?}");
        }
    }
}
