//! One turn of the queue. It frees the lines of nodes that stopped, places the calls that waited longest, as many as
//! the pace allows, and updates the positions of the others. It is one transaction under the queue's lock, on any node.

use std::sync::Arc;

use domain::{CallId, CallRule, Timestamp};
use protocol::CallStep;

use super::approval::{DECISION_LIMIT_MS, PLACEMENT_LIMIT_MS};
use super::limits::check_quiet_hours;
use super::request_test::pending_number_binding;
use super::transition::{self, CallChange, StepSource};
use super::{Pace, StoreError};
use store::{ApprovalRow, CallCount, CallKind, CallRow, CallState, GrantState, QueueLoad, Tx};
use vault::Keys;
use vault::{RecordBinding, SealedRecord};

/// A node that has not renewed its leases for so long counts as stopped, and its calls end. Nodes renew every ten
/// seconds by their own clocks. So clocks may differ by a minute, twice what the documents ask for.
pub(super) const LEASE_MS: i64 = 90_000;

/// A session's use is stored once a minute at most. After this time nobody looks at its page any more.
const ABANDONED_MS: i64 = 180_000;

/// A restarted Asterisk is back within this. A call that waits longer without a line ends.
const LINE_DOWN_MS: i64 = 30_000;

const SECOND_MS: i64 = 1_000;

/// A call that this node has claimed for its line.
pub(crate) struct ClaimedCall {
    pub(super) call: CallRow,
    pub(super) place: RecordBinding,
    pub(super) record: SealedRecord,
    /// The approval that it asks for, when it is no test.
    pub(super) approval: Option<ApprovalRow>,
}

/// The result of a turn.
pub(crate) struct QueueTurn {
    pub(crate) claimed: Vec<ClaimedCall>,
    pub(super) changes: Vec<CallChange>,
    /// A waiting call has another position.
    pub(super) positions_changed: bool,
    pub(crate) load: QueueLoad,
    /// Milliseconds until the pace allows the next call.
    pub(crate) next_in_ms: Option<i64>,
}

pub(super) struct TurnRequest {
    pub(super) keys: Arc<Keys>,
    pub(super) rule: CallRule,
    pub(super) pace: Pace,
    pub(super) node: String,
    pub(super) practice: bool,
    pub(super) now: Timestamp,
}

impl TurnRequest {
    pub(super) async fn run(self, tx: &mut Tx) -> Result<QueueTurn, StoreError> {
        let now = self.now.millis();
        tx.take_turn().await?;
        tx.renew_leases(&self.node, now + LEASE_MS).await?;
        let mut changes = Vec::new();
        for left in tx.calls_with_expired_lease(now).await? {
            changes.extend(self.end(tx, left, CallStep::Fault).await?);
            tx.free_line(left).await?;
        }
        changes.extend(self.end_calls_of_dead_line(tx).await?);
        let mut claimed = Vec::new();
        let mut free = self.free_places(tx).await?;
        while free > 0 {
            let queued = tx.next_queued(free, now - DECISION_LIMIT_MS, now - PLACEMENT_LIMIT_MS).await?;
            let mut is_progress = false;
            for call in queued {
                let outcome = self.place(tx, call).await?;
                is_progress |= outcome.is_some();
                if let Some((change, taken)) = outcome {
                    changes.push(change);
                    free -= i64::from(taken.is_some());
                    claimed.extend(taken);
                }
            }
            if !is_progress {
                break;
            }
        }
        let positions_changed = tx.update_queue_positions(now).await? > 0;
        let load = tx.load().await?;
        let next_in_ms = self.next_in_ms(tx, load).await?;
        transition::record(tx, &self.keys, &changes, self.now).await?;
        Ok(QueueTurn { claimed, changes, positions_changed, load, next_in_ms })
    }

    /// Ends calls that have waited for too long, when this line is down and no other node places calls.
    async fn end_calls_of_dead_line(&self, tx: &mut Tx) -> Result<Vec<CallChange>, StoreError> {
        let (now, mut changes) = (self.now.millis(), Vec::new());
        let is_dead = self.pace.max_calls == 0
            && tx.load().await?.on_line == 0
            && tx.placed_between(now - LINE_DOWN_MS, now).await?.calls == 0;
        if is_dead {
            for call in tx.queued_before(now - LINE_DOWN_MS).await? {
                changes.extend(self.end(tx, call, CallStep::Fault).await?);
            }
        }
        Ok(changes)
    }

