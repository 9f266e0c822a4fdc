//! Refusals: a stable code for programs, an HTTP status, and a message for people.
//!
//! The cause of a fault is logged once, where it happens, and never sent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Signed;

/// The body of every response that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiProblem {
    /// The code, for programs. Release 0.1.0 knows every code that is sent here for a sign-in.
    pub code: ErrorCode,
    /// A code that says more than `code`, where programs of release 0.1.0 do not know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail_code: Option<ErrorCode>,
    /// The message, for people.
    pub message: String,
    /// After how many seconds to try again, if waiting helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
    /// A signed RefusalDocument, when the service refuses an enrolment for good. Without it no refusal is final, since
    /// anybody on the way could respond in the service's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
}

impl From<ErrorCode> for ApiProblem {
    fn from(code: ErrorCode) -> Self {
        let known = code.as_in_0_1_0();
        let detail_code = (known != code).then_some(code);
        Self {
            code: known,
            detail_code,
            message: code.message().to_owned(),
            retry_after_secs: None,
            signed: None,
        }
    }
}

impl ApiProblem {
    /// The code that says most, of those that this program knows.
    pub fn most_specific_code(&self) -> ErrorCode {
        self.detail_code.filter(|code| *code != ErrorCode::Unknown).unwrap_or(self.code)
    }
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $message:literal;)+) => {
        /// Why something was refused. Codes never change: a new reason gets a new code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
            /// A code that this program does not know, since the service is newer. It is never sent.
            #[serde(other, rename = "unknown")]
            Unknown,
        }

        impl ErrorCode {
            /// Every code that the service may send.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ Self::Unknown => "unknown" }
            }

            /// The HTTP status of the response (RFC 9110, section 15).
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ Self::Unknown => 500 }
            }

            /// A message for a person who reads the response.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ Self::Unknown => "The service gave a reason that this program does not know." }
            }
        }
    };
}

