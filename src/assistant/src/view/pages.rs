//! One file a page. Here is what every page has: title, brand, progress, Back, problem and help.

mod add_an_account;
mod answer_the_call;
mod before_you_start;
mod cannot_start;
mod check_and_send;
mod could_not_finish;
mod done;
mod get_the_app;
mod go_live;
mod how_we_use_your_details;
mod is_this_you;
mod no_smartphone;
mod not_you;
mod phones;
mod scan_the_code;
mod slip;
mod starting;
mod test_it;
mod what_phone;
mod who_are_you;
mod your_phone_number;

use domain::{Help, MethodKind, Profile, SchoolsUnasked, Timestamp};
use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed_fl::fl;
use journey::{Event, Facts, Journey, Page};

use super::{
    Action, ActionStyle, Block, Icon, LeaveView, Place, ProblemView, Slip, Stage, StageProgress, View, help,
    plain, problems, rich,
};
use crate::{texts::Texts, workstation::Workstation};

/// What a page is made of.
pub(super) struct Context<'a> {
    pub(super) journey: &'a Journey,
    pub(super) facts: &'a Facts,
    pub(super) profile: &'a Profile,
    pub(super) texts: &'a Texts,
    pub(super) loader: &'a FluentLanguageLoader,
    pub(super) workstation: &'a Workstation,
    pub(super) now: Timestamp,
}

/// What only that page has.
#[derive(Default)]
struct Body {
    heading: String,
    blocks: Vec<Block>,
    actions: Vec<Action>,
    waiting: Option<String>,
}

/// The slip to take away, once there is one.
pub(super) fn slip(
    journey: &Journey,
    texts: &Texts,
    workstation: &Workstation,
    now: Timestamp,
) -> Option<Slip> {
    let facts = journey.facts();
    let profile = facts.profile.as_deref()?;
    slip::slip(&Context { journey, facts, profile, texts, loader: texts.loader(), workstation, now })
}

pub(super) fn view(journey: &Journey, texts: &Texts, workstation: &Workstation, now: Timestamp) -> View {
    let loader = texts.loader();
    let facts = journey.facts();
    let page = journey.page();
    let context = facts.profile.as_deref().map(|profile| Context {
        journey,
        facts,
        profile,
        texts,
        loader,
        workstation,
        now,
    });
    let mut body = body(journey, loader, context.as_ref());
    if let Some(note) = context.as_ref().and_then(practice_note) {
        // Under the green panel, which has the heading.
        let place = usize::from(matches!(body.blocks.first(), Some(Block::Success { .. })));
        body.blocks.insert(place, note);
    }
    let outcome = context.as_ref().and_then(slip::outcome);
    let profile = facts.profile.as_deref();
    let problem = journey.problem().map(|problem| problems::view(problem, journey, texts));
    let progress = journey.progress();
    let app_name = fl!(loader, "app-name");
    View {
        page,
        window_title: window_title(loader, &body.heading, progress, &app_name, problem.is_some()),
        trust: profile.map_or_else(|| fl!(loader, "program-name"), |profile| profile.trust.name.to_string()),
        brand_colour: profile.and_then(|profile| profile.trust.brand_colour.as_deref()).and_then(colour),
        app_name,
        progress,
        progress_text: progress
            .map_or_else(String::new, |(step, steps)| fl!(loader, "progress", step = step, steps = steps)),
        back: journey.can_go_back().then(|| Action {
            label: fl!(loader, "back"),
            event: Event::Back,
            style: ActionStyle::BackLink,
            icon: Some(Icon::CaretLeft),
            enabled: true,
        }),
        announce: announce(loader, &body, progress, problem.as_ref(), journey.help_open(), outcome),
        heading: body.heading,
        problem,
        blocks: body.blocks,
        actions: body.actions,
        waiting: body.waiting,
        help: help::view(page, facts, journey.help_open(), loader),
        leave: leave(page, facts, loader),
        paste_label: fl!(loader, "paste"),
    }
}

fn body(journey: &Journey, loader: &FluentLanguageLoader, context: Option<&Context<'_>>) -> Body {
    let Some(context) = context else {
        return if journey.page() == Page::CannotStart {
            cannot_start::body(journey, loader)
        } else {
            starting::body(loader)
        };
    };
    match journey.page() {
        Page::Starting => starting::body(loader),
        Page::CannotStart => cannot_start::body(journey, loader),
        Page::BeforeYouStart => before_you_start::body(context),
        Page::HowWeUseYourDetails => how_we_use_your_details::body(context),
        Page::WhoAreYou => who_are_you::body(context),
        Page::IsThisYou => is_this_you::body(context),
        Page::NotYou => not_you::body(context),
        Page::WhatPhone => what_phone::body(context),
        Page::NoSmartphone => no_smartphone::body(context),
        Page::GetTheApp => get_the_app::body(context),
        Page::AddAnAccount => add_an_account::body(context),
        Page::ScanTheCode => scan_the_code::body(context),
        Page::TestIt => test_it::body(context),
        Page::YourPhoneNumber => your_phone_number::body(context),
        Page::AnswerTheCall => answer_the_call::body(context),
        Page::CheckAndSend => check_and_send::body(context),
        Page::Done => done::body(context),
        Page::CouldNotFinish => could_not_finish::body(context),
    }
}

