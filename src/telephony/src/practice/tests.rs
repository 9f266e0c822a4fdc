//! Whole calls over the practice line, on a clock that jumps.

use std::time::Duration;

use domain::PhoneNumber;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::*;
use crate::{
    Call, CallEvent, CallEvents, CallId, Ending, Line, Script,
    testing::{said_script as said, shown_script as shown, test_script as test},
};

const RING_SECS: u32 = 25;
const CALL_SECS: u32 = 60;

fn call(script: Script) -> Call {
    let number = PhoneNumber::new("447700900123", "").unwrap();
    Call {
        id: CallId(Uuid::nil()),
        number,
        script,
        caller_id: None,
        ring_secs: RING_SECS,
        call_secs: CALL_SECS,
    }
}

async fn all_events(mut events: CallEvents) -> Vec<CallEvent> {
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        seen.push(event);
    }
    seen
}

async fn events_of(script: Script, behaviour: Behaviour) -> Vec<CallEvent> {
    let phone = PracticePhone::by_itself(Pace::LIFE, move |_| behaviour.clone());
    let line = Line::Practice(PracticeLine::new(phone.clone()));
    let begun = Instant::now();
    let seen = all_events(line.place(call(script)).await.unwrap()).await;
    assert!(begun.elapsed() <= Duration::from_secs(u64::from(RING_SECS + CALL_SECS) + 10));
    assert!(
        phone.calls().iter().all(|call| call.stage == PracticeStage::Over),
        "a call is left on the phone"
    );
    seen
}

