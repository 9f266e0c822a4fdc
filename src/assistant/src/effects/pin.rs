//! Which service this is: the identity key it must have, and the newest policy seen from it.
//!
//! The key is given by a setting, or it is the first that was seen. No switch turns the check off. A service that has
//! changed its key since shows how the old one named the new (`protocol::Succession`); no clock is asked about it, since
//! this computer's may be wrong.

use std::{io, path::PathBuf};

use journey::ServiceFault;
use platform::files;
use protocol::{IdentityKey, PolicyDocument, Purpose, Signed, SignedError};
use serde::{Deserialize, Serialize};

use super::{DataFolder, StartError};

/// What is remembered of the service.
pub(super) struct Pin {
    path: PathBuf,
    given: Option<IdentityKey>,
    known: Option<Known>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// The newest that was seen. Those before it count no more.
    identity: IdentityKey,
    /// Keys that were pinned before, and named the next.
    #[serde(default)]
    before: Vec<IdentityKey>,
    policy_serial: u64,
}

impl Known {
    /// Whether it is the service that a setting names: by its key now, or by one that it had.
    fn is_of(&self, given: IdentityKey) -> bool {
        self.identity == given || self.before.contains(&given)
    }
}

impl Pin {
    /// Reads what is remembered. A file that cannot be read is a fault: forgetting the key would let anybody in.
    pub(super) fn load(path: PathBuf, given: Option<IdentityKey>) -> io::Result<Self> {
        let known: Option<Known> = files::read_json(&path)?;
        let known = known.filter(|known| given.is_none_or(|given| known.is_of(given)));
        Ok(Self { path, given, known })
    }

    /// The same for a data folder.
    pub(super) fn of(data: &DataFolder, given: Option<IdentityKey>) -> Result<Self, StartError> {
        let file = data.service_file();
        Self::load(file.clone(), given).map_err(|error| StartError::Pin(file, error))
    }

    /// The key that a signature must be of, once it is known.
    pub(super) fn identity(&self) -> Option<IdentityKey> {
        self.known.as_ref().map(|known| known.identity).or(self.given)
    }

    /// Opens what the pinned service signed.
    pub(super) fn open<T: serde::de::DeserializeOwned>(
        &self,
        purpose: Purpose,
        signed: &Signed,
    ) -> Result<T, ServiceFault> {
        let key = self.identity().ok_or(ServiceFault::UnknownIdentity)?;
        signed.open(purpose, &key).map_err(|error| fault_of(&error))
    }

    /// Opens the policy, and remembers nothing. It must be no older than the newest seen.
    pub(super) fn check_policy(&self, signed: &Signed) -> Result<PolicyDocument, ServiceFault> {
        let pinned = self.identity().unwrap_or(signed.key);
        let document: PolicyDocument =
            signed.open(Purpose::Policy, &pinned).map_err(|error| fault_of(&error))?;
        if self.known.as_ref().is_some_and(|known| document.serial < known.policy_serial) {
            return Err(ServiceFault::OlderPolicy);
        }
        if document.policy.check().is_err() {
            return Err(ServiceFault::Unexpected);
        }
        Ok(document)
    }

    /// Opens the policy. It must be no older than the newest seen; what is new is remembered.
    pub(super) fn policy(&mut self, signed: &Signed) -> Result<PolicyDocument, ServiceFault> {
        let document = self.check_policy(signed)?;
        let pinned = self.identity().unwrap_or(signed.key);
        let mut before = self.known.as_ref().map_or_else(Vec::new, |known| known.before.clone());
        // All on the way from the pinned key to the new one: a setting may come to name any of them.
        let passed = signed.successions.iter().map(|succession| succession.old);
        for old in passed.skip_while(|old| *old != pinned) {
            if signed.key != pinned && !before.contains(&old) {
                before.push(old);
            }
        }
        let known = Known { identity: signed.key, before, policy_serial: document.serial };
        if self.known.as_ref() != Some(&known) {
            // A full disk must not stop anybody here: the key given or seen holds for this run, and is written next time.
            let _ = files::write_json(&self.path, &known);
            self.known = Some(known);
        }
        Ok(document)
    }

    /// Why somebody who shows this key is refused, in words that IT can send on. Identity keys are public.
    pub(super) fn why_refused(&self, fault: ServiceFault, shown: IdentityKey) -> String {
        match (fault, self.identity()) {
            (ServiceFault::UnknownIdentity, Some(expected)) => {
                let origin = if self.given.is_some() {
                    "as ServerKey says"
                } else {
                    "which it remembers from an earlier start"
                };
                format!(
                    "it is not the service that this computer expects. Its identity key is {shown}. Expected is {expected}, {origin}"
                )
            }
            (ServiceFault::BadSignature, _) => {
                "what it sent was changed on the way: its signature does not fit".to_owned()
            }
            (ServiceFault::OlderPolicy, _) => {
                "its rules are older than those that this computer got before".to_owned()
            }
            (ServiceFault::Unexpected, _) => {
                "this version of the program does not understand what it sent".to_owned()
            }
            (
                ServiceFault::UnknownIdentity
                | ServiceFault::Unreachable
                | ServiceFault::NotTrusted
                | ServiceFault::NothingToSetUp,
                _,
            ) => "it cannot be used".to_owned(),
        }
    }
}

