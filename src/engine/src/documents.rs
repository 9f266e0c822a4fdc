//! Signed documents that the service sends on request: the profile of the policy, and the time.
//!
//! Not here: receipts (`accept`), and the policy's serial (`active_policy`).

use domain::{SchoolId, Timestamp};
use protocol::{ClockDocument, IdentitySigner, PolicyDocument, Purpose, Signed, SignedError};

/// The signed profile. A serial has one text, so that every node serves the same.
pub fn signed_policy(document: &PolicyDocument, signer: &IdentitySigner) -> Result<Signed, SignedError> {
    Signed::sign(Purpose::Policy, document, signer)
}

/// The time, bound to the asker's nonce so that no old answer can be served again.
pub fn signed_clock(
    now: Timestamp,
    nonce: &str,
    school: Option<SchoolId>,
    signer: &IdentitySigner,
) -> Result<Signed, SignedError> {
    Signed::sign(Purpose::Clock, &ClockDocument { now, nonce: nonce.to_owned(), school }, signer)
}

#[cfg(test)]
mod tests {
    use domain::{Profile, ServiceId};
    use protocol::{Bytes32, EnvelopeKey};

    use super::*;

    #[test]
    fn both_documents_open_with_the_services_key_and_for_their_purpose_only() {
        let signer = IdentitySigner::from_bytes(&[3; 32]);
        let policy: Profile =
            toml::from_str(include_str!("../../../assets/policy.example.toml")).expect("a policy");
        let document = PolicyDocument {
            service: ServiceId::from_uuid(uuid::Uuid::from_u128(1)),
            serial: 4,
            issued_at: Timestamp::from_secs(9),
            envelope_key: EnvelopeKey { id: "e1".to_owned(), public: Bytes32([7; 32]) },
            practice: false,
            policy,
        };
        let signed = signed_policy(&document, &signer).expect("signs");
        assert_eq!(signed, signed_policy(&document, &signer).expect("signs"), "the same bytes each time");
        assert_eq!(signed.open::<PolicyDocument>(Purpose::Policy, &signer.key()).ok(), Some(document));
        assert!(signed.open::<PolicyDocument>(Purpose::Clock, &signer.key()).is_err());
        let clock = signed_clock(Timestamp::from_secs(5), "nnnnnnnnnnnnnnnn", None, &signer).expect("signs");
        let clock: ClockDocument = clock.open(Purpose::Clock, &signer.key()).expect("opens");
        assert_eq!((clock.nonce.as_str(), clock.now), ("nnnnnnnnnnnnnnnn", Timestamp::from_secs(5)));
    }
}
