//! The dispatcher gives waiting calls to this node's line. It wakes when a call is requested, ends or frees its line,
//! and once a second for changes by other nodes.
//!
//! Not here: which call is next (`queue`), and what happens on the line (`run_call`).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::CallId;
use protocol::CallStep;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

use super::queue::{ClaimedCall, QueueTurn, TurnRequest};
use super::transition::{self, StepSource};
use super::{Calling, Pace, Refusal, Service};
use crate::metrics;
use store::{LineLease, QueueLoad, StoreError};

/// How soon changes by other nodes are found.
const TICK: Duration = Duration::from_secs(1);

/// How often this node renews the leases of its calls. It is well within the lease.
const RENEWAL: Duration = Duration::from_secs(10);

/// How long hanging up may take when the service stops.
const HANG_UP_LIMIT: Duration = Duration::from_secs(5);

/// Ends of the last minute are notified again, so that none is lost between ticks or by another node's slow clock.
const RECENT_MS: i64 = 60_000;

/// State of one call on this node that other tasks read.
#[derive(Default)]
pub(crate) struct CallFlags {
    /// The call's end is known, and the closing words are being said. The dispatcher must not hang up now.
    pub(super) is_over: AtomicBool,
}

/// The calls on this node's line.
#[derive(Default)]
struct Running {
    tasks: JoinSet<()>,
    by_call: HashMap<CallId, (AbortHandle, Arc<CallFlags>)>,
}

