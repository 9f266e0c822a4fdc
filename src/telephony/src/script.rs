//! What a call is for, and the digits that count in it.
//!
//! Not here: what follows on which key (`conversation`), and the words (`prompt`).

use domain::{PromptLanguage, TwoDigits};

use crate::SpokenName;

/// What a call is for. The voice says first who calls and why.
#[derive(Clone)]
pub enum Script {
    /// Does the person at the screen hold this phone? The digits are on the screen; the voice never says them, so that
    /// whoever holds the phone must see the page.
    Test {
        /// The language spoken.
        language: PromptLanguage,
        /// Who calls.
        trust: SpokenName,
        /// The digits on the page.
        digits: TwoDigits,
    },
    /// Is it this person who is signing in?
    Approval {
        /// The language spoken.
        language: PromptLanguage,
        /// Who calls.
        trust: SpokenName,
        /// What is being signed in to: "remote desktop".
        what: SpokenName,
        /// From where.
        origin: SignInOrigin,
        /// The digits that approve.
        digits: ApprovalDigits,
    },
}

/// Where a sign-in comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInOrigin {
    /// A school's network.
    School,
    /// Anywhere else.
    Outside,
}

/// What approves a sign-in, with the hash key after it.
#[derive(Clone, PartialEq, Eq)]
pub enum ApprovalDigits {
    /// The voice says it: for relying parties that cannot show anything.
    Said(OneDigit),
    /// The relying party shows them, and the voice does not say them.
    Shown(TwoDigits),
}

/// A digit from 1 to 9. Not 0, which says "this was not me".
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OneDigit(u8);

impl OneDigit {
    /// From a random byte. `None` for bytes of 252 and above, so that all are as likely.
    pub fn from_random(byte: u8) -> Option<Self> {
        (byte < 252).then_some(Self(byte % 9 + 1))
    }

    /// From its value.
    pub fn new(value: u8) -> Option<Self> {
        (1..=9).contains(&value).then_some(Self(value))
    }

    /// Its value.
    pub fn value(self) -> u8 {
        self.0
    }
}

impl Script {
    /// The language spoken.
    pub fn language(&self) -> PromptLanguage {
        match self {
            Self::Test { language, .. } | Self::Approval { language, .. } => *language,
        }
    }

    /// The digits that pass, without the hash key of an approval.
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

/// Scripts for the tests of this crate.
#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn name(text: &str) -> SpokenName {
        SpokenName::new(text).expect("a name")
    }

    pub(crate) fn test(digits: &str) -> Script {
        Script::Test {
            language: PromptLanguage::English,
            trust: name("Ash Grove Trust"),
            digits: TwoDigits::parse(digits).expect("two digits"),
        }
    }

    pub(crate) fn approval(digits: ApprovalDigits) -> Script {
        Script::Approval {
            language: PromptLanguage::English,
            trust: name("Ash Grove Trust"),
            what: name("remote desktop"),
            origin: SignInOrigin::Outside,
            digits,
        }
    }

    pub(crate) fn said(value: u8) -> Script {
        approval(ApprovalDigits::Said(OneDigit::new(value).expect("a digit")))
    }

    pub(crate) fn shown(digits: &str) -> Script {
        approval(ApprovalDigits::Shown(TwoDigits::parse(digits).expect("two digits")))
    }

    #[test]
    fn one_digit_is_all_of_1_to_9_alike() {
        let mut seen = [0; 10];
        for byte in 0..=u8::MAX {
            if let Some(digit) = OneDigit::from_random(byte) {
                seen[usize::from(digit.value())] += 1;
            }
        }
        assert_eq!(seen, [0, 28, 28, 28, 28, 28, 28, 28, 28, 28]);
        assert!(OneDigit::new(0).is_none() && OneDigit::new(10).is_none());
    }
}
