//! Ends calls before their time: who asked says so, or nobody has decided. Whoever has one on a line hangs up.
//!
//! Not here: the ends that come from the line (`carry`), and a line that is left (`dispatch`).

use domain::{CallId, CallRule, GrantId, PersonId, Timestamp};
use protocol::{CallStep, SessionToken};

use super::transition::{self, By, Moved};
use super::{Pace, Refusal, Service};
use store::{Load, StoreError, Tx};

/// Whose calls end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which {
    /// One call.
    Call(CallId),
    /// All that a grant has.
    OfGrant(GrantId),
    /// All that a person has.
    OfPerson(PersonId),
    /// Those of a person that nobody has on a line: who waits, and what a node left.
    NotOnLine(PersonId),
}

impl Which {
    /// Ends what is under way, under the queue's lock.
    pub(super) async fn end(
        self,
        tx: &mut Tx,
        rule: &CallRule,
        now: Timestamp,
    ) -> Result<Vec<Moved>, StoreError> {
        let calls = match self {
            Self::Call(call) => vec![call],
            Self::OfGrant(grant) => tx.open_calls_of(grant).await?,
            Self::OfPerson(person) => tx.open_calls_of_person(person, i64::MAX).await?,
            Self::NotOnLine(person) => tx.open_calls_of_person(person, now.millis()).await?,
        };
        let mut moved = Vec::new();
        for call in calls {
            moved.extend(
                transition::step(tx, rule, call, By::Service, CallStep::Cancelled, now).await?.moved(),
            );
        }
        Ok(moved)
    }
}

impl Service {
    /// Ends a call of the session's grant. What is another's, nobody's or over stays as it is.
    pub async fn end_call(&self, session: &SessionToken, call: CallId) -> Result<(), Refusal> {
        let session = self.touch_session(session).await?;
        if !self.store.read().await?.open_calls_of(session.grant).await?.contains(&call) {
            return Ok(());
        }
        self.end_calls(Which::Call(call)).await
    }

    /// Ends the calls of a grant.
    pub(crate) async fn end_calls_of(&self, grant: GrantId) -> Result<(), Refusal> {
        // Most have none, and take no turn of the queue.
        if self.store.read().await?.open_calls_of(grant).await?.is_empty() {
            return Ok(());
        }
        self.end_calls(Which::OfGrant(grant)).await
    }

    /// Ends the calls of a person who leaves.
    pub(crate) async fn end_calls_of_person(&self, person: PersonId) -> Result<(), Refusal> {
        if self.store.read().await?.open_calls_of_person(person, i64::MAX).await?.is_empty() {
            return Ok(());
        }
        self.end_calls(Which::OfPerson(person)).await
    }

    /// Ends a person's calls, but for one that a node has on its line. Where no service calls anybody any more, nothing
    /// else does.
    pub(crate) async fn end_forsaken_calls_of(&self, person: PersonId) -> Result<(), Refusal> {
        let now = self.now().millis();
        if self.store.read().await?.open_calls_of_person(person, now).await?.is_empty() {
            return Ok(());
        }
        self.end_calls(Which::NotOnLine(person)).await
    }

    /// On a node without a line: ends what waits when no other node calls anybody either.
    pub(crate) async fn end_forsaken_calls(&self) -> Result<(), Refusal> {
        let is_quiet = self.store.read().await?.load().await? == Load::default();
        if self.calls.calling.has_line() || is_quiet {
            return Ok(());
        }
        self.turn_of_the_queue(Pace { lines: 0, a_second: 0 }).await.map(|_| ())
    }

    /// Ends calls that are under way.
    pub(super) async fn end_calls(&self, which: Which) -> Result<(), Refusal> {
        let (keys, rule, now) = (self.keys(), self.policy().calls.clone(), self.now());
        let moved = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    tx.take_turn().await?;
                    let moved = which.end(tx, &rule, now).await?;
                    transition::record(tx, &keys, &moved, now).await?;
                    Ok::<_, StoreError>(moved)
                })
            })
            .await?;
        self.tell(&moved);
        Ok(())
    }

    /// A number that does not open reaches nobody: its call ends as a fault, and it is deleted.
    pub(crate) async fn end_lost_call(&self, call: CallId) -> Result<(), Refusal> {
        let (keys, rule, now) = (self.keys(), self.policy().calls.clone(), self.now());
        let moved = self.store.write(move |tx| {
            Box::pin(async move {
                let fault = transition::step(tx, &rule, call, By::Service, CallStep::Fault, now).await?;
                let moved: Vec<_> = fault.moved().into_iter().collect();
                tx.delete_pending(call).await?;
                transition::record(tx, &keys, &moved, now).await?;
                Ok::<_, StoreError>(moved)
            })
        });
        let moved = moved.await?;
        tracing::error!(%call, "the number of a call does not open; the call has ended, and the number is deleted");
        self.tell(&moved);
        Ok(())
    }

    /// Counts the ends once they are kept, and tells whoever waits.
    pub(super) fn tell(&self, moved: &[Moved]) {
        transition::count(moved);
        self.calls.tell(moved);
    }
}
