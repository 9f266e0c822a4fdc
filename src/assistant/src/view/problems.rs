//! What stands in the way, in words, with the one thing that helps.

mod calls;

use domain::CodeSlip;
use i18n_embed_fl::fl;
use journey::{Event, FieldId, Journey, Page, Problem, SaveFault, ServiceFault, SignInFault, SlipFault};

use super::{Action, ActionStyle, Icon, ProblemView};
use crate::texts::Texts;

/// The problem as it stands above the heading.
pub(super) fn view(problem: &Problem, journey: &Journey, texts: &Texts) -> ProblemView {
    let loader = texts.loader();
    ProblemView {
        title: fl!(loader, "problem-title"),
        text: text(problem, journey, texts),
        field: field_of(problem, journey.page()),
        action: action(problem, journey, texts),
    }
}

/// The words at a field, when the problem belongs to it: the same as above the heading, as GOV.UK has it.
pub(super) fn field_error(journey: &Journey, field: FieldId, texts: &Texts) -> Option<String> {
    let problem = journey.problem().filter(|problem| field_of(problem, journey.page()) == Some(field))?;
    Some(text(problem, journey, texts))
}

fn field_of(problem: &Problem, page: Page) -> Option<FieldId> {
    match problem {
        Problem::CodeSlip(_) | Problem::SignIn(_) => Some(FieldId::EnrolmentCode),
        Problem::CodeNotSixDigits { .. }
        | Problem::CodeOld { .. }
        | Problem::CodeEarly { .. }
        | Problem::PhoneClock { .. }
        | Problem::ComputerClock { .. }
        | Problem::CodeNoMatch { .. } => (page == Page::TestIt).then_some(FieldId::AppCode),
        Problem::Number(_) => Some(FieldId::PhoneNumber),
        Problem::Service(_)
        | Problem::ChoosePhone
        | Problem::NoCall(_)
        | Problem::Call(_)
        | Problem::Save(_)
        | Problem::Slip(_)
        | Problem::TookTooLong(_) => None,
    }
}

fn text(problem: &Problem, journey: &Journey, texts: &Texts) -> String {
    let loader = texts.loader();
    let profile = journey.facts().profile.as_deref();
    match problem {
        Problem::Service(fault) => service(*fault, texts),
        Problem::CodeSlip(slip) => slip_text(*slip, texts),
        Problem::SignIn(fault) => sign_in(*fault, journey, texts),
        Problem::ChoosePhone => fl!(loader, "problem-choose-phone"),
        Problem::CodeNotSixDigits { is_empty: true, .. } => fl!(loader, "problem-six-empty"),
        Problem::CodeNotSixDigits { .. } => fl!(loader, "problem-six-digits"),
        Problem::CodeOld { secs, .. } => fl!(loader, "problem-code-old", time = texts.secs(*secs)),
        Problem::CodeEarly { secs, .. } => fl!(loader, "problem-code-early", time = texts.secs(*secs)),
        Problem::PhoneClock { minutes, .. } => {
            let time = texts.secs(minutes.saturating_mul(60));
            if *minutes > 0 {
                fl!(loader, "problem-phone-fast", time = time)
            } else {
                fl!(loader, "problem-phone-slow", time = time)
            }
        }
        Problem::ComputerClock { secs, .. } => {
            let time = texts.secs(*secs);
            if *secs > 0 {
                fl!(loader, "problem-computer-fast", time = time)
            } else {
                fl!(loader, "problem-computer-slow", time = time)
            }
        }
        Problem::CodeNoMatch { .. } => {
            fl!(loader, "problem-no-match", trust = profile.map_or("", |profile| profile.trust.name.as_str()))
        }
        Problem::Number(problem) => calls::number(*problem, journey, texts),
        Problem::NoCall(fault) => calls::no_call(*fault, journey, texts),
        Problem::Call(ending) => calls::ending(*ending, journey, texts),
        Problem::Save(SaveFault::DiskFull) => fl!(loader, "problem-disk-full"),
        Problem::Save(SaveFault::Other) => fl!(loader, "problem-save"),
        Problem::Slip(fault) => slip_fault(*fault, texts),
        Problem::TookTooLong(_) => fl!(loader, "problem-timed-out"),
    }
}

