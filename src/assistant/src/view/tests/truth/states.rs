//! Every state in which a page can be seen under a policy: the ways to the end, and what goes wrong on each page.

use domain::{
    ClockOffset, CodeSlip, CodeVerdict, CodeWhere, MethodKind, NumberClass, NumberProblem, Step, Wanted,
};
use journey::{
    CallEnding, CallFault, CallStage, CodeTest, Event, Page, PhoneChoice, RefusedWhy, SaveFault, SendFault,
    ServiceFault, SignInFault, SignedIn, SlipFault, State, TestCall,
};

use super::super::SERVICE_FAULTS;
use super::trusts::Trust;
use crate::view::samples::{NOW, Walk, reference, signed_in};

/// All of them, with what leads there.
pub(super) fn states(trust: &Trust) -> Vec<(String, Walk)> {
    let start = |phone, resume| Walk::under(trust.startup.clone(), phone, resume);
    let plain = |resume| start(PhoneChoice::IPhone, resume);
    let mut pages = way(plain(None), &[]);
    let mut states: Vec<_> = pages.iter().flat_map(|(what, walk)| beside(what, walk)).collect();
    if trust.wants(MethodKind::AuthenticatorApp).is_some() {
        pages.extend(way(start(PhoneChoice::Android, None), &[]));
        pages.extend(way(start(PhoneChoice::NotSure, None), &[]));
        pages.extend(way(plain(None), &[MethodKind::AuthenticatorApp]));
    }
    if trust.wants(MethodKind::PhoneCall) == Some(Wanted::Optional) {
        let without = way(plain(None), &[MethodKind::PhoneCall]);
        states.extend(without.iter().flat_map(|(what, walk)| beside(what, walk)));
        pages.extend(without);
    }
    for reached in [Page::ScanTheCode, Page::AnswerTheCall] {
        pages.extend(way(plain(Some(reached)), &[]));
    }
    states
        .extend(pages.iter().map(|(what, walk)| (format!("{what}, help"), then(walk, &[Event::Help(true)]))));
    states.extend(pages);
    states
}

fn beside(page: &str, walk: &Walk) -> Vec<(String, Walk)> {
    asides(walk).into_iter().map(|(what, walk)| (format!("{page}, {what}"), walk)).collect()
}

/// Each page on to the end, without the methods that are passed over.
fn way(mut walk: Walk, without: &[MethodKind]) -> Vec<(String, Walk)> {
    let mut pages = Vec::new();
    for _ in 0..30 {
        let page = walk.journey.page();
        pages.push((format!("{page:?}"), walk.clone()));
        let before = walk.clone();
        if page == Page::WhatPhone && without.contains(&MethodKind::AuthenticatorApp) {
            walk = then(&walk, &[Event::PhoneChosen(PhoneChoice::NoSmartphone), Event::Next]);
        } else if walk.journey.method_to_skip().is_some_and(|kind| without.contains(&kind)) {
            walk.on(Event::SkipMethod);
        } else if page == Page::IsThisYou && walk.journey.facts().reached >= Some(Page::ScanTheCode) {
            // After a resume the journey jumps to the first page that has no answer.
            walk = then(&walk, &[Event::ThisIsMe]);
            if walk.journey.page() == Page::ScanTheCode {
                walk.on(Event::SecretMade(journey::SecretId(1)));
            }
        } else {
            walk.forward();
        }
        if walk.journey.page() == page && walk.journey.state() == before.journey.state() {
            return pages;
        }
    }
    panic!("no end at {:?}", walk.journey.page());
}

fn then(walk: &Walk, events: &[Event]) -> Walk {
    let mut walk = walk.clone();
    events.iter().for_each(|event| walk.on(event.clone()));
    walk
}

/// After **Next**, with what then comes for what was asked.
fn after_next(walk: &Walk, event: impl FnOnce(journey::Attempt) -> Event) -> Walk {
    let asked = then(walk, &[Event::Next]);
    let attempt = asked.last_attempt();
    then(&asked, &[event(attempt)])
}

