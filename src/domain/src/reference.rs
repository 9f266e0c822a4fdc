//! The reference that a person notes down after the enrolment.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{EnrolmentId, alphabet::character_at};

/// Eight characters of the code alphabet, made from the enrolment's id. Assistant and service each compute it, so they
/// agree even while the network is down. It grants no access.
///
/// ```
/// use domain::{EnrolmentId, Reference};
///
/// let enrolment: EnrolmentId = "01938f5e-7a2b-7c3d-8e4f-5a6b7c8d9e0f".parse().expect("a UUID");
/// let reference = Reference::of(enrolment);
/// assert_eq!(reference.compact().len(), 8);
/// assert_eq!(reference.grouped().replace(' ', ""), reference.compact());
/// assert_eq!(reference, Reference::of(enrolment));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// Computes the reference: SHA-256 of the id's 16 bytes, the first 8 bytes of it modulo 29.
    pub fn of(enrolment: EnrolmentId) -> Self {
        let hash = Sha256::digest(enrolment.uuid().as_bytes());
        Self(hash.iter().take(8).map(|byte| character_at(byte % 29)).collect())
    }

    /// The eight characters without spaces. The store holds and searches this form.
    pub fn compact(&self) -> &str {
        &self.0
    }

    /// The characters in groups of three, as the pages show them: `K7M 4PX 92`.
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

    /// Computed with another program: the references of enrolments in the store must not change.
    #[test]
    fn the_reference_of_an_enrolment_never_changes() {
        let id: EnrolmentId = "01938f5e-7a2b-7c3d-8e4f-5a6b7c8d9e0f".parse().expect("a UUID");
        assert_eq!(Reference::of(id).grouped(), "WMZ M4R DV");
    }
}
