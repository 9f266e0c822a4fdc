//! The driver with a leg that records what it must do, on a clock that jumps.

use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use super::*;
use crate::testing::test_script;
use CallEvent::{Answered, Ended, Ringing, WrongDigits};

/// Records its actions, and loses the line at one turn.
struct RecordingLeg {
    actions: Arc<Mutex<Vec<&'static str>>>,
    lost_at: Option<u32>,
}

impl RecordingLeg {
    fn record(&self, action: &'static str) {
        self.actions.lock().unwrap().push(action);
    }
}

impl Leg for RecordingLeg {
    async fn play(&mut self, _: &[PromptPart], turn: u32) -> Result<(), LegLost> {
        self.record("play");
        if self.lost_at == Some(turn) { Err(LegLost) } else { Ok(()) }
    }

    async fn stop_playing(&mut self) {
        self.record("stop");
    }

    async fn hang_up(&mut self) {
        self.record("hang up");
    }
}

/// A driven call: its events, the actions on its leg, and how many seconds it took.
type Driven = (Vec<CallEvent>, Vec<&'static str>, u64);

/// Drives a test call whose right digits are 47. The leg events all come at once, and the line stays silent after them.
async fn run(leg_events: &[LegEvent], lost_at: Option<u32>) -> Driven {
    let (to_driver, from_leg) = mpsc::unbounded_channel();
    leg_events.iter().for_each(|event| to_driver.send(*event).unwrap());
    let (events, mut to_caller) = mpsc::unbounded_channel();
    let actions = Arc::default();
    let leg = RecordingLeg { actions: Arc::clone(&actions), lost_at };
    let begun = Instant::now();
    drive(leg, test_script("47"), TimeLimits::new(25, 60), from_leg, events).await;
    let mut seen = Vec::new();
    while let Ok(event) = to_caller.try_recv() {
        seen.push(event);
    }
    let actions = actions.lock().unwrap().clone();
    (seen, actions, begun.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_nobody_answers_is_hung_up() {
    let (events, actions, secs) = run(&[LegEvent::Ringing, LegEvent::Ringing], None).await;
    assert_eq!((events, actions, secs), (vec![Ringing, Ended(Ending::NoAnswer)], vec!["hang up"], 25));
    let (events, actions, secs) = run(&[], None).await;
    assert_eq!((events, actions, secs), (vec![Ended(Ending::Fault)], vec!["hang up"], 25));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_gone_is_not_hung_up_again_and_one_on_a_broken_line_is() {
    let gone = LegEvent::Gone(Ending::Busy);
    assert_eq!(run(&[gone], None).await, (vec![Ended(Ending::Busy)], vec![], 0));
    let gone = LegEvent::Gone(Ending::HungUp);
    let ended = vec![Answered, Ended(Ending::HungUp)];
    assert_eq!(run(&[LegEvent::Answered, gone], None).await, (ended, vec!["play"], 0));
    assert_eq!(run(&[LegEvent::Broken], None).await, (vec![Ended(Ending::Fault)], vec!["hang up"], 0));
    let ended = vec![Answered, Ended(Ending::Fault)];
    let actions = vec!["play", "hang up"];
    assert_eq!(run(&[LegEvent::Answered, LegEvent::Broken], None).await, (ended.clone(), actions.clone(), 0));
    assert_eq!(run(&[LegEvent::Answered], Some(1)).await, (ended, actions, 0));
}

#[tokio::test(start_paused = true)]
async fn a_key_silences_the_voice_and_the_wait_for_the_next_one_begins() {
    let (events, actions, secs) = run(&[LegEvent::Answered, LegEvent::Key('4')], None).await;
    // Four seconds later the voice asks again, and the leg never reports that it has spoken.
    assert_eq!(events, [Answered, Ended(Ending::OutOfTime)]);
    assert_eq!((actions, secs), (vec!["play", "stop", "play", "hang up"], 60));
    // A second key finds the voice silent already.
    let keys =
        [LegEvent::Answered, LegEvent::Key('4'), LegEvent::Key('8'), LegEvent::Key('4'), LegEvent::Key('9')];
    let (events, actions, _) = run(&keys, None).await;
    assert_eq!(events, [Answered, WrongDigits, Ended(Ending::NotConfirmed)]);
    assert_eq!(actions, ["play", "stop", "play", "stop", "play", "hang up"]);
}

#[tokio::test(start_paused = true)]
async fn only_the_report_of_this_turn_begins_the_wait_for_a_key() {
    let stale = [LegEvent::Answered, LegEvent::Played(0), LegEvent::Played(2)];
    assert_eq!(run(&stale, None).await, (vec![Answered, Ended(Ending::NoKeys)], vec!["play", "hang up"], 60));
    let (_, actions, _) = run(&[LegEvent::Answered, LegEvent::Played(1)], None).await;
    assert_eq!(actions, ["play", "play", "hang up"], "the voice asks again");
}

#[tokio::test(start_paused = true)]
async fn a_decided_call_is_hung_up_after_its_closing_words() {
    let right = [LegEvent::Answered, LegEvent::Key('4'), LegEvent::Key('7')];
    let confirmed = vec![Answered, Ended(Ending::Confirmed)];
    let actions = vec!["play", "stop", "play", "hang up"];
    assert_eq!(
        run(&right, None).await,
        (confirmed.clone(), actions.clone(), 10),
        "they take 10 seconds at most"
    );
    for (after, lost_at) in
        [(Some(LegEvent::Played(2)), None), (Some(LegEvent::Gone(Ending::HungUp)), None), (None, Some(2))]
    {
        let leg_events: Vec<_> = right.into_iter().chain(after).collect();
        assert_eq!(run(&leg_events, lost_at).await, (confirmed.clone(), actions.clone(), 0), "{after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_events_nobody_wants_is_hung_up_at_once() {
    for answered in [&[][..], &[LegEvent::Answered]] {
        let (to_driver, from_leg) = mpsc::unbounded_channel();
        answered.iter().for_each(|event| to_driver.send(*event).unwrap());
        let (events, to_caller) = mpsc::unbounded_channel();
        drop(to_caller);
        let actions = Arc::default();
        let leg = RecordingLeg { actions: Arc::clone(&actions), lost_at: None };
        let begun = Instant::now();
        drive(leg, test_script("47"), TimeLimits::new(25, 60), from_leg, events).await;
        assert_eq!(actions.lock().unwrap().last(), Some(&"hang up"));
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}
