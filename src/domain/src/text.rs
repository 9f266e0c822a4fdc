//! Words that reach a phone's list of accounts, a title or a voice.

use serde::{Deserialize, Serialize};

/// One line of at most 64 characters without colons, control or bidirectional characters:
/// it can stand in an otpauth label (Key Uri Format: `issuer:account`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

/// Why a text is no label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// More than 64 characters.
    #[error("it has more than 64 characters")]
    Long,
    /// A colon would split the label in the phone's app.
    #[error("it has a colon")]
    Colon,
    /// A control or direction mark could hide or reorder what is shown.
    #[error("it has a control or direction character")]
    Control,
}

impl Label {
    /// Checks and trims a text.
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
        if text.chars().any(hides_or_reorders) {
            return Err(LabelError::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
        assert_eq!(Label::new("a\nb"), Err(LabelError::Control));
        assert_eq!(Label::new("a\u{202e}b"), Err(LabelError::Control));
        assert_eq!(Label::new(&"é".repeat(65)), Err(LabelError::Long));
    }
}
