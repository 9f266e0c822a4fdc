//! The task that keeps the line busy: wakes when a call is asked for, ends or frees its line, and once a second for
//! what other nodes did.
//!
//! Not here: who is next (`queue`), and what happens on the line (`carry`).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::CallId;
use protocol::CallStep;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

use super::queue::{Claimed, Turned, Turning};
use super::transition::{self, By};
use super::{Calling, Pace, Refusal, Service};
use crate::metrics;
use store::{LineLease, Load, StoreError};

/// What other nodes change is found within this time.
const TICK: Duration = Duration::from_secs(1);

/// How often this node says that it still has its calls: well within the lease.
const RENEWAL: Duration = Duration::from_secs(10);

/// How long hanging up may take when the service stops.
const HANGS_UP_WITHIN: Duration = Duration::from_secs(5);

/// What ended in the last minute is told again: so none is lost between two ticks, nor when another node's clock is late.
const LATELY_MS: i64 = 60_000;

/// How far one call has come on this node, seen from outside its task.
#[derive(Default)]
pub(crate) struct Marks {
    /// Its end is known: the closing words are being said. Nobody hangs up on them.
    pub(super) is_over: AtomicBool,
}

/// The calls on this node's line.
#[derive(Default)]
struct Running {
    tasks: JoinSet<()>,
    by_call: HashMap<CallId, (AbortHandle, Arc<Marks>)>,
}

impl Service {
    /// Calls whoever waits. Dropped, it hangs up; then call `leave_calls`. Without a line it returns at once.
    pub async fn run_calls(self: Arc<Self>) {
        let Calling::By(line, usual) = self.calls.calling.clone() else { return };
        let mut running = Running::default();
        let mut renewed = None;
        loop {
            let is_due = renewed.is_none_or(|at: Instant| at.elapsed() >= RENEWAL);
            for left in line.take_orphaned() {
                self.end_left(CallId::from_uuid(left.0)).await;
            }
            // Whoever waits goes on waiting when the line is dead; calls would end as faults, one after the other.
            let pace = if line.is_ready() { usual } else { Pace { lines: 0, ..usual } };
            let next = match self.dispatch(pace, &running, is_due).await {
                Ok(None) => TICK,
                Ok(Some(turned)) => {
                    renewed = Some(Instant::now());
                    let Turned { claimed, next_in_ms, .. } = turned;
                    for claimed in claimed {
                        let (service, line) = (Arc::clone(&self), Arc::clone(&line));
                        running.start(claimed.call.id, async move |marks| {
                            service.carry(&line, claimed, &marks).await;
                        });
                    }
                    next_in_ms.map_or(TICK, |millis| {
                        Duration::from_millis(u64::try_from(millis).unwrap_or(1)).min(TICK)
                    })
                }
                Err(refusal) => {
                    tracing::warn!(code = %refusal.code, "the queue of calls was not looked at");
                    TICK
                }
            };
            tokio::select! {
                () = self.calls.changed.notified() => {}
                () = tokio::time::sleep(next) => {}
                Some(_) = running.tasks.join_next() => {}
            }
            running.by_call.retain(|_, (task, _)| !task.is_finished());
        }
    }

    /// Looks at what has changed; and takes a turn of the queue where there may be something to do.
    async fn dispatch(&self, pace: Pace, running: &Running, is_due: bool) -> Result<Option<Turned>, Refusal> {
        let mut rows = self.store.read().await?;
        let Load { queued, held } = rows.load().await?;
        if !self.calls.watchers.is_empty() {
            self.calls.watchers.tell_all(&rows.live_calls(self.now().millis() - LATELY_MS).await?);
        }
        let ours = if running.by_call.is_empty() && held == 0 {
            Vec::new()
        } else {
            rows.lines_of(&self.calls.node).await?
        };
        drop(rows);
        running.hang_up_others(&ours);
        for line in ours.iter().filter(|line| !running.by_call.contains_key(&line.call)) {
            // Its task was broken off, or the store did not hear its end. If it does not hear this, the next look.
            if let Err(refusal) = self.leave(line.call, true).await {
                tracing::warn!(call = %line.call, code = %refusal.code, "a line could not be freed yet");
            }
        }
        if queued == 0 && (held == 0 || !is_due) {
            metrics::calls_waiting(0);
            return Ok(None);
        }
        self.turn_of_the_queue(pace).await.map(Some)
    }

