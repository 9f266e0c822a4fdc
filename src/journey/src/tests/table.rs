//! Every state meets every event. The rows say what changes; whatever has no row must change nothing.

use std::collections::BTreeMap;

use domain::{CodeSlip, NumberProblem, Region};

use super::*;

/// Every state, by name, in the order of the way.
pub(super) fn states() -> Vec<(&'static str, Walk)> {
    let at = Walk::to;
    let after = |page, events: &[Event]| {
        let mut walk = at(page);
        for event in events {
            walk.on(event.clone());
        }
        walk
    };
    let mut unreachable = Walk::new(None);
    unreachable.on(Event::PolicyFailed(unreachable.last_attempt(), ServiceFault::Unreachable));
    let mut asking = unreachable.clone();
    asking.on(Event::TimerElapsed(asking.last_attempt()));
    let mut unsigned = Walk::new(None);
    unsigned.on(Event::PolicyFailed(unsigned.last_attempt(), ServiceFault::BadSignature));
    let mut sending = after(Page::CheckAndSend, &[Event::Next]);
    sending.on(Event::Saved(sending.last_attempt(), reference(1)));
    let mut unsure = after(Page::CheckAndSend, &[Event::Next]);
    unsure.on(Event::TimerElapsed(unsure.last_attempt()));
    let mut saved = sending.clone();
    saved.on(Event::TimerElapsed(saved.last_attempt()));
    let mut live = after(Page::AnswerTheCall, &[Event::Next]);
    live.on(Event::CallMoved(live.last_attempt(), CallStage::Waiting { ahead: 2 }));
    let mut ended = after(Page::AnswerTheCall, &[Event::Next]);
    ended.on(Event::CallEnded(ended.last_attempt(), CallEnding::Busy));
    let mut passed = after(Page::TestIt, &[Event::Next]);
    passed.on(Event::CodeJudged(passed.last_attempt(), RIGHT));
    let mut called = after(Page::AnswerTheCall, &[Event::Next]);
    called.on(Event::CallEnded(called.last_attempt(), CallEnding::Confirmed));
    let printing = after(Page::Done, &[Event::PrintSlip]);
    let mut slip_saved = after(Page::Done, &[Event::SaveSlip(SlipPlace::Documents)]);
    slip_saved.on(Event::SlipSaved(slip_saved.last_attempt(), "slip.html".to_owned()));
    let mut refused = sending.clone();
    refused.on(Event::SendFailed(SendFault::Refused(RefusedWhy::GrantRevoked)));
    vec![
        ("Starting", Walk::new(None)),
        ("CannotStart:pausing", unreachable),
        ("CannotStart:asking", asking),
        ("CannotStart:unsigned", unsigned),
        ("BeforeYouStart", at(Page::BeforeYouStart)),
        ("HowWeUseYourDetails", at(Page::HowWeUseYourDetails)),
        ("WhoAreYou", at(Page::WhoAreYou)),
        ("WhoAreYou:signing-in", after(Page::WhoAreYou, &[Event::Next])),
        ("WhoAreYou:known", after(Page::IsThisYou, &[Event::Back])),
        ("WhoAreYou:edited", after(Page::IsThisYou, &[Event::Back, Event::Typed(FieldId::EnrolmentCode)])),
        ("IsThisYou", at(Page::IsThisYou)),
        ("NotYou", after(Page::IsThisYou, &[Event::NotMe])),
        ("WhatPhone", at(Page::WhatPhone)),
        ("WhatPhone:chosen", after(Page::WhatPhone, &[Event::PhoneChosen(PhoneChoice::Android)])),
        ("WhatPhone:none", after(Page::WhatPhone, &[Event::PhoneChosen(PhoneChoice::NoSmartphone)])),
        (
            "NoSmartphone",
            after(Page::WhatPhone, &[Event::PhoneChosen(PhoneChoice::NoSmartphone), Event::Next]),
        ),
        ("GetTheApp", at(Page::GetTheApp)),
        ("AddAnAccount", at(Page::AddAnAccount)),
        ("ScanTheCode:no-secret", at(Page::ScanTheCode)),
        ("ScanTheCode", after(Page::ScanTheCode, &[Event::SecretMade(SecretId(7))])),
        ("TestIt", at(Page::TestIt)),
        ("TestIt:quiet", after(Page::TestIt, &[Event::Typed(FieldId::AppCode)])),
        ("TestIt:judging", after(Page::TestIt, &[Event::Next])),
        ("TestIt:passed", passed),
        ("TestIt:proved", after(Page::YourPhoneNumber, &[Event::Back])),
        ("YourPhoneNumber", at(Page::YourPhoneNumber)),
        ("YourPhoneNumber:judging", after(Page::YourPhoneNumber, &[Event::Next])),
        ("YourPhoneNumber:regions", after(Page::YourPhoneNumber, &[Event::OpenRegions(true)])),
        ("YourPhoneNumber:known", after(Page::AnswerTheCall, &[Event::Back])),
        (
            "YourPhoneNumber:edited",
            after(Page::AnswerTheCall, &[Event::Back, Event::Typed(FieldId::PhoneNumber)]),
        ),
        ("AnswerTheCall", at(Page::AnswerTheCall)),
        ("AnswerTheCall:asking", after(Page::AnswerTheCall, &[Event::Next])),
        ("AnswerTheCall:live", live),
        ("AnswerTheCall:ended", ended),
        ("AnswerTheCall:passed", called),
        ("AnswerTheCall:proved", after(Page::CheckAndSend, &[Event::Back])),
        ("CheckAndSend", at(Page::CheckAndSend)),
        ("CheckAndSend:saving", after(Page::CheckAndSend, &[Event::Next])),
        ("CheckAndSend:unsure", unsure),
        ("CheckAndSend:sending", sending),
        ("Done:saved", saved),
        ("Done:accepted", at(Page::Done)),
        ("Done:printing", printing),
        ("Done:slip-saved", slip_saved),
        ("CouldNotFinish", refused),
    ]
}

