//! Finds an accepted enrolment by the reference that a person noted down.

use domain::{MethodKind, Person, Reference, Timestamp};

use super::{PersonError, Service};

/// An accepted enrolment, as the help desk sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEnrolment {
    /// Whose it is.
    pub person: Person,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// What has become of it.
    pub state: EnrolmentState,
}

/// What has become of an accepted enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnrolmentState {
    /// These ways to sign in came with it, and count.
    Counts(Vec<MethodKind>),
    /// A newer enrolment has taken its place.
    Replaced,
    /// The person has left.
    Departed,
}

impl Service {
    /// The accepted enrolments with a reference: one as a rule, none when nothing was accepted or it was erased.
    pub async fn find_by_reference(&self, reference: &Reference) -> Result<Vec<FoundEnrolment>, PersonError> {
        let mut rows = self.store.read().await?;
        let mut found = Vec::new();
        for enrolment in rows.enrolments_by_reference(reference).await? {
            let Some(row) = rows.person(enrolment.person).await? else { continue };
            let methods = rows.methods(enrolment.person).await?.into_iter();
            let kinds: Vec<MethodKind> =
                methods.filter(|method| method.enrolment == enrolment.id).map(|method| method.kind).collect();
            let state = match (row.departed, kinds.is_empty()) {
                (true, _) => EnrolmentState::Departed,
                (false, true) => EnrolmentState::Replaced,
                (false, false) => EnrolmentState::Counts(kinds),
            };
            found.push(FoundEnrolment { person: row.person, accepted_at: enrolment.accepted_at, state });
        }
        Ok(found)
    }
}
