//! Scripts for the tests of this crate.

use domain::{PromptLanguage, TwoDigits};

use crate::{ApprovalDigits, OneDigit, Script, SignInOrigin, SpokenName, Vocabulary};

/// A name that can be spoken.
pub(crate) fn name(text: &str) -> SpokenName {
    SpokenName::new(text).expect("a name")
}

/// What the voice of a trust says.
pub(crate) fn vocabulary() -> Vocabulary {
    Vocabulary { language: PromptLanguage::English, names: vec![name("Ash Grove Trust")] }
}

/// A test call with these digits on the page.
pub(crate) fn test_script(digits: &str) -> Script {
    Script::Test {
        language: PromptLanguage::English,
        trust: name("Ash Grove Trust"),
        digits: TwoDigits::parse(digits).expect("two digits"),
    }
}

/// An approval whose digit the voice says.
pub(crate) fn said_script(value: u8) -> Script {
    approval(ApprovalDigits::Said(OneDigit::new(value).expect("a digit")))
}

/// An approval whose digits the relying party shows.
pub(crate) fn shown_script(digits: &str) -> Script {
    approval(ApprovalDigits::Shown(TwoDigits::parse(digits).expect("two digits")))
}

fn approval(digits: ApprovalDigits) -> Script {
    Script::Approval {
        language: PromptLanguage::English,
        trust: name("Ash Grove Trust"),
        what: name("remote desktop"),
        origin: SignInOrigin::Outside,
        digits,
    }
}
