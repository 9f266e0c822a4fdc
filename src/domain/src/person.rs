//! A member of staff: the four facts that Enrol needs.

use serde::{Deserialize, Serialize};

use crate::{Label, PersonId, SchoolId};

/// The person who enrols.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The id, stable for as long as the person works at the trust.
    pub id: PersonId,
    /// The name that the person is known by at school.
    pub name: Label,
    /// The name that the person signs in with, for example `jsmith` or `j.smith@oaktree.example`.
    pub sign_in_name: Label,
    /// The school where the person works.
    pub school: SchoolId,
}
