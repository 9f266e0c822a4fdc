//! What people write, taken apart: digits, perhaps `+` before them, perhaps an extension behind.
//!
//! Strict where the number library is lenient: it takes letters for digits ("0800 FLOWERS") and runs two numbers
//! together. Not here: whether there is such a number.

use domain::{EXTENSION_DIGITS, NumberProblem};
use zeroize::Zeroizing;

/// Digits before which there can be no second number yet: "01632/960001" is one number, "01632 960001/2" is two.
const DIGITS_OF_ONE: usize = 7;

const EXTENSION_DIGITS_AND_ONE: usize = EXTENSION_DIGITS + 1;

/// More digits than any way to dial any number.
const MOST_DIGITS: usize = 24;

/// What people write before or behind a number, in English and Welsh. It says nothing that we need.
const LABELS: &[&str] = &[
    "cartref",
    "cell",
    "ffon",
    "ffôn",
    "gwaith",
    "home",
    "is",
    "line",
    "m",
    "mob",
    "mobile",
    "my",
    "no",
    "number",
    "office",
    "p",
    "phone",
    "rhif",
    "symudol",
    "t",
    "tel",
    "telephone",
    "uk",
    "work",
];

/// What begins an extension, in English and Welsh; `p` is a pause as phones store it.
const EXTENSION_WORDS: &[&str] = &["est", "estyniad", "ex", "ext", "extension", "extn", "p", "x", "xtn"];

/// What stands between two numbers.
const OR_WORDS: &[&str] = &["a", "ac", "and", "neu", "or"];

/// The parts of what was typed. All digits are ASCII.
pub(crate) struct Written {
    /// `+` and digits, or digits as they are dialled.
    pub(crate) dialled: Zeroizing<String>,
    /// Empty without one.
    pub(crate) extension: Zeroizing<String>,
}

/// Where in the text we are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Number,
    /// Behind a comma or semicolon: an extension, or another number.
    Behind,
    /// Behind a slash, "or" and the like: a digit here is another number's.
    Another,
    Extension,
}

/// A piece of the text.
enum Piece {
    Digit(char),
    /// So many letters O among digits, typed for zeros.
    Zeros(usize),
    Word(String),
    Plus,
    Hash,
    Pause,
    Slash,
    /// Spaces, dashes, dots, brackets.
    Gap,
}

/// Takes the text apart.
pub(crate) fn read(typed: &str) -> Result<Written, NumberProblem> {
    // Big enough from the start: a vector that grows leaves copies behind.
    let mut characters = Zeroizing::new(Vec::with_capacity(typed.len()));
    characters.extend(typed.chars().filter(|character| !is_invisible(*character)));
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

/// What was read so far.
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
            Piece::Pause if is_whole && self.section == Section::Number => self.section = Section::Behind,
            Piece::Slash if is_whole => self.section = Section::Another,
            Piece::Pause | Piece::Slash => {}
            Piece::Hash if may_extend => self.section = Section::Extension,
            Piece::Word(word) if may_extend && EXTENSION_WORDS.contains(&word.as_str()) => {
                self.section = Section::Extension;
            }
            Piece::Word(word) if is_whole && OR_WORDS.contains(&word.as_str()) => {
                self.section = Section::Another
            }
            Piece::Word(word) if LABELS.contains(&word.as_str()) => {}
            Piece::Word(_) | Piece::Plus | Piece::Hash => return Err(NumberProblem::NotANumber),
        }
        Ok(())
    }

    fn push(&mut self, digit: char) -> Result<(), NumberProblem> {
        let (part, problem) = match self.section {
            Section::Another => return Err(NumberProblem::SeveralNumbers),
            Section::Number => (&mut self.dialled, NumberProblem::TooLong),
            Section::Behind => (&mut self.extension, NumberProblem::SeveralNumbers),
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
            (Section::Behind, EXTENSION_DIGITS_AND_ONE..) => Err(NumberProblem::SeveralNumbers),
            (Section::Extension, 0 | EXTENSION_DIGITS_AND_ONE..) => Err(NumberProblem::ExtensionDigits),
            (Section::Number | Section::Another | Section::Behind | Section::Extension, _) => {
                Ok(Written { dialled: without_odd_plus(self.dialled), extension: self.extension })
            }
        }
    }
}

/// `+` before a national number ("+07700 ...") or before `00` says nothing: no country's code begins with 0.
fn without_odd_plus(dialled: Zeroizing<String>) -> Zeroizing<String> {
    match dialled.strip_prefix('+') {
        Some(digits) if digits.starts_with('0') => Zeroizing::new(digits.to_owned()),
        Some(_) | None => dialled,
    }
}

/// The piece that begins at `at`, which is moved behind it.
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

/// Digits as keyboards type them: ASCII, full width, Arabic, Persian and Urdu, Devanagari, Bengali, Gurmukhi.
fn digit(character: char) -> Option<char> {
    let zeros = ['0', '０', '٠', '۰', '०', '০', '੦'];
    let value = zeros
        .iter()
        .find_map(|zero| u32::from(character).checked_sub(u32::from(*zero)).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

fn is_gap(character: char) -> bool {
    character.is_whitespace()
        || "-.()[]{}<>:='\"_~·•".contains(character)
        || matches!(character, '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201f}' | '\u{2043}' | '\u{2212}')
        || matches!(character, '\u{ff08}' | '\u{ff09}' | '\u{ff0d}' | '\u{ff0e}' | '\u{ff1a}' | '\u{30fc}')
        || matches!(character, '☎' | '☏' | '✆' | '📞' | '📱')
}

/// What comes along with a copied number and is not seen: marks of direction, spaces of no width, soft hyphens.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{fe0e}' | '\u{fe0f}' | '\u{feff}')
}
