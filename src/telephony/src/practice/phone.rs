//! The practice phone: its calls, what the voice said in them, and its keys. It shows the last three digits of a number
//! alone, like every page.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{mpsc::UnboundedSender, watch};

use super::behaviour::{Behaviour, Pace};
use crate::{CallId, Ending, call_driver::LegEvent};

/// How many finished calls the phone still shows.
const MOST_FINISHED: usize = 8;

/// A phone in this process. Clones are the same phone, and `Debug` prints no call.
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
    /// `None` after the end.
    to_driver: Option<UnboundedSender<LegEvent>>,
}

/// A call as the phone shows it. `Debug` prints neither digits nor what the voice said.
#[derive(Clone, PartialEq, Eq)]
pub struct PracticeCall {
    /// The call's id.
    pub id: CallId,
    /// The last three digits of the number called.
    pub last_three: String,
    /// How far the call has come.
    pub stage: PracticeStage,
    /// What the voice said, one text each time it spoke.
    pub heard: Vec<String>,
}

impl std::fmt::Debug for PracticeCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PracticeCall")
            .field("id", &self.id)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

/// How far a call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PracticeStage {
    /// The phone rings.
    Ringing,
    /// The call is answered.
    Answered,
    /// The call is over.
    Over,
}

impl PracticeCall {
    pub(super) fn ringing(id: CallId, last_three: &str) -> Self {
        let last_three = last_three.to_owned();
        Self { id, last_three, stage: PracticeStage::Ringing, heard: Vec::new() }
    }
}

impl PracticePhone {
    /// A phone that a person answers by hand. The voice speaks at its real pace.
    pub fn by_hand() -> Self {
        Self::by_itself(Pace::LIFE, |_| Behaviour::ByHand)
    }

    /// A phone that acts by itself. `behaviour` chooses what it does with each call when that begins to ring.
    pub fn by_itself(
        pace: Pace,
        behaviour: impl Fn(&PracticeCall) -> Behaviour + Send + Sync + 'static,
    ) -> Self {
        let behaviour = Box::new(behaviour);
        Self(Arc::new(Inner { calls: Mutex::default(), pace, behaviour, changes: watch::Sender::new(0) }))
    }

    /// The calls, oldest first. Of finished calls it keeps the last eight.
    pub fn calls(&self) -> Vec<PracticeCall> {
        self.lock().iter().map(|call| call.shown.clone()).collect()
    }

    /// A counter that grows whenever a call changes: for programs that show the phone.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Answers a call. `false` when that call does not ring.
    pub fn answer(&self, id: CallId) -> bool {
        self.change(id, PracticeStage::Ringing, |call| {
            call.shown.stage = PracticeStage::Answered;
            call.notify(LegEvent::Answered)
        })
    }

    /// Presses a key in a call: a digit, `*` or `#`. `false` when that call is not answered.
    pub fn press(&self, id: CallId, key: char) -> bool {
        self.change(id, PracticeStage::Answered, |call| call.notify(LegEvent::Key(key)))
    }

    /// Hangs up a call, or declines it. `false` when that call is over.
    pub fn hang_up(&self, id: CallId) -> bool {
        self.leave(id, PracticeStage::Answered, Ending::HungUp)
            || self.leave(id, PracticeStage::Ringing, Ending::Busy)
    }

    pub(super) fn pace(&self) -> Pace {
        self.0.pace
    }

    pub(super) fn choose(&self, id: CallId) -> Behaviour {
        let shown = self.lock().iter().find(|call| call.shown.id == id).map(|call| call.shown.clone());
        shown.map_or(Behaviour::ByHand, |shown| (self.0.behaviour)(&shown))
    }

    pub(super) fn ring(&self, shown: PracticeCall, to_driver: UnboundedSender<LegEvent>) {
        let call = PhoneCall { shown, to_driver: Some(to_driver) };
        call.notify(LegEvent::Ringing);
        self.lock().push_back(call);
        self.notify_watchers();
    }

    pub(super) fn hear(&self, id: CallId, text: String) {
        self.change(id, PracticeStage::Answered, |call| {
            call.shown.heard.push(text);
            true
        });
    }

    /// Ends a call that is at this stage, for a reason of the other side or of the line. `false` at any other stage.
    pub(super) fn leave(&self, id: CallId, at: PracticeStage, why: Ending) -> bool {
        let has_left = self.change(id, at, |call| call.notify(LegEvent::Gone(why)));
        if has_left {
            self.end(id);
        }
        has_left
    }

    pub(super) fn end(&self, id: CallId) {
        {
            let mut calls = self.lock();
            if let Some(call) = calls.iter_mut().find(|call| call.shown.id == id) {
                call.shown.stage = PracticeStage::Over;
                call.to_driver = None;
            }
            let over = calls.iter().filter(|call| call.shown.stage == PracticeStage::Over).count();
            let mut too_many = over.saturating_sub(MOST_FINISHED);
            calls.retain(|call| {
                let is_dropped = call.shown.stage == PracticeStage::Over && too_many > 0;
                too_many -= usize::from(is_dropped);
                !is_dropped
            });
        }
        self.notify_watchers();
    }

    fn change(&self, id: CallId, at: PracticeStage, change: impl FnOnce(&mut PhoneCall) -> bool) -> bool {
        let is_changed = {
            let mut calls = self.lock();
            let call = calls.iter_mut().find(|call| call.shown.id == id && call.shown.stage == at);
            call.is_some_and(change)
        };
        if is_changed {
            self.notify_watchers();
        }
        is_changed
    }

    fn notify_watchers(&self) {
        self.0.changes.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<PhoneCall>> {
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PhoneCall {
    fn notify(&self, event: LegEvent) -> bool {
        self.to_driver.as_ref().is_some_and(|to_driver| to_driver.send(event).is_ok())
    }
}

impl std::fmt::Debug for PracticePhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PracticePhone(..)")
    }
}
