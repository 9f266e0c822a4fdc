//! Parses what people write: digits, perhaps a `+` before them, perhaps an extension after them.
//!
//! It is strict where the number library is lenient: the library takes letters for digits ("0800 FLOWERS") and joins two
//! numbers. `judge` decides whether such a number exists.

use domain::{EXTENSION_DIGITS, NumberProblem, digit_value, is_separator, is_unseen};
use zeroize::Zeroizing;

/// After fewer digits no second number can begin: "01632/960001" is one number, "01632 960001/2" is two.
const DIGITS_OF_ONE: usize = 7;

/// The first length that is too long for an extension.
const EXTENSION_DIGITS_AND_ONE: usize = EXTENSION_DIGITS + 1;

/// The most digits that are read: more than any number needs, with all its prefixes.
const MOST_DIGITS: usize = 24;

/// Words before or after a number, in English and Welsh. They are ignored.
const LABELS: &[&str] = &[
    "cartref",
    "cell",
    "contact",
    "desk",
    "dir",
    "direct",
    "ffon",
    "ffôn",
    "gwaith",
    "home",
    "house",
    "is",
    "land",
    "landline",
    "line",
    "llinell",
    "m",
    "main",
    "mob",
    "mobile",
    "my",
    "no",
    "number",
    "office",
    "p",
    "personal",
    "personol",
    "phone",
    "preifat",
    "private",
    "rhif",
    "school",
    "symudol",
    "t",
    "tel",
    "telephone",
    "tir",
    "tŷ",
    "uk",
    "work",
    "ysgol",
];

/// Words that begin an extension, in English and Welsh. `p` is a pause, as phones store it.
const EXTENSION_WORDS: &[&str] = &["est", "estyniad", "ex", "ext", "extension", "extn", "p", "x", "xtn"];

/// Words between two numbers, in English and Welsh.
const OR_WORDS: &[&str] = &["a", "ac", "and", "neu", "or"];

/// The parts of a typed text. All digits are ASCII.
pub(crate) struct Written {
    /// The number: `+` and digits, or digits as they are dialled.
    pub(crate) dialled: Zeroizing<String>,
    /// The digits of the extension; empty without one.
    pub(crate) extension: Zeroizing<String>,
}

/// The part of the text that is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Number,
    /// After a comma or semicolon: an extension, or another number.
    AfterPause,
    /// After a slash, "or" and the like: a digit here belongs to another number.
    AnotherNumber,
    Extension,
}

/// One piece of the text.
enum Piece {
    Digit(char),
    /// So many letters O next to digits; the person meant zeros.
    Zeros(usize),
    Word(String),
    Plus,
    Hash,
    Pause,
    Slash,
    /// A space, hyphen, dot or bracket. It is ignored.
    Gap,
}

/// Parses a typed text.
pub(crate) fn read(typed: &str) -> Result<Written, NumberProblem> {
    // It has its final capacity from the start, since a vector that grows leaves copies behind.
    let mut characters = Zeroizing::new(Vec::with_capacity(typed.len()));
    characters.extend(typed.chars().filter(|character| !is_unseen(*character)));
    if characters.iter().all(|character| is_gap(*character)) {
        return Err(NumberProblem::Empty);
    }
    let mut parts = Parts {
        dialled: Zeroizing::new(String::with_capacity(MOST_DIGITS + 1)),
        extension: Zeroizing::new(String::with_capacity(MOST_DIGITS)),
        section: Section::Number,
    };
    let mut at = 0;
    while at < characters.len() {
        parts.take(next(&characters, &mut at)?)?;
    }
    parts.finish()
}

/// The parts that were read so far.
struct Parts {
    dialled: Zeroizing<String>,
    extension: Zeroizing<String>,
    section: Section,
}