fn window_title(
    loader: &FluentLanguageLoader,
    heading: &str,
    progress: Option<(usize, usize)>,
    app: &str,
    has_problem: bool,
) -> String {
    let title = match progress {
        Some((step, steps)) => {
            fl!(loader, "title-step", heading = heading, step = step, steps = steps, app = app)
        }
        None => fl!(loader, "title-plain", heading = heading, app = app),
    };
    if has_problem { fl!(loader, "title-error", title = title) } else { title }
}

fn announce(
    loader: &FluentLanguageLoader,
    body: &Body,
    progress: Option<(usize, usize)>,
    problem: Option<&ProblemView>,
    help: bool,
    outcome: Option<String>,
) -> String {
    let heading = as_sentence(&body.heading);
    if help {
        return fl!(loader, "announce-help", heading = heading);
    }
    if let Some(waiting) = &body.waiting {
        return waiting.clone();
    }
    if let Some(problem) = problem {
        return fl!(loader, "announce-problem", text = problem.text.as_str());
    }
    if let Some(outcome) = outcome {
        return plain(&rich(&outcome));
    }
    match progress {
        Some((step, steps)) => fl!(loader, "announce-step", heading = heading, step = step, steps = steps),
        None => announce_page(loader, &body.heading),
    }
}

/// What a screen reader says when a page comes up that is off the way.
pub(super) fn announce_page(loader: &FluentLanguageLoader, heading: &str) -> String {
    fl!(loader, "announce-plain", heading = as_sentence(heading))
}

fn as_sentence(heading: &str) -> String {
    // "Is this you?" has its end already.
    let end = if heading.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{heading}{end}")
}

/// From the code on, what the app saved is worth nothing when the window is closed.
fn leave(page: Page, facts: &Facts, loader: &FluentLanguageLoader) -> Option<LeaveView> {
    let loses = facts.secret.is_some() && (Page::ScanTheCode..=Page::CheckAndSend).contains(&page);
    loses.then(|| LeaveView {
        heading: fl!(loader, "leave-heading"),
        text: fl!(loader, "leave-text"),
        stay: fl!(loader, "leave-stay"),
        close: fl!(loader, "close"),
    })
}

