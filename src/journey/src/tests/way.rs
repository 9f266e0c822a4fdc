//! Whole walks through the pages, as people go.

use super::*;

#[test]
fn a_person_gets_from_the_first_page_to_the_last() {
    let mut walk = Walk::new(None);
    let mut pages = vec![walk.journey.page()];
    while walk.journey.page() != Page::Done {
        walk.forward();
        pages.push(walk.journey.page());
        assert!(pages.len() < 20, "{pages:?}");
    }
    assert_eq!(
        pages,
        [
            Page::Starting,
            Page::BeforeYouStart,
            Page::HowWeUseYourDetails,
            Page::WhoAreYou,
            Page::IsThisYou,
            Page::WhatPhone,
            Page::GetTheApp,
            Page::AddAnAccount,
            Page::ScanTheCode,
            Page::TestIt,
            Page::YourPhoneNumber,
            Page::AnswerTheCall,
            Page::CheckAndSend,
            Page::Done,
        ]
    );
    assert_eq!(*walk.journey.state(), State::Done { sent: Sent::Accepted, slip: Slip::NotMade });
    assert_eq!(walk.journey.facts().receipt, Some(reference(1)));
}

#[test]
fn the_right_code_passes_while_it_is_typed_and_an_unfinished_one_is_no_error() {
    let mut walk = Walk::to(Page::TestIt);
    walk.on(Event::Typed(FieldId::AppCode));
    walk.on(Event::CodeJudged(walk.last_attempt(), CodeVerdict::NotSixDigits { is_empty: false }));
    assert_eq!(walk.journey.problem(), None);
    walk.on(Event::Typed(FieldId::AppCode));
    walk.on(Event::CodeJudged(walk.last_attempt(), RIGHT));
    assert_eq!(*walk.journey.state(), State::TestIt(CodeTest::Passed), "it is said until Next");
    assert!(walk.journey.facts().is_proved(MethodKind::AuthenticatorApp));
    walk.on(Event::Next);
    assert_eq!(walk.journey.page(), Page::YourPhoneNumber);
}

#[test]
fn help_is_offered_from_the_third_wrong_code_on_and_the_secret_stays() {
    let mut walk = Walk::to(Page::TestIt);
    for tries in 1..=4 {
        walk.on(Event::Next);
        walk.on(Event::CodeJudged(walk.last_attempt(), CodeVerdict::NoMatch));
        assert_eq!(walk.journey.problem(), Some(&Problem::CodeNoMatch { tries }));
        assert_eq!(walk.journey.offers_help(), tries >= 3);
        assert_eq!(walk.effects, [Effect::MeasureClock]);
        walk.on(Event::Back);
        assert_eq!(walk.journey.facts().secret, Some(SecretId(7)));
        walk.on(Event::Next);
    }
}

#[test]
fn a_wrong_code_is_blamed_on_this_computers_clock_once_that_is_measured_wrong() {
    let mut walk = Walk::to(Page::TestIt);
    walk.on(Event::Next);
    walk.on(Event::CodeJudged(walk.last_attempt(), CodeVerdict::Elsewhere { step: Step(1), off_by: 8 }));
    assert_eq!(walk.journey.problem(), Some(&Problem::CodeEarly { secs: 240, tries: 1 }));
    walk.on(Event::ClockMeasured(ClockOffset::measured(NOW.plus_secs(240), NOW), None));
    assert_eq!(walk.journey.problem(), Some(&Problem::ComputerClock { secs: 240, tries: 1 }));
}

#[test]
fn a_resume_signs_in_again_and_goes_to_a_new_code() {
    let mut walk = Walk::new(Some(Page::TestIt));
    for page in [Page::WhoAreYou, Page::IsThisYou, Page::ScanTheCode] {
        walk.forward();
        assert_eq!(walk.journey.page(), page);
    }
    assert!(walk.journey.facts().old_entry_in_app);
    assert_eq!(walk.effects, [Effect::MakeSecret]);
}