/// Every event, by name; those with an attempt answer the one that is open.
pub(super) fn events(open: Attempt, call: Attempt) -> Vec<(&'static str, Event)> {
    vec![
        ("PolicyArrived", Event::PolicyArrived(open, startup())),
        ("PolicyFailed", Event::PolicyFailed(open, ServiceFault::UnknownIdentity)),
        ("ClockMeasured", Event::ClockMeasured(ClockOffset::measured(NOW, NOW.plus_secs(90)), None)),
        ("TryAgain", Event::TryAgain),
        ("Next", Event::Next),
        ("Back", Event::Back),
        ("Help", Event::Help(true)),
        ("Typed:enrolment", Event::Typed(FieldId::EnrolmentCode)),
        ("Typed:app", Event::Typed(FieldId::AppCode)),
        ("Typed:region", Event::Typed(FieldId::Region)),
        ("SignedIn", Event::SignedIn(open, Box::new(ford()))),
        ("SignedIn:another", Event::SignedIn(open, Box::new(zaphod()))),
        ("SignInFailed", Event::SignInFailed(open, SignInFault::Unknown)),
        ("SignInFailed:slip", Event::SignInFailed(open, SignInFault::Slip(CodeSlip::Empty))),
        ("ThisIsMe", Event::ThisIsMe),
        ("NotMe", Event::NotMe),
        ("PhoneChosen", Event::PhoneChosen(PhoneChoice::IPhone)),
        ("PhoneChosen:none", Event::PhoneChosen(PhoneChoice::NoSmartphone)),
        ("SecretMade", Event::SecretMade(SecretId(8))),
        ("ShowPeriods", Event::ShowPeriods(true)),
        ("MakeBigger", Event::MakeBigger(true)),
        ("ShowKey", Event::ShowKey(true)),
        ("CodeJudged:right", Event::CodeJudged(open, RIGHT)),
        ("CodeJudged:wrong", Event::CodeJudged(open, CodeVerdict::NoMatch)),
        ("OpenRegions", Event::OpenRegions(true)),
        ("RegionChosen", Event::RegionChosen(Region::GB)),
        ("RegionChosen:refused", Event::RegionChosen(Region::new("FR").expect("a region"))),
        ("NumberJudged", Event::NumberJudged(open, Ok(NumberId(4)))),
        ("NumberJudged:wrong", Event::NumberJudged(open, Err(NumberProblem::TooShort))),
        ("CallMoved", Event::CallMoved(call, CallStage::Ringing)),
        ("CallEnded:confirmed", Event::CallEnded(call, CallEnding::Confirmed)),
        ("CallEnded:busy", Event::CallEnded(call, CallEnding::Busy)),
        ("CallFailed", Event::CallFailed(call, CallFault::NoneLeft)),
        ("SkipMethod", Event::SkipMethod),
        ("Change:number", Event::Change(ChangeWhat::Number)),
        ("Change:person", Event::Change(ChangeWhat::Person)),
        ("Change:app", Event::Change(ChangeWhat::App)),
        ("Saved", Event::Saved(open, reference(1))),
        ("SaveFailed", Event::SaveFailed(open, SaveFault::DiskFull)),
        ("Accepted", Event::Accepted(reference(1))),
        ("Accepted:another", Event::Accepted(reference(2))),
        ("SendFailed", Event::SendFailed(SendFault::Unreachable)),
        ("SendFailed:refused", Event::SendFailed(SendFault::Refused(RefusedWhy::KeyRetired))),
        ("SaveSlip", Event::SaveSlip(SlipPlace::Desktop)),
        ("PrintSlip", Event::PrintSlip),
        ("SlipSaved", Event::SlipSaved(open, "slip.html".to_owned())),
        ("SlipOpened", Event::SlipOpened(open)),
        ("SlipFailed", Event::SlipFailed(open, SlipFault::NoFolder)),
        ("TimerElapsed", Event::TimerElapsed(open)),
        ("StartAgain", Event::StartAgain),
        ("NextPerson", Event::NextPerson),
        ("Finish", Event::Finish),
    ]
}

