//! The purpose of a call, and the digits that count in it.
//!
//! `conversation` holds what follows on which key, and `prompt` holds the words.

use domain::{PromptLanguage, TwoDigits};

use crate::SpokenName;

/// The purpose of a call. The voice first says who calls and why. `Debug` prints neither names nor digits.
#[derive(Clone)]
pub enum Script {
    /// A test call: does the person at the screen hold this phone? The digits are on the screen and the voice never says
    /// them, so whoever holds the phone must see the page.
    Test {
        /// The language of the voice.
        language: PromptLanguage,
        /// The trust that calls.
        trust: SpokenName,
        /// The digits on the page.
        digits: TwoDigits,
    },
    /// An approval: is it this person who signs in?
    Approval {
        /// The language of the voice.
        language: PromptLanguage,
        /// The trust that calls.
        trust: SpokenName,
        /// The system that the person signs in to, for example "remote desktop".
        what: SpokenName,
        /// From where the person signs in.
        origin: SignInOrigin,
        /// The digits that approve.
        digits: ApprovalDigits,
    },
}

/// From where a sign-in comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInOrigin {
    /// A school's network.
    School,
    /// Anywhere else.
    Outside,
}

/// The digits that approve a sign-in, before the hash key.
#[derive(Clone, PartialEq, Eq)]
pub enum ApprovalDigits {
    /// The voice says the digit: for relying parties that cannot show anything.
    Said(OneDigit),
    /// The relying party shows the digits, and the voice does not say them.
    Shown(TwoDigits),
}

/// A digit that the voice says; 0 means "this was not me". It is made as a `domain::DigitToPress`, 1 to 8. A call that an
/// older node queued can have 9. It is never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OneDigit(u8);

impl OneDigit {
    /// Takes a value. `None` unless it is 1 to 9.
    pub fn new(value: u8) -> Option<Self> {
        (1..=9).contains(&value).then_some(Self(value))
    }

    /// The value, 1 to 9.
    pub fn value(self) -> u8 {
        self.0
    }
}

impl Script {
    /// The language of the voice.
    pub fn language(&self) -> PromptLanguage {
        match self {
            Self::Test { language, .. } | Self::Approval { language, .. } => *language,
        }
    }

    /// The right digits, without the hash key of an approval.
    pub(crate) fn right_digits(&self) -> String {
        match self {
            Self::Test { digits, .. } | Self::Approval { digits: ApprovalDigits::Shown(digits), .. } => {
                digits.as_str().to_owned()
            }
            Self::Approval { digits: ApprovalDigits::Said(digit), .. } => digit.value().to_string(),
        }
    }
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Test { .. } => "Test(..)",
            Self::Approval { .. } => "Approval(..)",
        })
    }
}

impl std::fmt::Debug for ApprovalDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApprovalDigits(..)")
    }
}

impl std::fmt::Debug for OneDigit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneDigit(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_of_an_older_node_is_1_to_9() {
        let taken: Vec<u8> = (0..=10).filter(|value| OneDigit::new(*value).is_some()).collect();
        assert_eq!(taken, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
}
