//! The line to a practice phone.

use tokio::sync::mpsc::{self, UnboundedSender};

use super::autopilot;
use super::phone::{PracticeCall, PracticePhone};
use crate::{
    Call, CallEvents, CallId, PromptPart, Script,
    call_driver::{Leg, LegEvent, LegLost, TimeLimits, drive},
    prompt::text_of,
};

/// A line to one practice phone. It takes any number of calls at once.
#[derive(Debug, Clone)]
pub struct PracticeLine {
    phone: PracticePhone,
}

impl PracticeLine {
    /// A line to this phone.
    pub fn new(phone: PracticePhone) -> Self {
        Self { phone }
    }

    /// The phone at the other end.
    pub fn phone(&self) -> &PracticePhone {
        &self.phone
    }

    pub(crate) fn place(&self, call: Call) -> CallEvents {
        let (events, to_caller) = CallEvents::new();
        let (to_driver, leg_events) = mpsc::unbounded_channel();
        let Call { id, number, script, caller_id: _, ring_secs, call_secs } = call;
        let shown = PracticeCall::ringing(id, number.last_three());
        drop(number);
        self.phone.ring(shown, to_driver.clone());
        let leg = PracticeLeg { id, phone: self.phone.clone(), script: script.clone(), to_driver };
        tokio::spawn(autopilot::act(self.phone.clone(), id, script.clone()));
        tokio::spawn(drive(leg, script, TimeLimits::new(ring_secs, call_secs), leg_events, events));
        to_caller
    }
}

/// The line's side of one call.
struct PracticeLeg {
    id: CallId,
    phone: PracticePhone,
    script: Script,
    to_driver: UnboundedSender<LegEvent>,
}

impl Leg for PracticeLeg {
    async fn play(&mut self, parts: &[PromptPart], turn: u32) -> Result<(), LegLost> {
        let text = text_of(parts, self.script.language());
        let words = text.split_whitespace().count();
        self.phone.hear(self.id, text);
        let (to_driver, speaking) = (self.to_driver.clone(), self.phone.pace().speaking(words));
        tokio::spawn(async move {
            tokio::time::sleep(speaking).await;
            let _ = to_driver.send(LegEvent::Played(turn));
        });
        Ok(())
    }

    async fn stop_playing(&mut self) {}

    async fn hang_up(&mut self) {
        self.phone.end(self.id);
    }
}

impl Drop for PracticeLeg {
    fn drop(&mut self) {
        self.phone.end(self.id);
    }
}
