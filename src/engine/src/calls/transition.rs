//! What each event of a call changes, in one transaction. A call only moves forward: a late, repeated or forged event
//! changes nothing.

use domain::{CallId, CallRule, DAY_MILLIS, MethodKind, Timestamp};
use protocol::CallStep;

use crate::audit::{self, Entry, What};
use crate::metrics;
use store::{CallKind, CallRow, CallState, MethodRow, StoreError, Tx};
use vault::Keys;

/// A change of a call's step. When the step ends the call, its audit row is written last in the transaction.
pub(crate) struct CallChange {
    pub(crate) call: CallId,
    /// The event's number.
    pub(crate) number: i64,
    /// The step that ended the call, with its audit row. It is boxed, since most steps end nothing.
    end: Option<Box<(CallStep, Entry)>>,
}

/// Who reports a step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StepSource<'a> {
    /// The node whose line has the call.
    Node(&'a str),
    /// The service itself: on request, by the queue, or for a node that has stopped.
    Service,
}

/// The result of a step.
pub(crate) enum Transition {
    Applied(CallChange),
    /// The call is past this step already.
    Late,
    /// The call has ended, or another node has it.
    Gone,
}

impl Transition {
    pub(crate) fn change(self) -> Option<CallChange> {
        match self {
            Self::Applied(change) => Some(change),
            Self::Late | Self::Gone => None,
        }
    }
}

/// Applies a step to a call, if the call may take it.
pub(crate) async fn apply(
    tx: &mut Tx,
    rule: &CallRule,
    id: CallId,
    by: StepSource<'_>,
    step: CallStep,
    now: Timestamp,
) -> Result<Transition, StoreError> {
    let Some(call) = tx.lock_call(id).await? else { return Ok(Transition::Gone) };
    let is_ours = match by {
        StepSource::Node(ours) => matches!(&call.state, CallState::Placed { node, .. } if node == ours),
        StepSource::Service => true,
    };
    if call.has_ended() || !is_ours {
        return Ok(Transition::Gone);
    }
    // The person may have left since the call began, or have another phone by now.
    let is_void = step == CallStep::Confirmed && !is_still_valid(tx, &call).await?;
    let step = if is_void { CallStep::Cancelled } else { step };
    if step <= call.step {
        return Ok(Transition::Late);
    }
    tx.move_call(&call, step, now.millis()).await?;
    let end = if step.is_end() {
        if let (CallStep::Stopped, StepSource::Node(_)) = (step, by) {
            let until = now.millis() + i64::from(rule.stopped_days) * DAY_MILLIS;
            tx.stop_phone(&call.phone_hash, until).await?;
        }
        let mut entry = end_call(tx, &call, step, now).await?;
        if let (CallStep::Stopped, StepSource::Service) = (step, by) {
            // Nobody stopped it in this call.
            entry.reason = Some("number_stopped".to_owned());
        }
        Some(Box::new((step, entry)))
    } else {
        None
    };
    Ok(Transition::Applied(CallChange { call: id, number: call.events + 1, end }))
}

/// Whether a call still counts: its person has not left, and an approval uses a phone that is still theirs.
pub(super) async fn is_still_valid(tx: &mut Tx, call: &CallRow) -> Result<bool, StoreError> {
    if tx.person(call.person).await?.is_none_or(|person| person.departed) {
        return Ok(false);
    }
    Ok(match call.kind {
        CallKind::Test(_) => true,
        CallKind::Approval => approval_phone(tx, call).await?.is_some(),
    })
}

/// The method whose phone an approval calls, while it is still the person's.
pub(super) async fn approval_phone(tx: &mut Tx, call: &CallRow) -> Result<Option<MethodRow>, StoreError> {
    let is_it = |method: &MethodRow| {
        method.kind == MethodKind::PhoneCall
            && method.hashes.is_some_and(|hashes| hashes.number == call.number_hash)
    };
    Ok(tx.methods(call.person).await?.into_iter().find(is_it))
}

/// Stores what the end of a call proves, deletes its pending number, and returns its audit row.
async fn end_call(tx: &mut Tx, call: &CallRow, step: CallStep, now: Timestamp) -> Result<Entry, StoreError> {
    let CallRow { id, kind, person, number_hash, practice, .. } = call;
    tx.delete_pending(*id).await?;
    let grant = match kind {
        CallKind::Test(grant) => Some(*grant),
        CallKind::Approval => return end_approval(tx, call, step, now).await,
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

/// Ends an approval. A person who says that a sign-in was not theirs raises an alarm: somebody knows their password.
async fn end_approval(
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

/// Writes the audit rows of ended calls. They come after every other row, since they lock the chain.
pub(crate) async fn record(
    tx: &mut Tx,
    keys: &Keys,
    changes: &[CallChange],
    now: Timestamp,
) -> Result<(), StoreError> {
    for (_, entry) in changes.iter().filter_map(|change| change.end.as_deref()) {
        audit::append(tx, keys, entry, now).await?;
    }
    Ok(())
}

/// Counts ended calls in the metrics, after the commit.
pub(super) fn count_ends(changes: &[CallChange]) {
    for (step, _) in changes.iter().filter_map(|change| change.end.as_deref()) {
        metrics::outcome("enrol_calls_total", step.name());
    }
}
