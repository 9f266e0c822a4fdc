//! The reference that a person notes down after the enrolment.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::EnrolmentId;
use crate::alphabet::{character_at, value_of};
use crate::typed::{ascii_form, is_separator, is_unseen};

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

/// The text is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Too few or too many characters.
    #[error("a reference has 8 characters, as in K7M 4PX 92; this has {0}")]
    Length(usize),
    /// A character that no reference has.
    #[error("{0:?} is in no reference; they have no 0, O, 1, I, L, S and U, since these are mixed up")]
    Character(char),
}

impl Reference {
    /// Reads what somebody noted down or spelt out: in small letters too, with or without spaces and hyphens.
    ///
    /// # Errors
    ///
    /// When it is not eight characters of the alphabet.
    pub fn parse(typed: &str) -> Result<Self, ReferenceError> {
        let typed: Vec<char> =
            typed.chars().filter(|c| !is_separator(*c) && !is_unseen(*c)).map(ascii_form).collect();
        let character = |c: &char| value_of(*c).map(character_at).ok_or(ReferenceError::Character(*c));
        let read: String = typed.iter().map(character).collect::<Result<_, _>>()?;
        if typed.len() == 8 { Ok(Self(read)) } else { Err(ReferenceError::Length(typed.len())) }
    }

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

    #[test]
    fn what_is_noted_down_is_read_and_what_cannot_be_one_is_named() {
        let reference = Reference::of("01938f5e-7a2b-7c3d-8e4f-5a6b7c8d9e0f".parse().expect("a UUID"));
        for typed in
            ["WMZ M4R DV", "wmzm4rdv", " Wmz-M4r-Dv. ", "WMZ\u{a0}M4R\u{200b} DV", "ＷＭＺ Ｍ４Ｒ ＤＶ"]
        {
            assert_eq!(Reference::parse(typed).as_ref(), Ok(&reference), "{typed:?}");
        }
        for (typed, error) in [
            ("", ReferenceError::Length(0)),
            ("WMZ M4R D", ReferenceError::Length(7)),
            ("WMZ M4R DVX", ReferenceError::Length(9)),
            ("WMZ M4R D0", ReferenceError::Character('0')),
            ("WMZ M4R Dé", ReferenceError::Character('é')),
            ("%", ReferenceError::Character('%')),
        ] {
            assert_eq!(Reference::parse(typed), Err(error), "{typed:?}");
        }
    }

    /// Computed with another program: the references of enrolments in the store must not change.
    #[test]
    fn the_reference_of_an_enrolment_never_changes() {
        let id: EnrolmentId = "01938f5e-7a2b-7c3d-8e4f-5a6b7c8d9e0f".parse().expect("a UUID");
        assert_eq!(Reference::of(id).grouped(), "WMZ M4R DV");
    }
}
