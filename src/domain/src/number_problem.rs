//! Why what somebody typed is no number that we call. Data: no words, and no digit of the number.
//!
//! Not here: how it is found out (crate `numbers`), and what the person is told (`assets/locales`).

use thiserror::Error;

use crate::NumberClass;

/// Why a number does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum NumberProblem {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// Other things than one number: letters, symbols, no digit at all.
    #[error("this is not a number")]
    NotANumber,
    /// Two numbers, or one and other ends of it ("960001/2").
    #[error("there is more than one number")]
    SeveralNumbers,
    /// A digit or more is missing, perhaps the area code.
    #[error("the number is too short")]
    TooShort,
    /// There are more digits than any number has there.
    #[error("the number is too long")]
    TooLong,
    /// As long as a number, and no telephone has such a one.
    #[error("there is no such number")]
    Impossible,
    /// A class that the policy does not name.
    #[error("numbers of this class are not called")]
    Class(NumberClass),
    /// A country that the policy does not name.
    #[error("numbers of this country are not called")]
    OtherCountry,
    /// On the policy's list of numbers that never count: the schools' own switchboards.
    #[error("the policy refuses this number")]
    Switchboard,
    /// An extension, where the policy allows none.
    #[error("extensions are not allowed")]
    ExtensionNotAllowed,
    /// An extension behind a mobile's number.
    #[error("a mobile has no extension")]
    ExtensionOnMobile,
    /// Too many digits of an extension, or none.
    #[error("an extension has 1 to 7 digits")]
    ExtensionDigits,
}
