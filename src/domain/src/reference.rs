//! The reference that a person notes down when all is done.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{EnrolmentId, alphabet::character_at};

/// Eight characters without look-alikes, made from the enrolment's id, so that assistant and service agree on it
/// even while the network is down. It opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// The reference of one enrolment.
    pub fn of(enrolment: EnrolmentId) -> Self {
        let hash = Sha256::digest(enrolment.uuid().as_bytes());
        Self(hash.iter().take(8).map(|byte| character_at(byte % 29)).collect())
    }

    /// Without spaces, as it is stored and searched for.
    pub fn compact(&self) -> &str {
        &self.0
    }

    /// In groups, as it is shown: `K7M 4PX 92`.
    pub fn grouped(&self) -> String {
        let characters: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> = characters.chunks(3).map(|group| group.iter().collect()).collect();
        groups.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_stable_grouped_and_free_of_look_alikes() {
        let id: EnrolmentId = "01938f5e-7a2b-7c3d-8e4f-5a6b7c8d9e0f".parse().expect("a UUID");
        let reference = Reference::of(id);
        assert_eq!(reference, Reference::of(id));
        assert_eq!(reference.compact().len(), 8);
        assert_eq!(reference.grouped().replace(' ', ""), reference.compact());
        assert!(!reference.compact().contains(['0', 'O', '1', 'I', 'L', 'S', 'U']));
    }
}