error_codes! {
    /// The body or the query is not what the path takes.
    BadRequest = "bad_request", 400, "The request cannot be read.";
    /// The body is larger than the policy allows.
    BodyTooLarge = "body_too_large", 413, "The request is too large.";
    /// The body is not declared as JSON.
    UnsupportedMediaType = "unsupported_media_type", 415, "The request must be application/json.";
    /// There is no such path.
    NotFound = "not_found", 404, "There is nothing here.";
    /// The path does not take this method.
    MethodNotAllowed = "method_not_allowed", 405, "This path does not take this method.";
    /// The `Host` header names a host that the service does not serve.
    HostNotServed = "host_not_served", 421, "This service does not answer for this host name.";
    /// There is no session, or it is not known.
    NotSignedIn = "not_signed_in", 401, "Sign in first.";
    /// The session was unused for too long, or is too old.
    SessionExpired = "session_expired", 401, "The session has ended. Sign in again.";
    /// The enrolment code is unknown or wrong; the two are not told apart.
    CodeUnknown = "code_unknown", 403, "This code is not known.";
    /// The code's enrolment was accepted.
    CodeUsed = "code_used", 403, "This code has been used.";
    /// People signed in with the code as often as the policy lets them, and no enrolment was accepted.
    CodeUsedUp = "code_used_up", 403, "There are no more tries with this code. Nothing was set up with it.";
    /// The code has expired.
    CodeExpired = "code_expired", 403, "This code has expired.";
    /// IT has revoked the code.
    CodeRevoked = "code_revoked", 403, "IT has revoked this code.";
    /// The code has been revoked, and the person has a newer one that counts.
    CodeReplaced = "code_replaced", 403, "There is a newer code for the same person. Only that one counts.";
    /// The code is accepted only on a school's network.
    CodeElsewhere = "code_elsewhere", 403, "This code works only on a school network.";
    /// The code is accepted only at a registered station.
    CodeNotAtStation = "code_not_at_station", 403, "This code works only at one of the trust's enrolment stations.";
    /// The computer asserts that it is a station and is not registered, or not any more.
    StationUnknown = "station_unknown", 403, "This computer's registration as a station does not count. Remove it, or register the computer anew.";
    /// Another station is registered with this key.
    StationKeyTaken = "station_key_taken", 409, "This computer's key is another station's already. Remove it (enrol --forget-station), then register the computer again.";
    /// The sender's clock is too far from the service's.
    ClockOff = "clock_off", 422, "This request was made at another time than the service's. Compare the clocks, then ask again.";
    /// There were too many tries.
    TryLater = "try_later", 429, "Too many tries. Wait, then try again.";
    /// The enrolment of this code or person was completed already.
    AlreadyEnrolled = "already_enrolled", 409, "This enrolment has already been completed.";
    /// The grant is unknown, or belongs to another token or person.
    GrantUnknown = "grant_unknown", 403, "The right to send this enrolment is not known.";
    /// The grant has expired.
    GrantExpired = "grant_expired", 403, "The right to send this enrolment has expired.";
    /// IT has revoked the grant.
    GrantRevoked = "grant_revoked", 403, "IT has revoked the right to send this enrolment.";
    /// Another enrolment was submitted with the same id.
    EnrolmentConflict = "enrolment_conflict", 409, "Another enrolment was sent under the same number.";
    /// The person's generation has changed: they enrolled, were reset or left.
    GenerationPassed = "generation_passed", 409, "Something newer has replaced this enrolment.";
    /// The service has retired the key to which the envelope is sealed.
    KeyRetired = "key_retired", 409, "The service has retired the key that this was sealed to. Start again.";
    /// The envelope does not open, or its payload contradicts its header.
    EnvelopeUnreadable = "envelope_unreadable", 422, "The sealed envelope cannot be opened.";
    /// The code in the payload does not fit its secret and time.
    MethodNotProved = "method_not_proved", 422, "The code sent does not prove the method.";
    /// The policy does not allow this number, or no such number exists.
    NumberRefused = "number_refused", 422, "This telephone number cannot be used.";
    /// No test call confirmed the number under this grant, or it is too long ago.
    NumberNotTested = "number_not_tested", 422, "The number sent was not tested by a call.";
    /// The holder of the number pressed 9 twice: no more calls.
    NumberStopped = "number_stopped", 409, "The holder of this number asked for no more calls.";
    /// The sign-in has no test calls left.
    CallsUsedUp = "calls_used_up", 403, "There are no test calls left. Sign in again later.";
    /// It is night: nobody is called.
    QuietHours = "quiet_hours", 409, "Nobody is called at night.";
    /// There is no telephone line, or it failed.
    NoLine = "no_line", 503, "Calls cannot be made just now.";
    /// A method that the policy requires is missing.
    PolicyNotMet = "policy_not_met", 422, "A way to sign in that is required is missing.";
    /// The enrolment was made under a policy that is not valid any more.
    PolicyPassed = "policy_passed", 409, "The rules have changed since. Start again.";
    /// The caller is known, and is not allowed this.
    NotAllowed = "not_allowed", 403, "This is not allowed.";
    /// The service is overloaded.
    ServiceBusy = "service_busy", 503, "The service is busy. Try again shortly.";
    /// The service is stopping. Only `/ready` sends this.
    Stopping = "stopping", 503, "The service is about to stop.";
    /// The store does not answer. Only `/ready` sends this.
    StoreUnreachable = "store_unreachable", 503, "The service's store does not answer. Its log says why.";
    /// This node's key file lacks a key that is in use. Only `/ready` sends this.
    KeyMissing = "key_missing", 503, "A key is in use that this node's key file lacks. Its log names it: bring it with enrol-service key import.";
    /// A fault in the service.
    ServiceFault = "service_fault", 500, "Something went wrong in the service. It has been recorded.";
}

impl ErrorCode {
    /// The code that release 0.1.0 sent in the same situation. Its assistants cannot explain a code that they do not know.
    pub const fn as_in_0_1_0(self) -> Self {
        if matches!(self, Self::CodeUsedUp) {
            Self::CodeUsed
        } else if matches!(self, Self::CodeReplaced) {
            Self::CodeRevoked
        } else {
            self
        }
    }

    /// Whether the same request may succeed later, so that a program keeps it and sends it again. `false` for an unknown
    /// code; there the HTTP status decides.
    pub const fn passes(self) -> bool {
        matches!(self, Self::TryLater | Self::ServiceBusy | Self::ServiceFault)
    }
}

// Written by hand: the derive does not see a serde name that a macro makes, and `unknown` is never sent.
impl utoipa::PartialSchema for ErrorCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("Why something was refused. Codes never change: a new reason gets a new code."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.name())))
            .into()
    }
}

