//! The product's line on the real Asterisk: however a call goes it has its ending, leaves no call behind and no number in
//! a log, and the next call works.
//!
//! Not here: the conversation key by key, which `telephony` tries without a telephone.

mod stage;

use std::time::Duration;

use stage::{Stage, answered, ended, say_the_right_digits};
use telephony::{CallEvent, Ending, LineFault};
use tests::telephones::Behaviour;

#[test]
fn the_right_digits_confirm_and_what_was_heard_is_what_was_to_be_said() {
    let stage = Stage::with_the_prompts_that_ship();
    let telephone = stage.telephones.telephone(Behaviour::Rings);
    let events = stage.call(telephone.number(), |event| match event {
        CallEvent::Ringing => telephone.answer(),
        CallEvent::Answered => {
            stage.has_said(&telephone, stage::OPENING);
            telephone.press(stage::RIGHT);
        }
        CallEvent::WrongDigits | CallEvent::Ended(_) => {}
    });
    assert_eq!(events, [CallEvent::Ringing, CallEvent::Answered, ended(Ending::Confirmed)]);
    telephone.is_over(1);
    let (heard, said) = (telephone.heard().unwrap(), stage.sound_of(stage::OPENING));
    let goodbye = stage.sound_of(&["confirmed"]);
    let secs = said.secs() + goodbye.secs();
    assert!((heard.secs() - secs).abs() < 0.5, "{} s instead of {secs} s", heard.secs());
    assert!(heard.loudness() > said.loudness() / 2.0, "{}", heard.loudness());
    let (right, wrong) = (heard.likeness(&said), heard.likeness(&stage.sound_of(stage::ANOTHER_OPENING)));
    assert!(right > 0.9 && wrong < 0.7, "{right} like what was to be said, {wrong} like something else");
    assert_eq!(stage.telephones.dialled(), [telephone.number()]);
    stage.is_clean();
}

#[test]
fn wrong_digits_have_a_second_try_and_no_third() {
    let stage = Stage::set();
    for (keys, ending) in [(["13", stage::RIGHT], Ending::Confirmed), (["13", "74"], Ending::NotConfirmed)] {
        let telephone = stage.telephones.telephone(Behaviour::Answers);
        let events = stage.call(telephone.number(), |event| match event {
            CallEvent::Answered => telephone.press(keys[0]),
            CallEvent::WrongDigits => telephone.press(keys[1]),
            CallEvent::Ringing | CallEvent::Ended(_) => {}
        });
        assert_eq!(answered(&events), [CallEvent::WrongDigits, ended(ending)]);
        telephone.is_over(1);
        stage.is_clean();
    }
}

#[test]
fn nobody_reached_and_nobody_there_each_have_their_ending() {
    let stage = Stage::set();
    let short = Duration::from_millis(600);
    let table = [
        (Behaviour::Busy, Ending::Busy),
        (Behaviour::Rings, Ending::NoAnswer),
        (Behaviour::HangsUpAfter(short), Ending::HungUp),
        (Behaviour::Voicemail, Ending::NoKeys),
    ];
    for (behaviour, ending) in table {
        let telephone = stage.telephones.telephone(behaviour);
        let events = stage.call(telephone.number(), |_| {});
        assert_eq!(events.last(), Some(&ended(ending)), "{behaviour:?}: {events:?}");
        telephone.is_over(1);
        stage.is_clean();
    }
    let events = stage.call(&stage.telephones.unused_number(), |_| {});
    assert_eq!(events, [ended(Ending::NotReached)]);
    stage.telephones.trunk_is_dead(true);
    let events = stage.call(&stage.telephones.unused_number(), |_| {});
    assert_eq!(events, [ended(Ending::Fault)]);
    stage.telephones.trunk_is_dead(false);
    say_the_right_digits(&stage);
}

#[test]
fn nine_twice_stops_calls_and_an_approval_takes_its_digits_and_hash_or_nought() {
    let stage = Stage::set();
    let telephone = stage.telephones.telephone(Behaviour::Answers);
    let press = |keys: &'static str| {
        move |event: &CallEvent| {
            if *event == CallEvent::Answered { keys } else { "" }
        }
    };
    let table = [
        (stage::test(), press("99"), Ending::Stopped),
        (stage::approval(), press("4#"), Ending::Approved),
        (stage::approval(), press("0#"), Ending::NotMe),
        (stage::approval(), press("5#"), Ending::NotConfirmed),
    ];
    for (count, (script, press, ending)) in table.into_iter().enumerate() {
        let events = stage.call_with(telephone.number(), script, |event| telephone.press(press(event)));
        assert_eq!(answered(&events), [ended(ending)]);
        telephone.is_over(count + 1);
    }
    stage.is_clean();
}

#[test]
fn when_asterisk_is_killed_the_call_ends_and_the_next_one_waits_for_nothing_but_asterisk() {
    let mut stage = Stage::set();
    for behaviour in [Behaviour::Answers, Behaviour::Rings] {
        let telephone = stage.telephones.telephone(behaviour);
        let mut call = stage.place(telephone.number(), stage::test()).expect("it is placed");
        telephone.rings(1);
        if behaviour == Behaviour::Answers {
            stage.wait_for(&mut call, CallEvent::Answered);
        }
        stage.telephones.kill_asterisk();
        stage.wait_for(&mut call, ended(Ending::Fault));
        assert_eq!(stage.next(&mut call), None);
        let refused = stage.place(telephone.number(), stage::test());
        assert_eq!(refused.err(), Some(LineFault::NotConnected));
        stage.telephones.start_asterisk();
        say_the_right_digits(&stage);
    }
    stage.is_clean();
}

#[test]
fn when_the_connection_to_asterisk_is_cut_the_call_ends_on_both_sides() {
    let stage = Stage::set();
    for secs in [0.0, 1.0, 3.0] {
        let telephone = stage.telephones.telephone(Behaviour::Answers);
        let mut call = stage.place(telephone.number(), stage::test()).expect("it is placed");
        stage.wait_for(&mut call, CallEvent::Answered);
        stage.wire.cut();
        stage.wait_for(&mut call, ended(Ending::Fault));
        std::thread::sleep(Duration::from_secs_f64(secs));
        stage.wire.restore();
        telephone.is_over(1);
        say_the_right_digits(&stage);
    }
    stage.is_clean();
}

#[test]
fn a_switchboard_is_told_the_extension_before_the_voice_speaks() {
    let stage = Stage::set();
    let switchboard = stage.telephones.telephone(Behaviour::Answers);
    let placed = stage.place_to_extension(switchboard.number(), "2468", stage::test());
    let mut call = placed.expect("it is placed");
    stage.wait_for(&mut call, CallEvent::Answered);
    assert_eq!(switchboard.keys_heard(), "2468");
    assert!(switchboard.heard().is_none_or(|heard| heard.secs() < 2.0), "nothing was said before");
    switchboard.press(stage::RIGHT);
    stage.wait_for(&mut call, ended(Ending::Confirmed));
    switchboard.is_over(1);
    stage.is_clean();
}

#[test]
fn a_call_that_nobody_waits_for_is_hung_up() {
    let stage = Stage::set();
    for behaviour in [Behaviour::Rings, Behaviour::Answers] {
        let telephone = stage.telephones.telephone(behaviour);
        let call = stage.place(telephone.number(), stage::test()).expect("it is placed");
        telephone.rings(1);
        drop(call);
        telephone.is_over(1);
    }
    stage.is_clean();
}
