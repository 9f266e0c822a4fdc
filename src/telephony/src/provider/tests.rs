//! Calls through a fake provider: as they should be, and with callbacks lost, repeated, reordered and forged.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};

use domain::PhoneNumber;
use tokio::time::timeout;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{signature::sign, *};
use crate::{
    Call, CallEvent, CallId, Ending, Line, Script,
    testing::{said_script as said, shown_script as shown, test_script as test},
};

mod fake_provider;

use CallEvent::{Answered, Ended, Ringing, WrongDigits};
use fake_provider::{ACCOUNT, FakeProvider, Faults, Phone, SECRET, form_of};

fn call(script: Script, extension: &str) -> Call {
    let number = PhoneNumber::new("447700900123", extension).unwrap();
    Call { id: CallId(Uuid::nil()), number, script, caller_id: None, ring_secs: 9, call_secs: 9 }
}

/// The events of one call, and the provider afterwards. The line is free again.
async fn run(phone: Phone, faults: Faults, script: Script) -> (Vec<CallEvent>, Arc<FakeProvider>) {
    let mut call = call(script, "");
    if matches!(phone, Phone::RingsForEver | Phone::ListensForEver) {
        (call.ring_secs, call.call_secs) = (1, 1);
    }
    let (fake, line) = FakeProvider::start(phone, faults).await;
    let mut events = Line::Provider(line.clone()).place(call).await.unwrap();
    let mut seen = Vec::new();
    let all = async {
        while let Some(event) = events.next().await {
            seen.push(event);
        }
    };
    timeout(Duration::from_secs(8), all).await.expect("the call ends");
    assert_eq!(line.calls(), 0, "a call is left");
    assert_eq!(fake.strangers.load(SeqCst), 0, "wrong credentials");
    (seen, fake)
}

