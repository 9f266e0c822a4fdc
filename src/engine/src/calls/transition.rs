//! What each event of a call changes, all in one transaction. A call only moves forward: what is late, repeated or
//! forged changes nothing.

use domain::{CallId, CallRule, DAY_MILLIS, MethodKind, Timestamp};
use protocol::CallStep;

use crate::audit::{self, Entry, What};
use crate::metrics;
use store::{CallKind, CallRow, CallState, MethodRow, StoreError, Tx};
use vault::Keys;

/// A call that was moved. Its audit row comes last in the transaction, when it has one.
pub(crate) struct Moved {
    pub(crate) call: CallId,
    /// The event's number.
    pub(crate) number: i64,
    /// Which end it is, and its audit row; boxed, since most steps are none.
    end: Option<Box<(CallStep, Entry)>>,
}

/// Whose step it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By<'a> {
    /// The node whose line has the call.
    Node(&'a str),
    /// Whoever may end it: who asked, the queue, a node that finds it left behind.
    Service,
}

/// What came of a step.
pub(crate) enum Stepped {
    Moved(Moved),
    /// The call has come further already.
    Late,
    /// It is over, or another's.
    Gone,
}

impl Stepped {
    pub(crate) fn moved(self) -> Option<Moved> {
        match self {
            Self::Moved(moved) => Some(moved),
            Self::Late | Self::Gone => None,
        }
    }
}

/// Moves a call one step, if it may go there.
pub(crate) async fn step(
    tx: &mut Tx,
    rule: &CallRule,
    id: CallId,
    by: By<'_>,
    step: CallStep,
    now: Timestamp,
) -> Result<Stepped, StoreError> {
    let Some(call) = tx.lock_call(id).await? else { return Ok(Stepped::Gone) };
    let is_ours = match by {
        By::Node(ours) => matches!(&call.state, CallState::Placed { node, .. } if node == ours),
        By::Service => true,
    };
    if call.has_ended() || !is_ours {
        return Ok(Stepped::Gone);
    }
    // Who pressed the right keys may have left meanwhile, or have another phone by now.
    let is_void = step == CallStep::Confirmed && !counts(tx, &call).await?;
    let step = if is_void { CallStep::Cancelled } else { step };
    if step <= call.step {
        return Ok(Stepped::Late);
    }
    tx.move_call(&call, step, now.millis()).await?;
    let end = if step.is_end() {
        if let (CallStep::Stopped, By::Node(_)) = (step, by) {
            let until = now.millis() + i64::from(rule.stopped_days) * DAY_MILLIS;
            tx.stop_phone(&call.phone_hash, until).await?;
        }
        let mut entry = end(tx, &call, step, now).await?;
        if let (CallStep::Stopped, By::Service) = (step, by) {
            // Nobody pressed 9 in this call.
            entry.reason = Some("number_stopped".to_owned());
        }
        Some(Box::new((step, entry)))
    } else {
        None
    };
    Ok(Stepped::Moved(Moved { call: id, number: call.events + 1, end }))
}

/// Whether a call still says something of its person: they are here, and a sign-in is asked by a phone of theirs.
pub(super) async fn counts(tx: &mut Tx, call: &CallRow) -> Result<bool, StoreError> {
    if tx.person(call.person).await?.is_none_or(|person| person.departed) {
        return Ok(false);
    }
    Ok(match call.kind {
        CallKind::Test(_) => true,
        CallKind::Approval => phone_of(tx, call).await?.is_some(),
    })
}

/// The phone that a sign-in is asked by, when it still is the person's.
pub(super) async fn phone_of(tx: &mut Tx, call: &CallRow) -> Result<Option<MethodRow>, StoreError> {
    let is_it = |method: &MethodRow| {
        method.kind == MethodKind::PhoneCall
            && method.hashes.is_some_and(|hashes| hashes.number == call.number_hash)
    };
    Ok(tx.methods(call.person).await?.into_iter().find(is_it))
}

/// What an end leaves behind: a proof, an audit row, and no number.
async fn end(tx: &mut Tx, call: &CallRow, step: CallStep, now: Timestamp) -> Result<Entry, StoreError> {
    let CallRow { id, kind, person, number_hash, practice, .. } = call;
    tx.delete_pending(*id).await?;
    let grant = match kind {
        CallKind::Test(grant) => Some(*grant),
        CallKind::Approval => return end_of_approval(tx, call, step, now).await,
    };
    if let (CallStep::Confirmed, Some(grant)) = (step, grant) {
        tx.add_tested(grant, number_hash, now.millis()).await?;
    }
    Ok(Entry {
        person: Some(*person),
        grant,
        call: Some(*id),
        reason: Some(step.name().to_owned()),
        practice: *practice,
        ..Entry::of(What::CallEnded)
    })
}

/// An approval, or an alarm: who says that a sign-in was not theirs has told us that somebody knows their
/// password.
async fn end_of_approval(
    tx: &mut Tx,
    call: &CallRow,
    step: CallStep,
    now: Timestamp,
) -> Result<Entry, StoreError> {
    let CallRow { id, person, number_hash, practice, .. } = call;
    let client = tx.approval(*id).await?.map(|approval| approval.client);
    if step == CallStep::Confirmed {
        tx.use_phone(*person, number_hash, now.millis()).await?;
    }
    let is_alarm = step == CallStep::NotMe;
    if is_alarm {
        tx.stop_person(*person, *id, now.millis()).await?;
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
pub(crate) async fn record(
    tx: &mut Tx,
    keys: &Keys,
    moved: &[Moved],
    now: Timestamp,
) -> Result<(), StoreError> {
    for (_, entry) in moved.iter().filter_map(|moved| moved.end.as_deref()) {
        audit::append(tx, keys, entry, now).await?;
    }
    Ok(())
}

/// Counts the ends, once they are kept.
pub(super) fn count(moved: &[Moved]) {
    for (step, _) in moved.iter().filter_map(|moved| moved.end.as_deref()) {
        metrics::outcome("enrol_calls_total", step.name());
    }
}
