//! One call on the line, followed to its end.
//!
//! Not here: what is said and which keys count (`telephony`), and what an event changes (`step`).

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::{CallId, Policy, TwoDigits};
use protocol::CallStep;
use telephony::{ApprovalDigits, CallEvent, CallEvents, Ending, Line, OneDigit, Place, Script, SpokenName};

use super::Service;
use super::dispatch::Marks;
use super::queue::Claimed;
use super::step::{self, By, Stepped};
use crate::store::{ApprovalRow, CallKind, CallRow, StoreError};
use crate::vault::CallPlan;

/// The store is asked to keep an event so often, with longer pauses each time: some thirteen seconds, within the lease.
const TRIES: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

impl Service {
    /// Places a call and keeps its events. Dropped, it hangs up.
    pub(in crate::engine) async fn carry(&self, line: &Line, claimed: Claimed, marks: &Marks) {
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
        let (ring_secs, call_secs) = match call.kind {
            CallKind::Test(_) => (rule.ring_secs, rule.call_secs),
            // Both together within the time that a sign-in is held.
            CallKind::Approval => (rule.ring_secs.min(30), rule.call_secs.min(30)),
        };
        let plan = CallPlan {
            id: telephony::CallId(call.id.uuid()),
            script: script(&policy, &call, approval)?,
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
            if !self.kept(call, step).await {
                break;
            }
        }
        true
    }

    /// Keeps an event. `false` when the call is over or not this node's any more, or the store is gone for too long.
    async fn kept(&self, call: CallId, what: CallStep) -> bool {
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
        let (keys, rule, now) = (Arc::clone(&self.keys), self.policy().calls.clone(), self.now());
        let node = self.calls.node.clone();
        let stepped = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let stepped = step::step(tx, &rule, call, By::Node(&node), what, now).await?;
                    if let Stepped::Moved(moved) = &stepped {
                        step::record(tx, &keys, std::slice::from_ref(moved), now).await?;
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
            let place = if at_school { Place::School } else { Place::Outside };
            Some(Script::Approval { language, trust, what: SpokenName::new(&what)?, place, digits })
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
            Ending::StopCalls => CallStep::Stopped,
            Ending::WrongDigits => CallStep::NotConfirmed,
            Ending::NoAnswer => CallStep::NoAnswer,
            Ending::Busy => CallStep::Busy,
            Ending::HungUp => CallStep::HungUp,
            Ending::NoKeys | Ending::TimedOut => CallStep::NoKeys,
            Ending::Refused => CallStep::NotReached,
            Ending::Fault | Ending::NotBegun => CallStep::Fault,
        },
    }
}