impl ToSchema for ErrorCode {}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written out once more on purpose: a code that changes breaks programs of other people.
    const STABLE: &[(&str, u16)] = &[
        ("bad_request", 400),
        ("body_too_large", 413),
        ("unsupported_media_type", 415),
        ("not_found", 404),
        ("method_not_allowed", 405),
        ("host_not_served", 421),
        ("not_signed_in", 401),
        ("session_expired", 401),
        ("code_unknown", 403),
        ("code_used", 403),
        ("code_used_up", 403),
        ("code_expired", 403),
        ("code_revoked", 403),
        ("code_replaced", 403),
        ("code_elsewhere", 403),
        ("code_not_at_station", 403),
        ("station_unknown", 403),
        ("station_key_taken", 409),
        ("clock_off", 422),
        ("try_later", 429),
        ("already_enrolled", 409),
        ("grant_unknown", 403),
        ("grant_expired", 403),
        ("grant_revoked", 403),
        ("enrolment_conflict", 409),
        ("generation_passed", 409),
        ("key_retired", 409),
        ("envelope_unreadable", 422),
        ("method_not_proved", 422),
        ("number_refused", 422),
        ("number_not_tested", 422),
        ("number_stopped", 409),
        ("calls_used_up", 403),
        ("quiet_hours", 409),
        ("no_line", 503),
        ("policy_not_met", 422),
        ("policy_passed", 409),
        ("not_allowed", 403),
        ("service_busy", 503),
        ("stopping", 503),
        ("store_unreachable", 503),
        ("key_missing", 503),
        ("service_fault", 500),
    ];

    #[test]
    fn codes_and_their_statuses_are_stable() {
        let codes: Vec<(&str, u16)> =
            ErrorCode::ALL.iter().map(|code| (code.name(), code.status())).collect();
        assert_eq!(codes, STABLE);
    }

    /// The refusals of a sign-in in release 0.1.0, written out: its assistants explain these and no others.
    #[test]
    fn a_finer_code_stands_beside_the_one_that_0_1_0_knows() {
        for (finer, known) in
            [(ErrorCode::CodeUsedUp, "code_used"), (ErrorCode::CodeReplaced, "code_revoked")]
        {
            let problem = ApiProblem::from(finer);
            let sent = serde_json::to_value(&problem).expect("writes");
            assert_eq!((&sent["code"], &sent["detail_code"]), (&known.into(), &finer.name().into()));
            assert_eq!(problem.code.status(), finer.status());
            assert_eq!(problem.most_specific_code(), finer);
        }
        let plain = ApiProblem::from(ErrorCode::CodeUsed);
        assert_eq!((plain.detail_code, plain.most_specific_code()), (None, ErrorCode::CodeUsed));
        let newer = r#"{"code":"code_used","detail_code":"moon_full","message":"Wait."}"#;
        let newer: ApiProblem = serde_json::from_str(newer).expect("reads");
        assert_eq!(newer.most_specific_code(), ErrorCode::CodeUsed);
    }

    #[test]
    fn the_word_is_what_goes_over_the_wire() {
        for code in ErrorCode::ALL {
            let wire = serde_json::to_string(code).expect("writes");
            assert_eq!(wire, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<ErrorCode>(&wire).ok(), Some(*code));
            assert!(code.message().ends_with('.'), "{code}");
        }
    }

    #[test]
    fn a_newer_services_code_still_reads() {
        let problem: ApiProblem =
            serde_json::from_str(r#"{"code":"moon_full","message":"Wait."}"#).expect("reads");
        assert_eq!(problem.code, ErrorCode::Unknown);
        assert!(!ErrorCode::ALL.contains(&ErrorCode::Unknown));
    }

    #[test]
    fn only_a_passing_trouble_is_sent_again() {
        let passing: Vec<_> = ErrorCode::ALL.iter().filter(|code| code.passes()).collect();
        assert_eq!(passing, [&ErrorCode::TryLater, &ErrorCode::ServiceBusy, &ErrorCode::ServiceFault]);
        assert!(!ErrorCode::Unknown.passes());
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let problem = serde_json::to_value(ApiProblem::from(ErrorCode::NoLine)).expect("writes");
        let expected = serde_json::json!({"code": "no_line", "message": "Calls cannot be made just now."});
        assert_eq!(problem, expected);
    }
}