/// What a page can show besides.
fn asides(walk: &Walk) -> Vec<(String, Walk)> {
    match walk.journey.page() {
        Page::Starting => SERVICE_FAULTS
            .iter()
            .map(|fault| {
                let failed = Event::PolicyFailed(walk.last_attempt(), *fault);
                (format!("{fault:?}"), then(walk, &[failed]))
            })
            .collect(),
        Page::HowWeUseYourDetails => {
            vec![("how long".to_owned(), then(walk, &[Event::ShowPeriods(true)]))]
        }
        Page::WhoAreYou => signing_in(walk),
        Page::IsThisYou => vec![("not me".to_owned(), then(walk, &[Event::NotMe]))],
        Page::WhatPhone => vec![("no choice".to_owned(), then(walk, &[Event::Next]))],
        Page::ScanTheCode => [Event::ShowKey(true), Event::MakeBigger(true)]
            .into_iter()
            .map(|event| (format!("{event:?}"), then(walk, &[event])))
            .collect(),
        Page::TestIt if !matches!(walk.journey.state(), State::TestIt(CodeTest::Passed)) => testing(walk),
        Page::YourPhoneNumber => numbers(walk),
        Page::AnswerTheCall if !matches!(walk.journey.state(), State::AnswerTheCall(TestCall::Passed)) => {
            calls(walk)
        }
        Page::CheckAndSend => sending(walk),
        Page::Done => slips(walk),
        Page::TestIt
        | Page::AnswerTheCall
        | Page::CannotStart
        | Page::BeforeYouStart
        | Page::NotYou
        | Page::NoSmartphone
        | Page::GetTheApp
        | Page::AddAnAccount
        | Page::CouldNotFinish => Vec::new(),
    }
}

fn signing_in(walk: &Walk) -> Vec<(String, Walk)> {
    let mut faults = vec![
        SignInFault::Unknown,
        SignInFault::Used,
        SignInFault::UsedUp,
        SignInFault::Expired,
        SignInFault::Revoked,
        SignInFault::Replaced,
        SignInFault::BeginAnew,
        SignInFault::TryLater { secs: 600 },
        SignInFault::AlreadyEnrolled,
        SignInFault::RulesChanged,
    ];
    // A code is refused for where it is typed only where the policy says so.
    let profile = walk.journey.facts().profile.clone().expect("a profile");
    faults.extend(match profile.codes.r#where {
        CodeWhere::Anywhere => vec![],
        CodeWhere::SchoolNetwork => vec![SignInFault::OnlyAtSchool],
        CodeWhere::Station => vec![SignInFault::OnlyAtStation, SignInFault::NoStation],
    });
    for slip in [
        CodeSlip::Empty,
        CodeSlip::Length(9),
        CodeSlip::Character('1'),
        CodeSlip::Character('O'),
        CodeSlip::Character('\u{202e}'),
        CodeSlip::Check,
    ] {
        faults.push(SignInFault::Slip(slip));
    }
    faults.extend(SERVICE_FAULTS.iter().copied().map(SignInFault::Service));
    let mut all = vec![("waiting".to_owned(), then(walk, &[Event::Next]))];
    for fault in faults {
        all.push((format!("{fault:?}"), after_next(walk, |attempt| Event::SignInFailed(attempt, fault))));
    }
    all.push(("too long".to_owned(), after_next(walk, Event::TimerElapsed)));
    let set_up = vec![MethodKind::AuthenticatorApp, MethodKind::PhoneCall];
    let before = SignedIn { used_before: true, set_up, ..signed_in() };
    let before = after_next(walk, |attempt| Event::SignedIn(attempt, Box::new(before)));
    all.push(("set up before".to_owned(), before));
    all
}

fn testing(walk: &Walk) -> Vec<(String, Walk)> {
    let elsewhere = |number: i64, off_by: i64| CodeVerdict::Elsewhere { step: Step(number), off_by };
    let mut all = vec![("waiting".to_owned(), then(walk, &[Event::Next]))];
    let mut judged = |walk: &Walk, what: &str, verdicts: &[CodeVerdict]| {
        let mut walk = walk.clone();
        for verdict in verdicts {
            walk = after_next(&walk, |attempt| Event::CodeJudged(attempt, *verdict));
        }
        all.push((what.to_owned(), walk));
    };
    judged(walk, "nothing typed", &[CodeVerdict::NotSixDigits { is_empty: true }]);
    judged(walk, "not six", &[CodeVerdict::NotSixDigits { is_empty: false }]);
    judged(walk, "old", &[elsewhere(100, -8)]);
    judged(walk, "early", &[elsewhere(100, 8)]);
    judged(walk, "a phone that is slow", &[elsewhere(100, -120), elsewhere(101, -120)]);
    judged(walk, "a phone that is fast", &[elsewhere(100, 120), elsewhere(101, 120)]);
    judged(walk, "three of another entry", &[CodeVerdict::NoMatch; 3]);
    for secs in [240, -240] {
        let clock = ClockOffset::measured(NOW.plus_secs(secs), NOW);
        let out = then(walk, &[Event::ClockMeasured(clock, None)]);
        judged(&out, "this computer's clock", &[elsewhere(100, secs / 30)]);
    }
    all.push(("too long".to_owned(), after_next(walk, Event::TimerElapsed)));
    all
}

