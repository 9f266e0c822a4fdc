//! One turn of the queue: lines of nodes that have gone are freed, and whoever waited longest is called, as many as
//! the pace allows; all others hear their new place. One transaction under the queue's lock, whichever node runs it.

use std::sync::Arc;

use domain::{CallId, CallRule, Timestamp};
use protocol::CallStep;

use super::approval::{DECIDED_WITHIN_MS, PLACED_WITHIN_MS};
use super::limits::awake;
use super::request_test::pending_place;
use super::transition::{self, By, Moved};
use super::{Pace, StoreError};
use store::{ApprovalRow, CallCount, CallKind, CallRow, CallState, GrantState, Load, Tx};
use vault::Keys;
use vault::{RecordBinding, SealedRecord};

/// A node that has not spoken for so long has gone, and its calls with it. Nodes speak every ten seconds, each by its
/// own clock: clocks may differ by a minute, twice what the README asks for.
pub(super) const LEASE_MS: i64 = 90_000;

/// A session is marked as used once a minute at most; one that is older than this has nobody before the page.
const GONE_MS: i64 = 180_000;

/// An Asterisk that is started again is back within this; who waits longer is not kept waiting for nothing.
const DEAD_AFTER_MS: i64 = 30_000;

const SECOND_MS: i64 = 1_000;

/// A call that this node's line is to have.
pub(crate) struct Claimed {
    pub(super) call: CallRow,
    pub(super) place: RecordBinding,
    pub(super) record: SealedRecord,
    /// What it asks about, when it is no test.
    pub(super) approval: Option<ApprovalRow>,
}

/// What came of a turn.
pub(crate) struct Turned {
    pub(crate) claimed: Vec<Claimed>,
    pub(super) moved: Vec<Moved>,
    /// Somebody who waits has another place.
    pub(super) is_told: bool,
    pub(crate) load: Load,
    /// Milliseconds until the next may be called, when nothing else stands in the way.
    pub(crate) next_in_ms: Option<i64>,
}

pub(super) struct Turning {
    pub(super) keys: Arc<Keys>,
    pub(super) rule: CallRule,
    pub(super) pace: Pace,
    pub(super) node: String,
    pub(super) practice: bool,
    pub(super) now: Timestamp,
}

impl Turning {
    pub(super) async fn run(self, tx: &mut Tx) -> Result<Turned, StoreError> {
        let now = self.now.millis();
        tx.take_turn().await?;
        tx.renew_leases(&self.node, now + LEASE_MS).await?;
        let mut moved = Vec::new();
        for left in tx.calls_with_expired_lease(now).await? {
            moved.extend(self.end(tx, left, CallStep::Fault).await?);
            tx.free_line(left).await?;
        }
        moved.extend(self.given_up(tx).await?);
        let mut claimed = Vec::new();
        let mut free = self.free(tx).await?;
        while free > 0 {
            let queued = tx.next_queued(free, now - DECIDED_WITHIN_MS, now - PLACED_WITHIN_MS).await?;
            let mut is_progress = false;
            for call in queued {
                let outcome = self.place(tx, call).await?;
                is_progress |= outcome.is_some();
                if let Some((step, taken)) = outcome {
                    moved.push(step);
                    free -= i64::from(taken.is_some());
                    claimed.extend(taken);
                }
            }
            if !is_progress {
                break;
            }
        }
        let is_told = tx.update_queue_positions(now).await? > 0;
        let load = tx.load().await?;
        let next_in_ms = self.next_in_ms(tx, load).await?;
        transition::record(tx, &self.keys, &moved, self.now).await?;
        Ok(Turned { claimed, moved, is_told, load, next_in_ms })
    }

    /// Our line is dead and no other node's calls anybody: who has waited for long enough is told so.
    async fn given_up(&self, tx: &mut Tx) -> Result<Vec<Moved>, StoreError> {
        let (now, mut moved) = (self.now.millis(), Vec::new());
        let is_dead = self.pace.lines == 0
            && tx.load().await?.held == 0
            && tx.placed_between(now - DEAD_AFTER_MS, now).await?.calls == 0;
        if is_dead {
            for call in tx.queued_before(now - DEAD_AFTER_MS).await? {
                moved.extend(self.end(tx, call, CallStep::Fault).await?);
            }
        }
        Ok(moved)
    }

