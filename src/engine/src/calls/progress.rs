//! Tells what happens to a call as it happens, to whoever asked for it.

use std::time::Duration;

use domain::CallId;
use protocol::{CallProgress, ErrorCode, SessionToken};

use super::{Refusal, Service};
use store::CallKind;

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
        let session = self.touch_session(session).await?;
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
}