impl Service {
    /// Places waiting calls until it is dropped. Dropping hangs up; call `release_calls` then. Without a line it
    /// returns at once.
    pub async fn run_calls(self: Arc<Self>) {
        let Calling::Line(line, usual) = self.calls.calling.clone() else { return };
        let mut running = Running::default();
        let mut renewed = None;
        loop {
            let is_due = renewed.is_none_or(|at: Instant| at.elapsed() >= RENEWAL);
            for orphaned in line.take_orphaned() {
                self.release_orphaned(CallId::from_uuid(orphaned.0)).await;
            }
            // While the line is down, calls go on waiting. Placed now, each would end as a fault.
            let pace = if line.is_ready() { usual } else { Pace { max_calls: 0, ..usual } };
            let next = match self.dispatch(pace, &running, is_due).await {
                Ok(None) => TICK,
                Ok(Some(turn)) => {
                    renewed = Some(Instant::now());
                    let QueueTurn { claimed, next_in_ms, .. } = turn;
                    for claimed in claimed {
                        let (service, line) = (Arc::clone(&self), Arc::clone(&line));
                        running.start(claimed.call.id, async move |flags| {
                            service.run_call(&line, claimed, &flags).await;
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

    /// Reads what has changed, and takes a turn of the queue when there may be something to do.
    async fn dispatch(
        &self,
        pace: Pace,
        running: &Running,
        is_due: bool,
    ) -> Result<Option<QueueTurn>, Refusal> {
        let mut rows = self.store.read().await?;
        let QueueLoad { queued, on_line } = rows.load().await?;
        if !self.calls.watchers.is_empty() {
            self.calls.watchers.notify_all(&rows.live_calls(self.now().millis() - RECENT_MS).await?);
        }
        let ours = if running.by_call.is_empty() && on_line == 0 {
            Vec::new()
        } else {
            rows.leases_of(&self.calls.node).await?
        };
        drop(rows);
        running.hang_up_lost_calls(&ours);
        for line in ours.iter().filter(|line| !running.by_call.contains_key(&line.call)) {
            // The call's task was aborted, or its end was not stored. If this fails too, the next tick tries again.
            if let Err(refusal) = self.release_line(line.call, true).await {
                tracing::warn!(call = %line.call, code = %refusal.code, "a line could not be freed yet");
            }
        }
        if queued == 0 && (on_line == 0 || !is_due) {
            metrics::calls_waiting(0);
            return Ok(None);
        }
        self.take_queue_turn(pace).await.map(Some)
    }

    /// Takes a turn of the queue, and notifies whoever waits for the calls that it changed.
    pub(crate) async fn take_queue_turn(&self, pace: Pace) -> Result<QueueTurn, Refusal> {
        let request = TurnRequest {
            keys: self.keys(),
            rule: self.policy().calls.clone(),
            pace,
            node: self.calls.node.clone(),
            practice: self.calls.is_practice(),
            now: self.now(),
        };
        let turn = self.store.write(move |tx| Box::pin(request.run(tx))).await?;
        transition::count_ends(&turn.changes);
        for change in &turn.changes {
            self.calls.watchers.notify(change.call, change.number);
        }
        if turn.positions_changed && !self.calls.watchers.is_empty() {
            let live = self.store.read().await?.live_calls(self.now().millis()).await?;
            self.calls.watchers.notify_all(&live);
        }
        metrics::calls_waiting(turn.load.queued);
        for ClaimedCall { call, .. } in &turn.claimed {
            metrics::call_waited(call.placed_at().map_or(0, |at| at.millis_since(call.queued_at)));
        }
        Ok(turn)
    }

    /// Releases this node's line from a call. A call that has not ended by then ends as a fault. A call that was not
    /// begun rang no phone, and counts against no limit.
    pub(super) async fn release_line(&self, call: CallId, was_begun: bool) -> Result<(), Refusal> {
        let node = self.calls.node.clone();
        self.release_line_of(call, Some(node), was_begun).await
    }

    /// Releases the line of a call that an earlier process left, and that the line has hung up. Its lease need not
    /// expire.
    async fn release_orphaned(&self, call: CallId) {
        if let Err(refusal) = self.release_line_of(call, None, true).await {
            tracing::warn!(%call, code = %refusal.code, "a line could not be freed; its lease will");
        }
    }

    /// Releases a line. Without a node, it is whichever node's.
    async fn release_line_of(
        &self,
        call: CallId,
        node: Option<String>,
        was_begun: bool,
    ) -> Result<(), Refusal> {
        let (keys, rule, now) = (self.keys(), self.policy().calls.clone(), self.now());
        let changes = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let by = node.as_deref().map_or(StepSource::Service, StepSource::Node);
                    let fault = transition::apply(tx, &rule, call, by, CallStep::Fault, now).await?;
                    let changes: Vec<_> = fault.change().into_iter().collect();
                    tx.free_line(call).await?;
                    if !was_begun {
                        tx.clear_placement(call).await?;
                    }
                    transition::record(tx, &keys, &changes, now).await?;
                    Ok::<_, StoreError>(changes)
                })
            })
            .await?;
        self.notify_changes(&changes);
        Ok(())
    }

    /// Ends the calls on this node's line when the node stops. Returns when they are hung up, or after a limit.
    pub async fn release_calls(&self) -> Result<(), Refusal> {
        let released = self.release_own_lines().await;
        self.wait_for_hang_ups().await;
        released
    }

    async fn release_own_lines(&self) -> Result<(), Refusal> {
        let ours = self.store.read().await?.leases_of(&self.calls.node).await?;
        for line in ours {
            self.release_line(line.call, true).await?;
        }
        Ok(())
    }

    /// A line hangs up by its own requests, which end with the process.
    async fn wait_for_hang_ups(&self) {
        let Calling::Line(line, _) = &self.calls.calling else { return };
        let until = Instant::now() + HANG_UP_LIMIT;
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
    fn start<F>(&mut self, call: CallId, run: impl FnOnce(Arc<CallFlags>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let flags = Arc::new(CallFlags::default());
        let task = self.tasks.spawn(run(Arc::clone(&flags)));
        self.by_call.insert(call, (task, flags));
    }

    /// Hangs up calls that ended elsewhere: by request, or because their lease expired.
    fn hang_up_lost_calls(&self, ours: &[LineLease]) {
        for (call, (task, flags)) in &self.by_call {
            let is_ours = ours.iter().any(|line| line.call == *call && !line.is_over);
            if !is_ours && !flags.is_over.load(Ordering::Relaxed) {
                task.abort();
            }
        }
    }
}
