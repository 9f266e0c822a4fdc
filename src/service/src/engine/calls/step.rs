//! What each event of a call changes, all in one transaction. A call only moves forward: what is late, repeated or
//! forged changes nothing.

use domain::{CallId, CallRule, DAY_MILLIS, Timestamp};
use protocol::CallStep;

use crate::audit::{self, Entry, What};
use crate::keys::Keys;
use crate::metrics;
use crate::store::{CallKind, CallRow, CallState, StoreError, Tx};

/// A call that was moved. Its audit row comes last in the transaction, when it has one.
pub(in crate::engine) struct Moved {
    pub(in crate::engine) call: CallId,
    /// The event's number.
    pub(in crate::engine) number: i64,
    /// Of an end alone; boxed, since most steps are none.
    entry: Option<Box<Entry>>,
}

/// Whose step it is.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) enum By<'a> {
    /// The node whose line has the call.
    Node(&'a str),
    /// Whoever may end it: who asked, the queue, a node that finds it left behind.
    Service,
}

/// What came of a step.
pub(in crate::engine) enum Stepped {
    Moved(Moved),
    /// The call has come further already.
    Late,
    /// It is over, or another's.
    Gone,
}

impl Stepped {
    pub(in crate::engine) fn moved(self) -> Option<Moved> {
        match self {
            Self::Moved(moved) => Some(moved),
            Self::Late | Self::Gone => None,
        }
    }
}

/// Moves a call one step, if it may go there.
pub(in crate::engine) async fn step(
    tx: &mut Tx,
    rule: &CallRule,
    id: CallId,
    by: By<'_>,
    step: CallStep,
    now: Timestamp,
) -> Result<Stepped, StoreError> {
    let Some(call) = tx.locked_call(id).await? else { return Ok(Stepped::Gone) };
    let is_ours = match by {
        By::Node(node) => call.node == node && call.state == CallState::Placed,
        By::Service => true,
    };
    if call.state == CallState::Ended || !is_ours {
        return Ok(Stepped::Gone);
    }
    if step <= call.step {
        return Ok(Stepped::Late);
    }
    let state = if step.is_end() { CallState::Ended } else { CallState::Placed };
    tx.move_call(&call, state, step, now.millis()).await?;
    let entry = if step.is_end() { Some(Box::new(end(tx, rule, &call, step, now).await?)) } else { None };
    Ok(Stepped::Moved(Moved { call: id, number: call.events + 1, entry }))
}

/// What an end leaves behind: a proof or a stop, an audit row, and no number.
async fn end(
    tx: &mut Tx,
    rule: &CallRule,
    call: &CallRow,
    step: CallStep,
    now: Timestamp,
) -> Result<Entry, StoreError> {
    let CallRow { id, kind, person, phone_hash, number_hash, practice, .. } = call;
    tx.delete_pending(*id).await?;
    let grant = match kind {
        CallKind::Test(grant) => Some(*grant),
        CallKind::Approval => return end_of_approval(tx, rule, call, step, now).await,
    };
    if let (CallStep::Confirmed, Some(grant)) = (step, grant) {
        tx.add_tested(grant, number_hash, now.millis()).await?;
    }
    stop(tx, rule, phone_hash, step, now).await?;
    Ok(Entry {
        person: Some(*person),
        grant,
        call: Some(*id),
        reason: Some(step.name().to_owned()),
        practice: *practice,
        ..Entry::of(What::CallEnded)
    })
}

async fn stop(
    tx: &mut Tx,
    rule: &CallRule,
    phone_hash: &[u8; 32],
    step: CallStep,
    now: Timestamp,
) -> Result<(), StoreError> {
    if step != CallStep::Stopped {
        return Ok(());
    }
    tx.stop_phone(phone_hash, now.millis() + i64::from(rule.stopped_days) * DAY_MILLIS).await
}

/// An approval, a stop, or an alarm: who says that a sign-in was not theirs has told us that somebody knows their
/// password.
async fn end_of_approval(
    tx: &mut Tx,
    rule: &CallRule,
    call: &CallRow,
    step: CallStep,
    now: Timestamp,
) -> Result<Entry, StoreError> {
    let CallRow { id, person, phone_hash, number_hash, practice, .. } = call;
    let client = tx.approval(*id).await?.map(|approval| approval.client);
    if step == CallStep::Confirmed {
        tx.use_phone(*person, number_hash, now.millis()).await?;
    }
    stop(tx, rule, phone_hash, step, now).await?;
    let is_alarm = step == CallStep::NotMe;
    if is_alarm {
        tx.stop_person(*person, *id, now.millis()).await?;
        tracing::error!(%person, call = %id, "somebody says that a sign-in was not theirs: outside sign-ins and calls stop until they are cleared");
    }
    Ok(Entry {
        person: Some(*person),
        client,
        call: Some(*id),
        reason: Some(step.name().to_owned()),
        practice: *practice,
        ..Entry::of(if is_alarm { What::SignInNotMine } else { What::ApprovalEnded })
    })
}

/// Writes the audit rows of what was moved: after every other row, since they lock the chain.
pub(in crate::engine) async fn record(
    tx: &mut Tx,
    keys: &Keys,
    moved: &[Moved],
    now: Timestamp,
) -> Result<(), StoreError> {
    for entry in moved.iter().filter_map(|moved| moved.entry.as_deref()) {
        audit::append(tx, keys, entry, now).await?;
    }
    Ok(())
}

/// Counts the ends, once they are kept.
pub(super) fn count(moved: &[Moved]) {
    for entry in moved.iter().filter_map(|moved| moved.entry.as_deref()) {
        let name = entry.reason.as_deref().and_then(CallStep::named).map_or("unknown", CallStep::name);
        metrics::outcome("enrol_calls_total", name);
    }
}
