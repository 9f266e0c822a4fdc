//! Who gave a command, and why. Both are parsed where the command comes in, since the audit keeps them for good.

use std::str::FromStr;

use crate::audit::{Entry, What};

/// The most characters of a reason.
const LONGEST_REASON: usize = 200;

/// The most characters of who gave a command.
const LONGEST_OPERATOR: usize = 64;

/// Who gave a command, as claimed. It proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator(String);

impl Operator {
    /// The user whom the system names, without control characters and cut to the longest length.
    pub fn claimed(text: &str) -> Self {
        Self(text.chars().filter(|character| !character.is_control()).take(LONGEST_OPERATOR).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An audit row of something that this operator did.
    pub(crate) fn entry(&self, what: What) -> Entry {
        Entry { by: Some(self.0.clone()), ..Entry::of(what) }
    }
}

impl From<&str> for Operator {
    fn from(text: &str) -> Self {
        Self::claimed(text)
    }
}

/// Why something was done: 1 to 200 plain characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

/// A text that is not a valid reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a reason of 1 to 200 plain characters")]
pub struct InvalidReason;

impl Reason {
    /// Parses a reason.
    pub fn new(text: &str) -> Result<Self, InvalidReason> {
        let text = text.trim();
        let is_plain = !text.chars().any(char::is_control);
        let fits = (1..=LONGEST_REASON).contains(&text.chars().count());
        if is_plain && fits { Ok(Self(text.to_owned())) } else { Err(InvalidReason) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn text(&self) -> String {
        self.0.clone()
    }
}

impl FromStr for Reason {
    type Err = InvalidReason;

    fn from_str(text: &str) -> Result<Self, InvalidReason> {
        Self::new(text)
    }
}

/// An operator, and the reason for what they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub by: Operator,
    /// Why.
    pub reason: Reason,
}

impl Actor {
    /// An operator with the reason that they give.
    pub fn new(by: impl Into<Operator>, reason: &str) -> Result<Self, InvalidReason> {
        Ok(Self { by: by.into(), reason: Reason::new(reason)? })
    }

    /// An audit row of something that this actor did.
    pub(crate) fn entry(&self, what: What) -> Entry {
        Entry { reason: Some(self.reason.text()), ..self.by.entry(what) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_plain_characters() {
        assert_eq!(Reason::new(" lost slip ").as_ref().map(Reason::as_str), Ok("lost slip"));
        assert_eq!(Reason::new(&"é".repeat(200)).map(|reason| reason.text().chars().count()), Ok(200));
        for wrong in ["", "  ", "a\nb", "a\0", "a\u{7f}b", "a\u{85}b", &"x".repeat(201)] {
            assert_eq!(Reason::new(wrong), Err(InvalidReason), "{wrong:?}");
            assert_eq!(wrong.parse::<Reason>(), Err(InvalidReason), "{wrong:?}");
            assert_eq!(Actor::new("root", wrong), Err(InvalidReason), "{wrong:?}");
        }
    }

    #[test]
    fn control_characters_of_a_claim_never_reach_the_audit() {
        assert_eq!(Operator::claimed("a\nb\u{7f}").as_str(), "ab");
        assert_eq!(Operator::claimed(&"é".repeat(65)).as_str(), "é".repeat(64));
    }
}
