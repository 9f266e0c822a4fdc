//! A person's departure, and erasing what is kept on them.
//!
//! Not here: the export (`export`), finding the person (`reference`) or whose an enrolment is (`by_reference`), what is kept (`store::data_inventory`), and the daily deletion (`retention`).

mod by_reference;
mod export;
mod reference;

use std::ops::ControlFlow;
use std::time::Duration;

use domain::PersonId;
use protocol::ErrorCode;

use super::codes::end_grants_of;
use super::{Actor, OtherSpelling, Refusal, Service};
use crate::audit::{self, Entry, What};
use store::data_inventory::{self, Field};
use store::{CodeState, GrantState, Retry, StoreError, Tx};

pub use by_reference::{EnrolmentState, FoundEnrolment};
pub use export::{ColumnDescription, ExportedTable, PersonExport};
pub use reference::PersonReference;

/// Why a command about a person was not done.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// Nobody of this name or id.
    #[error("nobody has the {}", .0.with_kind())]
    Unknown(PersonReference),
    /// Somebody of this name in another spelling.
    #[error(transparent)]
    OtherSpelling(#[from] OtherSpelling),
    /// A call is on the line.
    #[error("a call to this person is on the line; try again in two minutes")]
    OnCall,
    /// They left before.
    #[error("this person had left before")]
    Left,
    /// They have not left.
    #[error("this person has not left")]
    Here,
    /// The service failed.
    #[error("{0}")]
    Fault(Refusal),
}

impl From<StoreError> for PersonError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Refusal> for PersonError {
    fn from(refusal: Refusal) -> Self {
        Self::Fault(refusal)
    }
}

/// Erasing a person may conflict with other transactions for them.
const RETRY: Retry = Retry { rounds: 5, pause: Duration::from_millis(100) };

/// The audit's reason when the daily deletion erases a person.
const DEPARTED_REASON: &str = "left";

impl Service {
    /// Everything that is kept, column by column, and how long under the active policy.
    pub fn fields(&self) -> Vec<Field> {
        data_inventory::fields(&self.policy())
    }

    /// Deletes everything that is kept on a person, in one transaction. Returns how many rows. The audit keeps their
    /// id.
    pub async fn erase_person(
        &self,
        who: impl Into<PersonReference>,
        actor: Actor,
    ) -> Result<u64, PersonError> {
        let who = who.into();
        let person = self.find_person_to_change(&who).await?;
        let rows = self.erase(person, actor.entry(What::PersonErased)).await?;
        self.empty_log().await;
        rows.ok_or(PersonError::Unknown(who))
    }

    /// Erases people who left long enough ago, except people who are being called. Returns how many.
    pub(super) async fn erase_departed(&self, before: i64) -> Result<u64, Refusal> {
        let mut erased = 0;
        loop {
            let departed = self.store.read().await?.departed_before(before).await?;
            let mut progressed = false;
            for person in departed {
                let entry =
                    Entry { reason: Some(DEPARTED_REASON.to_owned()), ..Entry::of(What::PersonErased) };
                match self.erase(person, entry).await {
                    Ok(Some(_)) => (erased, progressed) = (erased + 1, true),
                    Ok(None) | Err(PersonError::OnCall) => {}
                    Err(PersonError::Fault(refusal)) => return Err(refusal),
                    Err(other) => return Err(Refusal::fault("erasing who left", &other)),
                }
            }
            if !progressed {
                return Ok(erased);
            }
        }
    }

    /// `None` when another transaction erased the person first.
    async fn erase(&self, person: PersonId, entry: Entry) -> Result<Option<u64>, PersonError> {
        self.end_waiting_calls_of(person).await?;
        // Other transactions for this person may lock the same rows in another order. PostgreSQL then rolls one of the
        // two back, and it may be this one.
        let entry = &entry;
        let erased = RETRY.run(|_| async move {
            match self.erase_once(person, entry.clone()).await {
                Err(PersonError::Fault(refusal)) if refusal.code == ErrorCode::ServiceBusy => {
                    Ok(ControlFlow::Continue(()))
                }
                erased => erased.map(ControlFlow::Break),
            }
        });
        let busy = Refusal { code: ErrorCode::ServiceBusy, retry_after_secs: Some(2) };
        erased.await?.ok_or(PersonError::Fault(busy))
    }

    async fn erase_once(&self, person: PersonId, entry: Entry) -> Result<Option<u64>, PersonError> {
        let (keys, now) = (self.keys(), self.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if !tx.lock_person(person).await? {
                        return Ok(None);
                    }
                    // The end of the call would find no row.
                    if tx.is_being_called(person).await? {
                        return Err(PersonError::OnCall);
                    }
                    let rows = tx.delete_person(person).await?;
                    let entry = Entry { person: Some(person), number: i64::try_from(rows).ok(), ..entry };
                    audit::append(tx, &keys, &entry, now).await?;
                    Ok(Some(rows))
                })
            })
            .await
    }

    /// Records that a person has left. They can no longer sign in, and their codes and grants end. Their methods are
    /// deleted with everything else after the policy's retention days.
    pub async fn record_departure(
        &self,
        who: impl Into<PersonReference>,
        actor: Actor,
    ) -> Result<(), PersonError> {
        let person = self.find_person_to_change(&who.into()).await?;
        // A call that is requested before the next transaction is no longer placed, and approves nothing.
        self.end_calls_of_person(person).await?;
        self.change(person, actor.entry(What::PersonLeft), |tx, person, now| {
            Box::pin(async move {
                if !tx.mark_departed(person, now).await? {
                    return Err(PersonError::Left);
                }
                for code in tx.issued_codes_of(person).await? {
                    tx.end_code(code, CodeState::Revoked).await?;
                    end_grants_of(tx, code).await?;
                }
                tx.end_codeless_grants_of(person, GrantState::Revoked).await?;
                tx.end_sessions_of_person(person).await?;
                Ok(())
            })
        })
        .await
    }

    /// Undoes a departure: the person's methods count again.
    pub async fn record_return(
        &self,
        who: impl Into<PersonReference>,
        actor: Actor,
    ) -> Result<(), PersonError> {
        let person = self.find_person_to_change(&who.into()).await?;
        self.change(person, actor.entry(What::PersonBack), |tx, person, _| {
            Box::pin(
                async move { if tx.mark_returned(person).await? { Ok(()) } else { Err(PersonError::Here) } },
            )
        })
        .await
    }

    async fn change(
        &self,
        person: PersonId,
        entry: Entry,
        work: impl for<'t> FnOnce(&'t mut Tx, PersonId, i64) -> store::BoxFuture<'t, Result<(), PersonError>>
        + Send
        + 'static,
    ) -> Result<(), PersonError> {
        let (keys, now) = (self.keys(), self.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    work(tx, person, now.millis()).await?;
                    let entry = Entry { person: Some(person), ..entry };
                    audit::append(tx, &keys, &entry, now).await?;
                    Ok(())
                })
            })
            .await
    }
}
