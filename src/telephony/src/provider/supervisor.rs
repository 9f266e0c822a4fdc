//! Supervises one call of the provider: begins it, asks for its status when there is no news, ends it in time.
//!
//! `call_state` handles the provider's callbacks.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, mpsc::UnboundedSender},
    time::Instant,
};

use super::{
    api::{Callbacks, Placement},
    call_state::{CallState, Stage},
    shared::Shared,
    timeouts::Timeouts,
};
use crate::{Call, CallEvent, Ending};

/// Runs a call from its beginning until the line is free.
pub(super) async fn supervise(
    line: Arc<Shared>,
    token: String,
    call: Call,
    events: UnboundedSender<CallEvent>,
    news: Arc<Notify>,
) {
    let address = line.address(&token);
    let callbacks = Callbacks { words: format!("{address}/words/0"), status: format!("{address}/status") };
    let is_placed = match line.api.begin(&call, &line.settings.from, &callbacks).await {
        Placement::Placed(sid) => {
            line.with_call(&token, |state| state.is_about(&sid));
            true
        }
        Placement::NotPlaced(ending) => {
            line.with_call(&token, |state| state.end(ending));
            line.calls().remove(&token);
            return;
        }
        Placement::Unknown => false,
    };
    let limits = Limits::new(&call, line.timeouts, is_placed);
    // The number is not needed any more.
    drop(call);
    while let Some(view) = line.with_call(&token, |state| View::of(state, &limits)) {
        let View { stage, sid, limit: Some((until, ending)), news_at } = view else { break };
        tokio::select! {
            () = news.notified() => {}
            () = events.closed(), if stage < Stage::Decided => {
                hang_up(&line, sid).await;
                break;
            }
            () = tokio::time::sleep_until(until) => {
                if stage < Stage::Answered {
                    // A callback may be lost, so the provider has the last word.
                    poll(&line, &token, sid.as_deref()).await;
                }
                if line.with_call(&token, |state| state.stage()) == Some(stage) {
                    line.with_call(&token, |state| state.end(ending));
                    hang_up(&line, sid).await;
                    break;
                }
            }
            () = tokio::time::sleep_until(news_at + line.timeouts.poll_after), if sid.is_some() => {
                poll(&line, &token, sid.as_deref()).await;
                line.with_call(&token, CallState::record_poll);
            }
        }
    }
    line.calls().remove(&token);
}

/// Asks the provider for the call's status.
async fn poll(line: &Shared, token: &str, sid: Option<&str>) {
    let Some(sid) = sid else { return };
    if let Some(status) = line.api.status(sid).await {
        line.with_call(token, |state| state.handle_status(&status, None));
    }
}

async fn hang_up(line: &Shared, sid: Option<String>) {
    if let Some(sid) = sid {
        line.api.hang_up(&sid).await;
    }
}

/// What the supervisor needs of a call's state.
struct View {
    stage: Stage,
    sid: Option<String>,
    /// Until when the call may stay at its stage, and the ending after that. `None` when the call is over.
    limit: Option<(Instant, Ending)>,
    /// When the provider last gave news of it.
    news_at: Instant,
}

impl View {
    fn of(state: &CallState, limits: &Limits) -> Self {
        Self {
            stage: state.stage(),
            sid: state.sid().map(str::to_owned),
            limit: limits.of(state),
            news_at: state.news_at(),
        }
    }
}

/// How long a call may stay at each stage.
struct Limits {
    ring: Duration,
    talk: Duration,
    closing: Duration,
    /// Set when nobody knows whether the call was begun. Until then the phone may ring, and another call would ring it
    /// again.
    unknown_until: Option<Instant>,
}

impl Limits {
    fn new(call: &Call, timeouts: Timeouts, is_placed: bool) -> Self {
        let ring = Duration::from_secs(u64::from(call.ring_secs)) + timeouts.ring_margin;
        Self {
            ring,
            talk: Duration::from_secs(u64::from(call.call_secs)),
            closing: timeouts.closing,
            unknown_until: (!is_placed).then(|| Instant::now() + ring),
        }
    }

    /// Until when a call may stay at its stage, and the ending after that. `None` when the call is over.
    fn of(&self, state: &CallState) -> Option<(Instant, Ending)> {
        let since = state.since();
        match (state.stage(), self.unknown_until) {
            (Stage::Placed, Some(until)) => Some((until, Ending::Fault)),
            // Both stages together have the time for ringing.
            (Stage::Placed | Stage::Ringing, _) => Some((state.begun() + self.ring, Ending::NoAnswer)),
            (Stage::Answered, _) => Some((since + self.talk, state.ending_at_time_limit())),
            (Stage::Decided, _) => Some((since + self.closing, Ending::Fault)),
            (Stage::Over, _) => None,
        }
    }
}
