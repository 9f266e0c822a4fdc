//! The form in which names that people type are compared.
//!
//! Keyboards, documents and directories write one name in several ways: `â` as one character or as two, full-width letters,
//! characters that nobody sees. What is taken for the same, and what is not, is
//! [decision 020](../../../docs/decisions/020-names-are-compared-by-a-key.md).

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// The longest text that can be a name: 64 letters, each of which may be written as four characters.
const MOST_CHARACTERS: usize = 4 * 64;

/// The key under which a name is compared: in lower case, composed (NFKC), with one form of apostrophe, hyphen and space,
/// and without what cannot be seen. Never shown.
///
/// ```
/// use domain::NameKey;
///
/// assert_eq!(NameKey::of("SI\u{c2}N.EVANS"), NameKey::of("sia\u{302}n.evans"));
/// assert_ne!(NameKey::of("sian.evans"), NameKey::of("si\u{e2}n.evans"));
/// assert_eq!(NameKey::of(" \u{ad}"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameKey(String);

impl NameKey {
    /// The key of a text. `None` for what can be nobody's name: nothing that can be seen, a control character, or too long.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        if text.chars().nth(MOST_CHARACTERS).is_some() || text.chars().any(char::is_control) {
            return None;
        }
        let nfkc = ComposingNormalizerBorrowed::new_nfkc();
        let seen: String = text.chars().filter(|c| !is_invisible(*c)).map(plain_punctuation).collect();
        // In lower case some letters and accents have a composed form that they lack in capitals.
        let lower: String = nfkc.normalize(&seen).to_lowercase().chars().map(plain_letter).collect();
        // The fillers of Korean become invisible only when they are normalised.
        let seen: String = lower.chars().filter(|c| !is_invisible(*c)).map(plain_punctuation).collect();
        let words: Vec<&str> = seen.split_whitespace().collect();
        let key = nfkc.normalize(&words.join(" ")).into_owned();
        if key.is_empty() { None } else { Some(Self(key)) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first character of a text that no font shows, such as a soft hyphen (Unicode: `Default_Ignorable_Code_Point`).
pub fn invisible_in(text: &str) -> Option<char> {
    text.chars().find(|c| is_invisible(*c))
}

fn is_invisible(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// What phones and word processors put in place of the typed `'` and `-`.
const fn plain_punctuation(c: char) -> char {
    match c {
        '\u{b4}' | '\u{1ffd}' | '\u{2bc}' | '\u{2018}' | '\u{2019}' | '\u{2032}' => '\'',
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        other => other,
    }
}

/// The last sigma of a word has a small form of its own, and no capital.
const fn plain_letter(c: char) -> char {
    if c == 'ς' { 'σ' } else { c }
}

#[cfg(test)]
mod tests;