#[test]
fn a_resume_before_the_code_asks_for_the_phone_and_a_finished_one_starts_anew() {
    let mut walk = Walk::new(Some(Page::GetTheApp));
    walk.forward().forward().forward();
    assert_eq!(walk.journey.page(), Page::WhatPhone);
    assert!(!walk.journey.facts().old_entry_in_app);
    for page in [Page::Done, Page::Starting, Page::HowWeUseYourDetails, Page::CouldNotFinish] {
        let mut walk = Walk::new(Some(page));
        assert_eq!(walk.forward().journey.page(), Page::BeforeYouStart, "{page:?}");
    }
}

#[test]
fn change_comes_back_to_check_and_send() {
    let mut walk = Walk::to(Page::CheckAndSend);
    walk.on(Event::Change(ChangeWhat::Person)).forward().forward();
    assert_eq!(walk.journey.page(), Page::CheckAndSend, "the same person has nothing to do again");
    walk.on(Event::Change(ChangeWhat::App));
    assert_eq!(walk.journey.page(), Page::WhatPhone);
    walk.forward().forward().forward().forward();
    assert_eq!(walk.journey.page(), Page::TestIt);
    assert_eq!(walk.journey.facts().proved, [Proof::Call(NumberId(3))], "another phone proves itself");
    assert_eq!(walk.journey.facts().secret, Some(SecretId(7)));
    walk.forward();
    assert_eq!(walk.journey.page(), Page::CheckAndSend, "the number was tested");
    walk.on(Event::Change(ChangeWhat::Number)).on(Event::Typed(FieldId::PhoneNumber)).on(Event::Next);
    walk.on(Event::NumberJudged(walk.last_attempt(), Ok(NumberId(4))));
    assert_eq!(walk.journey.page(), Page::AnswerTheCall, "another number is tested anew");
    walk.forward();
    assert_eq!(walk.journey.page(), Page::CheckAndSend);
}

#[test]
fn signing_in_again_keeps_the_secret_and_asks_for_another_code() {
    let mut changed = Walk::to(Page::CheckAndSend);
    changed.on(Event::Change(ChangeWhat::Person));
    let mut back = Walk::to(Page::CheckAndSend);
    while back.journey.page() != Page::WhoAreYou {
        back.on(Event::Back);
    }
    for mut walk in [changed, back] {
        walk.on(Event::Typed(FieldId::EnrolmentCode)).on(Event::Next);
        walk.on(Event::SignedIn(walk.last_attempt(), Box::new(ford())));
        assert_eq!(walk.journey.facts().proved, [], "a proof from before the sign-in counts for nothing");
        assert_eq!(walk.journey.facts().secret, Some(SecretId(7)));
        let mut pages = Vec::new();
        while walk.journey.page() != Page::CheckAndSend {
            walk.forward();
            pages.push(walk.journey.page());
            assert!(pages.len() < 10, "{pages:?}");
        }
        assert!(pages.contains(&Page::TestIt), "{pages:?}");
        assert_eq!(walk.journey.facts().secret, Some(SecretId(7)));
        assert_eq!(walk.forward().journey.page(), Page::Done);
    }
}

#[test]
fn another_person_inherits_nothing() {
    let mut walk = Walk::to(Page::CheckAndSend);
    walk.on(Event::Change(ChangeWhat::Person)).on(Event::Typed(FieldId::EnrolmentCode)).on(Event::Next);
    walk.on(Event::SignedIn(walk.last_attempt(), Box::new(zaphod())));
    assert!(walk.effects.contains(&Effect::ForgetSecrets));
    assert_eq!(walk.journey.facts().secret, None);
    walk.on(Event::ThisIsMe);
    assert_eq!(walk.journey.page(), Page::WhatPhone);
    assert_eq!(*walk.journey.state(), State::WhatPhone { chosen: None });
}