/// Every event as it may come now.
pub(super) fn events_now(journey: &Journey) -> Vec<(&'static str, Event)> {
    let open = open_attempt(journey);
    events(open, journey.call_under_way().unwrap_or(open))
}

/// What the journey waits for, quietly or not; else a number that was never given out.
pub(super) fn open_attempt(journey: &Journey) -> Attempt {
    let quiet = if let State::TestIt(CodeTest::Judging(judging)) = journey.state() {
        Some(judging.attempt)
    } else if let State::CannotStart(cannot) = journey.state() {
        Some(cannot.attempt)
    } else {
        None
    };
    journey.waiting().or(quiet).unwrap_or(Attempt(u32::MAX))
}

/// Where an event led, in words: the state, the problem, what is to be done.
fn outcome(journey: &Journey, effects: &[Effect]) -> String {
    let mut words = format!("{:?}", journey.state());
    if let Some(problem) = journey.problem() {
        words.push_str(&format!(" !{problem:?}"));
    }
    let effects: Vec<String> = effects.iter().map(|effect| format!("{effect:?}")).collect();
    if !effects.is_empty() {
        words.push_str(&format!(" >{}", effects.join(" ")));
    }
    // Numbers of attempts are not what this table is about.
    let mut plain = String::new();
    let mut rest = words.as_str();
    while let Some(place) = rest.find("Attempt(") {
        let (before, from) = rest.split_at(place);
        plain.push_str(before);
        plain.push('#');
        rest = from.split_once(')').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

#[test]
fn every_state_meets_every_event() {
    let mut found = Vec::new();
    for (state, walk) in states() {
        for (name, event) in events_now(&walk.journey) {
            if matches!(name, "Help" | "ClockMeasured") {
                continue;
            }
            let (after, effects) = walk.journey.clone().on(event, NOW);
            if after != walk.journey || !effects.is_empty() {
                found.push((state, name, outcome(&after, &effects)));
            }
        }
    }
    let expected: BTreeMap<_, _> =
        rows::ROWS.iter().map(|(state, event, outcome)| ((*state, *event), *outcome)).collect();
    assert_eq!(expected.len(), rows::ROWS.len(), "a row is there twice");
    let found_map: BTreeMap<_, _> =
        found.iter().map(|(state, event, outcome)| ((*state, *event), outcome.as_str())).collect();
    for (key, outcome) in &found_map {
        assert_eq!(expected.get(key), Some(outcome), "{key:?}");
    }
    for key in expected.keys() {
        assert!(found_map.contains_key(key), "{key:?} was to change something");
    }
}

#[test]
fn a_measured_clock_is_recorded_on_every_page_and_changes_no_page() {
    for (state, walk) in states() {
        let mut measured = walk.clone();
        let clock = ClockOffset::measured(NOW.plus_secs(90), NOW);
        measured.on(Event::ClockMeasured(clock, None));
        let is_known = walk.journey.facts().profile.is_some();
        assert_eq!(measured.journey.facts().clock == clock, is_known, "{state}");
        assert_eq!(measured.journey.state(), walk.journey.state(), "{state}");
        assert_eq!(measured.effects, [], "{state}");
    }
}

#[test]
fn help_opens_everywhere_and_changes_nothing_else() {
    for (state, walk) in states() {
        let mut helped = walk.clone();
        helped.on(Event::Help(true));
        assert!(helped.journey.help_open() && helped.effects.is_empty(), "{state}");
        helped.on(Event::Help(false));
        assert_eq!(helped.journey, walk.journey, "{state}");
    }
}

#[test]
fn an_answer_to_an_older_attempt_is_dropped() {
    for (state, walk) in states() {
        for stale in [Attempt(0), Attempt(u32::MAX)] {
            for (name, event) in events(stale, stale) {
                let is_answer = matches!(
                    event,
                    Event::PolicyArrived(..)
                        | Event::PolicyFailed(..)
                        | Event::SignedIn(..)
                        | Event::SignInFailed(..)
                        | Event::CodeJudged(..)
                        | Event::NumberJudged(..)
                        | Event::CallMoved(..)
                        | Event::CallEnded(..)
                        | Event::CallFailed(..)
                        | Event::Saved(..)
                        | Event::SaveFailed(..)
                        | Event::SlipSaved(..)
                        | Event::SlipOpened(_)
                        | Event::SlipFailed(..)
                        | Event::TimerElapsed(_)
                );
                let (after, effects) = walk.journey.clone().on(event, NOW);
                assert!(!is_answer || (after == walk.journey && effects.is_empty()), "{state} {name}");
            }
        }
    }
}

#[test]
fn every_waiting_state_is_left_by_back_or_a_time_out() {
    for (state, walk) in states() {
        if let Some(attempt) = walk.journey.waiting() {
            let (timed_out, _) = walk.journey.clone().on(Event::TimerElapsed(attempt), NOW);
            assert_eq!(timed_out.waiting(), None, "{state}");
        }
    }
}

#[test]
fn every_wait_for_an_effect_has_a_timeout() {
    for (state, walk) in states() {
        // The keeper judges a code or a number on the spot.
        let needs_clock = walk.journey.waiting().filter(|_| !state.ends_with(":judging"));
        if let Some(attempt) = needs_clock {
            let is_armed =
                |effect: &Effect| matches!(effect, Effect::StartTimer(armed, _) if *armed == attempt);
            assert!(walk.effects.iter().any(is_armed), "{state}");
        }
    }
}
