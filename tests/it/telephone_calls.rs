//! LiveEffects calls: the Asterisk that ships, a SIP trunk and telephones that ring.
//!
//! Not here: the pages and the service around a call.

mod ari;
mod line;

use ari::Events;
use tests::needs::wait_for;
use tests::net::Wire;
use tests::sound::Sound;
use tests::telephones::{Behaviour, Telephones};

const APPLICATION: &str = "scenario";

/// Has Asterisk call a number under an id.
fn call(telephones: &Telephones, id: &str, number: &str) {
    call_with(telephones, id, number, "{}");
}

fn call_with(telephones: &Telephones, id: &str, number: &str, body: &str) {
    let digits = number.trim_start_matches('+');
    let answer = telephones.tell(
        &format!(
            "/channels?endpoint=PJSIP/%2B{digits}@trunk&app={APPLICATION}&channelId={id}&callerId=%2B441632960000&timeout=5"
        ),
        body,
    );
    assert!(answer.contains(id), "{answer}");
}

#[test]
fn a_telephone_rings_is_answered_hears_the_prompt_and_its_keys_arrive() {
    let sounds = tempfile::tempdir().unwrap();
    Sound::tone(1_000.0, 2.0).write(&sounds.path().join("prompt.wav"));
    let telephones = Telephones::start();
    telephones.has_sounds("scenario", sounds.path());
    let telephone = telephones.telephone(Behaviour::Rings);
    let events = Events::of(&telephones, APPLICATION);

    call(&telephones, "one", telephone.number());
    telephone.rings(1);
    telephone.answer();
    events.next("StasisStart");
    telephones.ask("POST", "/channels/one/play?media=sound:scenario/prompt");
    events.next("PlaybackFinished");
    telephone.press("47#");
    let keys: Vec<_> = events.all("ChannelDtmfReceived", 3);
    let keys: Vec<&str> = keys.iter().filter_map(|key| key["digit"].as_str()).collect();
    assert_eq!(keys, ["4", "7", "#"]);
    telephones.ask("DELETE", "/channels/one");
    assert_eq!(events.next("ChannelDestroyed")["cause"], 16);
    telephone.is_over(1);

    let heard = telephone.heard().expect("something was heard");
    assert!((1.7..=2.3).contains(&heard.secs()), "{} s", heard.secs());
    assert!((0.1..=0.2).contains(&heard.loudness()), "{}", heard.loudness());
    assert!(heard.share_of(1_000.0) > 0.9, "{}", heard.share_of(1_000.0));
    assert_eq!(telephones.calls(), [""; 0]);
    assert_eq!(telephones.dialled(), [telephone.number()]);
}

#[test]
fn each_way_in_which_nobody_answers_has_its_cause() {
    let telephones = Telephones::start();
    let events = Events::of(&telephones, APPLICATION);
    let (busy, rings) = (telephones.telephone(Behaviour::Busy), telephones.telephone(Behaviour::Rings));
    let nobodys = telephones.unused_number();
    for (count, (number, cause)) in
        [(busy.number(), 17), (rings.number(), 19), (&nobodys, 1)].into_iter().enumerate()
    {
        call(&telephones, &format!("call-{cause}"), number);
        let ended = events.all("ChannelDestroyed", count + 1).remove(count);
        assert_eq!(
            (&ended["channel"]["id"], &ended["cause"]),
            (&format!("call-{cause}").into(), &cause.into())
        );
    }
    rings.is_over(1);
    assert_eq!((busy.rang(), busy.answered(), rings.rang(), rings.answered()), (1, 0, 1, 0));
    assert_eq!(telephones.calls(), [""; 0]);
}

#[test]
fn a_call_that_nobody_looks_after_any_more_is_ended_by_asterisk_itself() {
    let telephones = Telephones::start();
    let telephone = telephones.telephone(Behaviour::Answers);
    let wire = Wire::to(telephones.ari_address());
    let events = Events::at(wire.address(), &telephones, APPLICATION);
    call_with(&telephones, "left", telephone.number(), r#"{"variables":{"TIMEOUT(absolute)":"3"}}"#);
    events.next("StasisStart");
    wire.cut();
    assert_eq!(telephones.calls(), ["left"]);
    telephone.is_over(1);
    assert_eq!(telephones.calls(), [""; 0]);
}

/// Whatever way a number is written, it ends like this.
fn last_six(number: &str) -> &str {
    &number[number.len() - 6..]
}

#[test]
fn asterisk_as_it_ships_writes_no_number_down() {
    let telephones = Telephones::start();
    let events = Events::of(&telephones, APPLICATION);
    let mut numbers = Vec::new();
    let (mut calls, mut answered) = (0, 0);
    for behaviour in [Behaviour::Answers, Behaviour::Busy, Behaviour::Rings, Behaviour::Voicemail] {
        let telephone = telephones.telephone(behaviour);
        calls += 1;
        call(&telephones, &format!("call-{calls}"), telephone.number());
        if matches!(behaviour, Behaviour::Answers | Behaviour::Voicemail) {
            answered += 1;
            events.all("StasisStart", answered);
            telephone.press("12");
            telephones.ask("POST", &format!("/channels/call-{calls}/play?media=sound:is-not-there"));
            telephones.ask("DELETE", &format!("/channels/call-{calls}"));
        }
        events.all("ChannelDestroyed", calls);
        numbers.push(telephone.number().to_owned());
    }
    let unused = telephones.unused_number();
    call(&telephones, "nobodys", &unused);
    events.all("ChannelDestroyed", calls + 1);
    telephones.trunk_is_dead(true);
    call(&telephones, "dead", &unused);
    events.all("ChannelDestroyed", calls + 2);
    telephones.ask(
        "POST",
        &format!("/channels?endpoint=PJSIP/{unused}@no-such-trunk&app={APPLICATION}").replace('+', "%2B"),
    );
    telephones.trunk_is_dead(false);
    numbers.push(unused);

    // Asterisk writes its log behind what it does.
    wait_for("the failure in the log", 20, || telephones.log_text().contains("no-such-trunk").then_some(()));
    let lines = |number: &str| {
        let log = telephones.log_text();
        log.lines().filter(|line| line.contains(last_six(number))).map(str::to_owned).collect::<Vec<_>>()
    };
    for number in &numbers {
        assert_eq!(lines(number), [""; 0]);
    }

    // The control: an Asterisk that is told to say more is found to have written it.
    telephones.console("logger add channel loud verbose,debug,notice,warning");
    telephones.console("core set debug 5");
    let telephone = telephones.telephone(Behaviour::Busy);
    call(&telephones, "control", telephone.number());
    events.all("ChannelDestroyed", calls + 3);
    wait_for("the number in a log that says more", 20, || {
        (!lines(telephone.number()).is_empty()).then_some(())
    });
}