fn numbers(walk: &Walk) -> Vec<(String, Walk)> {
    use NumberClass as C;
    let mut problems = vec![
        NumberProblem::Empty,
        NumberProblem::NotANumber,
        NumberProblem::SeveralNumbers,
        NumberProblem::TooShort,
        NumberProblem::TooLong,
        NumberProblem::Impossible,
        NumberProblem::OtherCountry,
        NumberProblem::Switchboard,
        NumberProblem::ExtensionNotAllowed,
        NumberProblem::ExtensionOnMobile,
        NumberProblem::ExtensionDigits,
    ];
    let classes = [
        C::Freephone,
        C::Internet,
        C::Personal,
        C::Pager,
        C::SharedCost,
        C::Premium,
        C::DirectoryEnquiries,
        C::Jersey,
        C::Guernsey,
        C::IsleOfMan,
        C::Satellite,
    ];
    problems.extend(classes.map(NumberProblem::Class));
    let mut all = vec![("countries".to_owned(), then(walk, &[Event::OpenRegions(true)]))];
    for problem in problems {
        let judged = after_next(walk, |attempt| Event::NumberJudged(attempt, Err(problem)));
        all.push((format!("{problem:?}"), judged));
    }
    all.push(("too long".to_owned(), after_next(walk, Event::TimerElapsed)));
    all
}

fn calls(walk: &Walk) -> Vec<(String, Walk)> {
    let mut all = vec![("asking".to_owned(), then(walk, &[Event::Next]))];
    for stage in [
        CallStage::Waiting { ahead: 0 },
        CallStage::Waiting { ahead: 3 },
        CallStage::Dialling,
        CallStage::Ringing,
        CallStage::Answered,
        CallStage::WrongDigits,
    ] {
        all.push((format!("{stage:?}"), after_next(walk, |attempt| Event::CallMoved(attempt, stage))));
    }
    for ending in [
        CallEnding::NotConfirmed,
        CallEnding::NoAnswer,
        CallEnding::Busy,
        CallEnding::HungUp,
        CallEnding::NoKeys,
        CallEnding::Stopped,
        CallEnding::NotReached,
        CallEnding::Cancelled,
        CallEnding::Fault,
        CallEnding::Lost,
    ] {
        all.push((format!("{ending:?}"), after_next(walk, |attempt| Event::CallEnded(attempt, ending))));
    }
    for fault in [
        CallFault::TryLater { secs: 600 },
        CallFault::NoneLeft,
        CallFault::Quiet { secs: 20_000 },
        CallFault::Stopped,
        CallFault::Number(NumberProblem::Switchboard),
        CallFault::SignedOut,
        CallFault::NoLine,
        CallFault::Service(ServiceFault::Unreachable),
    ] {
        all.push((format!("{fault:?}"), after_next(walk, |attempt| Event::CallFailed(attempt, fault))));
    }
    all.push(("too long".to_owned(), after_next(walk, Event::TimerElapsed)));
    all
}

fn slips(walk: &Walk) -> Vec<(String, Walk)> {
    let printing = then(walk, &[Event::PrintSlip]);
    if printing.journey.state() == walk.journey.state() {
        // Nothing was sent yet, so there is no slip.
        return Vec::new();
    }
    let attempt = printing.last_attempt();
    let mut all = vec![("opened".to_owned(), then(&printing, &[Event::SlipOpened(attempt)]))];
    for fault in [
        SlipFault::NoFolder,
        SlipFault::NotAllowed,
        SlipFault::DiskFull,
        SlipFault::NoViewer,
        SlipFault::Other,
    ] {
        all.push((format!("{fault:?}"), then(&printing, &[Event::SlipFailed(attempt, fault)])));
    }
    let saved = Event::SlipSaved(attempt, "/home/ada/Documents/slip.html".to_owned());
    all.push(("saved".to_owned(), then(&printing, &[saved])));
    all.push(("printing".to_owned(), printing));
    all
}

fn sending(walk: &Walk) -> Vec<(String, Walk)> {
    let mut all = vec![("saving".to_owned(), then(walk, &[Event::Next]))];
    for fault in [SaveFault::DiskFull, SaveFault::Other] {
        all.push((format!("{fault:?}"), after_next(walk, |attempt| Event::SaveFailed(attempt, fault))));
    }
    all.push(("unsure".to_owned(), after_next(walk, Event::TimerElapsed)));
    let saved = after_next(walk, |attempt| Event::Saved(attempt, reference()));
    all.push(("saved only".to_owned(), then(&saved, &[Event::SendFailed(SendFault::Unreachable)])));
    for why in [
        RefusedWhy::GrantExpired,
        RefusedWhy::GrantRevoked,
        RefusedWhy::AlreadyEnrolled,
        RefusedWhy::Conflict,
        RefusedWhy::GenerationPassed,
        RefusedWhy::KeyRetired,
        RefusedWhy::Other("service_fault".to_owned()),
    ] {
        let what = format!("{why:?}");
        all.push((what, then(&saved, &[Event::SendFailed(SendFault::Refused(why))])));
    }
    all.push(("sending".to_owned(), saved));
    all
}
