//! Reports the events of a call, as they happen, to the session that requested it.

use std::time::Duration;

use domain::CallId;
use protocol::{CallProgress, ErrorCode, SessionToken};

use super::{Refusal, Service};
use store::CallKind;

/// How long a request waits at most. Proxies wait longer.
const LONGEST_POLL: Duration = Duration::from_secs(10);

/// How many requests may wait for one call, so that one session never takes every place.
const MOST_WAITING: usize = 16;

impl Service {
    /// The events of the session's call after a number. Waits for the next event, ten seconds at most.
    pub async fn call_progress(
        &self,
        session: &SessionToken,
        call: CallId,
        after: u32,
    ) -> Result<CallProgress, Refusal> {
        let session = self.touch_session(session).await?;
        // A page has one request at a time, and a few more after lost responses.
        if self.calls.watchers.count(call) >= MOST_WAITING {
            return Err(Refusal::try_later(1_000));
        }
        let mut watch = self.calls.watchers.watch(call);
        let row = self.store.read().await?.call(call).await?;
        // Another session's call and an unknown call get the same answer.
        if row.is_none_or(|row| row.kind != CallKind::Test(session.grant)) {
            return Err(ErrorCode::NotAllowed.into());
        }
        let next = async {
            loop {
                let events = self.store.read().await?.events_after(call, i64::from(after)).await?;
                if !events.is_empty() {
                    return Ok(CallProgress { events });
                }
                watch.changed().await;
            }
        };
        tokio::time::timeout(LONGEST_POLL, next)
            .await
            .unwrap_or_else(|_| Ok(CallProgress { events: Vec::new() }))
    }
}
