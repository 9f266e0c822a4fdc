//! A sign-in name that is somebody's in another spelling.

use domain::{Label, PersonId};

/// The sign-in name is a person's in another spelling than the stored one.
///
/// They may be a colleague of the person who is meant: of two people with one name, one may have been erased.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing was done: nobody's stored sign-in name is {typed}; in another spelling, {stored}, it is of the person with the id {id}"
)]
pub struct OtherSpelling {
    /// As the command gave it.
    pub typed: String,
    /// As it is stored.
    pub stored: Label,
    /// Whose it is.
    pub id: PersonId,
}
