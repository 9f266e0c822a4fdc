//! How one identity key of the service takes the place of another.
//!
//! `identity_signer` makes a succession.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::signature::message;
use crate::{Blob, IdentityKey};

/// One change of the service's identity key: the old key names the new one, and nobody else can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Succession {
    /// The key that signs this succession.
    pub old: IdentityKey,
    /// The key that takes its place.
    pub new: IdentityKey,
    /// The old key's Ed25519 signature over `enrol/1 succession`, a zero byte and the text of the new key.
    pub signature: Blob,
}

/// The most successions that are followed: more than a service makes in its life.
const MOST_SUCCESSIONS: usize = 64;

/// The purpose that stands in the signed message.
const PURPOSE: &str = "succession";

/// The bytes that the old key signs.
pub(crate) fn succession_message(new: IdentityKey) -> Vec<u8> {
    message(PURPOSE, &new.to_string())
}

impl Succession {
    /// Whether a chain of successions leads from one key to another, or both are the same. A succession that does not fit
    /// is skipped; a chain of more than 64 leads nowhere.
    pub fn lead(successions: &[Self], from: &IdentityKey, to: &IdentityKey) -> bool {
        if successions.len() > MOST_SUCCESSIONS {
            return false;
        }
        let mut at = from;
        for succession in successions {
            if at == to {
                break;
            }
            if succession.old == *at && succession.is_signed() {
                at = &succession.new;
            }
        }
        at == to
    }

    fn is_signed(&self) -> bool {
        self.old.verifies(&succession_message(self.new), &self.signature.0)
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;
    use crate::{ClockDocument, IdentitySigner, Purpose, Signed, SignedError};

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

    #[test]
    fn a_new_key_is_known_to_whoever_pinned_an_older_one_and_an_old_key_to_nobody_who_pinned_a_newer() {
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
        // A stranger who names their own key, by their own signature or by a signature of the service over a document.
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

    #[test]
    fn the_signed_message_never_changes() {
        let key = signer().key();
        assert_eq!(succession_message(key), format!("enrol/1 succession\0{key}").into_bytes());
    }
}
