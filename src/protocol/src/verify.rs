//! A relying party asks whether a sign-in code is right.
//!
//! A header authenticates the relying party. The service keeps the limits.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::AddressSchema;

/// Asks whether a sign-in code is right. A relying party asks after its own password check.
// `Debug` hides the code, and dropping the request wipes it.
#[derive(Serialize, Deserialize, ToSchema, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// The sign-in name of the person.
    #[zeroize(skip)]
    #[schema(pattern = "^[^\\u0000]*$")]
    pub sign_in_name: String,
    /// The code as the person typed it.
    #[schema(pattern = "^[^\\u0000]*$", example = "123 456")]
    pub code: String,
    /// The user's address, not the relying party's. Without it the user counts as outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<AddressSchema>, inline)]
    #[zeroize(skip)]
    pub address: Option<IpAddr>,
}

impl std::fmt::Debug for VerifyRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { sign_in_name, code: _, address } = self;
        f.debug_struct("VerifyRequest")
            .field("sign_in_name", sign_in_name)
            .field("address", address)
            .finish_non_exhaustive()
    }
}

/// The response, with HTTP status 200 for every outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerifyResponse {
    /// The outcome. Only `accepted` may let a person in.
    pub outcome: VerifyOutcome,
    /// Why, where the person can do something about it; only with `refused`. A newer service may send other reasons:
    /// whoever does not know one takes it for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RefusalReason>,
    /// After how many seconds to ask again; only with `try_later`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
    /// Whether the user's address is in a school's network.
    pub on_school_network: bool,
}

/// The outcome of a sign-in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerifyOutcome {
    /// The code is right and was never used before.
    Accepted,
    /// The code is wrong, too old, or used already.
    Refused,
    /// The code was not checked: there were too many wrong ones.
    TryLater,
    /// Nobody of this name has a method set up.
    NotEnrolled,
}

/// Why a sign-in code was refused. `code_already_used`: the code is right, and its step is not newer than the last one that
/// counted; the person waits until the app shows new digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// The code is right, and its step is not newer than the last one that counted. The person waits until the app shows
    /// new digits.
    CodeAlreadyUsed,
    /// A reason that this program does not know, since the service is newer. It is never sent.
    #[serde(other)]
    Unknown,
}

// Written by hand: `unknown` is never sent.
impl utoipa::PartialSchema for RefusalReason {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some(
                "Why a sign-in code was refused. `code_already_used`: the code is right, and its step is not newer than the \
                 last one that counted; the person waits until the app shows new digits.",
            ))
            .enum_values(Some(["code_already_used"]))
            .into()
    }
}

impl ToSchema for RefusalReason {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_stable_words() {
        for (outcome, word) in [
            (VerifyOutcome::Accepted, r#""accepted""#),
            (VerifyOutcome::Refused, r#""refused""#),
            (VerifyOutcome::TryLater, r#""try_later""#),
            (VerifyOutcome::NotEnrolled, r#""not_enrolled""#),
        ] {
            assert_eq!(serde_json::to_string(&outcome).expect("writes"), word);
        }
    }

    #[test]
    fn a_response_says_no_more_than_it_has_to_say() {
        let response = |outcome, reason| VerifyResponse {
            outcome,
            reason,
            retry_after_secs: None,
            on_school_network: false,
        };
        let wrong = response(VerifyOutcome::Refused, None);
        let text = serde_json::to_string(&wrong).expect("writes");
        assert_eq!(text, r#"{"outcome":"refused","on_school_network":false}"#);
        assert_eq!(serde_json::from_str::<VerifyResponse>(&text).expect("reads"), wrong);
        let used = response(VerifyOutcome::Refused, Some(RefusalReason::CodeAlreadyUsed));
        let text = serde_json::to_string(&used).expect("writes");
        assert_eq!(text, r#"{"outcome":"refused","reason":"code_already_used","on_school_network":false}"#);
        assert_eq!(serde_json::from_str::<VerifyResponse>(&text).expect("reads"), used);
        let newer = text.replace("code_already_used", "phone_asleep");
        let newer =
            serde_json::from_str::<VerifyResponse>(&newer).expect("a reason of a newer service is no fault");
        assert_eq!(newer.reason, Some(RefusalReason::Unknown));
    }

    #[test]
    fn debug_hides_the_code() {
        let text = r#"{"sign_in_name":"jsmith","code":"492 817","address":"2001:db8::1"}"#;
        let request: VerifyRequest = serde_json::from_str(text).expect("reads");
        assert_eq!(request.code, "492 817");
        assert!(!format!("{request:?}").contains("492"));
    }

    #[test]
    fn the_address_may_be_left_out_and_nothing_added() {
        assert!(serde_json::from_str::<VerifyRequest>(r#"{"sign_in_name":"a","code":"1"}"#).is_ok());
        assert!(
            serde_json::from_str::<VerifyRequest>(r#"{"sign_in_name":"a","code":"1","skip":true}"#).is_err()
        );
        assert!(
            serde_json::from_str::<VerifyRequest>(r#"{"sign_in_name":"a","code":"1","address":"elm"}"#)
                .is_err()
        );
    }
}
