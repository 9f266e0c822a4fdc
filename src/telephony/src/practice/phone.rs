//! The practice phone: what rings, what it hears, and its keys.
//!
//! Not here: the number. The phone shows its last three digits, as every page does.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{mpsc::UnboundedSender, watch};

use super::{Behaviour, Pace};
use crate::{CallId, Ending, call_driver::LegEvent};

/// Calls that are over and still shown.
const OVER_KEPT: usize = 8;

/// A phone in this process. Clones are the same phone.
#[derive(Clone)]
pub struct PracticePhone(Arc<Inner>);

struct Inner {
    calls: Mutex<VecDeque<PhoneCall>>,
    pace: Pace,
    behaviour: Box<Chooser>,
    changes: watch::Sender<u64>,
}

type Chooser = dyn Fn(&PracticeCall) -> Behaviour + Send + Sync;

struct PhoneCall {
    shown: PracticeCall,
    leg_events: Option<UnboundedSender<LegEvent>>,
}

/// A call as the phone shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct PracticeCall {
    /// Which call.
    pub id: CallId,
    /// The last three digits of the number called.
    pub last_three: String,
    /// Where it stands.
    pub stage: PracticeStage,
    /// All that the phone has heard, one line each time the voice spoke.
    pub heard: Vec<String>,
}

/// Without what was heard, and without a digit.
impl std::fmt::Debug for PracticeCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PracticeCall")
            .field("id", &self.id)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PracticeStage {
    /// It rings.
    Ringing,
    /// It was answered.
    Answered,
    /// It is over.
    Over,
}

impl PracticeCall {
    pub(super) fn ringing(id: CallId, last_three: &str) -> Self {
        let last_three = last_three.to_owned();
        Self { id, last_three, stage: PracticeStage::Ringing, heard: Vec::new() }
    }
}

impl PracticePhone {
    /// A phone that somebody answers by hand, spoken to at the pace of a voice.
    pub fn by_hand() -> Self {
        Self::by_itself(Pace::LIFE, |_| Behaviour::ByHand)
    }

    /// A phone that does by itself what is chosen for each call as it rings.
    pub fn by_itself(
        pace: Pace,
        behaviour: impl Fn(&PracticeCall) -> Behaviour + Send + Sync + 'static,
    ) -> Self {
        let behaviour = Box::new(behaviour);
        Self(Arc::new(Inner { calls: Mutex::default(), pace, behaviour, changes: watch::Sender::new(0) }))
    }

    /// The calls, oldest first; those that are over are soon forgotten.
    pub fn calls(&self) -> Vec<PracticeCall> {
        self.lock().iter().map(|held| held.shown.clone()).collect()
    }

    /// Changes whenever a call does: for whoever shows the phone.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Answers. `false` when that call does not ring.
    pub fn answer(&self, id: CallId) -> bool {
        self.change(id, PracticeStage::Ringing, |held| {
            held.shown.stage = PracticeStage::Answered;
            held.notify(LegEvent::Answered)
        })
    }

    /// Presses a key: a digit, `*` or `#`. `false` when that call is not answered.
    pub fn press(&self, id: CallId, key: char) -> bool {
        self.change(id, PracticeStage::Answered, |held| held.notify(LegEvent::Key(key)))
    }

    /// Hangs up, or declines. `false` when that call is over.
    pub fn hang_up(&self, id: CallId) -> bool {
        self.leave(id, PracticeStage::Answered, Ending::HungUp)
            || self.leave(id, PracticeStage::Ringing, Ending::Busy)
    }

    pub(super) fn pace(&self) -> Pace {
        self.0.pace
    }

    pub(super) fn choose(&self, id: CallId) -> Behaviour {
        let shown = self.lock().iter().find(|held| held.shown.id == id).map(|held| held.shown.clone());
        shown.map_or(Behaviour::ByHand, |shown| (self.0.behaviour)(&shown))
    }

    pub(super) fn ring(&self, shown: PracticeCall, leg_events: UnboundedSender<LegEvent>) {
        let held = PhoneCall { shown, leg_events: Some(leg_events) };
        held.notify(LegEvent::Ringing);
        self.lock().push_back(held);
        self.changed();
    }

    pub(super) fn hear(&self, id: CallId, text: String) {
        self.change(id, PracticeStage::Answered, |held| {
            held.shown.heard.push(text);
            true
        });
    }

    /// The call goes away at this stage, for a reason of the other side or of the line.
    pub(super) fn leave(&self, id: CallId, at: PracticeStage, why: Ending) -> bool {
        let has_left = self.change(id, at, |held| held.notify(LegEvent::Gone(why)));
        if has_left {
            self.end(id);
        }
        has_left
    }

    pub(super) fn end(&self, id: CallId) {
        {
            let mut calls = self.lock();
            if let Some(held) = calls.iter_mut().find(|held| held.shown.id == id) {
                held.shown.stage = PracticeStage::Over;
                held.leg_events = None;
            }
            let over = calls.iter().filter(|held| held.shown.stage == PracticeStage::Over).count();
            let mut too_many = over.saturating_sub(OVER_KEPT);
            calls.retain(|held| {
                let is_dropped = held.shown.stage == PracticeStage::Over && too_many > 0;
                too_many -= usize::from(is_dropped);
                !is_dropped
            });
        }
        self.changed();
    }

    fn change(&self, id: CallId, at: PracticeStage, change: impl FnOnce(&mut PhoneCall) -> bool) -> bool {
        let is_changed = {
            let mut calls = self.lock();
            let held = calls.iter_mut().find(|held| held.shown.id == id && held.shown.stage == at);
            held.is_some_and(change)
        };
        if is_changed {
            self.changed();
        }
        is_changed
    }

    fn changed(&self) {
        self.0.changes.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<PhoneCall>> {
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PhoneCall {
    fn notify(&self, event: LegEvent) -> bool {
        self.leg_events.as_ref().is_some_and(|leg_events| leg_events.send(event).is_ok())
    }
}

impl std::fmt::Debug for PracticePhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PracticePhone(..)")
    }
}
