//! One call on the line, followed to its end.
//!
//! Not here: what is said and which keys count (`telephony`), and what an event changes (`transition`).

use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::{CallId, CallRule, Policy, TwoDigits};
use protocol::CallStep;
use telephony::{
    ApprovalDigits, CallEvent, CallEvents, Ending, Line, OneDigit, Script, SignInOrigin, SpokenName,
};

use super::Service;
use super::approval::DECISION_LIMIT_MS;
use super::dispatch::CallFlags;
use super::queue::ClaimedCall;
use super::transition::{self, StepSource, Transition};
use store::{ApprovalRow, CallKind, CallRow, StoreError};
use vault::CallSpec;

/// How often an event is written before the call is given up. With growing pauses it takes thirteen seconds, within the
/// lease.
const TRIES: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// How long the question and the answer of an approval take.
const QUESTION_SECS: u32 = 20;

impl Service {
    /// Places a call and stores its events. Dropping it hangs up.
    pub(crate) async fn run_call(&self, line: &Line, claimed: ClaimedCall, flags: &CallFlags) {
        let id = claimed.call.id;
        let was_begun = match self.line_call(claimed) {
            None => false,
            Some(call) => match line.place(call).await {
                Ok(events) => self.persist_events(id, events, flags).await,
                Err(fault) => {
                    tracing::warn!(call = %id, %fault, "a call could not be placed");
                    false
                }
            },
        };
        // A call that has not ended by now ends as a fault.
        if let Err(refusal) = self.release_line(id, was_begun).await {
            tracing::warn!(call = %id, code = %refusal.code, "a line could not be freed yet");
        }
    }

    /// The call as the line takes it, with its number opened. `None` when it cannot be placed.
    fn line_call(&self, claimed: ClaimedCall) -> Option<telephony::Call> {
        let ClaimedCall { call, place, record, approval } = claimed;
        let policy = self.policy();
        let rule = &policy.calls;
        let (ring_secs, call_secs) = time_limits(rule, &call);
        let Some(script) = script(&policy, &call, approval) else {
            tracing::error!(call = %call.id, "there is nothing that a voice could say in a call");
            return None;
        };
        let spec = CallSpec {
            id: telephony::CallId(call.id.uuid()),
            script,
            caller_id: rule.caller_id.clone(),
            ring_secs,
            call_secs,
        };
        self.vault
            .call(&place, &record, &policy.numbers, spec)
            .inspect_err(|error| tracing::error!(call = %call.id, %error, "a number is not called"))
            .ok()
    }

    /// Stores the events of a call. `false` when the line did not begin it, and no phone rang.
    async fn persist_events(&self, call: CallId, mut events: CallEvents, flags: &CallFlags) -> bool {
        while let Some(event) = events.next().await {
            if event == CallEvent::Ended(Ending::NotBegun) {
                return false;
            }
            let step = step_of(event);
            if step.is_end() {
                flags.is_over.store(true, Ordering::Relaxed);
            }
            if !self.persist_step(call, step).await {
                break;
            }
        }
        true
    }

    /// Stores an event. `false` when the call has ended, another node has it, or the store failed for too long.
    async fn persist_step(&self, call: CallId, what: CallStep) -> bool {
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            match self.try_persist_step(call, what).await {
                Ok(is_ours) => return is_ours,
                Err(error) => tracing::warn!(%call, %error, "a call's event is not kept yet"),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        false
    }

    async fn try_persist_step(&self, call: CallId, what: CallStep) -> Result<bool, StoreError> {
        let (keys, rule, now) = (self.keys(), self.policy().calls.clone(), self.now());
        let node = self.calls.node.clone();
        let transition = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let applied =
                        transition::apply(tx, &rule, call, StepSource::Node(&node), what, now).await?;
                    if let Transition::Applied(change) = &applied {
                        transition::record(tx, &keys, std::slice::from_ref(change), now).await?;
                    }
                    Ok::<_, StoreError>(applied)
                })
            })
            .await?;
        Ok(match transition {
            Transition::Applied(change) => {
                self.notify_changes(&[change]);
                true
            }
            Transition::Late => true,
            Transition::Gone => false,
        })
    }
}

