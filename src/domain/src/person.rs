//! A member of staff, as far as Enrol needs to know.

use serde::{Deserialize, Serialize};

use crate::{Label, PersonId, SchoolId};

/// Who is being enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Stable for as long as the person is on the roll.
    pub id: PersonId,
    /// As the person is called at school.
    pub name: Label,
    /// What they type to sign in, for example `jsmith` or `j.smith@oaktree.example`.
    pub sign_in_name: Label,
    /// Where they work.
    pub school: SchoolId,
}
