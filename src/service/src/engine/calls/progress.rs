//! Tells what happens to a call as it happens, to whoever asked for it, and ends it when they say so.

use std::sync::Arc;
use std::time::Duration;

use domain::{CallId, CallRule, GrantId, Timestamp};
use protocol::{CallProgress, CallStep, ErrorCode, SessionToken};

use super::step::{self, By, Moved};
use super::{Refusal, Service};
use crate::store::{CallKind, StoreError, Tx};

/// The longest that a question waits for an answer: proxies wait longer.
const LONGEST_POLL: Duration = Duration::from_secs(10);

/// Questions that may wait for one call's next event, so that one session never takes the places of all.
const MOST_WAITING: usize = 16;

impl Service {
    /// The events of the session's own call after a number. Waits for the next, ten seconds at most.
    pub async fn call_progress(
        &self,
        session: &SessionToken,
        call: CallId,
        after: u32,
    ) -> Result<CallProgress, Refusal> {
        let session = self.kept_session(session).await?;
        // One page asks at a time; a few more after a lost answer.
        if self.calls.watchers.count(call) >= MOST_WAITING {
            return Err(Refusal::try_later(1_000));
        }
        let mut watching = self.calls.watchers.watch(call);
        let row = self.store.read().await?.call(call).await?;
        // What is another's and what is nobody's look alike.
        if row.is_none_or(|row| row.kind != CallKind::Test(session.grant)) {
            return Err(ErrorCode::NotAllowed.into());
        }
        let next = async {
            loop {
                let events = self.store.read().await?.events_after(call, i64::from(after)).await?;
                if !events.is_empty() {
                    return Ok(CallProgress { events });
                }
                watching.changed().await;
            }
        };
        tokio::time::timeout(LONGEST_POLL, next)
            .await
            .unwrap_or_else(|_| Ok(CallProgress { events: Vec::new() }))
    }

    /// Ends the calls of the session's grant.
    pub async fn end_call(&self, session: &SessionToken) -> Result<(), Refusal> {
        let session = self.kept_session(session).await?;
        self.end_calls_of(session.grant).await
    }

    /// Ends the calls of a grant. Whoever has one on a line hangs up.
    pub(in crate::engine) async fn end_calls_of(&self, grant: GrantId) -> Result<(), Refusal> {
        if self.store.read().await?.open_calls_of(grant).await?.is_empty() {
            return Ok(());
        }
        let (keys, rule, now) = (Arc::clone(&self.keys), self.policy().calls.clone(), self.now());
        let moved = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    tx.take_turn().await?;
                    let moved = end_open_calls(tx, &rule, grant, now).await?;
                    step::record(tx, &keys, &moved, now).await?;
                    Ok::<_, StoreError>(moved)
                })
            })
            .await?;
        step::count(&moved);
        self.calls.tell(&moved);
        Ok(())
    }
}

/// Ends what a grant has under way. Under the queue's lock.
pub(super) async fn end_open_calls(
    tx: &mut Tx,
    rule: &CallRule,
    grant: GrantId,
    now: Timestamp,
) -> Result<Vec<Moved>, StoreError> {
    let mut moved = Vec::new();
    for call in tx.open_calls_of(grant).await? {
        moved.extend(step::step(tx, rule, call, By::Service, CallStep::Cancelled, now).await?.moved());
    }
    Ok(moved)
}
