//! A relying party asks for a call in which a person approves a sign-in.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{AddressSchema, CallDigits};

/// Asks for a call in which a person approves a sign-in. A relying party asks after its own password check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequest {
    /// The idempotency key. The same client joins the call in progress when it asks again with the same key.
    pub key: Uuid,
    /// The sign-in name of the person.
    #[schema(pattern = "^[^\\u0000]*$")]
    pub sign_in_name: String,
    /// The system, as the voice names it: one of the policy's `calls.sign_ins`.
    #[schema(pattern = "^[^\\u0000]*$", example = "remote desktop")]
    pub what: String,
    /// The user's address, not the relying party's. Without it the user counts as outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<AddressSchema>, inline)]
    pub address: Option<IpAddr>,
    /// Two digits that the relying party shows to the person, if it can. Never 00 to 09, since 0 means "not me"; each is best from 1 to 8, as the service makes its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^[1-9][0-9]$", example = "47")]
    pub shown_digits: Option<CallDigits>,
}

/// The response when the call is over, with HTTP status 200 for every outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApprovalResponse {
    /// The outcome. Only `approved` may let a person in.
    pub outcome: ApprovalOutcome,
    /// After how many seconds to ask again; only with `try_later`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
    /// Whether the user's address is in a school's network.
    pub on_school_network: bool,
}

/// The outcome of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalOutcome {
    /// The person approved.
    Approved,
    /// The person said that it was not them, or that they want no more calls.
    Refused,
    /// The phone was engaged, or the person is being called about another sign-in.
    Busy,
    /// Nobody approved, for another reason than the line: not answered, hung up, no keys or wrong ones, not reached,
    /// cancelled, or the time was over. The text on the wire is older than the name: `timed_out`.
    #[serde(rename = "timed_out")]
    NotApproved,
    /// No call was placed: there were too many calls, it is night, or the last sign-in was refused.
    TryLater,
    /// No call was placed: the holder of the number pressed 9 twice, and IT has not cleared that.
    Stopped,
    /// Nobody of this name has a tested number.
    NotEnrolled,
    /// The telephone line failed, or there is none.
    NoLine,
}

impl ApprovalOutcome {
    /// The stable name on the wire, in the audit and in the metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::NotApproved => "timed_out",
            Self::TryLater => "try_later",
            Self::Stopped => "stopped",
            Self::NotEnrolled => "not_enrolled",
            Self::NoLine => "no_line",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_outcomes_are_those_of_the_wire() {
        for outcome in [
            ApprovalOutcome::Approved,
            ApprovalOutcome::Refused,
            ApprovalOutcome::Busy,
            ApprovalOutcome::NotApproved,
            ApprovalOutcome::TryLater,
            ApprovalOutcome::Stopped,
            ApprovalOutcome::NotEnrolled,
            ApprovalOutcome::NoLine,
        ] {
            assert_eq!(serde_json::to_string(&outcome).expect("writes"), format!("\"{}\"", outcome.name()));
        }
    }

    #[test]
    fn an_approval_that_nobody_gave_is_still_timed_out_on_the_wire() {
        assert_eq!(ApprovalOutcome::NotApproved.name(), "timed_out");
        let read: ApprovalOutcome = serde_json::from_str(r#""timed_out""#).expect("reads");
        assert_eq!(read, ApprovalOutcome::NotApproved);
        let response = ApprovalResponse {
            outcome: ApprovalOutcome::TryLater,
            retry_after_secs: None,
            on_school_network: false,
        };
        let wire = serde_json::to_string(&response).expect("writes");
        assert_eq!(wire, r#"{"outcome":"try_later","on_school_network":false}"#);
    }

    #[test]
    fn a_request_may_leave_out_address_and_digits_and_add_nothing() {
        let id = "0190a5f0-0000-7000-8000-000000000002";
        let good = serde_json::json!({"key": id, "sign_in_name": "jsmith", "what": "remote desktop"});
        let read: ApprovalRequest = serde_json::from_value(good.clone()).expect("reads");
        assert_eq!((read.address, read.shown_digits.clone()), (None, None));
        assert_eq!(serde_json::to_value(&read).expect("writes"), good);
        let mut more = good;
        more["skip"] = true.into();
        assert!(serde_json::from_value::<ApprovalRequest>(more).is_err());
    }
}
