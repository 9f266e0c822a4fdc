//! Text that a phone's list of accounts, a window title or a voice can carry.

use serde::{Deserialize, Serialize};

/// One line of 1 to 64 characters, without colons, control characters and bidirectional marks. It can be part of an
/// otpauth label (Google Authenticator, Key Uri Format: `issuer:account`).
///
/// ```
/// use domain::{Label, LabelError};
///
/// assert_eq!(Label::new(" Oaktree Learning Trust ").map(String::from), Ok("Oaktree Learning Trust".to_owned()));
/// assert_eq!(Label::new("Oaktree: staff"), Err(LabelError::Colon));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

/// Why a text cannot be a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// The text is empty or only spaces.
    #[error("it is empty")]
    Empty,
    /// The text has more than 64 characters.
    #[error("it has more than 64 characters")]
    Long,
    /// The text has a colon, or a character that looks like one. It would split the label in the phone's app.
    #[error("it has a colon")]
    Colon,
    /// The text has a control character or a direction mark, which could hide or reorder what the phone shows.
    #[error("it has a control, direction or invisible character: U+{:04X}", code_point(.0))]
    Control(char),
}

impl Label {
    /// Trims a text and checks it.
    pub fn new(text: &str) -> Result<Self, LabelError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(LabelError::Empty);
        }
        if text.chars().count() > 64 {
            return Err(LabelError::Long);
        }
        if text.contains([':', '\u{fe13}', '\u{fe55}', '\u{ff1a}', '\u{a789}', '\u{2236}']) {
            return Err(LabelError::Colon);
        }
        match text.chars().find(|c| hides_or_reorders(*c)) {
            Some(found) => Err(LabelError::Control(found)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn code_point(c: &char) -> u32 {
    u32::from(*c)
}

fn hides_or_reorders(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl TryFrom<String> for Label {
    type Error = LabelError;
    fn try_from(text: String) -> Result<Self, LabelError> {
        Self::new(&text)
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_and_trusts_pass() {
        for good in ["Oaktree Learning Trust", "Siân Ŵyn-O'Neill", " Zoë ", "St. Mary's (C of E)"] {
            assert_eq!(Label::new(good).map(String::from), Ok(good.trim().to_owned()));
        }
    }

    #[test]
    fn what_could_mislead_on_the_phone_is_refused() {
        assert_eq!(Label::new("  "), Err(LabelError::Empty));
        assert_eq!(Label::new("a:b"), Err(LabelError::Colon));
        assert_eq!(Label::new("a\u{ff1a}b"), Err(LabelError::Colon));
        assert_eq!(Label::new("a\nb"), Err(LabelError::Control('\n')));
        assert_eq!(Label::new("a\u{202e}b"), Err(LabelError::Control('\u{202e}')));
        assert!(LabelError::Control('\u{feff}').to_string().ends_with("U+FEFF"));
        assert_eq!(Label::new(&"é".repeat(65)), Err(LabelError::Long));
    }

    #[test]
    fn the_longest_label_has_64_characters() {
        assert!(Label::new(&"é".repeat(64)).is_ok());
    }

    #[test]
    fn every_character_that_splits_hides_or_reorders_is_refused() {
        for colon in [':', '\u{fe13}', '\u{fe55}', '\u{ff1a}', '\u{a789}', '\u{2236}'] {
            assert_eq!(Label::new(&format!("a{colon}b")), Err(LabelError::Colon), "{colon:?}");
        }
        let ranges = [
            '\0'..='\u{1f}',
            '\u{7f}'..='\u{9f}',
            '\u{61c}'..='\u{61c}',
            '\u{200b}'..='\u{200f}',
            '\u{2028}'..='\u{202e}',
            '\u{2060}'..='\u{206f}',
            '\u{feff}'..='\u{feff}',
            '\u{fff9}'..='\u{fffb}',
            '\u{e0000}'..='\u{e007f}',
        ];
        for hidden in ranges.into_iter().flatten() {
            assert_eq!(Label::new(&format!("a{hidden}b")), Err(LabelError::Control(hidden)), "{hidden:?}");
        }
    }
}
