//! Watches one call of the provider: begins it, asks after it when nothing is heard, ends it in time.
//!
//! Not here: what the provider posts (`call_state`).

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, mpsc::UnboundedSender},
    time::Instant,
};

use super::{
    Inner,
    api::{Begun, Callbacks},
    call_state::{CallState, Stage},
};
use crate::{Call, CallEvent, Ending};

/// How long what is waited for.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// Nothing may be heard of a call for so long until the provider is asked.
    pub(super) ask_after: Duration,
    /// The provider lets a phone ring a little longer than told, and its word takes its time.
    pub(super) ring_margin: Duration,
    /// The longest that closing words may take.
    pub(super) closing: Duration,
}

impl Patience {
    pub(super) const USUAL: Self = Self {
        ask_after: Duration::from_secs(5),
        ring_margin: Duration::from_secs(8),
        closing: Duration::from_secs(15),
    };
}

/// Has a call from its beginning until the line is free.
pub(super) async fn watch(
    line: Arc<Inner>,
    token: String,
    call: Call,
    events: UnboundedSender<CallEvent>,
    news: Arc<Notify>,
) {
    let address = line.address(&token);
    let callbacks = Callbacks { words: format!("{address}/words/0"), status: format!("{address}/status") };
    let is_known = match line.api.begin(&call, &line.settings.from, &callbacks).await {
        Begun::Placed(sid) => {
            line.with(&token, |held| held.is_about(&sid));
            true
        }
        Begun::Not(ending) => {
            line.with(&token, |held| held.end(ending));
            line.lock().remove(&token);
            return;
        }
        Begun::Unknown => false,
    };
    let patience = line.patience;
    let ring = Duration::from_secs(u64::from(call.ring_secs)) + patience.ring_margin;
    let limits = Limits {
        ring,
        unknown_until: (!is_known).then(|| Instant::now() + ring),
        talk: Duration::from_secs(u64::from(call.call_secs)),
        patience,
    };
    drop(call);
    while let Some((stage, sid, until, heard_at)) = line.with(&token, |held| {
        let sid = held.sid().map(str::to_owned);
        (held.stage(), sid, limits.until(held), held.heard_at())
    }) {
        let Some((until, late)) = until else { break };
        tokio::select! {
            () = news.notified() => {}
            () = events.closed(), if stage < Stage::Decided => {
                hang_up(&line, sid).await;
                break;
            }
            () = tokio::time::sleep_until(until) => {
                if stage < Stage::Answered {
                    // Its post may be lost: the last word is the provider's.
                    ask(&line, &token, sid.as_deref()).await;
                }
                if line.with(&token, |held| held.stage()) == Some(stage) {
                    line.with(&token, |held| held.end(late));
                    hang_up(&line, sid).await;
                    break;
                }
            }
            () = tokio::time::sleep_until(heard_at + patience.ask_after), if sid.is_some() => {
                ask(&line, &token, sid.as_deref()).await;
                line.with(&token, CallState::asked);
            }
        }
    }
    line.lock().remove(&token);
}

/// Asks the provider where the call stands.
async fn ask(line: &Inner, token: &str, sid: Option<&str>) {
    let Some(sid) = sid else { return };
    if let Some(status) = line.api.status(sid).await {
        line.with(token, |held| held.status(&status, None));
    }
}

async fn hang_up(line: &Inner, sid: Option<String>) {
    if let Some(sid) = sid {
        line.api.hang_up(&sid).await;
    }
}

/// How long a call may stand where it stands.
struct Limits {
    ring: Duration,
    talk: Duration,
    /// Nobody knows whether it was begun. Until then the phone may ring, and another call would ring it again.
    unknown_until: Option<Instant>,
    patience: Patience,
}

impl Limits {
    /// Until when it may, and its ending then. `None` when it is over.
    fn until(&self, held: &CallState) -> Option<(Instant, Ending)> {
        let since = held.since();
        match (held.stage(), self.unknown_until) {
            (Stage::Placed, Some(until)) => Some((until, Ending::Fault)),
            // Both together have the time of one ringing.
            (Stage::Placed | Stage::Ringing, _) => Some((held.begun() + self.ring, Ending::NoAnswer)),
            (Stage::Answered, _) => Some((since + self.talk, held.ending_at_time_limit())),
            (Stage::Decided, _) => Some((since + self.patience.closing, Ending::Fault)),
            (Stage::Over, _) => None,
        }
    }
}

impl Inner {
    fn with<T>(&self, token: &str, does: impl FnOnce(&mut CallState) -> T) -> Option<T> {
        self.lock().get_mut(token).map(does)
    }
}