    /// How many calls may be placed now.
    async fn free_places(&self, tx: &mut Tx) -> Result<i64, StoreError> {
        let on_line = tx.load().await?.on_line;
        let placed = self.recently_placed(tx).await?.calls;
        Ok((i64::from(self.pace.max_calls) - on_line).min(i64::from(self.pace.calls_per_second) - placed))
    }

    async fn recently_placed(&self, tx: &mut Tx) -> Result<CallCount, StoreError> {
        let now = self.now.millis();
        tx.placed_between(now - SECOND_MS, now).await
    }

    async fn next_in_ms(&self, tx: &mut Tx, load: QueueLoad) -> Result<Option<i64>, StoreError> {
        if load.queued == 0 || load.on_line >= i64::from(self.pace.max_calls) {
            return Ok(None);
        }
        let first = self.recently_placed(tx).await?.first_at;
        Ok(first.map(|first| (first.millis() + SECOND_MS - self.now.millis()).max(1)))
    }

    /// Gives a waiting call to this node's line, or ends it when it may no longer be placed.
    async fn place(
        &self,
        tx: &mut Tx,
        call: CallRow,
    ) -> Result<Option<(CallChange, Option<ClaimedCall>)>, StoreError> {
        if let Some(ending) = self.reason_to_end(tx, &call).await? {
            return Ok(self.end(tx, call.id, ending).await?.map(|change| (change, None)));
        }
        let Some((place, record)) = sealed_number(tx, &call).await? else {
            return Ok(self.end(tx, call.id, CallStep::Fault).await?.map(|change| (change, None)));
        };
        let now = self.now.millis();
        tx.lease_line(call.id, &self.node, now + LEASE_MS, now).await?;
        let transition =
            transition::apply(tx, &self.rule, call.id, StepSource::Service, CallStep::Dialling, self.now)
                .await?;
        let state = CallState::Placed { at: self.now, node: self.node.clone() };
        let call = CallRow { state, ..call };
        let approval = tx.approval(call.id).await?;
        Ok(transition.change().map(|change| (change, Some(ClaimedCall { call, place, record, approval }))))
    }

    /// The step that ends a waiting call which may no longer be placed. Its conditions may have changed since the
    /// request.
    async fn reason_to_end(&self, tx: &mut Tx, call: &CallRow) -> Result<Option<CallStep>, StoreError> {
        let is_wanted = match call.kind {
            CallKind::Test(grant) => {
                // An open page keeps its session in use. A person who has left the page is not called.
                let lately = self.now.millis() - ABANDONED_MS;
                !tx.is_person_stopped(call.person).await?
                    && tx.grant(grant).await?.is_some_and(|(grant, _)| grant.state == GrantState::Open)
                    && tx.is_signed_in(grant, lately).await?
            }
            CallKind::Approval => {
                self.now.millis_since(call.queued_at) < DECISION_LIMIT_MS
                    && !tx.is_person_stopped(call.person).await?
            }
        };
        if !is_wanted || !transition::is_still_valid(tx, call).await? {
            return Ok(Some(CallStep::Cancelled));
        }
        if tx.is_stopped(&call.phone_hash, self.now.millis()).await? {
            return Ok(Some(CallStep::Stopped));
        }
        Ok(check_quiet_hours(&self.rule, self.practice, self.now).is_err().then_some(CallStep::Cancelled))
    }

    async fn end(&self, tx: &mut Tx, call: CallId, step: CallStep) -> Result<Option<CallChange>, StoreError> {
        Ok(transition::apply(tx, &self.rule, call, StepSource::Service, step, self.now).await?.change())
    }
}

/// The sealed number of a call.
async fn sealed_number(
    tx: &mut Tx,
    call: &CallRow,
) -> Result<Option<(RecordBinding, SealedRecord)>, StoreError> {
    match call.kind {
        CallKind::Test(_) => {
            let place = pending_number_binding(call.id, call.person);
            Ok(tx.pending(call.id).await?.map(|record| (place, record)))
        }
        CallKind::Approval => {
            Ok(transition::approval_phone(tx, call).await?.map(|method| method.sealed_record()))
        }
    }
}
