//! The documents that the service signs.
//!
//! `signed` adds the signature. What assistants know of the policy is `domain::Profile`.

use domain::{EnrolmentId, Label, Profile, Reference, SchoolId, ServiceId, StationId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Bytes32, EnvelopeKey, ErrorCode, StationKey};

/// The profile of the policy, and the key to seal to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyDocument {
    /// The service that signed this.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// The policy's serial. It only grows, and a program that has seen a higher one refuses this document.
    pub serial: u64,
    /// When the service signed it, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub issued_at: Timestamp,
    /// The key to which envelopes are sealed.
    pub envelope_key: EnvelopeKey,
    /// Whether calls are for practice only: no phone rings, and what a call proves counts nowhere else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub practice: bool,
    /// What assistants know of the policy.
    #[schema(value_type = Object)]
    pub policy: Profile,
}

/// The service's time, and the network from which the request came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockDocument {
    /// The service's time, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub now: Timestamp,
    /// The nonce of the request. It keeps anybody from serving an old response again.
    pub nonce: String,
    /// The school from whose network the request came, if it came from one.
    #[schema(value_type = Option<String>)]
    pub school: Option<SchoolId>,
}

/// Whether a text may be the nonce of a clock request: 16 to 64 characters of base64url (RFC 4648, section 5).
pub fn is_nonce(text: &str) -> bool {
    (16..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The receipt of an enrolment that the service accepted and stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptDocument {
    /// The service that accepted it.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// The enrolment.
    #[schema(value_type = String, format = Uuid)]
    pub enrolment: EnrolmentId,
    /// The reference that the person notes down.
    #[schema(value_type = String)]
    pub reference: Reference,
    /// When it was accepted, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub accepted_at: Timestamp,
    /// The head of the audit at that time. With a receipt anybody can show that the audit was cut short later.
    pub audit: AuditHead,
}

/// The final refusal of a submission. The service will refuse the same submission for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusalDocument {
    /// The SHA-256 fingerprint of the submission. A refusal of one submission says nothing about another.
    pub post: Bytes32,
    /// The reason.
    pub code: ErrorCode,
}

/// The registration of a computer as a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StationDocument {
    /// The service that registered it.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// The station's id.
    #[schema(value_type = String, format = Uuid)]
    pub station: StationId,
    /// The station's public key.
    pub key: StationKey,
    /// The name that IT gave it.
    #[schema(value_type = String)]
    pub name: Label,
}

/// The head of the audit: its newest row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditHead {
    /// The row's number.
    pub sequence: u64,
    /// The row's hash, which covers every row before it.
    pub hash: Bytes32,
    /// When it was written, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EnvelopePrivateKey, IdentitySigner, Purpose, Signed};

    #[test]
    fn the_whole_profile_survives_being_signed_and_sent() {
        let policy: Profile =
            toml::from_str(include_str!("../../../assets/policy.example.toml")).expect("the example");
        let old = IdentitySigner::from_bytes(&[1; 32]);
        let document = PolicyDocument {
            service: ServiceId::at(Timestamp::from_secs(1_800_000_000), [1; 10]),
            serial: u64::MAX,
            issued_at: Timestamp::from_secs(1_800_000_000),
            envelope_key: EnvelopePrivateKey::from_bytes(&[9; 32]).envelope_key("e1").expect("a key"),
            practice: false,
            policy,
        };
        let signed = Signed::sign(Purpose::Policy, &document, &old).expect("signs");
        let wire = serde_json::to_vec(&signed).expect("writes");
        let arrived: Signed = serde_json::from_slice(&wire).expect("reads");
        assert_eq!(arrived.open::<PolicyDocument>(Purpose::Policy, &old.key()).expect("opens"), document);
    }

    #[test]
    fn a_nonce_is_short_and_plain() {
        assert!(is_nonce("abcdefgh-_ABCD09"));
        assert!(is_nonce(&"a".repeat(64)));
        for wrong in [
            "",
            "abcdefgh-_ABCD0",
            &"a".repeat(65),
            "abcdefgh ABCDEFGH",
            "abcdefghé0123456",
            "abcdefgh+/ABCDEF",
        ] {
            assert!(!is_nonce(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_document_of_a_newer_service_still_reads() {
        let text = r#"{"now":1,"nonce":"abcdefghijklmnop","school":"elm","new":true}"#;
        assert_eq!(
            serde_json::from_str::<ClockDocument>(text).expect("reads").school,
            Some(SchoolId("elm".to_owned()))
        );
    }

    #[test]
    fn a_policy_says_practice_only_when_it_is_so() {
        let policy: Profile =
            toml::from_str(include_str!("../../../assets/policy.example.toml")).expect("the example");
        let document = |practice| PolicyDocument {
            service: ServiceId::at(Timestamp::from_secs(1), [1; 10]),
            serial: 1,
            issued_at: Timestamp::from_secs(1),
            envelope_key: EnvelopeKey { id: "e1".to_owned(), public: Bytes32([1; 32]) },
            practice,
            policy: policy.clone(),
        };
        let practice = |practice| {
            let wire = serde_json::to_value(document(practice)).expect("writes");
            wire.get("practice").and_then(serde_json::Value::as_bool)
        };
        assert_eq!((practice(false), practice(true)), (None, Some(true)));
    }
}
