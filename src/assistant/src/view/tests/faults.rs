//! What is said when something went wrong: refusals, problems, and calls that were stopped.

use journey::{Event, Page, Problem, RefusedWhy, SendFault, SignInFault};

use super::{SERVICE_FAULTS, text_of};
use crate::texts::Texts;
use crate::view::samples::{Walk, reference};
use crate::view::{Block, FieldId, problems};

#[test]
fn every_refusal_says_why_and_whom_to_ask() {
    use RefusedWhy as R;
    for why in [
        R::GrantExpired,
        R::GrantRevoked,
        R::AlreadyEnrolled,
        R::Conflict,
        R::GenerationPassed,
        R::KeyRetired,
        R::Other("service_fault".to_owned()),
    ] {
        let mut walk = Walk::to(Page::CheckAndSend);
        walk.on(Event::Next);
        walk.on(Event::Saved(walk.last_attempt(), reference()));
        walk.on(Event::SendFailed(SendFault::Refused(why)));
        let text = text_of(&walk);
        assert!(
            text.contains("Ask IT at your school for a new code") && text.contains(&reference().grouped()),
            "{text}"
        );
    }
}

#[test]
fn a_problem_is_in_title_field_and_announcement() {
    let mut walk = Walk::to(Page::WhoAreYou);
    walk.on(Event::Next);
    walk.on(Event::SignInFailed(walk.last_attempt(), SignInFault::TryLater { secs: 61 }));
    let view = walk.view();
    let problem = view.problem.expect("a problem");
    assert_eq!(problem.text, "There were too many tries. Wait 2 minutes, then try again.");
    assert_eq!(problem.field, Some(FieldId::EnrolmentCode));
    assert!(view.window_title.starts_with("Error: Who are you?, step 3 of 12, "));
    assert!(view.announce.contains(&problem.text));
    assert!(view.blocks.iter().any(|block| matches!(block, Block::Field { error: Some(_), .. })));
}

#[test]
fn every_problem_has_words_of_its_own() {
    let walk = Walk::to(Page::TestIt);
    let texts = Texts::english().expect("the words");
    let slips = [
        domain::CodeSlip::Empty,
        domain::CodeSlip::Length(9),
        domain::CodeSlip::Character('o'),
        domain::CodeSlip::Character('\u{202e}'),
        domain::CodeSlip::Check,
    ];
    let sign_ins = [
        SignInFault::Unknown,
        SignInFault::Used,
        SignInFault::UsedUp,
        SignInFault::Expired,
        SignInFault::Revoked,
        SignInFault::Replaced,
        SignInFault::OnlyAtSchool,
        SignInFault::BeginAnew,
        SignInFault::OnlyAtStation,
        SignInFault::NoStation,
        SignInFault::TryLater { secs: 30 },
        SignInFault::AlreadyEnrolled,
        SignInFault::RulesChanged,
    ];
    let others = [
        Problem::ChoosePhone,
        Problem::CodeNotSixDigits { is_empty: true, tries: 1 },
        Problem::CodeNotSixDigits { is_empty: false, tries: 1 },
        Problem::CodeOld { secs: 240, tries: 1 },
        Problem::CodeEarly { secs: 240, tries: 1 },
        Problem::PhoneClock { minutes: 60, tries: 2 },
        Problem::PhoneClock { minutes: -60, tries: 2 },
        Problem::ComputerClock { secs: 95, tries: 1 },
        Problem::ComputerClock { secs: -95, tries: 1 },
        Problem::CodeNoMatch { tries: 1 },
        Problem::Save(journey::SaveFault::DiskFull),
        Problem::Save(journey::SaveFault::Other),
        Problem::Slip(journey::SlipFault::NoFolder),
        Problem::Slip(journey::SlipFault::NotAllowed),
        Problem::Slip(journey::SlipFault::DiskFull),
        Problem::Slip(journey::SlipFault::NoViewer),
        Problem::Slip(journey::SlipFault::Other),
        Problem::TookTooLong(journey::Wait::Save),
    ];
    let all =
        SERVICE_FAULTS.iter().copied().map(Problem::Service).chain(slips.into_iter().map(Problem::CodeSlip));
    let mut seen = std::collections::BTreeSet::new();
    for problem in all.chain(sign_ins.into_iter().map(Problem::SignIn)).chain(others) {
        let text = problems::view(&problem, &walk.journey, &texts).text;
        assert!(
            text.ends_with('.') && !text.contains('\u{202e}') && seen.insert(text.clone()),
            "{problem:?}: {text}"
        );
    }
}

/// Calls to a number that were stopped stay stopped: the page says so, who can lift that, and offers another number
/// alone.
#[test]
fn once_calls_are_stopped_the_page_says_what_stands_and_who_can_lift_it() {
    use journey::{CallEnding, CallFault};
    let ended = |ending| {
        let mut walk = Walk::to(Page::AnswerTheCall);
        walk.on(Event::Next);
        walk.on(Event::CallEnded(walk.last_attempt(), ending));
        walk
    };
    let mut refused = Walk::to(Page::AnswerTheCall);
    refused.on(Event::Next);
    refused.on(Event::CallFailed(refused.last_attempt(), CallFault::Stopped));
    let cases = [
        (ended(CallEnding::Stopped), "You pressed 9 twice, so we will not ring this number for 30 days."),
        (ended(CallEnding::StoppedBefore), "Somebody asked us not to ring this number. Use another number."),
        (refused, "Somebody asked us not to ring this number. Use another number."),
    ];
    for (walk, problem) in cases {
        let view = walk.view();
        assert_eq!(plain_digits(&view.problem.as_ref().expect("a problem").text), problem);
        let help = &walk.journey.facts().profile.as_ref().expect("a profile").help;
        let text = text_of(&walk);
        assert!(
            text.contains(help.team.as_str())
                && text.contains(help.phone.as_ref().expect("a number").as_str()),
            "{text}"
        );
        assert!(!text.contains("Call me"), "{text}");
        let labels: Vec<&str> = view.actions.iter().map(|action| action.label.as_str()).collect();
        assert_eq!(labels, ["Use another number"]);
    }
    let mut other = ended(CallEnding::NoAnswer);
    assert!(text_of(&other).contains("Call me again"));
    other.on(Event::Back);
    assert!(other.view().problem.is_none());
}

/// Without the marks that keep the direction of inserted words.
fn plain_digits(text: &str) -> String {
    text.chars().filter(|sign| !matches!(sign, '\u{2068}' | '\u{2069}')).collect()
}
