//! Every page, help and problem is read under every policy, and what is said there is held to what is true there.
//!
//! Not here: how it looks (`window/tests`), and whether it is said in few and short words (`texts/tests`).

mod rules;
mod states;
mod trusts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use journey::{Page, Problem};

use self::rules::{Here, RULES, Rule};
use self::states::states;
use self::trusts::{Trust, trusts};
use super::words;
use crate::view::samples::{PAGES, Walk};
use crate::view::{Block, PhoneScreen, View, plain};

/// Everything that is read or heard of a view, text by text.
fn said(view: &View) -> Vec<String> {
    let View {
        window_title, trust, app_name, back, heading, problem, blocks, actions, waiting, help, ..
    } = view;
    let mut all =
        vec![window_title.clone(), trust.clone(), app_name.clone(), heading.clone(), view.announce.clone()];
    all.extend(back.iter().chain(actions).map(|action| action.label.clone()));
    all.extend(waiting.clone());
    if let Some(problem) = problem {
        all.push(problem.text.clone());
        all.extend(problem.action.iter().map(|action| action.label.clone()));
    }
    all.extend(blocks.iter().map(|block| words(std::slice::from_ref(block))));
    all.extend(blocks.iter().flat_map(described));
    all.push(help.heading.clone());
    all.extend(help.items.iter().flat_map(|(question, answer)| [question.clone(), answer.clone()]));
    all.extend(help.contact.iter().map(|line| plain(line)));
    all.extend(
        view.leave
            .iter()
            .flat_map(|leave| [&leave.heading, &leave.text, &leave.stay, &leave.close].map(String::clone)),
    );
    all
}

/// What a screen reader says of a picture, what is written in it, and what stands on buttons within a block.
fn described(block: &Block) -> Vec<String> {
    if let Block::EnrolmentQr { alt, .. } | Block::LinkQr { alt, .. } = block {
        vec![alt.clone()]
    } else if let Block::Phones(phones) = block {
        let written = phones.pictures.iter().flat_map(|picture| written(&picture.screen));
        std::iter::once(phones.alt.clone()).chain(written).collect()
    } else if let Block::Row { change: Some(change), .. } | Block::Number { change: Some(change), .. } = block
    {
        vec![change.label.clone()]
    } else if let Block::Key { copy_label, copied_label, spell_label, .. } = block {
        [copy_label, copied_label, spell_label].map(String::clone).to_vec()
    } else {
        Vec::new()
    }
}

fn written(screen: &PhoneScreen) -> Vec<String> {
    let all: &[&String] = match screen {
        PhoneScreen::Store { app, publisher, button } => &[app, publisher, button],
        PhoneScreen::Plus { app } => &[app],
        PhoneScreen::AccountType { account_type, scan } => &[account_type, scan],
        PhoneScreen::Camera { scan, then, trust } => &[scan, then, trust],
        PhoneScreen::Code { app, trust } | PhoneScreen::RightCode { app, trust } => &[app, trust],
        PhoneScreen::IncomingCall { calling, caller, accept, decline } => &[calling, caller, accept, decline],
        PhoneScreen::Keypad { call } => &[call],
    };
    all.iter().map(|text| (*text).clone()).collect()
}

/// Without the number of the team that helps: they are called, and call nobody.
fn without_the_helpers_phone(text: &str, trust: &Trust) -> String {
    let Some(phone) = &trust.profile().help.phone else { return text.to_owned() };
    ["Call", "call"].iter().fold(text.to_owned(), |text, call| text.replace(&format!("{call} {phone}"), ""))
}

/// What is wrong with what is said, besides phrases that are false.
fn slips(view: &View, trust: &Trust, is_known: bool) -> Vec<String> {
    let mut slips = Vec::new();
    let all = said(view);
    for text in &all {
        let text = text.trim_end();
        if text.contains(['{', '}']) || text.contains("  ") || text.contains(" .") || text.contains(" ,") {
            slips.push(format!("a hole: {text}"));
        }
    }
    let notes = view
        .blocks
        .iter()
        .filter(|block| words(std::slice::from_ref(block)).starts_with("This is practice."));
    let expected = usize::from(is_known && trust.startup.practice);
    if notes.count() != expected {
        slips.push(format!("practice is to be said {expected} times on the page"));
    }
    for block in &view.blocks {
        let Block::Field { field, error, .. } = block else { continue };
        let problem = view.problem.as_ref().filter(|problem| problem.field == Some(*field));
        if error.as_ref() != problem.map(|problem| &problem.text) {
            slips.push(format!("two texts for one error: {error:?} and {problem:?}"));
        }
    }
    let error = view.problem.as_ref().and_then(|problem| problem.field);
    let has_it = |block: &Block| matches!(block, Block::Field { field, .. } if Some(*field) == error);
    if error.is_some() && !view.blocks.iter().any(has_it) {
        slips.push(format!("an error of a field that is not there: {:?}", view.problem));
    }
    if view.problem.is_some() && view.waiting.is_some() {
        slips.push("an error while it is waited".to_owned());
    }
    slips
}

