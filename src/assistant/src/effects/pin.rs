//! Which service this is: the identity key it must have, and the newest policy seen from it.
//!
//! The key is given by a setting, or it is the first that was seen. No switch turns the check off.

use std::{io, path::PathBuf};

use domain::Timestamp;
use journey::ServiceFault;
use protocol::{IdentityKey, PolicyDocument, Purpose, Signed, SignedError, Successor};
use serde::{Deserialize, Serialize};

use super::files;

/// What is remembered of the service.
pub(super) struct Pin {
    path: PathBuf,
    given: Option<IdentityKey>,
    known: Option<Known>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    identity: IdentityKey,
    #[serde(default)]
    successors: Vec<Successor>,
    policy_serial: u64,
}

impl Known {
    /// What is left of it when a setting names the key: that key alone counts, and the keys that it names later.
    fn with(self, given: IdentityKey) -> Option<Self> {
        if self.identity == given {
            return Some(self);
        }
        let named = self.successors.iter().any(|successor| successor.key == given);
        // It is the same service, so an older policy of it is still an older one.
        named.then_some(Self { identity: given, successors: Vec::new(), ..self })
    }
}

impl Pin {
    /// Reads what is remembered. A file that cannot be read is a fault: forgetting the key would let anybody in.
    pub(super) fn load(path: PathBuf, given: Option<IdentityKey>) -> io::Result<Self> {
        let mut known: Option<Known> = files::read_json(&path)?;
        if let Some(given) = given {
            known = known.and_then(|known| known.with(given));
        }
        Ok(Self { path, given, known })
    }

    /// The key that a signature must be of, once it is known.
    pub(super) fn identity(&self) -> Option<IdentityKey> {
        self.known.as_ref().map(|known| known.identity).or(self.given)
    }

    /// Opens what the pinned service, or a successor that it named, signed.
    pub(super) fn open<T: serde::de::DeserializeOwned>(
        &self,
        purpose: Purpose,
        signed: &Signed,
        now: Timestamp,
    ) -> Result<T, ServiceFault> {
        let key = self.key_for(signed, now).ok_or(ServiceFault::UnknownIdentity)?;
        signed.open(purpose, &key).map_err(|error| fault_of(&error))
    }

    /// Opens the policy. It must be no older than the newest seen; what is new is remembered.
    pub(super) fn policy(&mut self, signed: &Signed, now: Timestamp) -> Result<PolicyDocument, ServiceFault> {
        let key = match self.key_for(signed, now) {
            Some(key) => key,
            None if self.identity().is_none() => signed.key,
            None => return Err(ServiceFault::UnknownIdentity),
        };
        let document: PolicyDocument =
            signed.open(Purpose::Policy, &key).map_err(|error| fault_of(&error))?;
        if self.known.as_ref().is_some_and(|known| document.serial < known.policy_serial) {
            return Err(ServiceFault::OlderPolicy);
        }
        if document.policy.check().is_err() {
            return Err(ServiceFault::Unexpected);
        }
        let successors = document.successors.clone();
        let known = Known { identity: key, successors, policy_serial: document.serial };
        if self.known.as_ref() != Some(&known) {
            // A full disk must not stop anybody here: the key given or seen holds for this run, and is written next time.
            let _ = files::write_json(&self.path, &known);
            self.known = Some(known);
        }
        Ok(document)
    }

    /// The key that a signature counts under: the pinned one, or one that it named, from the day it said.
    fn key_for(&self, signed: &Signed, now: Timestamp) -> Option<IdentityKey> {
        let Self { path: _, given: _, known } = self;
        let mut successors = known.iter().flat_map(|known| &known.successors);
        let counts = self.identity() == Some(signed.key)
            || successors.any(|successor| successor.key == signed.key && successor.from <= now);
        counts.then_some(signed.key)
    }
}

