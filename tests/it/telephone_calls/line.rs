//! The product's line on the real Asterisk: however a call goes it has its ending, leaves no call behind and no number in
//! a log, and the next call works.
//!
//! Not here: the conversation key by key, which `telephony` tries without a telephone.

mod stage;

use std::time::Duration;

use stage::{Stage, answered, ended, say_the_right_digits};
use telephony::{CallEvent, Ending, LineFault, Script};
use tests::sound::Sound;
use tests::telephones::{Behaviour, Handset};

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
        // A nine by mistake, and then the digits.
        (stage::test(), press("947"), Ending::Confirmed),
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
fn after_one_nine_the_voice_asks_for_the_second_and_silence_stops_nothing() {
    let stage = Stage::with_the_prompts_that_ship();
    let telephone = stage.telephones.telephone(Behaviour::Answers);
    let mut call = stage.place(telephone.number(), stage::test()).expect("it is placed");
    stage.wait_for(&mut call, CallEvent::Answered);
    stage.has_said(&telephone, &["test-hello"]);
    telephone.press("9");
    let before = telephone.heard().expect("something").secs();
    let asked = stage.sound_of(&["test-stop-again"]);
    stage.has_heard(&telephone, before + asked.secs());
    // The last tenths of a second may not be there yet, and are silent.
    let heard = telephone.heard().expect("something").then(Sound::silence(0.5));
    let other = stage.sound_of(&["test-why"]);
    let (like, unlike) = (heard.likeness(&asked), heard.likeness(&other));
    assert!(like > 0.9 && unlike < 0.8, "{like} like the second question, {unlike} like something else");
    // Nobody presses anything: the voice comes back to the question, and the call can still be passed.
    stage.has_heard(&telephone, before + asked.secs() + stage.sound_of(&["test-ask"]).secs());
    telephone.press(stage::RIGHT);
    stage.wait_for(&mut call, ended(Ending::Confirmed));
    telephone.is_over(1);
    stage.is_clean();
}

#[test]
fn one_press_is_one_key_whichever_way_and_however_often_it_is_sent() {
    let stage = Stage::set();
    let telephone = stage.telephones.telephone(Behaviour::Answers);
    type Press = fn(&Stage, &Handset);
    let table: [(Script, Press, &[CallEvent]); 7] = [
        (
            stage::test(),
            |stage, own| stage.telephones.press_both_ways(own, "47"),
            &[ended(Ending::Confirmed)],
        ),
        (
            stage::approval(),
            |stage, own| stage.telephones.press_both_ways(own, "4#"),
            &[ended(Ending::Approved)],
        ),
        // One nine is one nine.
        (
            stage::test(),
            |stage, own| stage.telephones.press_both_ways(own, "947"),
            &[ended(Ending::Confirmed)],
        ),
        (
            stage::test_of("44"),
            |stage, own| stage.telephones.press_both_ways(own, "44"),
            &[ended(Ending::Confirmed)],
        ),
        // Telephones that send SIP INFO alone are heard, and twice is twice.
        (stage::test(), |stage, own| stage.telephones.press_by_info(own, "47"), &[ended(Ending::Confirmed)]),
        (stage::test(), |stage, own| stage.telephones.press_by_info(own, "99"), &[ended(Ending::Stopped)]),
        (stage::test_of("44"), |_, own| own.press("44"), &[ended(Ending::Confirmed)]),
    ];
    for (count, (script, press, expected)) in table.into_iter().enumerate() {
        let events = stage.call_with(telephone.number(), script, |event| {
            if *event == CallEvent::Answered {
                press(&stage, &telephone);
            }
        });
        assert_eq!(answered(&events), expected, "{count}");
        telephone.is_over(count + 1);
    }
    stage.is_clean();
}

#[test]
fn a_call_that_could_not_say_its_question_or_its_way_to_refuse_decides_nothing() {
    let stage = Stage::set();
    let telephone = stage.telephones.telephone(Behaviour::Answers);
    let of_a_test = ["test-hello", "names/ash-grove-trust", "test-ask", "test-stop", "test-stop-again"];
    let of_a_sign_in = ["digit-4", "and-hash", "from-outside", "approval-not-me", "names/remote-desktop"];
    let calls = of_a_test.map(|prompt| (prompt, stage::test(), stage::RIGHT));
    let calls = calls.into_iter().chain(of_a_sign_in.map(|prompt| (prompt, stage::approval(), "4#")));
    for (count, (prompt, script, keys)) in calls.enumerate() {
        // The line is connected, and knows nothing of it.
        stage.prompts.take_away(prompt);
        let events = stage.call_with(telephone.number(), script.clone(), |event| {
            if *event == CallEvent::Answered {
                telephone.press(keys);
            }
        });
        assert_eq!(answered(&events), [ended(Ending::Fault)], "without {prompt}");
        telephone.is_over(count + 1);
        // Connected again, it knows, and rings nobody.
        stage.connects_again();
        let rung = stage.telephones.dialled().len();
        assert_eq!(
            stage.call_with(telephone.number(), script.clone(), |_| {}),
            [ended(Ending::NotBegun)],
            "{prompt}"
        );
        assert_eq!(stage.telephones.dialled().len(), rung, "nobody is rung without {prompt}");
        stage.prompts.put_back(prompt);
    }
    // What came back is found before the next call.
    say_the_right_digits(&stage);
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