/// `#rrggbb` as three numbers.
fn colour(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The name of a page, as its heading has it.
fn name_of(page: Page, loader: &FluentLanguageLoader) -> String {
    match page {
        Page::Starting => fl!(loader, "starting-heading"),
        Page::CannotStart => fl!(loader, "cannot-start-heading"),
        Page::BeforeYouStart => fl!(loader, "before-heading"),
        Page::HowWeUseYourDetails => fl!(loader, "details-heading"),
        Page::WhoAreYou => fl!(loader, "who-heading"),
        Page::IsThisYou => fl!(loader, "is-this-you-heading"),
        Page::NotYou => fl!(loader, "not-you-heading"),
        Page::WhatPhone => fl!(loader, "phone-heading"),
        Page::NoSmartphone => fl!(loader, "no-smartphone-heading"),
        Page::GetTheApp => fl!(loader, "app-heading"),
        Page::AddAnAccount => fl!(loader, "add-heading"),
        Page::ScanTheCode => fl!(loader, "scan-heading"),
        Page::TestIt => fl!(loader, "test-heading"),
        Page::YourPhoneNumber => fl!(loader, "number-heading"),
        Page::AnswerTheCall => fl!(loader, "call-heading"),
        Page::CheckAndSend => fl!(loader, "check-heading"),
        Page::Done => fl!(loader, "done-heading"),
        Page::CouldNotFinish => fl!(loader, "could-not-heading"),
    }
}

/// Where nobody is asked for the second check, as far as the service knows the schools' networks.
fn unasked(context: &Context<'_>) -> String {
    let Context { loader, profile, .. } = context;
    match profile.schools_unasked() {
        SchoolsUnasked::All => fl!(loader, "unasked-in-all-schools"),
        SchoolsUnasked::Some => fl!(loader, "unasked-in-some-schools"),
        SchoolsUnasked::None => fl!(loader, "unasked-nowhere"),
    }
}

/// How the team that helps is reached.
enum Reach<'a> {
    /// By telephone, at this number.
    Phone(&'a str),
    /// By email, at this address.
    Email(&'a str),
}

impl<'a> Reach<'a> {
    /// By telephone where there is one: an answer comes at once.
    fn of(profile: &'a Profile) -> Self {
        let Help { phone, email, .. } = &profile.help;
        match (phone, email) {
            (Some(phone), _) => Self::Phone(phone.as_str()),
            (None, Some(email)) => Self::Email(email.as_str()),
            // No policy has neither.
            (None, None) => Self::Phone(""),
        }
    }
}

/// "Welcome back", for who was further last time and has not signed in yet.
fn resume_note(context: &Context<'_>) -> Option<Block> {
    let reached = context.facts.reached.filter(|page| *page >= Page::WhatPhone && *page < Page::Done)?;
    // The policy may have changed since: a page that is not on the way any more is not spoken of.
    if context.facts.signed_in.is_some() || !context.journey.is_on_the_way(reached) {
        return None;
    }
    let page = name_of(reached, context.loader);
    Some(Block::Inset { icon: Icon::Info, text: rich(&fl!(context.loader, "before-resume", page = page)) })
}

fn action(label: String, event: Event, style: ActionStyle) -> Action {
    Action { label, event, style, icon: None, enabled: true }
}

fn primary(label: String, event: Event) -> Action {
    action(label, event, ActionStyle::Primary)
}

fn secondary(label: String, event: Event) -> Action {
    action(label, event, ActionStyle::Secondary)
}

fn link(icon: Icon, label: String, event: Event) -> Action {
    Action { icon: Some(icon), ..action(label, event, ActionStyle::Link) }
}

fn next(loader: &FluentLanguageLoader) -> Vec<Action> {
    vec![primary(fl!(loader, "next"), Event::Next)]
}

/// Ends the journey here: the program's end, or in a session the next person's beginning.
fn finish(context: &Context<'_>, style: ActionStyle) -> Action {
    if context.workstation.serves_next_person() {
        action(fl!(context.loader, "next-person"), Event::NextPerson, style)
    } else {
        action(fl!(context.loader, "finish"), Event::Finish, style)
    }
}

/// What can be done where nothing came of it. In a session the window stays for the next person.
fn start_again(context: &Context<'_>) -> Vec<Action> {
    let Context { loader, workstation, .. } = context;
    if workstation.serves_next_person() {
        return vec![primary(fl!(loader, "start-again"), Event::NextPerson)];
    }
    vec![
        primary(fl!(loader, "start-again"), Event::StartAgain),
        secondary(fl!(loader, "close"), Event::Finish),
    ]
}

/// Said on every page while the service is for practice.
fn practice_note(context: &Context<'_>) -> Option<Block> {
    let Context { facts, loader, .. } = context;
    let calls = facts.methods().contains(&MethodKind::PhoneCall) && !facts.is_skipped(MethodKind::PhoneCall);
    let words = if calls { fl!(loader, "practice-note") } else { fl!(loader, "practice-note-without-calls") };
    facts.practice.then(|| Block::Warning(rich(&words)))
}

/// A stage, as far as it is.
fn stage(context: &Context<'_>, label: String, detail: Option<String>, progress: StageProgress) -> Stage {
    let loader = context.loader;
    let progress_label = match progress {
        StageProgress::Done => fl!(loader, "stage-done"),
        StageProgress::Current => fl!(loader, "stage-current"),
        StageProgress::Ahead => fl!(loader, "stage-ahead"),
    };
    Stage { label, detail, progress, progress_label }
}

/// What is set up, what comes next, and what is left: after a method was proved.
fn methods_so_far(context: &Context<'_>) -> Vec<Block> {
    let Context { loader, facts, .. } = context;
    let mut next = StageProgress::Current;
    let mut stages = Vec::new();
    for kind in facts.methods().into_iter().filter(|kind| !facts.is_skipped(*kind)) {
        let is_proved = facts.is_proved(kind);
        let (label, detail) = match (kind, is_proved) {
            (MethodKind::AuthenticatorApp, true) => (fl!(loader, "progress-app"), None),
            (MethodKind::AuthenticatorApp, false) => (fl!(loader, "progress-app-ahead"), None),
            (MethodKind::PhoneCall, true) => (fl!(loader, "progress-call"), None),
            (MethodKind::PhoneCall, false) => {
                (fl!(loader, "progress-number"), Some(fl!(loader, "progress-number-detail")))
            }
        };
        let progress =
            if is_proved { StageProgress::Done } else { std::mem::replace(&mut next, StageProgress::Ahead) };
        stages.push(stage(context, label, detail, progress));
    }
    stages.push(stage(context, fl!(loader, "progress-send"), None, next));
    vec![Block::Heading2(fl!(loader, "progress-heading")), Block::Stages(stages)]
}

/// Steps to be done on the phone.
fn on_your_phone(loader: &FluentLanguageLoader, lines: &[String]) -> Block {
    Block::Steps {
        place: Place::OnYourPhone,
        title: fl!(loader, "on-your-phone"),
        lines: lines.iter().map(|line| rich(line)).collect(),
    }
}

/// Steps to be done at the computer.
fn on_this_computer(loader: &FluentLanguageLoader, lines: &[String]) -> Block {
    Block::Steps {
        place: Place::OnThisComputer,
        title: fl!(loader, "on-this-computer"),
        lines: lines.iter().map(|line| rich(line)).collect(),
    }
}

fn item(icon: Icon, title: &str, detail: Option<&str>) -> Block {
    Block::Item { icon, title: rich(title), detail: detail.map(rich) }
}

fn inset(icon: Icon, text: &str) -> Block {
    Block::Inset { icon, text: rich(text) }
}

fn para(text: &str) -> Block {
    Block::Para(rich(text))
}

fn quiet(text: &str) -> Block {
    Block::Quiet(rich(text))
}
