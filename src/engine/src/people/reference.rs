//! Whom a command is about, and finding them.

use std::fmt;

use domain::PersonId;

use super::{PersonError, Service};
use crate::OtherSpelling;
use store::{PersonRow, StoreError};

/// How a command names a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonReference {
    /// By their sign-in name.
    Name(String),
    /// By their id, which the log and an export show.
    Id(PersonId),
}

impl PersonReference {
    pub(super) fn with_kind(&self) -> String {
        match self {
            Self::Name(name) => format!("sign-in name {name}"),
            Self::Id(id) => format!("id {id}"),
        }
    }
}

impl fmt::Display for PersonReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}

impl From<&str> for PersonReference {
    fn from(sign_in_name: &str) -> Self {
        Self::Name(sign_in_name.to_owned())
    }
}

impl From<PersonId> for PersonReference {
    fn from(id: PersonId) -> Self {
        Self::Id(id)
    }
}

impl Service {
    /// Finds a person to show, by any form of their sign-in name.
    pub(super) async fn find_person(&self, who: &PersonReference) -> Result<PersonId, PersonError> {
        Ok(self.person_row(who).await?.person.id)
    }

    /// Finds a person for a change that may be impossible to undo. Their stored sign-in name has to be the given one, but
    /// for capitals.
    pub(crate) async fn find_person_to_change(&self, who: &PersonReference) -> Result<PersonId, PersonError> {
        let row = self.person_row(who).await?;
        match who {
            PersonReference::Name(typed) if !row.is_spelled(typed) => {
                let (typed, stored) = (typed.clone(), row.person.sign_in_name);
                Err(OtherSpelling { typed, stored, id: row.person.id }.into())
            }
            PersonReference::Name(_) | PersonReference::Id(_) => Ok(row.person.id),
        }
    }

    async fn person_row(&self, who: &PersonReference) -> Result<PersonRow, PersonError> {
        let mut rows = self.store.read().await?;
        let found: Result<Option<PersonRow>, StoreError> = match who {
            PersonReference::Name(sign_in_name) => rows.person_by_name(sign_in_name).await,
            PersonReference::Id(id) => rows.person(*id).await,
        };
        found?.ok_or_else(|| PersonError::Unknown(who.clone()))
    }
}
