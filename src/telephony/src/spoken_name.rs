//! A name that the voice can say: letters, digits and single spaces. It is a trust's or a system's; the voice never says
//! a person's name.

/// The most characters of a name.
const LONGEST: usize = 64;

/// A name as it is spoken: 1 to 64 letters, digits and single spaces. It is safe in markup and in file names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SpokenName(String);

impl SpokenName {
    /// Takes a name. `None` unless it is 1 to 64 letters, digits and single spaces between them.
    pub fn new(text: &str) -> Option<Self> {
        let is_word = |word: &str| !word.is_empty() && word.chars().all(char::is_alphanumeric);
        let fits = text.split(' ').all(is_word) && text.chars().count() <= LONGEST;
        fits.then(|| Self(text.to_owned()))
    }

    /// Keeps what can be said of any text. An apostrophe joins, and every other character separates words; whole words
    /// are cut off after 64 characters. `None` when nothing is left.
    pub fn from_text(text: &str) -> Option<Self> {
        let joined: String = text.chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).collect();
        let words = joined.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut said = String::new();
        for word in words {
            let space = usize::from(!said.is_empty());
            if said.chars().count() + space + word.chars().count() > LONGEST {
                break;
            }
            said.push_str(&" "[..space]);
            said.push_str(word);
        }
        Self::new(&said)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of its sound file without an extension. It has small ASCII letters and digits, and `-` for a space. Any
    /// other character is `u` and four hexadecimal digits of its code point.
    pub fn file_stem(&self) -> String {
        use std::fmt::Write as _;
        let mut stem = String::new();
        for c in self.0.chars().flat_map(char::to_lowercase) {
            match c {
                ' ' => stem.push('-'),
                'a'..='z' | '0'..='9' => stem.push(c),
                _ => {
                    let _ = write!(stem, "u{:04x}", u32::from(c));
                }
            }
        }
        stem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_letters_digits_and_spaces_and_nothing_that_is_markup() {
        for name in ["Ash Grove Trust", "Ysgol Tŷ Gwyn", "Academy 21"] {
            assert_eq!(SpokenName::new(name).expect(name).as_str(), name);
        }
        let long = "a".repeat(65);
        for rubbish in
            ["", " ", "a  b", " a", "<Say>", "a&b", "a/b", "..", "a\nb", "a\u{202e}b", long.as_str()]
        {
            assert!(SpokenName::new(rubbish).is_none(), "{rubbish:?}");
        }
    }

    #[test]
    fn only_what_can_be_spoken_is_kept_of_a_text() {
        let table = [
            ("St Mary's & St John's", Some("St Marys St Johns")),
            ("<Dial>+44 7700 900123</Dial>", Some("Dial 44 7700 900123 Dial")),
            ("Ash-Grove\tTrust", Some("Ash Grove Trust")),
            ("../..", None),
        ];
        for (text, said) in table {
            assert_eq!(SpokenName::from_text(text).as_ref().map(SpokenName::as_str), said, "{text:?}");
        }
        let long = SpokenName::from_text(&"word ".repeat(40)).expect("a name");
        assert_eq!(long.as_str().chars().count(), 64);
    }

    #[test]
    fn the_file_of_a_name_is_plain_ascii() {
        let stem = |name| SpokenName::new(name).expect("a name").file_stem();
        assert_eq!(stem("Ash Grove Trust"), "ash-grove-trust");
        assert_eq!(stem("Ysgol Tŷ Gwyn 2"), "ysgol-tu0177-gwyn-2");
    }
}