/// Whether a service can be known again by a file's bytes. For the scenario that tries millions.
pub fn is_remembered_service(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Known>(bytes).is_ok()
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
    use protocol::{IdentitySigner, Succession};

    use super::*;
    use crate::effects::scripted::sample_document;

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
        assert!(pin.policy(&policy(1, 5)).is_ok());

        let mut pin = Pin::load(path, None).expect("loads");
        assert_eq!(pin.identity(), Some(signer(1).key()));
        assert_eq!(pin.policy(&policy(2, 6)).err(), Some(ServiceFault::UnknownIdentity));
        assert_eq!(pin.policy(&policy(1, 4)).err(), Some(ServiceFault::OlderPolicy));
        assert!(pin.policy(&policy(1, 5)).is_ok());
        let mut bent = policy(1, 7);
        bent.body = bent.body.replace("Oaktree", "Oaktrea");
        assert_eq!(pin.policy(&bent).err(), Some(ServiceFault::BadSignature));
        assert_eq!(
            pin.open::<PolicyDocument>(Purpose::Clock, &policy(1, 7)).err(),
            Some(ServiceFault::BadSignature)
        );
    }

    #[test]
    fn a_given_key_is_stronger_than_a_remembered_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        assert!(Pin::load(path.clone(), None).expect("loads").policy(&policy(1, 5)).is_ok());
        let mut pin = Pin::load(path, Some(signer(2).key())).expect("loads");
        assert_eq!(pin.policy(&policy(1, 6)).err(), Some(ServiceFault::UnknownIdentity));
        assert!(pin.policy(&policy(2, 1)).is_ok(), "another service counts its policies anew");
    }

    /// The policy of a service whose key was changed, from the first of these to the last.
    fn moved(seeds: &[u8], serial: u64) -> Signed {
        let keys: Vec<IdentitySigner> = seeds.iter().map(|seed| signer(*seed)).collect();
        let named = keys.windows(2).map(|pair| Succession::sign(&pair[0], pair[1].key())).collect();
        let document = PolicyDocument { serial, ..sample_document() };
        let newest = signer(*seeds.last().expect("a key")).with_successions(named);
        Signed::sign(Purpose::Policy, &document, &newest).expect("signs")
    }

    fn unknown<T>(opened: Result<T, ServiceFault>) -> bool {
        matches!(opened, Err(ServiceFault::UnknownIdentity))
    }

    #[test]
    fn a_new_key_counts_only_when_the_old_one_signed_it_and_then_ends_the_old() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        let mut pin = Pin::load(path.clone(), None).expect("loads");
        assert!(pin.policy(&policy(1, 5)).is_ok());
        assert!(unknown(pin.policy(&policy(2, 6))) && unknown(pin.policy(&moved(&[3, 2], 6))));
        let receipt = |seeds: &[u8]| Signed { ..moved(seeds, 6) };
        assert!(pin.open::<PolicyDocument>(Purpose::Policy, &receipt(&[1, 2])).is_ok(), "before its policy");
        assert_eq!(pin.policy(&moved(&[1, 2], 4)).err(), Some(ServiceFault::OlderPolicy));
        assert!(pin.policy(&moved(&[1, 2], 5)).is_ok());
        for mut pin in [pin, Pin::load(path, None).expect("loads")] {
            assert_eq!(pin.identity(), Some(signer(2).key()));
            assert!(unknown(pin.policy(&policy(1, 7))), "the old key is over");
            assert!(unknown(pin.open::<PolicyDocument>(Purpose::Policy, &policy(1, 7))));
            assert!(unknown(pin.policy(&moved(&[1, 3], 7))), "and names nobody else");
            assert!(pin.policy(&moved(&[1, 2], 6)).is_ok() && pin.policy(&policy(2, 6)).is_ok());
        }
    }

    #[test]
    fn who_was_away_for_two_changes_knows_the_service_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        assert!(Pin::load(path.clone(), None).expect("loads").policy(&policy(1, 5)).is_ok());
        assert!(Pin::load(path.clone(), None).expect("loads").policy(&moved(&[1, 2, 3], 9)).is_ok());
        // Whichever of them a setting names by now.
        for seed in [1, 2, 3] {
            let mut pin = Pin::load(path.clone(), Some(signer(seed).key())).expect("loads");
            assert_eq!(pin.identity(), Some(signer(3).key()), "{seed}");
            assert_eq!(pin.policy(&moved(&[1, 2, 3], 8)).err(), Some(ServiceFault::OlderPolicy));
            assert!(pin.policy(&moved(&[1, 2, 3], 9)).is_ok() && unknown(pin.policy(&policy(1, 9))));
        }
    }

    #[test]
    fn a_setting_with_the_old_key_knows_the_service_on_a_new_computer_and_ever_after() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        for round in 0..3 {
            let mut pin = Pin::load(path.clone(), Some(signer(1).key())).expect("loads");
            assert!(pin.policy(&moved(&[1, 2], 6)).is_ok(), "{round}");
            assert_eq!(pin.identity(), Some(signer(2).key()));
        }
    }

    #[test]
    fn a_setting_with_the_new_key_ends_the_old_one_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        assert!(Pin::load(path.clone(), None).expect("loads").policy(&policy(1, 5)).is_ok());
        let mut pin = Pin::load(path, Some(signer(2).key())).expect("loads");
        assert!(unknown(pin.policy(&policy(1, 6))) && unknown(pin.policy(&moved(&[1, 3], 6))));
        assert!(pin.policy(&moved(&[1, 2], 6)).is_ok());
    }

    #[test]
    fn a_spoilt_memory_is_a_fault_and_not_forgetfulness() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        std::fs::write(&path, "{}").expect("writes");
        assert!(Pin::load(path, None).is_err());
    }
}