    /// Takes a turn, and tells those whom it moved.
    pub(crate) async fn turn_of_the_queue(&self, pace: Pace) -> Result<Turned, Refusal> {
        let turning = Turning {
            keys: self.keys(),
            rule: self.policy().calls.clone(),
            pace,
            node: self.calls.node.clone(),
            practice: self.calls.is_practice(),
            now: self.now(),
        };
        let turned = self.store.write(move |tx| Box::pin(turning.run(tx))).await?;
        transition::count(&turned.moved);
        for moved in &turned.moved {
            self.calls.watchers.tell(moved.call, moved.number);
        }
        if turned.is_told && !self.calls.watchers.is_empty() {
            let live = self.store.read().await?.live_calls(self.now().millis()).await?;
            self.calls.watchers.tell_all(&live);
        }
        metrics::calls_waiting(turned.load.queued);
        for Claimed { call, .. } in &turned.claimed {
            metrics::call_waited(call.placed_at().map_or(0, |at| at.millis_since(call.queued_at)));
        }
        Ok(turned)
    }

    /// This node's line has a call no more. Whatever has not ended by then is a fault; what was not begun rang nobody's
    /// phone, and counts for nothing.
    pub(super) async fn leave(&self, call: CallId, was_begun: bool) -> Result<(), Refusal> {
        let node = self.calls.node.clone();
        self.leave_line(call, Some(node), was_begun).await
    }

    /// A process before this one left a call on the line, which has hung it up: nobody needs to wait for its lease.
    async fn end_left(&self, call: CallId) {
        if let Err(refusal) = self.leave_line(call, None, true).await {
            tracing::warn!(%call, code = %refusal.code, "a line could not be freed; its lease will");
        }
    }

    /// Without a node, whoever holds the line.
    async fn leave_line(&self, call: CallId, node: Option<String>, was_begun: bool) -> Result<(), Refusal> {
        let (keys, rule, now) = (self.keys(), self.policy().calls.clone(), self.now());
        let moved = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let by = node.as_deref().map_or(By::Service, By::Node);
                    let fault = transition::step(tx, &rule, call, by, CallStep::Fault, now).await?;
                    let moved: Vec<_> = fault.moved().into_iter().collect();
                    tx.free_line(call).await?;
                    if !was_begun {
                        tx.clear_placement(call).await?;
                    }
                    transition::record(tx, &keys, &moved, now).await?;
                    Ok::<_, StoreError>(moved)
                })
            })
            .await?;
        self.tell(&moved);
        Ok(())
    }

    /// Ends what this node still has on its line: it stops. Returns when nobody's phone rings any more, or after a while.
    pub async fn leave_calls(&self) -> Result<(), Refusal> {
        let left = self.leave_ours().await;
        self.hung_up().await;
        left
    }

    async fn leave_ours(&self) -> Result<(), Refusal> {
        let ours = self.store.read().await?.lines_of(&self.calls.node).await?;
        for line in ours {
            self.leave(line.call, true).await?;
        }
        Ok(())
    }

    /// A line hangs up by requests of its own, which end with the process.
    async fn hung_up(&self) {
        let Calling::By(line, _) = &self.calls.calling else { return };
        let until = Instant::now() + HANGS_UP_WITHIN;
        while line.calls() > 0 {
            if Instant::now() > until {
                tracing::warn!(
                    calls = line.calls(),
                    "not hung up yet; whoever has the line does it when their time is over"
                );
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Running {
    fn start<F>(&mut self, call: CallId, carry: impl FnOnce(Arc<Marks>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let marks = Arc::new(Marks::default());
        let task = self.tasks.spawn(carry(Arc::clone(&marks)));
        self.by_call.insert(call, (task, marks));
    }

    /// Hangs up on calls that ended elsewhere: whoever asked ended them, or their lease ran out.
    fn hang_up_others(&self, ours: &[LineLease]) {
        for (call, (task, marks)) in &self.by_call {
            let is_ours = ours.iter().any(|line| line.call == *call && !line.is_over);
            if !is_ours && !marks.is_over.load(Ordering::Relaxed) {
                task.abort();
            }
        }
    }
}
