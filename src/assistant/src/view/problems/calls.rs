//! What stands in the way of a number or a call, in words.

use domain::{NumberClass, NumberProblem};
use i18n_embed_fl::fl;
use journey::{CallEnding, CallFault, Journey};

use super::{service, team, wait};
use crate::texts::Texts;

pub(super) fn number(problem: NumberProblem, journey: &Journey, texts: &Texts) -> String {
    let (loader, team) = (texts.loader(), team(journey));
    match problem {
        NumberProblem::Empty => fl!(loader, "problem-number-empty"),
        NumberProblem::NotANumber => fl!(loader, "problem-number-not-a-number"),
        NumberProblem::SeveralNumbers => fl!(loader, "problem-number-several"),
        NumberProblem::TooShort => fl!(loader, "problem-number-short"),
        NumberProblem::TooLong => fl!(loader, "problem-number-long"),
        NumberProblem::Impossible => fl!(loader, "problem-number-impossible"),
        NumberProblem::OtherCountry => fl!(loader, "problem-number-country", team = team),
        NumberProblem::Switchboard => fl!(loader, "problem-number-switchboard"),
        NumberProblem::ExtensionNotAllowed => fl!(loader, "problem-number-extension"),
        NumberProblem::ExtensionOnMobile => fl!(loader, "problem-number-extension-mobile"),
        NumberProblem::ExtensionDigits => fl!(loader, "problem-number-extension-digits"),
        NumberProblem::Class(class) => match class {
            NumberClass::Freephone => fl!(loader, "problem-number-freephone"),
            NumberClass::Internet => fl!(loader, "problem-number-internet"),
            NumberClass::Personal => fl!(loader, "problem-number-personal"),
            NumberClass::Pager => fl!(loader, "problem-number-pager"),
            NumberClass::SharedCost => fl!(loader, "problem-number-shared-cost"),
            NumberClass::Premium => fl!(loader, "problem-number-premium"),
            NumberClass::DirectoryEnquiries => fl!(loader, "problem-number-directory"),
            NumberClass::Jersey => fl!(loader, "problem-number-jersey", team = team),
            NumberClass::Guernsey => fl!(loader, "problem-number-guernsey", team = team),
            NumberClass::IsleOfMan => fl!(loader, "problem-number-isle-of-man", team = team),
            NumberClass::Satellite => fl!(loader, "problem-number-satellite"),
        },
    }
}

pub(super) fn no_call(fault: CallFault, journey: &Journey, texts: &Texts) -> String {
    let loader = texts.loader();
    match fault {
        CallFault::TryLater { secs } => fl!(loader, "problem-call-try-later", time = wait(secs, texts)),
        CallFault::NoneLeft => fl!(loader, "problem-call-none-left", team = team(journey)),
        CallFault::Quiet { secs } => fl!(loader, "problem-call-quiet", time = wait(secs, texts)),
        CallFault::Stopped => fl!(loader, "problem-call-stopped-before"),
        CallFault::Number(problem) => number(problem, journey, texts),
        CallFault::SignedOut => fl!(loader, "problem-call-signed-out"),
        CallFault::NoLine => fl!(loader, "problem-call-no-line"),
        CallFault::Service(fault) => service(fault, texts),
    }
}

pub(super) fn ending(ending: CallEnding, journey: &Journey, texts: &Texts) -> String {
    let (loader, team) = (texts.loader(), team(journey));
    match ending {
        // Never a problem: the page moves on.
        CallEnding::Confirmed => String::new(),
        CallEnding::NotConfirmed => fl!(loader, "problem-call-wrong-digits"),
        CallEnding::NoAnswer => fl!(loader, "problem-call-no-answer"),
        CallEnding::Busy => fl!(loader, "problem-call-busy"),
        CallEnding::HungUp => fl!(loader, "problem-call-hung-up"),
        CallEnding::NoKeys => fl!(loader, "problem-call-no-keys"),
        CallEnding::Stopped => {
            let days = journey.facts().profile.as_ref().map_or(30, |profile| profile.calls.stopped_days);
            fl!(loader, "problem-call-stopped", time = texts.days(days))
        }
        CallEnding::StoppedBefore => fl!(loader, "problem-call-stopped-before"),
        CallEnding::NotReached => fl!(loader, "problem-call-not-reached"),
        CallEnding::Cancelled => fl!(loader, "problem-call-cancelled"),
        CallEnding::Fault => fl!(loader, "problem-call-fault", team = team),
        CallEnding::Lost => fl!(loader, "problem-call-lost"),
    }
}
