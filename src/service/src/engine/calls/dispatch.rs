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
use super::step::{self, By};
use super::{Calling, Pace, Refusal, Service};
use crate::metrics;
use crate::store::{Load, StoreError};

/// What other nodes change is found within this time.
const TICK: Duration = Duration::from_secs(1);

/// How often this node says that it still has its calls: well within the lease.
const RENEWAL: Duration = Duration::from_secs(10);

/// Events of the last seconds are told again, so that none is lost between two ticks.
const LATELY_MS: i64 = 10_000;

/// How far one call has come on this node, seen from outside its task.
#[derive(Default)]
pub(super) struct Marks {
    /// Its end is known: the closing words are being said. Nobody hangs up on them.
    pub(super) is_over: AtomicBool,
    /// The store knows that its line is free.
    pub(super) is_free: AtomicBool,
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
        let Calling::By(line, pace) = self.calls.calling.clone() else { return };
        let mut running = Running::default();
        let mut renewed = None;
        loop {
            let is_due = renewed.is_none_or(|at: Instant| at.elapsed() >= RENEWAL);
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
            for call in running.finished() {
                if let Err(refusal) = self.leave(call).await {
                    tracing::warn!(code = %refusal.code, %call, "a line could not be freed; its lease will");
                }
            }
        }
    }

    /// Looks at what has changed; and takes a turn of the queue where there may be something to do.
    async fn dispatch(&self, pace: Pace, running: &Running, is_due: bool) -> Result<Option<Turned>, Refusal> {
        let mut rows = self.store.read().await?;
        let Load { queued, held } = rows.load().await?;
        if !self.calls.watchers.is_empty() {
            self.calls.watchers.tell_all(&rows.live_calls(self.now().millis() - LATELY_MS).await?);
        }
        if !running.by_call.is_empty() {
            running.hang_up_others(&rows.calls_of_node(&self.calls.node).await?);
        }
        drop(rows);
        if queued == 0 && (held == 0 || !is_due) {
            metrics::calls_waiting(0);
            return Ok(None);
        }
        self.turn_of_the_queue(pace).await.map(Some)
    }

    /// Takes a turn, and tells those whom it moved.
    pub(in crate::engine) async fn turn_of_the_queue(&self, pace: Pace) -> Result<Turned, Refusal> {
        let turning = Turning {
            keys: Arc::clone(&self.keys),
            rule: self.policy().calls.clone(),
            pace,
            node: self.calls.node.clone(),
            practice: self.calls.is_practice(),
            now: self.now(),
        };
        let turned = self.store.write(move |tx| Box::pin(turning.run(tx))).await?;
        step::count(&turned.moved);
        for moved in &turned.moved {
            self.calls.watchers.tell(moved.call, moved.number);
        }
        if turned.is_told && !self.calls.watchers.is_empty() {
            let live = self.store.read().await?.live_calls(self.now().millis()).await?;
            self.calls.watchers.tell_all(&live);
        }
        metrics::calls_waiting(turned.load.queued);
        for Claimed { call, .. } in &turned.claimed {
            metrics::call_waited(call.placed_at.millis_since(call.queued_at));
        }
        Ok(turned)
    }

    /// This node's line has a call no more. Whatever has not ended by then is a fault.
    pub(super) async fn leave(&self, call: CallId) -> Result<(), Refusal> {
        let (keys, rule, now) = (Arc::clone(&self.keys), self.policy().calls.clone(), self.now());
        let node = self.calls.node.clone();
        let moved = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let fault = step::step(tx, &rule, call, By::Node(&node), CallStep::Fault, now).await?;
                    let moved: Vec<_> = fault.moved().into_iter().collect();
                    tx.free_line(call).await?;
                    step::record(tx, &keys, &moved, now).await?;
                    Ok::<_, StoreError>(moved)
                })
            })
            .await?;
        self.tell(&moved);
        Ok(())
    }

    /// Ends what this node still has on its line: it stops.
    pub async fn leave_calls(&self) -> Result<(), Refusal> {
        if self.store.read().await?.load().await?.held == 0 {
            return Ok(());
        }
        for call in self.store.read().await?.calls_of_node(&self.calls.node).await? {
            self.leave(call).await?;
        }
        let node = self.calls.node.clone();
        self.store
            .write(move |tx| Box::pin(async move { tx.free_lines_of(&node).await }))
            .await
            .map_err(|error: StoreError| error.into())
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
    fn hang_up_others(&self, ours: &[CallId]) {
        for (call, (task, marks)) in &self.by_call {
            if !ours.contains(call) && !marks.is_over.load(Ordering::Relaxed) {
                task.abort();
            }
        }
    }

    /// Forgets the tasks that are over; those whose line the store still thinks busy.
    fn finished(&mut self) -> Vec<CallId> {
        let mut left = Vec::new();
        self.by_call.retain(|call, (task, marks)| {
            let is_finished = task.is_finished();
            if is_finished && !marks.is_free.load(Ordering::Relaxed) {
                left.push(*call);
            }
            !is_finished
        });
        left
    }
}
