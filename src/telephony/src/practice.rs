//! The practice line: it rings nobody but the phone in this process, which one answers by hand or lets answer itself.
//!
//! Not here: the window or terminal that shows the phone, and the switch that keeps this line out of production.

use tokio::sync::mpsc::{self, UnboundedSender};

use crate::{
    Call, CallEvents, CallId, PromptPart, Script,
    call_driver::{Bounds, Leg, LegEvent, LegLost, drive},
    prompt::text_of,
};

mod by_itself;
mod phone;

pub use by_itself::{Behaviour, Pace};
pub use phone::{PracticeCall, PracticePhone, PracticeStage};

/// A line to one practice phone, which takes any number of calls at once.
#[derive(Debug, Clone)]
pub struct PracticeLine {
    phone: PracticePhone,
}

impl PracticeLine {
    /// A line to this phone.
    pub fn new(phone: PracticePhone) -> Self {
        Self { phone }
    }

    /// The phone at its end.
    pub fn phone(&self) -> &PracticePhone {
        &self.phone
    }

    pub(crate) fn place(&self, call: Call) -> CallEvents {
        let (events, to_caller) = CallEvents::new();
        let (leg_events, heard) = mpsc::unbounded_channel();
        let Call { id, number, script, caller_id: _, ring_secs, call_secs } = call;
        let shown = PracticeCall::ringing(id, number.last_three());
        drop(number);
        self.phone.ring(shown, leg_events.clone());
        let leg = PracticeLeg { id, phone: self.phone.clone(), script: script.clone(), leg_events };
        tokio::spawn(by_itself::act(self.phone.clone(), id, script.clone()));
        tokio::spawn(drive(leg, script, Bounds::new(ring_secs, call_secs), heard, events));
        to_caller
    }
}

/// One call as the line's side of it.
struct PracticeLeg {
    id: CallId,
    phone: PracticePhone,
    script: Script,
    leg_events: UnboundedSender<LegEvent>,
}

impl Leg for PracticeLeg {
    async fn play(&mut self, parts: &[PromptPart], turn: u32) -> Result<(), LegLost> {
        let text = text_of(parts, self.script.language());
        let words = text.split_whitespace().count();
        self.phone.hear(self.id, text);
        let (leg_events, takes) = (self.leg_events.clone(), self.phone.pace().speaking(words));
        let played = async move {
            tokio::time::sleep(takes).await;
            let _ = leg_events.send(LegEvent::Played(turn));
        };
        tokio::spawn(played);
        Ok(())
    }

    async fn hush(&mut self) {}

    async fn hang_up(&mut self) {
        self.phone.end(self.id);
    }
}

impl Drop for PracticeLeg {
    fn drop(&mut self) {
        self.phone.end(self.id);
    }
}

#[cfg(test)]
mod tests;
