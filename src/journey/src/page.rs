//! The pages, in the order of the way.

use serde::{Deserialize, Serialize};

/// A page, in the order of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Page {
    /// The policy is being fetched.
    Starting,
    /// It could not be.
    CannotStart,
    /// Page 1.
    BeforeYouStart,
    /// Page 2.
    HowWeUseYourDetails,
    /// Page 3.
    WhoAreYou,
    /// Page 3, the question.
    IsThisYou,
    /// They said no.
    NotYou,
    /// Page 4.
    WhatPhone,
    /// What the policy offers instead.
    NoSmartphone,
    /// Page 5.
    GetTheApp,
    /// Page 6.
    AddAnAccount,
    /// Page 7.
    ScanTheCode,
    /// Page 8.
    TestIt,
    /// Page 9.
    YourPhoneNumber,
    /// Page 10.
    AnswerTheCall,
    /// Page 11.
    CheckAndSend,
    /// Page 12.
    Done,
    /// The service refused for good.
    CouldNotFinish,
}
