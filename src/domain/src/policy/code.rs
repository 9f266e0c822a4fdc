//! How a person signs in for an enrolment: the code from IT.

use serde::{Deserialize, Serialize};

use super::defaults::settings_with_defaults;

/// A way to sign in for an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInWay {
    /// The one-use code that IT gives out.
    EnrolmentCode,
}

impl SignInWay {
    /// The name in settings and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EnrolmentCode => "enrolment-code",
        }
    }
}

/// Where an enrolment code may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeWhere {
    /// From any address.
    #[default]
    Anywhere,
    /// Only from a school's network.
    SchoolNetwork,
    /// Only at a station: a computer that IT registered.
    Station,
}

settings_with_defaults! {
    /// Rules for enrolment codes.
    CodeRule {
        /// Where a code may be used.
        r#where: CodeWhere = CodeWhere::Anywhere,
        /// Hours until a code expires, 1 to 720. The default of two weeks outlasts a school holiday.
        lifetime_hours: u32 = 14 * 24,
        /// How often a code may be redeemed before an enrolment is accepted, 1 to 20. A crash or another computer needs
        /// another redemption.
        redeems: u32 = 5,
    }
}
