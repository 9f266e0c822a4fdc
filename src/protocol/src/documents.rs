//! The documents that the service signs.
//!
//! Not here: the signature (`signed`) and the rules of the policy (`domain::Policy`).

use domain::{EnrolmentId, Label, Policy, Reference, SchoolId, ServiceId, StationId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Bytes32, ErrorCode, StationKey};

/// The policy, and to which key to seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyDocument {
    /// Which service this is.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// Only ever grows. Who has seen a later one refuses this.
    pub serial: u64,
    /// When it was signed, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub issued_at: Timestamp,
    /// What envelopes are sealed to.
    pub envelope_key: EnvelopeKey,
    /// Calls are for practice only: no phone rings, and nothing that they prove counts anywhere else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub practice: bool,
    /// The trust's rules.
    #[schema(value_type = Object)]
    pub policy: Policy,
}

/// The public half of the key that opens envelopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnvelopeKey {
    /// Which key it is.
    pub id: String,
    /// X25519 (RFC 7748).
    pub public: Bytes32,
}

/// What time it is, and from where the question came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockDocument {
    /// The service's time, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub now: Timestamp,
    /// The asker's, so that no old answer can be served again.
    pub nonce: String,
    /// The school whose network the question came from.
    #[schema(value_type = Option<String>)]
    pub school: Option<SchoolId>,
}

/// Whether a text may be a clock's nonce: 16 to 64 URL-safe characters.
pub fn is_nonce(text: &str) -> bool {
    (16..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// An enrolment was accepted and is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptDocument {
    /// Which service accepted it.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// Which enrolment.
    #[schema(value_type = String, format = Uuid)]
    pub enrolment: EnrolmentId,
    /// What the person notes down.
    #[schema(value_type = String)]
    pub reference: Reference,
    /// When, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub accepted_at: Timestamp,
    /// The audit as it stood then: whoever holds a receipt can show that the audit was cut.
    pub audit: AuditHead,
}

/// An enrolment was refused, and the same post will be refused for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusalDocument {
    /// The SHA-256 fingerprint of what was posted: what is said of one post is said of no other.
    pub post: Bytes32,
    /// Why.
    pub code: ErrorCode,
}

/// A computer was registered as a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StationDocument {
    /// Which service knows it.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// Which station.
    #[schema(value_type = String, format = Uuid)]
    pub station: StationId,
    /// By which key it is known.
    pub key: StationKey,
    /// As IT calls it.
    #[schema(value_type = String)]
    pub name: Label,
}

/// The newest row of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditHead {
    /// Its number.
    pub sequence: u64,
    /// Its hash, which covers every row before it.
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
    fn the_whole_policy_survives_being_signed_and_sent() {
        let policy: Policy =
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
}