#[test]
fn a_code_of_someone_else_is_reported_and_starts_again() {
    let mut walk = Walk::to(Page::IsThisYou);
    walk.on(Event::NotMe);
    assert_eq!(walk.journey.page(), Page::NotYou);
    assert_eq!(walk.effects[0], Effect::TellNotMe);
    walk.on(Event::StartAgain).forward();
    assert_eq!(walk.journey.page(), Page::BeforeYouStart);
    assert_eq!(walk.journey.facts().signed_in, None);
}

#[test]
fn the_next_person_has_no_entry_of_the_previous_one_in_their_app() {
    for (event, is_left) in [(Event::StartAgain, true), (Event::NextPerson, false)] {
        let mut walk = Walk::to(Page::CheckAndSend);
        walk.on(Event::Next);
        walk.on(Event::Saved(walk.last_attempt(), reference(1)));
        walk.on(Event::SendFailed(SendFault::Refused(RefusedWhy::KeyRetired)));
        assert_eq!(walk.journey.page(), Page::CouldNotFinish);
        walk.on(event).forward();
        assert_eq!(walk.journey.page(), Page::BeforeYouStart);
        assert_eq!(walk.journey.facts().old_entry_in_app, is_left);
    }
}

#[test]
fn without_a_network_it_is_saved_and_accepted_later() {
    let mut walk = Walk::to(Page::CheckAndSend);
    walk.on(Event::Next);
    walk.on(Event::Saved(walk.last_attempt(), reference(1)));
    walk.on(Event::SendFailed(SendFault::Unreachable));
    assert_eq!(*walk.journey.state(), State::Done { sent: Sent::Saved, slip: Slip::NotMade });
    walk.on(Event::Help(true)).on(Event::Accepted(reference(1)));
    assert_eq!(*walk.journey.state(), State::Done { sent: Sent::Accepted, slip: Slip::NotMade });
    assert!(walk.journey.help_open(), "the page is the same, so nothing is shut under the person");
}

#[test]
fn a_full_disk_loses_nothing() {
    let mut walk = Walk::to(Page::CheckAndSend);
    walk.on(Event::Next);
    walk.on(Event::SaveFailed(walk.last_attempt(), SaveFault::DiskFull));
    assert_eq!(walk.journey.problem(), Some(&Problem::Save(SaveFault::DiskFull)));
    assert!(walk.journey.can_go_back());
    assert_eq!(walk.forward().journey.page(), Page::Done);
}

#[test]
fn an_unreachable_service_is_retried_while_the_page_stays_the_same() {
    let mut walk = Walk::new(None);
    walk.on(Event::TimerElapsed(walk.last_attempt()));
    for _ in 0..3 {
        assert_eq!(walk.journey.page(), Page::CannotStart);
        walk.on(Event::TimerElapsed(walk.last_attempt()));
        assert_eq!(walk.journey.page(), Page::CannotStart);
        assert!(matches!(walk.effects[0], Effect::FetchPolicy(_)));
        walk.on(Event::PolicyFailed(walk.last_attempt(), ServiceFault::Unreachable));
    }
    walk.on(Event::TimerElapsed(walk.last_attempt()));
    walk.on(Event::PolicyArrived(walk.last_attempt(), startup()));
    assert_eq!(walk.journey.page(), Page::BeforeYouStart);
    assert_eq!(walk.journey.problem(), None);
}

#[test]
fn a_policy_with_nothing_left_to_set_up_says_so() {
    let mut profile = (*profile()).clone();
    profile.methods.iter_mut().for_each(|rule| rule.retires = Some(day()));
    let mut walk = Walk::new(None);
    let startup =
        Startup { profile: Arc::new(profile), place: None, clock: ClockOffset::default(), practice: false };
    walk.on(Event::PolicyArrived(walk.last_attempt(), Box::new(startup)));
    assert_eq!(walk.journey.problem(), Some(&Problem::Service(ServiceFault::NothingToSetUp)));
}