#[tokio::test]
async fn each_course_of_a_call_has_its_own_ending() {
    let none = Faults::default();
    let presses = |keys: &[&'static str]| Phone::Presses(keys.to_vec());
    let table = [
        (test("47"), presses(&["47"]), vec![Ringing, Answered, Ended(Ending::Confirmed)]),
        (test("47"), presses(&["48", "47"]), vec![Ringing, Answered, WrongDigits, Ended(Ending::Confirmed)]),
        (
            test("47"),
            presses(&["48", "49"]),
            vec![Ringing, Answered, WrongDigits, Ended(Ending::NotConfirmed)],
        ),
        (test("47"), presses(&["99"]), vec![Ringing, Answered, Ended(Ending::Stopped)]),
        (test("47"), presses(&["9", "9"]), vec![Ringing, Answered, Ended(Ending::Stopped)]),
        (test("47"), presses(&["9"]), vec![Ringing, Answered, Ended(Ending::NoKeys)]),
        (test("47"), presses(&["9", "47"]), vec![Ringing, Answered, Ended(Ending::Confirmed)]),
        (test("47"), presses(&["94", "7"]), vec![Ringing, Answered, Ended(Ending::Confirmed)]),
        (test("47"), presses(&["4", "47"]), vec![Ringing, Answered, Ended(Ending::Confirmed)]),
        (test("47"), presses(&[]), vec![Ringing, Answered, Ended(Ending::NoKeys)]),
        (test("47"), Phone::HangsUp, vec![Ringing, Answered, Ended(Ending::HungUp)]),
        (test("47"), Phone::Never("busy"), vec![Ringing, Ended(Ending::Busy)]),
        (test("47"), Phone::Never("no-answer"), vec![Ringing, Ended(Ending::NoAnswer)]),
        (test("47"), Phone::Never("failed"), vec![Ringing, Ended(Ending::NotReached)]),
        (test("47"), Phone::Never("canceled"), vec![Ringing, Ended(Ending::Fault)]),
        (said(4), presses(&["4#"]), vec![Ringing, Answered, Ended(Ending::Approved)]),
        (said(4), presses(&["44", "#"]), vec![Ringing, Answered, Ended(Ending::NotConfirmed)]),
        (shown("07"), presses(&["07#"]), vec![Ringing, Answered, Ended(Ending::Approved)]),
        (shown("07"), presses(&["0#"]), vec![Ringing, Answered, Ended(Ending::NotMe)]),
    ];
    for (script, phone, expected) in table {
        assert_eq!(run(phone, none, script).await.0, expected);
    }
}

#[tokio::test]
async fn the_call_is_begun_as_the_provider_wants_it_and_speaks_markup() {
    let (seen, fake) = run(Phone::Presses(vec!["47"]), Faults::default(), test("47")).await;
    assert_eq!(seen.last(), Some(&Ended(Ending::Confirmed)));
    let begun = fake.begun.lock().unwrap().remove(0);
    let field = |name: &str| begun.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(
        [field("To"), field("From"), field("Timeout"), field("TimeLimit"), field("SendDigits")],
        [Some("+447700900123"), Some("+441632960002"), Some("9"), Some("24"), None]
    );
    let token = field("Url").unwrap().split('/').nth_back(2).unwrap();
    assert!(token.len() == 32 && field("StatusCallback").unwrap().ends_with(&format!("/{token}/status")));
    let fetched = fake.fetched.lock().unwrap();
    assert!(fetched[0].contains("Hello. This is a test call from Ash Grove Trust. You asked"));
    assert!(fetched[1].contains("Your phone is confirmed") && fetched[1].contains("<Hangup/>"));
    assert!(!fetched.concat().contains("900123"));
}

#[tokio::test]
async fn a_landline_with_an_extension_is_dialled_on() {
    let (fake, line) = FakeProvider::start(Phone::Never("busy"), Faults::default()).await;
    let mut call = call(test("47"), "4021");
    call.caller_id = Some("+441632960003".to_owned());
    let mut events = line.place(call).unwrap();
    while events.next().await.is_some() {}
    let begun = fake.begun.lock().unwrap().remove(0);
    for field in [("SendDigits", "wwww4021"), ("From", "+441632960003")] {
        assert!(begun.contains(&(field.0.to_owned(), field.1.to_owned())), "{field:?}");
    }
}

#[tokio::test]
async fn repeated_reordered_and_lost_callbacks_change_nothing() {
    let all = [
        Faults { is_repeated: true, ..Faults::default() },
        Faults { is_disordered: true, ..Faults::default() },
        Faults { are_statuses_lost: true, ..Faults::default() },
        Faults { is_answer_lost: true, ..Faults::default() },
        Faults { is_repeated: true, is_disordered: true, is_answer_lost: true, ..Faults::default() },
    ];
    for faults in all {
        let (seen, fake) = run(Phone::Presses(vec!["48", "47"]), faults, test("47")).await;
        let after_ringing: Vec<_> = seen.into_iter().filter(|event| *event != Ringing).collect();
        assert_eq!(after_ringing, [Answered, WrongDigits, Ended(Ending::Confirmed)]);
        assert_eq!(fake.begun.lock().unwrap().len(), 1, "called twice");
        assert_eq!(fake.refused.load(SeqCst), 0);
    }
}

#[tokio::test]
async fn a_status_that_no_callback_brought_is_polled() {
    let lost = Faults { are_statuses_lost: true, ..Faults::default() };
    for (status, ending) in
        [("busy", Ending::Busy), ("no-answer", Ending::NoAnswer), ("failed", Ending::NotReached)]
    {
        let (seen, fake) = run(Phone::Never(status), lost, test("47")).await;
        assert_eq!(seen, [Ended(ending)]);
        assert!(fake.questions.load(SeqCst) > 0);
    }
    let (seen, _) = run(Phone::HangsUp, lost, test("47")).await;
    assert_eq!(seen, [Answered, Ended(Ending::HungUp)]);
}

#[tokio::test]
async fn a_call_that_the_provider_forgets_times_out_and_is_hung_up() {
    let none = Faults::default();
    let (seen, fake) = run(Phone::RingsForEver, none, test("47")).await;
    assert_eq!(seen, [Ringing, Ended(Ending::NoAnswer)]);
    assert_eq!(fake.statuses.lock().unwrap().values().next().map(String::as_str), Some("completed"));

    let (seen, fake) = run(Phone::ListensForEver, none, test("47")).await;
    assert_eq!(seen, [Ringing, Answered, Ended(Ending::NoKeys)]);
    assert_eq!(fake.statuses.lock().unwrap().values().next().map(String::as_str), Some("completed"));

    let begun = std::time::Instant::now();
    let (seen, fake) = run(Phone::RingsForEver, Faults { is_dead: true, ..none }, test("47")).await;
    assert_eq!(seen, [Ended(Ending::Fault)]);
    assert!(begun.elapsed() >= Duration::from_secs(1), "reported while the phone may ring");
    assert_eq!(fake.begun.lock().unwrap().len(), 1, "what may have been begun is not begun again");
}

#[tokio::test]
async fn a_refused_number_and_a_refused_account_are_told_apart() {
    for (refusal, ending) in [
        ((400, 21_211), Ending::NotReached),
        ((400, 21_219), Ending::NotBegun),
        ((401, 20_003), Ending::NotBegun),
    ] {
        let faults = Faults { refusal: Some(refusal), ..Faults::default() };
        assert_eq!(run(Phone::RingsForEver, faults, test("47")).await.0, [Ended(ending)]);
    }
    let (_, line) = FakeProvider::start(Phone::RingsForEver, Faults::default()).await;
    let settings = ProviderSettings {
        // Nobody listens on the discard port (9) here.
        api: "http://127.0.0.1:9/2010-04-01".to_owned(),
        account: ACCOUNT.to_owned(),
        secret: Zeroizing::new(SECRET.to_owned()),
        from: "+441632960002".to_owned(),
        public: line.shared().settings.public.clone(),
    };
    let mut events = ProviderLine::new(settings).unwrap().place(call(test("47"), "")).unwrap();
    assert_eq!(events.next().await, Some(Ended(Ending::NotBegun)));
}

#[tokio::test]
async fn dropping_the_events_hangs_up() {
    let (fake, line) = FakeProvider::start(Phone::ListensForEver, Faults::default()).await;
    let mut events = line.place(call(test("47"), "")).unwrap();
    while events.next().await != Some(Answered) {}
    drop(events);
    let hung_up = async {
        while line.calls() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(7), hung_up).await.expect("before the call's time is over");
    assert_eq!(fake.status_of(&format!("CA{:032x}", 0)), "completed");
}

#[tokio::test]
async fn forged_foreign_and_late_callbacks_change_nothing() {
    let (fake, line) = FakeProvider::start(Phone::RingsForEver, Faults::default()).await;
    let mut events = line.place(call(test("47"), "")).unwrap();
    assert_eq!(events.next().await, Some(Ringing));
    let begun = fake.begun.lock().unwrap()[0].clone();
    let field = |name: &str| begun.iter().find(|(key, _)| key == name).unwrap().1.clone();
    let (words, status) = (field("Url"), field("StatusCallback"));
    let sid = format!("CA{:032x}", 0);
    let to = |address: &str, form: &[(String, String)], signature: Option<&str>| {
        let path = address.strip_prefix("https://mfa.example.org/calls/provider/").unwrap();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        line.callback(path, body.as_bytes(), signature)
    };
    let signed =
        |address: &str, form: &[(String, String)]| to(address, form, Some(&sign(SECRET, address, form)));

    let pressed = form_of(&sid, "in-progress", Some("47"));
    let keys = words.replace("/words/0", "/words/1");
    let of_others = [sign("another secret", &keys, &pressed), sign(SECRET, &words, &pressed), String::new()];
    for signature in of_others.iter().map(|signature| Some(signature.as_str())).chain([None]) {
        assert_eq!(to(&keys, &pressed, signature), Err(CallbackRefused::Forged), "{signature:?}");
    }
    // Keys before the phone was answered belong to a turn that does not exist yet.
    let last = words.replace("/words/0", &format!("/words/{}", u32::MAX));
    for address in [&keys, &last] {
        assert_eq!(signed(address, &pressed), Err(CallbackRefused::Late), "{address}");
    }
    // These are of another call, of another account, and of no call.
    let other = form_of(&format!("CA{:032x}", 7), "in-progress", None);
    assert_eq!(signed(&words, &other), Err(CallbackRefused::Malformed));
    let mut foreign = form_of(&sid, "in-progress", None);
    foreign[1].1 = "AC00000000000000000000000000000000".to_owned();
    assert_eq!(signed(&words, &foreign), Err(CallbackRefused::Malformed));
    assert_eq!(signed(&words, &foreign[1..]), Err(CallbackRefused::Malformed));
    let elsewhere = words.replace("/words/0", "/elsewhere/0");
    assert_eq!(signed(&elsewhere, &form_of(&sid, "in-progress", None)), Err(CallbackRefused::Malformed));

    // Three genuine turns, then the first two again, late.
    let asked = signed(&words, &form_of(&sid, "in-progress", None)).unwrap();
    assert_eq!(events.next().await, Some(Answered));
    let wrong = form_of(&sid, "in-progress", Some("48"));
    let second = signed(&keys, &wrong).unwrap();
    assert_eq!(events.next().await, Some(WrongDigits));
    assert_eq!(signed(&keys, &wrong), Ok(second.clone()), "the same post again");
    assert_eq!(signed(&keys, &pressed), Ok(second), "a turn is over, whatever it says now");
    assert_eq!(signed(&words, &form_of(&sid, "in-progress", None)), Err(CallbackRefused::Late));
    assert!(asked.as_str().contains("Gather"));
    let third = words.replace("/words/0", "/words/2");
    assert!(signed(&third, &pressed).unwrap().as_str().contains("confirmed"));
    assert_eq!(events.next().await, Some(Ended(Ending::Confirmed)));
    signed(&status, &form_of(&sid, "busy", None)).unwrap();
    assert_eq!(events.next().await, None);
    // The call is over: a provider that still asks must hang up.
    for address in [&words, &third] {
        assert_eq!(signed(address, &pressed), Ok(Twiml::hang_up()));
        assert_eq!(signed(address, &pressed[1..]), Err(CallbackRefused::Malformed), "of no call, then too");
    }
}

#[test]
fn secrets_travel_over_https_or_stay_on_this_computer() {
    let settings = |api: &str, public: &str, account: &str| ProviderSettings {
        api: api.to_owned(),
        account: account.to_owned(),
        secret: Zeroizing::new(SECRET.to_owned()),
        from: "+441632960002".to_owned(),
        public: public.to_owned(),
    };
    let (api, public) = ("https://api.example.com/2010-04-01", "https://mfa.example.org/calls");
    assert!(ProviderLine::new(settings(api, public, ACCOUNT)).is_ok());
    assert!(
        ProviderLine::new(settings("http://127.0.0.1/2010-04-01", "HTTPS://MFA.example.org:443", ACCOUNT))
            .is_ok()
    );
    for (api, public, account) in [
        ("http://api.example.com", public, ACCOUNT),
        ("http://127.0.0.1.example.com:80", public, ACCOUNT),
        (api, "http://mfa.example.org", ACCOUNT),
        (api, public, "AC/../x"),
        (api, public, ""),
    ] {
        assert!(ProviderLine::new(settings(api, public, account)).is_err(), "{api} {public} {account}");
    }
}

/// A public address with capitals, the default port and a slash at its end is written in its one form.
#[tokio::test]
async fn the_provider_gets_and_signs_the_one_form_of_our_address() {
    let (fake, line) =
        FakeProvider::start_at("HTTPS://MFA.example.org:443/calls/provider/", Phone::RingsForEver).await;
    let mut events = line.place(call(test("47"), "")).unwrap();
    assert_eq!(events.next().await, Some(Ringing));
    let begun = fake.begun.lock().unwrap()[0].clone();
    let words = begun.iter().find(|(key, _)| key == "Url").unwrap().1.clone();
    assert!(words.starts_with("https://mfa.example.org/calls/provider/"), "{words}");
    assert_eq!(fake.refused.load(SeqCst), 0);
}
