//! One file a page. Here is what every page has: title, brand, progress, Back, problem and help.

mod add_an_account;
mod answer_the_call;
mod before_you_start;
mod cannot_start;
mod check_and_send;
mod could_not_finish;
mod done;
mod get_the_app;
mod how_we_use_your_details;
mod is_this_you;
mod no_smartphone;
mod not_you;
mod scan_the_code;
mod starting;
mod test_it;
mod what_phone;
mod who_are_you;
mod your_phone_number;

use domain::{Profile, Timestamp};
use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed_fl::fl;
use journey::{Event, Facts, Journey, Page};

use super::{Action, ActionStyle, Block, Icon, Place, ProblemView, View, help, problems, rich};
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
    let body = body(journey, loader, context.as_ref());
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
        announce: announce(loader, &body, progress, problem.as_ref(), journey.help_open()),
        heading: body.heading,
        problem,
        blocks: body.blocks,
        actions: body.actions,
        waiting: body.waiting,
        help: help::view(page, profile, journey.help_open(), loader),
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
) -> String {
    // "Is this you?" has its end already.
    let end = if body.heading.ends_with(['.', '?', '!']) { "" } else { "." };
    let heading = format!("{}{end}", body.heading);
    if help {
        return fl!(loader, "announce-help", heading = heading);
    }
    if let Some(waiting) = &body.waiting {
        return waiting.clone();
    }
    if let Some(problem) = problem {
        return fl!(loader, "announce-problem", text = problem.text.as_str());
    }
    match progress {
        Some((step, steps)) => fl!(loader, "announce-step", heading = heading, step = step, steps = steps),
        None => fl!(loader, "announce-plain", heading = heading),
    }
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

/// "Welcome back", for who was further last time and has not signed in yet.
fn resume_note(context: &Context<'_>) -> Option<Block> {
    let reached = context.facts.reached.filter(|page| *page >= Page::WhatPhone && *page < Page::Done)?;
    if context.facts.signed_in.is_some() {
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

/// Said on every page that has to do with a call of a practice line.
fn practice_note(context: &Context<'_>) -> Option<Block> {
    let words = fl!(context.loader, "practice-note");
    context.facts.practice.then(|| Block::Warning(rich(&words)))
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