/// Forward until a page, where the policy has these methods.
fn with_methods(app: Wanted, phone: Wanted, page: Page) -> Walk {
    let profile = profile_with([(MethodKind::AuthenticatorApp, app), (MethodKind::PhoneCall, phone)]);
    let mut walk = Walk::new(None);
    let startup = Startup { profile: Arc::new(profile), ..*startup() };
    walk.on(Event::PolicyArrived(walk.last_attempt(), Box::new(startup)));
    while walk.journey.page() != page {
        walk.forward();
    }
    walk
}

#[test]
fn without_a_smartphone_a_call_is_enough_where_the_app_is_optional() {
    for (app, leads_to) in [(Wanted::Optional, Page::YourPhoneNumber), (Wanted::Required, Page::NoSmartphone)]
    {
        let mut walk = with_methods(app, Wanted::Required, Page::WhatPhone);
        walk.on(Event::PhoneChosen(PhoneChoice::NoSmartphone)).on(Event::Next).on(Event::SkipMethod);
        assert_eq!(walk.journey.page(), leads_to);
        if app == Wanted::Optional {
            assert_eq!(walk.journey.progress(), Some((5, 8)), "the app's pages are gone but the first");
            walk.on(Event::Back);
            assert_eq!(walk.journey.page(), Page::WhatPhone);
            walk.on(Event::PhoneChosen(PhoneChoice::NoSmartphone)).on(Event::Next).on(Event::SkipMethod);
            walk.forward().forward();
            assert_eq!(walk.journey.page(), Page::CheckAndSend);
            walk.on(Event::Next);
            let sealed =
                Effect::SealAndSave { attempt: walk.last_attempt(), proofs: vec![Proof::Call(NumberId(3))] };
            assert!(walk.effects.contains(&sealed), "{:?}", walk.effects);
        }
    }
}

#[test]
fn an_optional_number_may_be_left_out_and_thought_of_again() {
    let mut walk = with_methods(Wanted::Required, Wanted::Optional, Page::YourPhoneNumber);
    walk.on(Event::SkipMethod);
    assert_eq!(walk.journey.page(), Page::CheckAndSend);
    walk.on(Event::Back);
    assert_eq!(walk.journey.page(), Page::YourPhoneNumber);
    walk.forward();
    assert_eq!(walk.journey.page(), Page::AnswerTheCall);
    walk.forward();
    assert_eq!(walk.journey.page(), Page::CheckAndSend);
    assert!(walk.journey.facts().is_proved(MethodKind::PhoneCall));
    let mut required = with_methods(Wanted::Required, Wanted::Required, Page::YourPhoneNumber);
    required.on(Event::SkipMethod);
    assert_eq!(required.journey.page(), Page::YourPhoneNumber);
}

#[test]
fn a_call_that_failed_can_be_made_again_and_the_number_changed() {
    let mut walk = Walk::to(Page::AnswerTheCall);
    for ending in [CallEnding::NoAnswer, CallEnding::NotConfirmed, CallEnding::NoKeys, CallEnding::Fault] {
        walk.on(Event::Next);
        let call = walk.last_attempt();
        walk.on(Event::CallMoved(call, CallStage::Dialling)).on(Event::CallMoved(call, CallStage::Ringing));
        walk.on(Event::CallEnded(call, ending));
        assert_eq!(walk.journey.problem(), Some(&Problem::Call(ending)));
        assert!(!walk.journey.facts().is_proved(MethodKind::PhoneCall));
    }
    walk.on(Event::Back).on(Event::Typed(FieldId::PhoneNumber)).on(Event::Next);
    walk.on(Event::NumberJudged(walk.last_attempt(), Ok(NumberId(4)))).on(Event::Next);
    walk.on(Event::CallEnded(walk.last_attempt(), CallEnding::Confirmed));
    assert_eq!(*walk.journey.state(), State::AnswerTheCall(TestCall::Passed), "it is said until Next");
    walk.on(Event::Next);
    assert_eq!(walk.journey.page(), Page::CheckAndSend);
}