#[tokio::test(start_paused = true)]
async fn each_course_of_a_call_has_its_own_ending() {
    use CallEvent::{Answered, Ended, Ringing, WrongDigits};
    let table: [(Script, Behaviour, &[CallEvent]); 16] = [
        (test("47"), Behaviour::RightKeys, &[Ringing, Answered, Ended(Ending::Confirmed)]),
        (test("12"), Behaviour::WrongThenRight, &[Ringing, Answered, WrongDigits, Ended(Ending::Confirmed)]),
        (test("47"), Behaviour::WrongKeys, &[Ringing, Answered, WrongDigits, Ended(Ending::NotConfirmed)]),
        (test("47"), Behaviour::Keys("99".to_owned()), &[Ringing, Answered, Ended(Ending::Stopped)]),
        (test("47"), Behaviour::Keys("9".to_owned()), &[Ringing, Answered, Ended(Ending::NoKeys)]),
        (test("47"), Behaviour::Keys("947".to_owned()), &[Ringing, Answered, Ended(Ending::Confirmed)]),
        (test("47"), Behaviour::Voicemail, &[Ringing, Answered, Ended(Ending::NoKeys)]),
        (test("47"), Behaviour::HangsUp, &[Ringing, Answered, Ended(Ending::HungUp)]),
        (test("47"), Behaviour::LineDies, &[Ringing, Answered, Ended(Ending::Fault)]),
        (test("47"), Behaviour::Busy, &[Ringing, Ended(Ending::Busy)]),
        (test("47"), Behaviour::NotReached, &[Ringing, Ended(Ending::NotReached)]),
        (test("47"), Behaviour::ByHand, &[Ringing, Ended(Ending::NoAnswer)]),
        (said(4), Behaviour::RightKeys, &[Ringing, Answered, Ended(Ending::Approved)]),
        (shown("07"), Behaviour::RightKeys, &[Ringing, Answered, Ended(Ending::Approved)]),
        (said(1), Behaviour::WrongKeys, &[Ringing, Answered, Ended(Ending::NotConfirmed)]),
        (said(4), Behaviour::Keys("0#".to_owned()), &[Ringing, Answered, Ended(Ending::NotMe)]),
    ];
    for (script, behaviour, expected) in table {
        assert_eq!(events_of(script, behaviour.clone()).await, expected, "{behaviour:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_answered_by_hand_shows_the_words_and_takes_keys_before_the_voice_ends() {
    let phone = PracticePhone::by_hand();
    let line = PracticeLine::new(phone.clone());
    let mut changes = phone.changes();
    let mut events = line.place(call(test("47")));
    assert_eq!(events.next().await, Some(CallEvent::Ringing));
    assert!(changes.has_changed().unwrap());
    let shown = phone.calls().remove(0);
    assert_eq!((shown.last_three.as_str(), shown.stage), ("123", PracticeStage::Ringing));
    assert!(!phone.press(shown.id, '4'), "it only rings");
    assert!(phone.answer(shown.id) && !phone.answer(shown.id));
    assert_eq!(events.next().await, Some(CallEvent::Answered));
    while phone.calls()[0].heard.is_empty() {
        changes.changed().await.unwrap();
    }
    assert!(
        phone.calls()[0].heard[0].starts_with("Hello. This is a test call from Ash Grove Trust. You asked")
    );
    assert!(phone.press(shown.id, '4') && phone.press(shown.id, '7'));
    assert_eq!(events.next().await, Some(CallEvent::Ended(Ending::Confirmed)));
    assert_eq!(phone.calls()[0].stage, PracticeStage::Answered, "the closing words come first");
    assert_eq!(events.next().await, None);
    let over = phone.calls().remove(0);
    assert_eq!(over.heard.last().map(String::as_str), Some("Thank you. Your phone is confirmed. Goodbye."));
    assert!(over.stage == PracticeStage::Over && !phone.hang_up(over.id));
}

#[tokio::test(start_paused = true)]
async fn a_prompt_is_said_once_more_when_nothing_is_pressed_and_star_says_it_again() {
    let phone = PracticePhone::by_hand();
    let mut events = PracticeLine::new(phone.clone()).place(call(test("47")));
    events.next().await;
    let id = phone.calls()[0].id;
    phone.answer(id);
    events.next().await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(phone.calls()[0].heard.len(), 2);
    phone.press(id, '*');
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(phone.calls()[0].heard.len(), 3);
    assert_eq!(phone.calls()[0].heard[1], phone.calls()[0].heard[2]);
}

#[tokio::test(start_paused = true)]
async fn voicemail_is_voicemail_also_when_the_longest_call_is_short() {
    let phone = PracticePhone::by_itself(Pace::LIFE, |_| Behaviour::Voicemail);
    let mut call = call(test("47"));
    call.call_secs = 30;
    let seen = all_events(PracticeLine::new(phone).place(call)).await;
    assert_eq!(seen.last(), Some(&CallEvent::Ended(Ending::NoKeys)));
}

#[tokio::test(start_paused = true)]
async fn a_person_who_only_presses_star_is_hung_up_when_the_call_is_too_long() {
    let phone = PracticePhone::by_hand();
    let mut events = PracticeLine::new(phone.clone()).place(call(test("47")));
    events.next().await;
    let id = phone.calls()[0].id;
    phone.answer(id);
    let begun = Instant::now();
    let presses = async {
        loop {
            phone.press(id, '*');
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let ended = timeout(Duration::from_secs(200), async { all_events(events).await });
    let seen = tokio::select! { seen = ended => seen.unwrap(), () = presses => Vec::new() };
    assert_eq!(seen, [CallEvent::Answered, CallEvent::Ended(Ending::OutOfTime)]);
    assert_eq!(begun.elapsed(), Duration::from_secs(u64::from(CALL_SECS)));
}

#[tokio::test(start_paused = true)]
async fn dropping_the_events_hangs_up_ringing_or_answered() {
    for is_answered in [false, true] {
        let phone = PracticePhone::by_hand();
        let mut events = PracticeLine::new(phone.clone()).place(call(test("47")));
        events.next().await;
        if is_answered {
            phone.answer(phone.calls()[0].id);
            events.next().await;
        }
        drop(events);
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(phone.calls()[0].stage, PracticeStage::Over);
    }
}

#[tokio::test(start_paused = true)]
async fn a_declined_call_is_busy_and_old_calls_are_forgotten() {
    let phone = PracticePhone::by_hand();
    let line = PracticeLine::new(phone.clone());
    for number in 0..40 {
        let mut call = call(test("47"));
        call.id = CallId(Uuid::from_u128(number));
        let id = call.id;
        let events = line.place(call);
        assert!(phone.hang_up(id));
        assert_eq!(all_events(events).await, [CallEvent::Ringing, CallEvent::Ended(Ending::Busy)]);
    }
    assert_eq!(phone.calls().len(), 8);
}

#[tokio::test(start_paused = true)]
async fn two_thousand_calls_are_held_at_once() {
    let phone = PracticePhone::by_itself(Pace::LIFE, |_| Behaviour::RightKeys);
    let line = PracticeLine::new(phone.clone());
    let place = |number| {
        let mut call = call(said(4));
        call.id = CallId(Uuid::from_u128(number));
        line.place(call)
    };
    let held: Vec<CallEvents> = (0..2_000).map(place).collect();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let answered = phone.calls().iter().filter(|call| call.stage == PracticeStage::Answered).count();
    assert_eq!(answered, 2_000);
    for events in held {
        assert_eq!(all_events(events).await.last(), Some(&CallEvent::Ended(Ending::Approved)));
    }
}
