//! Refusals: a stable code, a status and plain words. Programs go by the code, people by the words.
//!
//! Not here: causes. They are logged once, where they happen, and never sent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Signed;

/// The body of every answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiProblem {
    /// For programs.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
    /// When to try again, where waiting helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
    /// A signed RefusalDocument, where an enrolment is refused for good. Without it nothing is final: on the way to
    /// the service anybody can answer in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
}

impl From<ErrorCode> for ApiProblem {
    fn from(code: ErrorCode) -> Self {
        Self { code, message: code.message().to_owned(), retry_after_secs: None, signed: None }
    }
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $message:literal;)+) => {
        /// Why something was refused. The words are for ever: a new reason gets a new code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
            /// A code that this program does not know: the service is newer. Never sent.
            #[serde(other, rename = "unknown")]
            Unknown,
        }

        impl ErrorCode {
            /// All that the service may send.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ Self::Unknown => "unknown" }
            }

            /// The HTTP status it goes with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ Self::Unknown => 500 }
            }

            /// Plain words for somebody who reads the answer.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ Self::Unknown => "The service gave a reason that this program does not know." }
            }
        }
    };
}

error_codes! {
    /// Not what this path takes.
    BadRequest = "bad_request", 400, "The request cannot be read.";
    /// More than the policy lets a body hold.
    BodyTooLarge = "body_too_large", 413, "The request is too large.";
    /// Not JSON.
    UnsupportedMediaType = "unsupported_media_type", 415, "The request must be application/json.";
    /// No such path.
    NotFound = "not_found", 404, "There is nothing here.";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "This path does not take this method.";
    /// The `Host` is not one of the service's own.
    HostNotServed = "host_not_served", 421, "This service does not answer for this host name.";
    /// No session, or none that is known.
    NotSignedIn = "not_signed_in", 401, "Sign in first.";
    /// Unused for too long.
    SessionExpired = "session_expired", 401, "The session has ended. Sign in again.";
    /// Unknown or wrong: the two look alike.
    CodeUnknown = "code_unknown", 403, "This code is not known.";
    /// Its enrolment was accepted, or it was redeemed too often.
    CodeUsed = "code_used", 403, "This code has been used.";
    /// Too old.
    CodeExpired = "code_expired", 403, "This code has expired.";
    /// Taken back by IT.
    CodeRevoked = "code_revoked", 403, "IT has withdrawn this code.";
    /// Counts only on a school's network, and this is none.
    CodeElsewhere = "code_elsewhere", 403, "This code works only on a school network.";
    /// Counts only at a computer that IT registered, and this is none.
    CodeNotAtStation = "code_not_at_station", 403, "This code works only at one of the trust's enrolment stations.";
    /// It says that it is a station, and is not, or is no more.
    StationUnknown = "station_unknown", 403, "This computer's registration as a station does not count. Remove it, or register the computer anew.";
    /// One key is one station.
    StationKeyTaken = "station_key_taken", 409, "This computer's key is another station's already. Remove it (enrol --forget-station), then register the computer again.";
    /// The sender's time, inside the seal or beside it, is too far from the service's.
    ClockOff = "clock_off", 422, "This request was made at another time than the service's. Compare the clocks, then ask again.";
    /// Too many tries just now.
    TryLater = "try_later", 429, "Too many tries. Wait, then try again.";
    /// Somebody finished with this code or for this person.
    AlreadyEnrolled = "already_enrolled", 409, "This enrolment has already been completed.";
    /// No such right, or not with this token or for this person.
    GrantUnknown = "grant_unknown", 403, "The right to send this enrolment is not known.";
    /// Posted too late.
    GrantExpired = "grant_expired", 403, "The right to send this enrolment has expired.";
    /// Taken back by IT.
    GrantRevoked = "grant_revoked", 403, "IT has withdrawn the right to send this enrolment.";
    /// The id was used for something else.
    EnrolmentConflict = "enrolment_conflict", 409, "Another enrolment was sent under the same number.";
    /// Enrolled, reset or left since the grant.
    GenerationPassed = "generation_passed", 409, "Something newer has replaced this enrolment.";
    /// The envelope's key is no longer trusted.
    KeyRetired = "key_retired", 409, "The service has retired the key that this was sealed to. Start again.";
    /// It does not open, or says otherwise inside than outside.
    EnvelopeUnreadable = "envelope_unreadable", 422, "The sealed envelope cannot be opened.";
    /// The code inside is wrong for the secret inside, or for the time.
    MethodNotProved = "method_not_proved", 422, "The code sent does not prove the method.";
    /// Of no class that the policy allows, or of nobody.
    NumberRefused = "number_refused", 422, "This telephone number cannot be used.";
    /// No passed call under the same right to post, or too long ago.
    NumberNotTested = "number_not_tested", 422, "The number sent was not tested by a call.";
    /// Its holder pressed 9.
    NumberStopped = "number_stopped", 409, "The holder of this number asked for no more calls.";
    /// As many test calls as one sign-in has.
    CallsUsedUp = "calls_used_up", 403, "There are no test calls left. Sign in again later.";
    /// At night.
    QuietHours = "quiet_hours", 409, "Nobody is called at night.";
    /// There is no line, or it is out of order.
    NoLine = "no_line", 503, "Calls cannot be made just now.";
    /// A required method is missing.
    PolicyNotMet = "policy_not_met", 422, "A way to sign in that is required is missing.";
    /// Made under a policy that no longer counts.
    PolicyPassed = "policy_passed", 409, "The rules have changed since. Start again.";
    /// Known, but not allowed this.
    NotAllowed = "not_allowed", 403, "This is not allowed.";
    /// Too much to do just now.
    ServiceBusy = "service_busy", 503, "The service is busy. Try again shortly.";
    /// Told to stop. Only `/ready` says so.
    Stopping = "stopping", 503, "The service is about to stop.";
    /// Only `/ready` says so.
    StoreUnreachable = "store_unreachable", 503, "The service's store does not answer. Its log says why.";
    /// A key in use is not in this node's key file. Only `/ready` says so.
    KeyMissing = "key_missing", 503, "A key is in use that this node's key file lacks. Its log names it: bring it with enrol-service key import.";
    /// Something is wrong in the service.
    ServiceFault = "service_fault", 500, "Something went wrong in the service. It has been recorded.";
}

impl ErrorCode {
    /// Whether the same request may succeed later, so that it is kept and sent again.
    /// An unknown code counts as one that may not: the status decides there.
    pub const fn passes(self) -> bool {
        matches!(self, Self::TryLater | Self::ServiceBusy | Self::ServiceFault)
    }
}

// By hand: the derive does not see a serde name that comes out of a macro, and `unknown` is never sent.
impl utoipa::PartialSchema for ErrorCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some(
                "Why something was refused. The words are for ever: a new reason gets a new code.",
            ))
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
        ("code_expired", 403),
        ("code_revoked", 403),
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
}
