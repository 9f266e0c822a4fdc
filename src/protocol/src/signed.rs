//! A signed document: policy, clock, receipt, refusal, audit head or station.
//!
//! `documents` holds what is signed. The assistant's settings say which key to pin.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::signature::message;
use crate::{Blob, IdentityKey, IdentitySigner, Succession};

/// A document with the service's signature. The body travels as the text that was signed, so no two programs need to
/// write JSON in the same way.
///
/// ```
/// use protocol::{ClockDocument, IdentitySigner, Purpose, Signed, SignedError};
///
/// let service = IdentitySigner::from_bytes(&[7; 32]);
/// let clock = ClockDocument {
///     now: domain::Timestamp::from_secs(1_800_000_000),
///     nonce: "abcdefghijklmnop".to_owned(),
///     school: None,
/// };
/// let signed = Signed::sign(Purpose::Clock, &clock, &service)?;
///
/// let pinned = service.key();
/// assert_eq!(signed.open::<ClockDocument>(Purpose::Clock, &pinned)?, clock);
/// let other = signed.open::<ClockDocument>(Purpose::Policy, &pinned);
/// assert!(matches!(other, Err(SignedError::BadSignature)));
/// # Ok::<(), SignedError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signed {
    /// The document as JSON, byte for byte as it was signed.
    pub body: String,
    /// The key that signed. Anybody can write a key here: it counts only when it is the pinned key or its successor.
    pub key: IdentityKey,
    /// The Ed25519 signature over `enrol/1 `, the purpose, a zero byte and the body.
    pub signature: Blob,
    /// The chain from older keys of the service to `key`, each naming the next. A program that pinned an older key
    /// recognises the service by it, however long ago it last asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successions: Vec<Succession>,
}

/// The kind of document that a signature covers. A signature for one purpose verifies for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The policy, with the key to seal to.
    Policy,
    /// The service's time, with the nonce of the request.
    Clock,
    /// An enrolment was accepted.
    Receipt,
    /// An enrolment was refused for good.
    Refusal,
    /// The newest row of the audit.
    AuditHead,
    /// A computer was registered as a station.
    Station,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Clock => "clock",
            Self::Receipt => "receipt",
            Self::Refusal => "refusal",
            Self::AuditHead => "audit-head",
            Self::Station => "station",
        }
    }
}

/// Why a document is not trusted.
#[derive(Debug, thiserror::Error)]
pub enum SignedError {
    /// Another key signed it, and no succession leads to that key from the pinned one.
    #[error("signed by {0}, which is not the known service")]
    UnknownKey(IdentityKey),
    /// The signature does not verify: the body was changed, or it was signed for another purpose.
    #[error("the signature does not fit")]
    BadSignature,
    /// The signature verifies, but the body is not this document. A newer service may have sent it.
    #[error("the document cannot be read")]
    BadBody(#[source] serde_json::Error),
}

impl Signed {
    /// Writes a document as JSON and signs it. The only error is [`SignedError::BadBody`], when it cannot be JSON.
    pub fn sign<T: Serialize>(
        purpose: Purpose,
        body: &T,
        signer: &IdentitySigner,
    ) -> Result<Self, SignedError> {
        let body = serde_json::to_string(body).map_err(SignedError::BadBody)?;
        let signature = Blob(signer.signature(&message(purpose.name(), &body)).to_vec());
        Ok(Self { body, key: signer.key(), signature, successions: signer.successions().to_vec() })
    }

    /// Verifies the signature and reads the document. The signer must be the pinned key, or a key to which successions lead
    /// from the pinned one.
    pub fn open<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        pinned: &IdentityKey,
    ) -> Result<T, SignedError> {
        let Self { body, key, signature, successions } = self;
        if !Succession::lead(successions, pinned, key) {
            return Err(SignedError::UnknownKey(*key));
        }
        if !key.verifies(&message(purpose.name(), body), &signature.0) {
            return Err(SignedError::BadSignature);
        }
        serde_json::from_str(body).map_err(SignedError::BadBody)
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;
    use crate::ClockDocument;

    const ALL: [Purpose; 6] = [
        Purpose::Policy,
        Purpose::Clock,
        Purpose::Receipt,
        Purpose::Refusal,
        Purpose::AuditHead,
        Purpose::Station,
    ];

    fn signer() -> IdentitySigner {
        IdentitySigner::from_bytes(&[7; 32])
    }

    fn clock() -> ClockDocument {
        ClockDocument {
            now: Timestamp::from_secs(1_800_000_000),
            nonce: "abcdefghijklmnop".to_owned(),
            school: None,
        }
    }

    fn signed() -> Signed {
        Signed::sign(Purpose::Clock, &clock(), &signer()).expect("signs")
    }

    #[test]
    fn a_signed_document_opens_after_the_wire() {
        let wire = serde_json::to_string(&signed()).expect("writes");
        let arrived: Signed = serde_json::from_str(&wire).expect("reads");
        assert_eq!(arrived.open::<ClockDocument>(Purpose::Clock, &signer().key()).expect("opens"), clock());
    }

    #[test]
    fn another_purpose_does_not_open() {
        for purpose in ALL.into_iter().filter(|purpose| *purpose != Purpose::Clock) {
            let opened = signed().open::<ClockDocument>(purpose, &signer().key());
            assert!(matches!(opened, Err(SignedError::BadSignature)), "{purpose:?}");
        }
    }

    #[test]
    fn another_services_key_is_refused_even_with_a_good_signature() {
        let other = IdentitySigner::from_bytes(&[8; 32]);
        let theirs = Signed::sign(Purpose::Clock, &clock(), &other).expect("signs");
        let opened = theirs.open::<ClockDocument>(Purpose::Clock, &signer().key());
        assert!(matches!(opened, Err(SignedError::UnknownKey(key)) if key == other.key()));
        // Claiming the pinned key does not help.
        let claimed = Signed { key: signer().key(), ..theirs };
        let opened = claimed.open::<ClockDocument>(Purpose::Clock, &signer().key());
        assert!(matches!(opened, Err(SignedError::BadSignature)));
    }

    #[test]
    fn every_changed_byte_is_found() {
        let good = signed();
        for place in 0..good.body.len() {
            let mut bytes = good.body.clone().into_bytes();
            bytes[place] ^= 1;
            let changed = Signed { body: String::from_utf8(bytes).expect("ASCII"), ..good.clone() };
            let opened = changed.open::<ClockDocument>(Purpose::Clock, &signer().key());
            assert!(matches!(opened, Err(SignedError::BadSignature)), "byte {place}");
        }
        for place in 0..good.signature.0.len() {
            let mut changed = good.clone();
            changed.signature.0[place] ^= 1;
            assert!(changed.open::<ClockDocument>(Purpose::Clock, &signer().key()).is_err(), "byte {place}");
        }
        for length in [0, 63, 65] {
            let changed = Signed { signature: Blob(vec![1; length]), ..good.clone() };
            assert!(changed.open::<ClockDocument>(Purpose::Clock, &signer().key()).is_err(), "{length}");
        }
    }

    #[test]
    fn a_signed_body_of_another_kind_is_told_apart() {
        let odd = Signed::sign(Purpose::Clock, &"later version", &signer()).expect("signs");
        assert!(matches!(
            odd.open::<ClockDocument>(Purpose::Clock, &signer().key()),
            Err(SignedError::BadBody(_))
        ));
    }

    #[test]
    fn the_name_of_a_purpose_never_changes() {
        let names = ALL.map(Purpose::name);
        assert_eq!(names, ["policy", "clock", "receipt", "refusal", "audit-head", "station"]);
    }
}