    /// How many may be called now.
    async fn free(&self, tx: &mut Tx) -> Result<i64, StoreError> {
        let held = tx.load().await?.held;
        let placed = self.placed_lately(tx).await?.calls;
        Ok((i64::from(self.pace.lines) - held).min(i64::from(self.pace.a_second) - placed))
    }

    async fn placed_lately(&self, tx: &mut Tx) -> Result<CallCount, StoreError> {
        let now = self.now.millis();
        tx.placed_between(now - SECOND_MS, now).await
    }

    async fn next_in_ms(&self, tx: &mut Tx, load: Load) -> Result<Option<i64>, StoreError> {
        if load.queued == 0 || load.held >= i64::from(self.pace.lines) {
            return Ok(None);
        }
        let first = self.placed_lately(tx).await?.first_at;
        Ok(first.map(|first| (first.millis() + SECOND_MS - self.now.millis()).max(1)))
    }

    /// Gives one call that waits to this node's line, or ends it when nobody may be called any more.
    async fn place(
        &self,
        tx: &mut Tx,
        call: CallRow,
    ) -> Result<Option<(Moved, Option<Claimed>)>, StoreError> {
        if let Some(ending) = self.ending(tx, &call).await? {
            return Ok(self.end(tx, call.id, ending).await?.map(|moved| (moved, None)));
        }
        let Some((place, record)) = number(tx, &call).await? else {
            return Ok(self.end(tx, call.id, CallStep::Fault).await?.map(|moved| (moved, None)));
        };
        let now = self.now.millis();
        tx.lease_line(call.id, &self.node, now + LEASE_MS, now).await?;
        let moved =
            transition::step(tx, &self.rule, call.id, By::Service, CallStep::Dialling, self.now).await?;
        let state = CallState::Placed { at: self.now, node: self.node.clone() };
        let call = CallRow { state, ..call };
        let approval = tx.approval(call.id).await?;
        Ok(moved.moved().map(|moved| (moved, Some(Claimed { call, place, record, approval }))))
    }

    /// Why a call that waits is not placed any more: what was so when it was asked for may have changed.
    async fn ending(&self, tx: &mut Tx, call: &CallRow) -> Result<Option<CallStep>, StoreError> {
        let is_wanted = match call.kind {
            CallKind::Test(grant) => {
                // Whoever looks at the page asks again and again; who has gone away is not called any more.
                let lately = self.now.millis() - GONE_MS;
                !tx.is_person_stopped(call.person).await?
                    && tx.grant(grant).await?.is_some_and(|(grant, _)| grant.state == GrantState::Open)
                    && tx.is_signed_in(grant, lately).await?
            }
            CallKind::Approval => {
                self.now.millis_since(call.queued_at) < DECIDED_WITHIN_MS
                    && !tx.is_person_stopped(call.person).await?
            }
        };
        if !is_wanted || !transition::counts(tx, call).await? {
            return Ok(Some(CallStep::Cancelled));
        }
        if tx.is_stopped(&call.phone_hash, self.now.millis()).await? {
            return Ok(Some(CallStep::Stopped));
        }
        Ok(awake(&self.rule, self.practice, self.now).is_err().then_some(CallStep::Cancelled))
    }

    async fn end(&self, tx: &mut Tx, call: CallId, step: CallStep) -> Result<Option<Moved>, StoreError> {
        Ok(transition::step(tx, &self.rule, call, By::Service, step, self.now).await?.moved())
    }
}

/// Where a call's number is sealed.
async fn number(tx: &mut Tx, call: &CallRow) -> Result<Option<(RecordBinding, SealedRecord)>, StoreError> {
    match call.kind {
        CallKind::Test(_) => {
            let place = pending_place(call.id, call.person);
            Ok(tx.pending(call.id).await?.map(|record| (place, record)))
        }
        CallKind::Approval => Ok(transition::phone_of(tx, call).await?.map(|method| method.sealed_record())),
    }
}
