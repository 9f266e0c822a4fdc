//! Calls: the test call of an enrolment, and the call that approves a sign-in.
//!
//! Not here: the number (sealed, `plain`), and how a line places a call (the service).

use std::net::IpAddr;

use domain::{CallId, TwoDigits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{AddressShape, Sealed};

/// Asks for a test call, with a session. The call's id is the idempotency key: asked again, the same call is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallRequest {
    /// Which call. Made by the assistant, and in the envelope's header once more.
    #[schema(value_type = String, format = Uuid)]
    pub call: CallId,
    /// The number, sealed for `enrol/1 number` under a `CallHeader`.
    pub number: Sealed,
}

/// Ends a test call, with a session. It names the call: a request that comes late never ends the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndCallRequest {
    /// Which call.
    #[schema(value_type = String, format = Uuid)]
    pub call: CallId,
}

/// The call is taken. It may have to wait for a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallAnswer {
    /// What the page shows and the person presses.
    pub digits: CallDigits,
}

/// The two digits on the wire. Zeroized when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
#[schema(value_type = String, pattern = "^[0-9]{2}$", example = "47")]
pub struct CallDigits(String);

impl CallDigits {
    /// As they are sent.
    pub fn new(digits: &TwoDigits) -> Self {
        Self(digits.as_str().to_owned())
    }

    /// As they are shown. `None` when what came is not two digits.
    pub fn digits(&self) -> Option<TwoDigits> {
        TwoDigits::parse(&self.0)
    }
}

impl std::fmt::Debug for CallDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallDigits(..)")
    }
}

/// What happened to a test call after a numbered event. Empty when nothing did until the long poll's time was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallProgress {
    /// In order; each has the number after the one before. Ask next with the last one's.
    pub events: Vec<CallEvent>,
}

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallEvent {
    /// From 1.
    pub number: u32,
    /// What.
    pub what: CallStep,
    /// With `waiting`: how many are called first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<u32>,
}

macro_rules! steps {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)+) => {
        /// How far a call has come. Everything from `confirmed` on is an end.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum CallStep { $($(#[$doc])* $variant,)+ }

        impl CallStep {
            /// Every step, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word, on the wire and in the store.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Reads what `name` gave.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|step| step.name() == name)
            }
        }
    };
}

steps! {
    /// Others are called first.
    Waiting = "waiting";
    /// The line dials.
    Dialling = "dialling";
    /// The phone rings.
    Ringing = "ringing";
    /// It was answered.
    Answered = "answered";
    /// Wrong digits; there is one more try.
    WrongDigits = "wrong_digits";
    /// The right digits were pressed.
    Confirmed = "confirmed";
    /// A sign-in was refused: "this was not me".
    NotMe = "not_me";
    /// 9 was pressed: no more calls to this number.
    Stopped = "stopped";
    /// Wrong digits to the end.
    NotConfirmed = "not_confirmed";
    /// Nobody answered.
    NoAnswer = "no_answer";
    /// The phone was in use.
    Busy = "busy";
    /// Somebody answered and hung up.
    HungUp = "hung_up";
    /// Answered, and nothing was pressed: voicemail, or nobody.
    NoKeys = "no_keys";
    /// The phone company could not reach the number.
    NotReached = "not_reached";
    /// Ended by who asked for it.
    Cancelled = "cancelled";
    /// Something is wrong with the line.
    Fault = "fault";
}

impl CallStep {
    /// Whether nothing follows.
    pub fn is_end(self) -> bool {
        self >= Self::Confirmed
    }
}

/// Asks that a person approves a sign-in by a call. Asked by a relying party, after its own password check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequest {
    /// The idempotency key: the same client asking again with it joins the call in progress.
    pub key: Uuid,
    /// Who signs in.
    #[schema(pattern = "^[^\\u0000]*$")]
    pub sign_in_name: String,
    /// To what, as the voice says it: one of the policy's `calls.sign_ins`.
    #[schema(pattern = "^[^\\u0000]*$", example = "remote desktop")]
    pub what: String,
    /// Where the user is, not the relying party. Left out: outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<AddressShape>, inline)]
    pub address: Option<IpAddr>,
    /// Two digits that the relying party shows to the person, where it can show anything. Not 00 to 09: 0 says "not me".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^[1-9][0-9]$", example = "47")]
    pub shown_digits: Option<CallDigits>,
}

/// The answer, when the call is over; HTTP 200 whatever the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApprovalAnswer {
    /// What came of it. Only `approved` lets anybody in.
    pub outcome: ApprovalOutcome,
    /// With `try_later`: when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
    /// The user's address is in a school's network.
    pub on_school_network: bool,
}

/// What came of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalOutcome {
    /// The person approved.
    Approved,
    /// They said that it was not them, or that they want no more calls.
    Refused,
    /// The phone was busy, or another sign-in of this person is being asked about.
    Busy,
    /// Nobody answered, or nobody approved in time.
    TimedOut,
    /// Not called: too many calls just now, at night, or after a refusal.
    TryLater,
    /// Not called: no more calls until IT clears it.
    Stopped,
    /// Nobody of this name has a number that was tested.
    NotEnrolled,
    /// The line is out of order.
    NoLine,
}

impl ApprovalOutcome {
    /// The stable word, on the wire, in the audit and in the metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::TimedOut => "timed_out",
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
    fn steps_are_stable_words_and_ends_come_last() {
        for step in CallStep::ALL {
            assert_eq!(serde_json::to_string(step).expect("writes"), format!("\"{}\"", step.name()));
            assert_eq!(CallStep::named(step.name()), Some(*step));
        }
        let open: Vec<_> =
            CallStep::ALL.iter().filter(|step| !step.is_end()).map(|step| step.name()).collect();
        assert_eq!(open, ["waiting", "dialling", "ringing", "answered", "wrong_digits"]);
    }

    #[test]
    fn the_words_of_outcomes_are_those_of_the_wire() {
        for outcome in [
            ApprovalOutcome::Approved,
            ApprovalOutcome::Refused,
            ApprovalOutcome::Busy,
            ApprovalOutcome::TimedOut,
            ApprovalOutcome::TryLater,
            ApprovalOutcome::Stopped,
            ApprovalOutcome::NotEnrolled,
            ApprovalOutcome::NoLine,
        ] {
            assert_eq!(serde_json::to_string(&outcome).expect("writes"), format!("\"{}\"", outcome.name()));
        }
    }

    #[test]
    fn debug_hides_the_digits_and_only_two_digits_read() {
        let answer: CallAnswer = serde_json::from_str(r#"{"digits":"47"}"#).expect("reads");
        assert_eq!(answer.digits.digits().expect("two digits").as_str(), "47");
        assert!(!format!("{answer:?}").contains("47"));
        let wrong: CallAnswer = serde_json::from_str(r#"{"digits":"4 7"}"#).expect("reads");
        assert!(wrong.digits.digits().is_none());
    }
}
