//! Ends calls early: on request, or when nobody has decided. The node that has a call on its line hangs up.
//!
//! Not here: ends that come from the line (`run_call`), and the release of a line (`dispatch`).

use domain::{CallId, CallRule, GrantId, PersonId, Timestamp};
use protocol::{CallStep, SessionToken};

use super::transition::{self, CallChange, StepSource};
use super::{Pace, Refusal, Service};
use store::{QueueLoad, StoreError, Tx};

/// Which calls end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CallSelection {
    /// One call.
    Call(CallId),
    /// All calls of a grant.
    OfGrant(GrantId),
    /// All calls of a person.
    OfPerson(PersonId),
    /// Calls of a person that no node has on its line: waiting ones, and those of a node that stopped.
    NotOnLine(PersonId),
}

impl CallSelection {
    /// Ends these calls. The transaction holds the queue's lock.
    pub(super) async fn end(
        self,
        tx: &mut Tx,
        rule: &CallRule,
        now: Timestamp,
    ) -> Result<Vec<CallChange>, StoreError> {
        let calls = match self {
            Self::Call(call) => vec![call],
            Self::OfGrant(grant) => tx.open_calls_of(grant).await?,
            Self::OfPerson(person) => tx.open_calls_of_person(person, i64::MAX).await?,
            Self::NotOnLine(person) => tx.open_calls_of_person(person, now.millis()).await?,
        };
        let mut changes = Vec::new();
        for call in calls {
            changes.extend(
                transition::apply(tx, rule, call, StepSource::Service, CallStep::Cancelled, now)
                    .await?
                    .change(),
            );
        }
        Ok(changes)
    }
}

impl Service {
    /// Ends a call of the session's grant. Any other call, and one that has ended, stays as it is.
    pub async fn end_call(&self, session: &SessionToken, call: CallId) -> Result<(), Refusal> {
        let session = self.touch_session(session).await?;
        if !self.store.read().await?.open_calls_of(session.grant).await?.contains(&call) {
            return Ok(());
        }
        self.end_calls(CallSelection::Call(call)).await
    }

    /// Ends the calls of a grant.
    pub(crate) async fn end_calls_of_grant(&self, grant: GrantId) -> Result<(), Refusal> {
        // Most grants have no calls, and need no lock of the queue.
        if self.store.read().await?.open_calls_of(grant).await?.is_empty() {
            return Ok(());
        }
        self.end_calls(CallSelection::OfGrant(grant)).await
    }

    /// Ends the calls of a person who leaves.
    pub(crate) async fn end_calls_of_person(&self, person: PersonId) -> Result<(), Refusal> {
        if self.store.read().await?.open_calls_of_person(person, i64::MAX).await?.is_empty() {
            return Ok(());
        }
        self.end_calls(CallSelection::OfPerson(person)).await
    }

    /// Ends a person's calls, except one that a node has on its line. Without a service that places calls, nothing else
    /// ends them.
    pub(crate) async fn end_waiting_calls_of(&self, person: PersonId) -> Result<(), Refusal> {
        let now = self.now().millis();
        if self.store.read().await?.open_calls_of_person(person, now).await?.is_empty() {
            return Ok(());
        }
        self.end_calls(CallSelection::NotOnLine(person)).await
    }

    /// On a node without a line: ends waiting calls when no other node places calls either.
    pub(crate) async fn end_calls_without_line(&self) -> Result<(), Refusal> {
        let is_quiet = self.store.read().await?.load().await? == QueueLoad::default();
        if self.calls.calling.has_line() || is_quiet {
            return Ok(());
        }
        self.take_queue_turn(Pace { max_calls: 0, calls_per_second: 0 }).await.map(|_| ())
    }

    /// Ends calls, and notifies whoever waits for them.
    pub(super) async fn end_calls(&self, selection: CallSelection) -> Result<(), Refusal> {
        let (keys, rule, now) = (self.keys(), self.policy().calls.clone(), self.now());
        let changes = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    tx.take_turn().await?;
                    let changes = selection.end(tx, &rule, now).await?;
                    transition::record(tx, &keys, &changes, now).await?;
                    Ok::<_, StoreError>(changes)
                })
            })
            .await?;
        self.notify_changes(&changes);
        Ok(())
    }

    /// Ends a call whose number does not open, as a fault, and deletes the number.
    pub(crate) async fn end_call_without_number(&self, call: CallId) -> Result<(), Refusal> {
        let (keys, rule, now) = (self.keys(), self.policy().calls.clone(), self.now());
        let changes = self.store.write(move |tx| {
            Box::pin(async move {
                let fault =
                    transition::apply(tx, &rule, call, StepSource::Service, CallStep::Fault, now).await?;
                let changes: Vec<_> = fault.change().into_iter().collect();
                tx.delete_pending(call).await?;
                transition::record(tx, &keys, &changes, now).await?;
                Ok::<_, StoreError>(changes)
            })
        });
        let changes = changes.await?;
        tracing::error!(%call, "the number of a call does not open; the call has ended, and the number is deleted");
        self.notify_changes(&changes);
        Ok(())
    }

    /// Counts ended calls after the commit, and notifies whoever waits.
    pub(super) fn notify_changes(&self, changes: &[CallChange]) {
        transition::count_ends(changes);
        self.calls.notify(changes);
    }
}