/// What comes of reading everything.
#[derive(Default)]
struct Read {
    /// Each untruth once, with where it was met first.
    untruths: BTreeMap<String, String>,
    /// For each rule, the phrases that are said where they are so.
    said_truly: BTreeMap<&'static str, BTreeSet<&'static str>>,
    /// For each rule, whether it was false in some place and so in another.
    judged: BTreeMap<&'static str, BTreeSet<bool>>,
    pages: BTreeSet<Page>,
    problems: BTreeSet<&'static str>,
}

/// Everything is read once: it takes seconds.
static READ: LazyLock<Read> = LazyLock::new(|| {
    let mut read = Read::default();
    for trust in trusts() {
        for (what, walk) in states(&trust) {
            read.add(&trust, &walk, &what);
        }
    }
    read
});

impl Read {
    fn add(&mut self, trust: &Trust, walk: &Walk, what: &str) {
        let view = walk.view_on(&trust.workstation, trust.now);
        self.pages.insert(walk.journey.page());
        self.problems.extend(walk.journey.problem().map(name_of));
        let is_known = walk.journey.facts().profile.is_some();
        let mut found = slips(&view, trust, is_known);
        let texts: Vec<String> =
            said(&view).iter().map(|text| without_the_helpers_phone(text, trust).to_lowercase()).collect();
        for rule in RULES {
            let is_false = (rule.is_false)(&Here { trust, walk });
            self.judged.entry(rule.promise).or_default().insert(is_false);
            let said_truly = self.said_truly.entry(rule.promise).or_default();
            for phrase in rule.phrases {
                if !is_false && said_truly.contains(phrase) {
                    continue;
                }
                let Some(text) = texts.iter().find(|text| rules::holds(text, phrase)) else { continue };
                if is_false {
                    found.push(format!("{} ({phrase}): {text}", rule.promise));
                } else {
                    said_truly.insert(*phrase);
                }
            }
        }
        for untruth in found {
            self.untruths.entry(untruth).or_insert_with(|| format!("{what}, {}", trust.what()));
        }
    }
}

#[test]
fn what_is_said_is_so_under_every_policy() {
    assert!(READ.untruths.is_empty(), "{:#?}", READ.untruths);
}

#[test]
fn every_page_and_problem_is_read() {
    assert_eq!(READ.pages, PAGES.into_iter().collect());
    assert_eq!(READ.problems.len(), PROBLEMS, "{:?}", READ.problems);
}

/// How many kinds `name_of` tells apart.
const PROBLEMS: usize = 16;

fn name_of(problem: &Problem) -> &'static str {
    match problem {
        Problem::Service(_) => "service",
        Problem::CodeSlip(_) => "slip",
        Problem::SignIn(_) => "sign-in",
        Problem::ChoosePhone => "phone",
        Problem::CodeNotSixDigits { .. } => "not six digits",
        Problem::CodeOld { .. } => "old",
        Problem::CodeEarly { .. } => "early",
        Problem::PhoneClock { .. } => "phone's clock",
        Problem::ComputerClock { .. } => "computer's clock",
        Problem::CodeNoMatch { .. } => "no match",
        Problem::Number(_) => "number",
        Problem::NoCall(_) => "no call",
        Problem::Call(_) => "call",
        Problem::Save(_) => "save",
        Problem::Slip(_) => "take away",
        Problem::TookTooLong(_) => "too long",
    }
}

/// The control: each rule catches a false text where it is false, passes it where it is so, and each of its phrases is said
/// there. A phrase that no page says any more would be kept from nobody.
#[test]
fn each_untruth_is_found_where_it_is_one() {
    for Rule { promise, phrases, planted, .. } in RULES {
        let planted = planted.to_lowercase();
        assert!(
            phrases.iter().any(|phrase| rules::holds(&planted, phrase)),
            "{promise}: {planted} is not caught"
        );
        assert_eq!(READ.judged[promise].len(), 2, "{promise} is so in some places and false in others");
        let expected: BTreeSet<&str> = phrases.iter().copied().collect();
        assert_eq!(READ.said_truly[promise], expected, "{promise}: said where it is so");
    }
}

/// The control of what is not about phrases.
#[test]
fn holes_notes_and_errors_that_differ_are_found() {
    let trust =
        |practice: bool| trusts().into_iter().find(|trust| trust.startup.practice == practice).expect("one");
    let found = |view: &View, practice: bool| slips(view, &trust(practice), true).join("; ");
    let plain = Walk::to(Page::WhoAreYou).view();
    assert_eq!(found(&plain, false), "");
    assert!(found(&plain, true).contains("practice is to be said 1 times"));
    let holed = View { heading: "Ask  about { $offer }".to_owned(), ..plain.clone() };
    assert!(found(&holed, false).contains("a hole"));
    let mut walk = Walk::to(Page::WhoAreYou);
    walk.on(journey::Event::Next);
    walk.on(journey::Event::SignInFailed(walk.last_attempt(), journey::SignInFault::Unknown));
    let wrong = walk.view();
    assert_eq!(found(&wrong, false), "");
    let mut two = wrong.clone();
    two.problem = two.problem.map(|problem| crate::view::ProblemView { text: "Other".to_owned(), ..problem });
    assert!(found(&two, false).contains("two texts for one error"));
    let bare = View { blocks: Vec::new(), ..wrong };
    assert!(found(&bare, false).contains("a field that is not there"));
}