fn slip_fault(fault: SlipFault, texts: &Texts) -> String {
    let loader = texts.loader();
    match fault {
        SlipFault::NoFolder => fl!(loader, "problem-slip-no-folder"),
        SlipFault::NotAllowed => fl!(loader, "problem-slip-not-allowed"),
        SlipFault::DiskFull => fl!(loader, "problem-slip-disk-full"),
        SlipFault::NoViewer => fl!(loader, "problem-slip-no-viewer"),
        SlipFault::Other => fl!(loader, "problem-slip-other"),
    }
}

fn service(fault: ServiceFault, texts: &Texts) -> String {
    let loader = texts.loader();
    match fault {
        ServiceFault::Unreachable => fl!(loader, "problem-unreachable"),
        ServiceFault::NotTrusted => fl!(loader, "problem-not-trusted"),
        ServiceFault::UnknownIdentity => fl!(loader, "problem-unknown-identity"),
        ServiceFault::BadSignature => fl!(loader, "problem-bad-signature"),
        ServiceFault::OlderPolicy => fl!(loader, "problem-older-policy"),
        ServiceFault::Unexpected => fl!(loader, "problem-unexpected"),
        ServiceFault::NothingToSetUp => fl!(loader, "problem-nothing-to-set-up"),
    }
}

fn slip_text(slip: CodeSlip, texts: &Texts) -> String {
    let loader = texts.loader();
    match slip {
        CodeSlip::Empty => fl!(loader, "problem-slip-empty"),
        CodeSlip::Length(count) => fl!(loader, "problem-slip-length", count = count),
        // Only signs that can be read; anything else could be a mark that hides or reorders.
        CodeSlip::Character('1') => fl!(loader, "problem-slip-one"),
        CodeSlip::Character(sign) if sign.is_ascii_graphic() => {
            fl!(loader, "problem-slip-sign", sign = sign.to_ascii_uppercase().to_string())
        }
        CodeSlip::Character(_) => fl!(loader, "problem-slip-sign-any"),
        CodeSlip::Check => fl!(loader, "problem-slip-check"),
    }
}

fn sign_in(fault: SignInFault, journey: &Journey, texts: &Texts) -> String {
    let loader = texts.loader();
    let team = team(journey);
    match fault {
        SignInFault::Slip(slip) => slip_text(slip, texts),
        SignInFault::Unknown => fl!(loader, "problem-code-unknown", team = team),
        SignInFault::Used => fl!(loader, "problem-code-used", team = team),
        SignInFault::UsedUp => fl!(loader, "problem-code-used-up", team = team),
        SignInFault::Expired => fl!(loader, "problem-code-expired", team = team),
        SignInFault::Revoked => fl!(loader, "problem-code-revoked", team = team),
        SignInFault::Replaced => fl!(loader, "problem-code-replaced", team = team),
        SignInFault::OnlyAtSchool => fl!(loader, "problem-code-at-school", team = team),
        SignInFault::BeginAnew => fl!(loader, "problem-begin-anew"),
        SignInFault::OnlyAtStation => fl!(loader, "problem-code-at-station", team = team),
        SignInFault::NoStation => fl!(loader, "problem-no-station", team = team),
        SignInFault::TryLater { secs } => fl!(loader, "problem-try-later", time = wait(secs, texts)),
        SignInFault::AlreadyEnrolled => fl!(loader, "problem-already-enrolled", team = team),
        SignInFault::RulesChanged => fl!(loader, "problem-rules-changed"),
        SignInFault::Service(fault) => service(fault, texts),
    }
}

/// Whom to ask.
fn team(journey: &Journey) -> &str {
    journey.facts().profile.as_deref().map_or("IT", |profile| profile.help.team.as_str())
}

/// A minute is what people count in; said rounded up, or the next try fails as well.
fn wait(secs: u32, texts: &Texts) -> String {
    let secs = if secs > 60 { secs.div_ceil(60).saturating_mul(60) } else { secs };
    texts.secs(i64::from(secs))
}

/// After three tries help is offered; a code that matches nothing leads back to the square code.
fn action(problem: &Problem, journey: &Journey, texts: &Texts) -> Option<Action> {
    let loader = texts.loader();
    let link = |label: String, event: Event, icon: Icon| {
        Some(Action { label, event, style: ActionStyle::Link, icon: Some(icon), enabled: true })
    };
    if journey.offers_help() && !journey.help_open() {
        return link(fl!(loader, "help-label"), Event::Help(true), Icon::Question);
    }
    if matches!(problem, Problem::CodeNoMatch { .. }) {
        return link(fl!(loader, "problem-scan-again"), Event::Back, Icon::QrCode);
    }
    None
}
