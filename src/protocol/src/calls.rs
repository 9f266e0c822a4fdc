//! The test call of an enrolment, and the steps of every call.
//!
//! The number travels sealed (`payload`). The service's telephone line places the call.

use domain::{CallId, TwoDigits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Sealed;

/// Asks for a test call, with a session. The call's id is the idempotency key: the same request again means the same
/// call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallRequest {
    /// The call's id. The assistant makes it, and the envelope's header repeats it.
    #[schema(value_type = String, format = Uuid)]
    pub call: CallId,
    /// The number, sealed for the purpose `enrol/1 number` under a `CallHeader`.
    pub number: Sealed,
}

/// Ends a test call, with a session. It names the call, so a late request never ends the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndCallRequest {
    /// The call to end.
    #[schema(value_type = String, format = Uuid)]
    pub call: CallId,
}

/// The service has taken the call. It may wait for a free line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallResponse {
    /// The digits that the page shows and the person presses.
    pub digits: CallDigits,
}

/// The two digits of a call as text. They are never printed, and dropping them wipes them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
#[schema(value_type = String, pattern = "^[0-9]{2}$", example = "47")]
pub struct CallDigits(String);

impl CallDigits {
    /// The digits as they are sent.
    pub fn new(digits: &TwoDigits) -> Self {
        Self(digits.as_str().to_owned())
    }

    /// The digits as they are shown. `None` when the text is not two digits.
    pub fn digits(&self) -> Option<TwoDigits> {
        TwoDigits::parse(&self.0)
    }
}

impl std::fmt::Debug for CallDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallDigits(..)")
    }
}

/// The events of a test call after a given number, by a long poll. The list is empty when the poll's time ended first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallProgress {
    /// The events in order, without gaps. The next poll gives the last event's number.
    pub events: Vec<CallEvent>,
}

/// One event of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallEvent {
    /// The event's number in its call, from 1.
    pub number: u32,
    /// What happened.
    pub what: CallStep,
    /// How many calls are placed first; only with `waiting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<u32>,
}

macro_rules! steps {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)+) => {
        /// How far a call has come. Every step from `confirmed` on ends the call. An ending has the same name in
        /// `telephony::Ending`. Three endings there are merged into others here. `Approved` is `confirmed`, `OutOfTime`
        /// is `no_keys`, and `NotBegun` is `fault`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum CallStep { $($(#[$doc])* $variant,)+ }

        impl CallStep {
            /// Every step, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name on the wire and in the store.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Reads the text that [`Self::name`] gave. `None` for any other text.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|step| step.name() == name)
            }
        }
    };
}

steps! {
    /// Other calls are placed first.
    Waiting = "waiting";
    /// The line dials the number.
    Dialling = "dialling";
    /// The phone rings.
    Ringing = "ringing";
    /// A person or a machine answered.
    Answered = "answered";
    /// Wrong digits were pressed, and one more try is left.
    WrongDigits = "wrong_digits";
    /// The right digits were pressed.
    Confirmed = "confirmed";
    /// The person refused the sign-in: "this was not me".
    NotMe = "not_me";
    /// The person pressed 9 twice: no more calls to this number.
    Stopped = "stopped";
    /// Wrong digits were pressed, and no try is left.
    NotConfirmed = "not_confirmed";
    /// Nobody answered.
    NoAnswer = "no_answer";
    /// The phone was engaged, or the call was declined.
    Busy = "busy";
    /// The call was answered, and hung up before a decision.
    HungUp = "hung_up";
    /// The call was answered, and nobody pressed a key: voicemail, or nobody listened.
    NoKeys = "no_keys";
    /// The telephone network does not reach the number.
    NotReached = "not_reached";
    /// Whoever asked for the call ended it.
    Cancelled = "cancelled";
    /// The telephone line failed.
    Fault = "fault";
}

impl CallStep {
    /// Whether the call is over: no event follows.
    pub fn is_end(self) -> bool {
        self >= Self::Confirmed
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
    fn debug_hides_the_digits_and_only_two_digits_read() {
        let response: CallResponse = serde_json::from_str(r#"{"digits":"47"}"#).expect("reads");
        assert_eq!(response.digits.digits().expect("two digits").as_str(), "47");
        assert!(!format!("{response:?}").contains("47"));
        // An older service made digits with 0 and 9 in them.
        let older: CallResponse = serde_json::from_str(r#"{"digits":"09"}"#).expect("reads");
        assert_eq!(older.digits.digits().expect("two digits").as_str(), "09");
        let wrong: CallResponse = serde_json::from_str(r#"{"digits":"4 7"}"#).expect("reads");
        assert!(wrong.digits.digits().is_none());
    }

    #[test]
    fn every_request_refuses_unknown_fields() {
        let id = "0190a5f0-0000-7000-8000-000000000002";
        let sealed = serde_json::json!({"header": "e30", "encapped_key": "A".repeat(43), "ciphertext": "AQ"});
        let reads = |value: &serde_json::Value, kind: usize| match kind {
            0 => serde_json::from_value::<Sealed>(value.clone()).is_ok(),
            1 => serde_json::from_value::<CallRequest>(value.clone()).is_ok(),
            _ => serde_json::from_value::<EndCallRequest>(value.clone()).is_ok(),
        };
        let requests = [
            sealed.clone(),
            serde_json::json!({"call": id, "number": sealed}),
            serde_json::json!({"call": id}),
        ];
        for (kind, good) in requests.into_iter().enumerate() {
            assert!(reads(&good, kind), "{good}");
            let mut more = good.clone();
            more["skip"] = true.into();
            assert!(!reads(&more, kind), "{more}");
        }
    }
}
