//! What the service signs: policy, clock, receipts, refusals and audit heads.
//!
//! Not here: what the documents say (`documents`), nor which key to pin (the assistant's settings).

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::{Blob, IdentityKey, IdentitySigner};

/// A document with the service's signature. The body travels as the text that was signed, so that no two
/// programs need to write JSON alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signed {
    /// The document, JSON, exactly as signed.
    pub body: String,
    /// Whose signature it is. Says nothing by itself: it counts only when it is the pinned one.
    pub key: IdentityKey,
    /// Ed25519 over `enrol/1 `, the purpose, a zero byte and the body.
    pub signature: Blob,
    /// How `key` came to be the service's: each key named the next. So whoever pinned an older one knows this for the
    /// same service, whenever they last heard of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successions: Vec<Succession>,
}

/// An identity key names the one that takes its place. Nobody else can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Succession {
    /// Whose word it is.
    pub old: IdentityKey,
    /// Which key takes its place.
    pub new: IdentityKey,
    /// By the old key: Ed25519 over `enrol/1 `, `succession`, a zero byte and the new key as it is written.
    pub signature: Blob,
}

/// More changes of the identity key than a service makes in its life.
const MOST_SUCCESSIONS: usize = 64;

impl Succession {
    /// Has the old key name the new one.
    pub fn sign(old: &IdentitySigner, new: IdentityKey) -> Self {
        let signature = Blob(old.signature(&message(SUCCESSION, &new.to_string())).to_vec());
        Self { old: old.key(), new, signature }
    }

    fn is_right(&self) -> bool {
        self.old.verifies(&message(SUCCESSION, &self.new.to_string()), &self.signature.0)
    }

    /// Whether these lead from one key to another, each by the word of the one before.
    pub fn lead(successions: &[Self], from: &IdentityKey, to: &IdentityKey) -> bool {
        if successions.len() > MOST_SUCCESSIONS {
            return false;
        }
        let mut at = from;
        for succession in successions {
            if at == to {
                break;
            }
            if succession.old == *at && succession.is_right() {
                at = &succession.new;
            }
        }
        at == to
    }
}

const SUCCESSION: &str = "succession";

/// What a signature is for. A signature for one purpose is none for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The policy with the envelope's key.
    Policy,
    /// The service's time, with the asker's nonce.
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

/// Why a document is not believed.
#[derive(Debug, thiserror::Error)]
pub enum SignedError {
    /// Signed by somebody else than the pinned service.
    #[error("signed by {0}, which is not the known service")]
    UnknownKey(IdentityKey),
    /// Changed on the way, or for another purpose.
    #[error("the signature does not fit")]
    BadSignature,
    /// Signed, yet not understood: a newer service, as a rule.
    #[error("the document cannot be read")]
    BadBody(#[source] serde_json::Error),
}

impl Signed {
    /// Signs a document. Fails only when the document cannot be written as JSON.
    pub fn sign<T: Serialize>(
        purpose: Purpose,
        body: &T,
        signer: &IdentitySigner,
    ) -> Result<Self, SignedError> {
        let body = serde_json::to_string(body).map_err(SignedError::BadBody)?;
        let signature = Blob(signer.signature(&message(purpose.name(), &body)).to_vec());
        Ok(Self { body, key: signer.key(), signature, successions: signer.successions().to_vec() })
    }

    /// The document, when the pinned service signed it for this purpose: with the pinned key, or with one that came to
    /// its place by its own word.
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

pub(crate) fn message(purpose: &str, body: &str) -> Vec<u8> {
    let mut message = Vec::with_capacity(32 + body.len());
    message.extend_from_slice(b"enrol/1 ");
    message.extend_from_slice(purpose.as_bytes());
    message.push(0);
    message.extend_from_slice(body.as_bytes());
    message
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
    fn a_new_key_is_known_to_who_pinned_any_older_one_and_an_old_key_to_nobody_who_pinned_a_newer() {
        let keys = [1, 2, 3].map(|seed| IdentitySigner::from_bytes(&[seed; 32]));
        let [first, second, third] = &keys;
        let successions = vec![Succession::sign(first, second.key()), Succession::sign(second, third.key())];
        let newest = IdentitySigner::from_bytes(&[3; 32]).with_successions(successions.clone());
        let signed = Signed::sign(Purpose::Clock, &clock(), &newest).expect("signs");
        let wire = serde_json::to_string(&signed).expect("writes");
        let signed: Signed = serde_json::from_str(&wire).expect("reads");
        for pinned in &keys {
            assert!(signed.open::<ClockDocument>(Purpose::Clock, &pinned.key()).is_ok());
            let theirs = Signed::sign(Purpose::Clock, &clock(), pinned).expect("signs");
            assert_eq!(
                theirs.open::<ClockDocument>(Purpose::Clock, &third.key()).is_ok(),
                pinned.key() == third.key()
            );
        }
        assert!(signed.open::<ClockDocument>(Purpose::Clock, &signer().key()).is_err());
        let changes: [fn(&mut Vec<Succession>); 6] = [
            Vec::clear,
            |all| drop(all.remove(1)),
            |all| all.reverse(),
            |all| all[1].signature.0[0] ^= 1,
            |all| all[0].signature = all[1].signature.clone(),
            |all| all[0].new = signer().key(),
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut changed = signed.clone();
            change(&mut changed.successions);
            let opened = changed.open::<ClockDocument>(Purpose::Clock, &first.key());
            assert!(matches!(opened, Err(SignedError::UnknownKey(_))), "{place}");
        }
        // A stranger who names himself, by his own word or by a document of the service's.
        let stranger = signer();
        let own = vec![Succession { old: first.key(), ..Succession::sign(&stranger, stranger.key()) }];
        let document = Signed::sign(Purpose::Policy, &stranger.key().to_string(), first).expect("signs");
        let other_purpose =
            vec![Succession { old: first.key(), new: stranger.key(), signature: document.signature }];
        let endless = vec![successions[0].clone(); 100];
        for (successions, key) in
            [(own, stranger.key()), (other_purpose, stranger.key()), (endless, second.key())]
        {
            assert!(!Succession::lead(&successions, &first.key(), &key));
        }
    }
}