impl Parts {
    fn take(&mut self, piece: Piece) -> Result<(), NumberProblem> {
        let is_whole = self.dialled.len() >= DIGITS_OF_ONE;
        let may_extend = is_whole && self.extension.is_empty();
        match piece {
            Piece::Gap => {}
            Piece::Digit(digit) => self.push(digit)?,
            Piece::Zeros(count) => (0..count).try_for_each(|_| self.push('0'))?,
            Piece::Plus if self.section == Section::Number && self.dialled.is_empty() => {
                self.dialled.push('+')
            }
            Piece::Plus if is_whole => return Err(NumberProblem::SeveralNumbers),
            Piece::Pause if is_whole && self.section == Section::Number => self.section = Section::AfterPause,
            Piece::Slash if is_whole => self.section = Section::AnotherNumber,
            Piece::Pause | Piece::Slash => {}
            Piece::Hash if may_extend => self.section = Section::Extension,
            Piece::Word(word) if may_extend && EXTENSION_WORDS.contains(&word.as_str()) => {
                self.section = Section::Extension;
            }
            Piece::Word(word) if is_whole && OR_WORDS.contains(&word.as_str()) => {
                self.section = Section::AnotherNumber
            }
            Piece::Word(word) if LABELS.contains(&word.as_str()) => {}
            Piece::Word(_) | Piece::Plus | Piece::Hash => return Err(NumberProblem::NotANumber),
        }
        Ok(())
    }

    fn push(&mut self, digit: char) -> Result<(), NumberProblem> {
        let (part, problem) = match self.section {
            Section::AnotherNumber => return Err(NumberProblem::SeveralNumbers),
            Section::Number => (&mut self.dialled, NumberProblem::TooLong),
            Section::AfterPause => (&mut self.extension, NumberProblem::SeveralNumbers),
            Section::Extension => (&mut self.extension, NumberProblem::ExtensionDigits),
        };
        if part.len() == MOST_DIGITS {
            return Err(problem);
        }
        part.push(digit);
        Ok(())
    }

    fn finish(self) -> Result<Written, NumberProblem> {
        if !self.dialled.contains(|c: char| c.is_ascii_digit()) {
            return Err(NumberProblem::NotANumber);
        }
        match (self.section, self.extension.len()) {
            (Section::AfterPause, EXTENSION_DIGITS_AND_ONE..) => Err(NumberProblem::SeveralNumbers),
            (Section::Extension, 0 | EXTENSION_DIGITS_AND_ONE..) => Err(NumberProblem::ExtensionDigits),
            (Section::Number | Section::AnotherNumber | Section::AfterPause | Section::Extension, _) => {
                Ok(Written { dialled: without_odd_plus(self.dialled), extension: self.extension })
            }
        }
    }
}

/// Removes a `+` before a 0 ("+07700 ...", "+0044 ..."). No country's code begins with 0, so it means nothing.
fn without_odd_plus(dialled: Zeroizing<String>) -> Zeroizing<String> {
    match dialled.strip_prefix('+') {
        Some(digits) if digits.starts_with('0') => Zeroizing::new(digits.to_owned()),
        Some(_) | None => dialled,
    }
}

/// The piece that begins at the index `at`. It moves `at` to the end of the piece.
fn next(characters: &[char], at: &mut usize) -> Result<Piece, NumberProblem> {
    let from = *at;
    let character = characters[from];
    *at += 1;
    if character.is_alphabetic() {
        let word = characters[from..].iter().take_while(|c| c.is_alphabetic()).count();
        *at = from + word;
        let is_digit =
            |index: usize| characters.get(index).is_some_and(|character| digit(*character).is_some());
        let is_among_digits = is_digit(*at) || from > 0 && is_digit(from - 1);
        let word = &characters[from..*at];
        return Ok(if is_among_digits && word.iter().all(|letter| matches!(letter, 'o' | 'O')) {
            Piece::Zeros(word.len())
        } else {
            Piece::Word(word.iter().flat_map(|letter| letter.to_lowercase()).collect())
        });
    }
    Ok(match (digit(character), character) {
        (Some(digit), _) => Piece::Digit(digit),
        (None, '+' | '＋' | '﹢') => Piece::Plus,
        (None, '#' | '＃') => Piece::Hash,
        (None, ',' | ';' | '，' | '；') => Piece::Pause,
        (None, '/' | '／' | '&' | '|' | '\n' | '\r') => Piece::Slash,
        (None, character) if is_gap(character) => Piece::Gap,
        (None, _) => return Err(NumberProblem::NotANumber),
    })
}

/// The ASCII digit for a digit of any script.
fn digit(character: char) -> Option<char> {
    digit_value(character).map(|value| char::from(b'0' + value))
}

/// Whether a character only separates digits, or says that a phone number follows.
fn is_gap(character: char) -> bool {
    is_separator(character) || matches!(character, '☎' | '☏' | '✆' | '📞' | '📱')
}
