//! Why a telephone number is refused. The reason holds no digit of the number.
//!
//! The crate `numbers` finds the reason; `assets/locales` holds the words that the person reads.

use thiserror::Error;

use crate::NumberClass;

/// Why a number is refused. Each message is for logs and holds no digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum NumberProblem {
    /// The text is empty, or only spaces and punctuation.
    #[error("nothing was typed")]
    Empty,
    /// The text holds letters or symbols that no number has, or no digit at all.
    #[error("this is not a number")]
    NotANumber,
    /// The text holds two numbers, or one number with two endings ("960001/2").
    #[error("there is more than one number")]
    SeveralNumbers,
    /// Digits are missing, perhaps the area code.
    #[error("the number is too short")]
    TooShort,
    /// The number has more digits than any number of its country.
    #[error("the number is too long")]
    TooLong,
    /// The length is right, but the country's numbering plan has no such number.
    #[error("there is no such number")]
    Impossible,
    /// The policy does not allow numbers of this class.
    #[error("numbers of this class are not called")]
    Class(NumberClass),
    /// The policy does not allow numbers of this country.
    #[error("numbers of this country are not called")]
    OtherCountry,
    /// The policy refuses this number by name: it is a school's own switchboard.
    #[error("the policy refuses this number")]
    Switchboard,
    /// The number has an extension, and the policy allows none.
    #[error("extensions are not allowed")]
    ExtensionNotAllowed,
    /// A mobile or satellite number has an extension.
    #[error("a mobile has no extension")]
    ExtensionOnMobile,
    /// The extension has no digits, or more than 7.
    #[error("an extension has 1 to 7 digits")]
    ExtensionDigits,
}
