//! A relying party asks whether a sign-in code is right.
//!
//! Not here: how the relying party proves itself (a header), and the limits (the service).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::AddressShape;

/// The question, asked after the relying party's own password check.
#[derive(Serialize, Deserialize, ToSchema, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// Who signs in.
    #[zeroize(skip)]
    #[schema(pattern = "^[^\\u0000]*$")]
    pub sign_in_name: String,
    /// What they typed.
    #[schema(pattern = "^[^\\u0000]*$", example = "123 456")]
    pub code: String,
    /// Where the user is, not the relying party. Left out: outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<AddressShape>, inline)]
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

/// The answer; HTTP 200 whatever the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerifyAnswer {
    /// What came of it. Only `accepted` lets anybody in.
    pub outcome: VerifyOutcome,
    /// With `try_later`: when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
    /// The user's address is in a school's network.
    pub on_school_network: bool,
}

/// What came of a sign-in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerifyOutcome {
    /// Right, and never used before.
    Accepted,
    /// Wrong, old or used.
    Refused,
    /// Not looked at: too many wrong ones just now.
    TryLater,
    /// Nobody of this name has set anything up.
    NotEnrolled,
}

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
