//! One call on the line, followed to its end.
//!
//! Not here: what is said and which keys count (`telephony`), and what an event changes (`step`).

use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::{CallId, CallRule, Policy, TwoDigits};
use protocol::CallStep;
use telephony::{
    ApprovalDigits, CallEvent, CallEvents, Ending, Line, OneDigit, Script, SignInOrigin, SpokenName,
};

use super::Service;
use super::approval::DECIDED_WITHIN_MS;
use super::dispatch::Marks;
use super::queue::Claimed;
use super::transition::{self, By, Stepped};
use store::{ApprovalRow, CallKind, CallRow, StoreError};
use vault::CallSpec;

/// The store is asked to keep an event so often, with longer pauses each time: some thirteen seconds, within the lease.
const TRIES: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// What a question and its answer need.
const HEARD_SECS: u32 = 20;

impl Service {
    /// Places a call and keeps its events. Dropped, it hangs up.
    pub(crate) async fn carry(&self, line: &Line, claimed: Claimed, marks: &Marks) {
        let id = claimed.call.id;
        let was_begun = match self.for_the_line(claimed) {
            None => false,
            Some(call) => match line.place(call).await {
                Ok(events) => self.follow(id, events, marks).await,
                Err(fault) => {
                    tracing::warn!(call = %id, %fault, "a call could not be placed");
                    false
                }
            },
        };
        // What has not ended until here is a fault.
        if let Err(refusal) = self.leave(id, was_begun).await {
            tracing::warn!(call = %id, code = %refusal.code, "a line could not be freed yet");
        }
    }

    /// The call as the line takes it, its number opened.
    fn for_the_line(&self, claimed: Claimed) -> Option<telephony::Call> {
        let Claimed { call, place, record, approval } = claimed;
        let policy = self.policy();
        let rule = &policy.calls;
        let (ring_secs, call_secs) = lasts(rule, &call);
        let Some(script) = script(&policy, &call, approval) else {
            tracing::error!(call = %call.id, "there is nothing that a voice could say in a call");
            return None;
        };
        let plan = CallSpec {
            id: telephony::CallId(call.id.uuid()),
            script,
            caller_id: rule.caller_id.clone(),
            ring_secs,
            call_secs,
        };
        self.vault
            .call(&place, &record, &policy.numbers, plan)
            .inspect_err(|error| tracing::error!(call = %call.id, %error, "a number is not called"))
            .ok()
    }

    /// `false` when the line did not begin it: nobody's phone rang.
    async fn follow(&self, call: CallId, mut events: CallEvents, marks: &Marks) -> bool {
        while let Some(event) = events.next().await {
            if event == CallEvent::Ended(Ending::NotBegun) {
                return false;
            }
            let step = step_of(event);
            if step.is_end() {
                marks.is_over.store(true, Ordering::Relaxed);
            }
            if !self.persist_step(call, step).await {
                break;
            }
        }
        true
    }

    /// Keeps an event. `false` when the call is over or not this node's any more, or the store is gone for too long.
    async fn persist_step(&self, call: CallId, what: CallStep) -> bool {
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            match self.stepped(call, what).await {
                Ok(is_ours) => return is_ours,
                Err(error) => tracing::warn!(%call, %error, "a call's event is not kept yet"),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        false
    }

    async fn stepped(&self, call: CallId, what: CallStep) -> Result<bool, StoreError> {
        let (keys, rule, now) = (self.keys(), self.policy().calls.clone(), self.now());
        let node = self.calls.node.clone();
        let stepped = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let stepped = transition::step(tx, &rule, call, By::Node(&node), what, now).await?;
                    if let Stepped::Moved(moved) = &stepped {
                        transition::record(tx, &keys, std::slice::from_ref(moved), now).await?;
                    }
                    Ok::<_, StoreError>(stepped)
                })
            })
            .await?;
        Ok(match stepped {
            Stepped::Moved(moved) => {
                let moved = [moved];
                self.tell(&moved);
                true
            }
            Stepped::Late => true,
            Stepped::Gone => false,
        })
    }
}

/// For how long it rings and then speaks, in seconds.
fn lasts(rule: &CallRule, call: &CallRow) -> (u32, u32) {
    match call.kind {
        CallKind::Test(_) => (rule.ring_secs, rule.call_secs),
        // Within the time that a sign-in is held, with enough left to hear the question and to answer it.
        CallKind::Approval => {
            let waited = call.placed_at().map_or(0, |at| at.millis_since(call.queued_at));
            let left = u32::try_from((DECIDED_WITHIN_MS - waited) / 1000).unwrap_or(0);
            (rule.ring_secs.min(30).min(left.saturating_sub(HEARD_SECS)), rule.call_secs.min(30))
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
            assert_eq!(lasts(&rule, &call), (ring, 30), "{waited}");
        }
    }
}
