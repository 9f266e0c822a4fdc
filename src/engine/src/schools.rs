//! The schools that commands may name: those of the active policy.

use domain::SchoolId;

use super::Service;

/// The policy knows no such school.
#[derive(Debug, thiserror::Error)]
#[error("there is no school {named:?} in the policy; expected one of {}", .known.join(", "))]
pub struct UnknownSchool {
    /// What was named.
    pub named: String,
    /// The ids that there are.
    pub known: Vec<String>,
}

impl Service {
    /// Whether the policy has a school with this id.
    pub(super) fn check_school(&self, named: &SchoolId) -> Result<(), UnknownSchool> {
        let policy = self.policy();
        if policy.school(named).is_some() {
            return Ok(());
        }
        let known = policy.schools.iter().map(|school| school.id.0.clone()).collect();
        Err(UnknownSchool { named: named.0.clone(), known })
    }
}