fn fault_of(error: &SignedError) -> ServiceFault {
    match error {
        SignedError::UnknownKey(_) => ServiceFault::UnknownIdentity,
        SignedError::BadSignature => ServiceFault::BadSignature,
        SignedError::BadBody(_) => ServiceFault::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use protocol::IdentitySigner;

    use super::*;
    use crate::effects::scripted::sample_document;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn signer(seed: u8) -> IdentitySigner {
        IdentitySigner::from_bytes(&[seed; 32])
    }

    fn policy(seed: u8, serial: u64) -> Signed {
        let document = PolicyDocument { serial, ..sample_document() };
        Signed::sign(Purpose::Policy, &document, &signer(seed)).expect("signs")
    }

    #[test]
    fn the_first_key_seen_is_kept_and_no_other_counts_afterwards() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        let mut pin = Pin::load(path.clone(), None).expect("loads");
        assert_eq!(pin.identity(), None);
        assert!(pin.policy(&policy(1, 5), NOW).is_ok());

        let mut pin = Pin::load(path, None).expect("loads");
        assert_eq!(pin.identity(), Some(signer(1).key()));
        assert_eq!(pin.policy(&policy(2, 6), NOW).err(), Some(ServiceFault::UnknownIdentity));
        assert_eq!(pin.policy(&policy(1, 4), NOW).err(), Some(ServiceFault::OlderPolicy));
        assert!(pin.policy(&policy(1, 5), NOW).is_ok());
        let mut bent = policy(1, 7);
        bent.body = bent.body.replace("Oaktree", "Oaktrea");
        assert_eq!(pin.policy(&bent, NOW).err(), Some(ServiceFault::BadSignature));
        assert_eq!(
            pin.open::<PolicyDocument>(Purpose::Clock, &policy(1, 7), NOW).err(),
            Some(ServiceFault::BadSignature)
        );
    }

    #[test]
    fn a_given_key_is_stronger_than_a_remembered_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        assert!(Pin::load(path.clone(), None).expect("loads").policy(&policy(1, 5), NOW).is_ok());
        let mut pin = Pin::load(path, Some(signer(2).key())).expect("loads");
        assert_eq!(pin.policy(&policy(1, 6), NOW).err(), Some(ServiceFault::UnknownIdentity));
        assert!(pin.policy(&policy(2, 1), NOW).is_ok(), "another service counts its policies anew");
    }

    #[test]
    fn a_new_key_counts_only_when_the_old_one_signed_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut pin = Pin::load(folder.path().join("service.json"), None).expect("loads");
        let from = |secs| NOW.plus_secs(secs);
        let successors = vec![
            Successor { key: signer(2).key(), from: from(-1) },
            Successor { key: signer(4).key(), from: from(60) },
        ];
        let document = PolicyDocument { serial: 5, successors, ..sample_document() };
        assert!(
            pin.policy(&Signed::sign(Purpose::Policy, &document, &signer(1)).expect("signs"), NOW).is_ok()
        );
        assert_eq!(pin.policy(&policy(3, 6), NOW).err(), Some(ServiceFault::UnknownIdentity));
        assert_eq!(pin.policy(&policy(4, 6), NOW).err(), Some(ServiceFault::UnknownIdentity), "not yet");
        assert!(pin.policy(&policy(2, 6), NOW).is_ok());
        assert_eq!(
            pin.policy(&policy(1, 7), NOW).err(),
            Some(ServiceFault::UnknownIdentity),
            "the old key is over"
        );
    }

    #[test]
    fn a_given_key_that_was_named_as_the_next_ends_the_old_one_and_what_else_it_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        let successors = [2, 3].map(|seed| Successor { key: signer(seed).key(), from: NOW }).to_vec();
        let document = PolicyDocument { serial: 5, successors, ..sample_document() };
        let signed = Signed::sign(Purpose::Policy, &document, &signer(1)).expect("signs");
        assert!(Pin::load(path.clone(), None).expect("loads").policy(&signed, NOW).is_ok());
        let mut pin = Pin::load(path, Some(signer(2).key())).expect("loads");
        assert_eq!(pin.identity(), Some(signer(2).key()));
        for other in [1, 3] {
            assert_eq!(
                pin.policy(&policy(other, 6), NOW).err(),
                Some(ServiceFault::UnknownIdentity),
                "{other}"
            );
        }
        assert_eq!(pin.policy(&policy(2, 4), NOW).err(), Some(ServiceFault::OlderPolicy));
        assert!(pin.policy(&policy(2, 6), NOW).is_ok());
    }

    #[test]
    fn a_spoilt_memory_is_a_fault_and_not_forgetfulness() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        std::fs::write(&path, "{}").expect("writes");
        assert!(Pin::load(path, None).is_err());
    }
}