/// The seconds for which a call rings, and for which it then lasts.
fn time_limits(rule: &CallRule, call: &CallRow) -> (u32, u32) {
    match call.kind {
        CallKind::Test(_) => (rule.ring_secs, rule.call_secs),
        // Within the limit of an approval, with enough time left to hear the question and to answer it.
        CallKind::Approval => {
            let waited = call.placed_at().map_or(0, |at| at.millis_since(call.queued_at));
            let left = u32::try_from((DECISION_LIMIT_MS - waited) / 1000).unwrap_or(0);
            (rule.ring_secs.min(30).min(left.saturating_sub(QUESTION_SECS)), rule.call_secs.min(30))
        }
    }
}

fn script(policy: &Policy, call: &CallRow, approval: Option<ApprovalRow>) -> Option<Script> {
    let language = policy.calls.language;
    let trust = SpokenName::from_text(policy.trust.name.as_str())?;
    match call.kind {
        CallKind::Test(_) => Some(Script::Test { language, trust, digits: TwoDigits::parse(&call.digits)? }),
        CallKind::Approval => {
            let ApprovalRow { what, at_school, shown, .. } = approval?;
            let digits = if shown {
                ApprovalDigits::Shown(TwoDigits::parse(&call.digits)?)
            } else {
                ApprovalDigits::Said(OneDigit::new(call.digits.parse().ok()?)?)
            };
            let origin = if at_school { SignInOrigin::School } else { SignInOrigin::Outside };
            Some(Script::Approval { language, trust, what: SpokenName::new(&what)?, origin, digits })
        }
    }
}

fn step_of(event: CallEvent) -> CallStep {
    match event {
        CallEvent::Ringing => CallStep::Ringing,
        CallEvent::Answered => CallStep::Answered,
        CallEvent::WrongDigits => CallStep::WrongDigits,
        CallEvent::Ended(ending) => match ending {
            Ending::Confirmed | Ending::Approved => CallStep::Confirmed,
            Ending::NotMe => CallStep::NotMe,
            Ending::Stopped => CallStep::Stopped,
            Ending::NotConfirmed => CallStep::NotConfirmed,
            Ending::NoAnswer => CallStep::NoAnswer,
            Ending::Busy => CallStep::Busy,
            Ending::HungUp => CallStep::HungUp,
            Ending::NoKeys | Ending::OutOfTime => CallStep::NoKeys,
            Ending::NotReached => CallStep::NotReached,
            Ending::Fault | Ending::NotBegun => CallStep::Fault,
        },
    }
}

#[cfg(test)]
mod tests {
    use domain::{PersonId, Timestamp};

    use super::*;
    use store::{CallState, WantedCall};
    use vault::NumberHashes;

    #[test]
    fn a_sign_in_rings_no_longer_than_leaves_time_to_hear_it() {
        let rule = CallRule::default();
        let nobody = uuid::Uuid::nil();
        let wanted = WantedCall {
            id: CallId::from_uuid(nobody),
            kind: CallKind::Approval,
            person: PersonId::from_uuid(nobody),
            fingerprint: [0; 32],
            hashes: NumberHashes { phone: [0; 32], number: [0; 32] },
            digits: "4".to_owned(),
            practice: false,
        };
        let mut call = CallRow::queued(wanted, 1, Timestamp::from_secs(1_000));
        for (waited, ring) in [(0, 25), (15, 25), (20, 20), (29, 11)] {
            let at = Timestamp::from_secs(1_000 + waited);
            call.state = CallState::Placed { at, node: "a node".to_owned() };
            assert_eq!(time_limits(&rule, &call), (ring, 30), "{waited}");
        }
    }
}
