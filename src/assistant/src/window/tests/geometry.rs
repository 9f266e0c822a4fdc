//! Where things stand, on every page, problem, help and waiting state, at eight sizes: found by itself, not by a picture.

use egui::accesskit::Role;
use egui::{Key, Rect};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;
use journey::{CallEnding, CallStage, Event, Page, PhoneChoice, ServiceFault, SignInFault};

use super::{Shown, name, nodes, show, with_role};
use crate::view::samples::{PAGES, Walk, startup};
use crate::view::{Block, View};

mod long_words;

/// Points, and pixels for each. 1366x768 at 100, 125 and 150 %, 1920x1080 at 100 and 200 %, and upright; the smallest window,
/// the usual one, and 400 % on a common screen. A frame and a panel are off already.
const SIZES: &[([f32; 2], f32)] = &[
    ([900.0, 720.0], 1.0),
    ([480.0, 560.0], 1.0),
    ([320.0, 256.0], 4.0),
    ([1366.0, 738.0], 1.0),
    ([1092.0, 584.0], 1.25),
    ([910.0, 482.0], 1.5),
    ([960.0, 510.0], 2.0),
    ([1080.0, 1890.0], 1.0),
];

/// One thing that is read or selected.
#[derive(Debug, Clone)]
struct Thing {
    role: Role,
    name: String,
    rect: Rect,
}

/// Every state that a page can be seen in.
pub(super) fn states() -> Vec<(String, View)> {
    states_of(&Walk::new(None))
}

/// The same from a journey at its beginning.
fn states_of(start: &Walk) -> Vec<(String, View)> {
    let mut states: Vec<(String, View)> =
        PAGES.into_iter().map(|page| (format!("{page:?}"), start.clone().at(page).view())).collect();
    for page in PAGES {
        let mut walk = start.clone().at(page);
        walk.on(Event::Help(true));
        states.push((format!("{page:?} with help"), walk.view()));
    }
    let mut add = |what: &str, page: Page, events: &dyn Fn(&mut Walk)| {
        let mut walk = start.clone().at(page);
        events(&mut walk);
        states.push((what.to_owned(), walk.view()));
    };
    add("no phone chosen", Page::WhatPhone, &|walk| walk.on(Event::Next));
    add("signing in", Page::WhoAreYou, &|walk| walk.on(Event::Next));
    for fault in [
        SignInFault::Unknown,
        SignInFault::Used,
        SignInFault::Revoked,
        SignInFault::TryLater { secs: 600 },
        SignInFault::AlreadyEnrolled,
        SignInFault::Service(ServiceFault::Unreachable),
    ] {
        add(&format!("{fault:?}"), Page::WhoAreYou, &|walk| {
            walk.on(Event::Next);
            walk.on(Event::SignInFailed(walk.last_attempt(), fault));
        });
    }
    add("the key", Page::ScanTheCode, &|walk| walk.on(Event::ShowKey(true)));
    for tries in [1, 3] {
        add(&format!("{tries} wrong codes"), Page::TestIt, &|walk| {
            for _ in 0..tries {
                walk.on(Event::Next);
                walk.on(Event::CodeJudged(walk.last_attempt(), domain::CodeVerdict::NoMatch));
            }
        });
    }
    add("a wrong number", Page::YourPhoneNumber, &|walk| {
        walk.on(Event::Next);
        walk.on(Event::NumberJudged(walk.last_attempt(), Err(domain::NumberProblem::TooShort)));
    });
    add("countries", Page::YourPhoneNumber, &|walk| walk.on(Event::OpenRegions(true)));
    add("asking for a call", Page::AnswerTheCall, &|walk| walk.on(Event::Next));
    for stage in
        [CallStage::Waiting { ahead: 3 }, CallStage::Ringing, CallStage::Answered, CallStage::WrongDigits]
    {
        add(&format!("{stage:?}"), Page::AnswerTheCall, &|walk| {
            walk.on(Event::Next);
            walk.on(Event::CallMoved(walk.last_attempt(), stage));
        });
    }
    for ending in
        [CallEnding::NoAnswer, CallEnding::NotConfirmed, CallEnding::Stopped, CallEnding::StoppedBefore]
    {
        add(&format!("{ending:?}"), Page::AnswerTheCall, &|walk| {
            walk.on(Event::Next);
            walk.on(Event::CallEnded(walk.last_attempt(), ending));
        });
    }
    add("sending", Page::CheckAndSend, &|walk| walk.on(Event::Next));
    states
}

/// What is read or selected in a harness, without eight points of its own round the window.
fn things(harness: &Harness<'_, Shown>, within: Option<Role>) -> Vec<Thing> {
    let of = |node: &egui_kittest::Node<'_>| {
        let role = node.accesskit_node().role();
        // A line stands round a code, and none round a drawn phone.
        let line = if role == Role::Image && !name(node).starts_with("Drawing") { 1.0 } else { 0.0 };
        Thing { role, name: name(node), rect: node.rect().translate(egui::vec2(-8.0, -8.0)).expand(line) }
    };
    let of_all = |all: &[egui_kittest::Node<'_>]| -> Vec<Thing> {
        let seen = all.iter().filter(|node| is_seen(node.accesskit_node().role()));
        seen.map(of).filter(|thing| thing.rect.is_positive()).collect()
    };
    match within.and_then(|role| with_role(harness, role).into_iter().next()) {
        Some(dialog) => of_all(&dialog.children_recursive().collect::<Vec<_>>()),
        None => of_all(&nodes(harness)),
    }
}

fn is_seen(role: Role) -> bool {
    is_target(role) || matches!(role, Role::Label | Role::Heading | Role::Image)
}

fn is_target(role: Role) -> bool {
    matches!(role, Role::Button | Role::Link | Role::RadioButton | Role::TextInput | Role::MenuItem)
}

/// The bar at the top with the progress below it, where they stay. A long name of a trust makes it higher.
const BAR: f32 = 62.0;

/// Takes away what is scrolled below the bar, and below the row at the window's foot, where there are such.
fn clip_to_page(things: &mut Vec<Thing>, view: &View, size: [f32; 2]) {
    if size[1] >= 440.0 {
        let is_in_bar = |thing: &Thing| thing.name == view.trust || thing.name == view.app_name;
        let name = things.iter().find(|thing| thing.name == view.trust).map(|thing| thing.rect.bottom());
        // Ten points are under the name, and six are the progress.
        let bar = name.map_or(BAR, |bottom| BAR.max(bottom + 16.0));
        things.retain(|thing| is_in_bar(thing) || thing.rect.bottom() > bar);
        for thing in things.iter_mut().filter(|thing| !is_in_bar(thing) && thing.rect.top() < bar) {
            thing.rect.min.y = bar;
            thing.role = Role::Label;
        }
    }
    let is_at_foot = |thing: &Thing| {
        let stays = thing.name == view.help.label
            || view.actions.first().is_some_and(|action| action.label == thing.name);
        stays && is_target(thing.role) && thing.rect.bottom() > size[1] - 25.0
    };
    let foot = things.iter().filter(|thing| is_at_foot(thing)).map(|thing| thing.rect.top());
    let Some(foot) = foot.reduce(f32::min) else { return };
    let is_row =
        size[0] < 880.0 || things.iter().any(|thing| is_at_foot(thing) && thing.role == Role::Button);
    things.retain(|thing| !is_row || is_at_foot(thing) || thing.rect.top() < foot);
    // Half a target at the fold is scrolled to before it is used: its words alone count there.
    let is_cut = |thing: &Thing| is_row && !is_at_foot(thing) && thing.rect.bottom() > foot;
    let cut: Vec<bool> = things.iter().map(is_cut).collect();
    for (thing, _) in things.iter_mut().zip(cut).filter(|(_, is_cut)| *is_cut) {
        thing.rect.max.y = foot;
        thing.role = Role::Label;
    }
}

/// What is wrong with where things stand in a window of this width.
fn faults(things: &[Thing], width: f32) -> Vec<String> {
    let mut faults = Vec::new();
    for thing in things {
        let Thing { role, name, rect } = thing;
        if rect.left() < -0.1 || rect.right() > width + 0.1 {
            faults.push(format!("outside the window: {name} at {rect:?}"));
        }
        if is_target(*role) && (rect.height() < 43.9 || rect.width() < 43.9) {
            faults.push(format!("a target under 44 points: {name} at {rect:?}"));
        }
    }
    for (number, one) in things.iter().enumerate() {
        for other in &things[number + 1..] {
            let both = one.rect.intersect(other.rect);
            let is_inside = one.rect.contains_rect(other.rect) || other.rect.contains_rect(one.rect);
            if both.width() > 2.0 && both.height() > 2.0 && !is_inside {
                faults.push(format!("text that overlaps: {} and {}", one.name, other.name));
            }
        }
    }
    for (number, one) in things.iter().enumerate() {
        for other in &things[number + 1..] {
            let apart = (one.rect.left() - other.rect.left()).abs();
            let starts = |thing: &Thing| begins_its_line(thing, things);
            // Words in the middle under a picture have no left edge of their own.
            let shares_middle = (one.rect.center().x - other.rect.center().x).abs() < 1.0;
            if apart > 0.5 && apart < 6.0 && !shares_middle && starts(one) && starts(other) {
                faults.push(format!("left edges {apart:.1} apart: {} and {}", one.name, other.name));
            }
        }
    }
    faults
}

/// Whether nothing stands at its left on the same line.
fn begins_its_line(thing: &Thing, things: &[Thing]) -> bool {
    !things.iter().any(|other| {
        let is_beside = other.rect.y_range().intersection(thing.rect.y_range()).span() > 2.0;
        is_beside && other.rect.right() <= thing.rect.left() + 0.5
    })
}

fn is_bigger(view: &View) -> bool {
    view.blocks.iter().any(|block| matches!(block, Block::EnrolmentQr { bigger: true, .. }))
}

#[test]
fn nothing_stands_where_it_should_not() {
    assert_each_stands_well(states());
}

fn assert_each_stands_well(states: Vec<(String, View)>) {
    let mut found = Vec::new();
    for (what, view) in states {
        for (size, scale) in SIZES {
            assert!(!is_bigger(&view));
            let dialog = view.help.open.then_some(Role::Dialog);
            let harness = show(view.clone(), *size, *scale);
            let mut things = things(&harness, dialog);
            if dialog.is_none() {
                clip_to_page(&mut things, &view, *size);
            }
            let faults = faults(&things, size[0]);
            found.extend(faults.into_iter().map(|fault| format!("{what} at {size:?}: {fault}")));
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn each_kind_of_fault_is_found() {
    let thing = |name: &str, role: Role, [left, top, width, height]: [f32; 4]| Thing {
        role,
        name: name.to_owned(),
        rect: Rect::from_min_size(egui::pos2(left, top), egui::vec2(width, height)),
    };
    let good = [
        thing("Heading", Role::Heading, [40.0, 0.0, 300.0, 40.0]),
        thing("Next", Role::Button, [40.0, 60.0, 160.0, 50.0]),
        thing("Help", Role::Link, [300.0, 60.0, 90.0, 44.0]),
    ];
    assert_eq!(faults(&good, 400.0), [""; 0]);
    for (wrong, found) in [
        (thing("Wide", Role::Label, [40.0, 200.0, 361.0, 28.0]), "outside the window: Wide"),
        (thing("Off", Role::Label, [-3.0, 200.0, 30.0, 28.0]), "outside the window: Off"),
        (thing("Low", Role::Link, [40.0, 200.0, 90.0, 43.0]), "a target under 44 points: Low"),
        (thing("Slim", Role::Button, [40.0, 200.0, 40.0, 44.0]), "a target under 44 points: Slim"),
        (
            thing("Over", Role::Label, [100.0, 30.0, 400.0 - 100.0, 20.0]),
            "text that overlaps: Heading and Over",
        ),
        (thing("Near", Role::Label, [43.0, 200.0, 90.0, 28.0]), "left edges 3.0 apart: Heading and Near"),
    ] {
        let mut things = good.to_vec();
        things.push(wrong);
        let faults = faults(&things, 400.0);
        assert!(faults.iter().any(|fault| fault.starts_with(found)), "{found}: {faults:#?}");
    }
}

/// The part of the window in which a page is seen: below the bar and above the row of Get help, where they stay.
fn is_in_view(rect: Rect, size: [f32; 2]) -> bool {
    rect.top() >= -0.1
        && rect.bottom() <= size[1] + 0.1
        && rect.left() >= -0.1
        && rect.right() <= size[0] + 0.1
}

#[test]
fn whatever_has_the_keyboard_is_seen_whole() {
    assert_each_shows_what_has_the_keyboard(states());
}

fn assert_each_shows_what_has_the_keyboard(states: Vec<(String, View)>) {
    for (what, view) in states {
        for (size, scale) in SIZES {
            let mut harness = show(view.clone(), *size, *scale);
            for _ in 0..14 {
                harness.key_press(Key::Tab);
                harness.run();
                let all = nodes(&harness);
                let Some(node) = all.iter().find(|node| node.is_focused()) else { continue };
                let rect = node.rect().translate(egui::vec2(-8.0, -8.0));
                let fits = rect.height() <= size[1] - 10.0;
                assert!(
                    !fits || is_in_view(rect, *size),
                    "{what} at {size:?}: {} is out of view at {rect:?}",
                    name(node)
                );
            }
        }
    }
}

#[test]
fn a_problem_its_field_and_the_button_are_seen_together_where_there_is_room() {
    for (what, view) in states() {
        let Some(problem) = view.problem.clone() else { continue };
        for (size, scale) in SIZES {
            let mut harness = show(Walk::to(view.page).view(), *size, *scale);
            harness.state_mut().view = view.clone();
            harness.run();
            let all = things(&harness, None);
            let rect_of = |name: &str| all.iter().find(|thing| thing.name == name).map(|thing| thing.rect);
            let button = view.actions.first().and_then(|action| rect_of(&action.label));
            let field = all.iter().find(|thing| thing.role == Role::TextInput).map(|thing| thing.rect);
            let field = field.filter(|_| problem.field.is_some());
            if let Some(field) = field {
                assert!(is_in_view(field, *size), "{what} at {size:?}: the field at {field:?}");
            }
            let words = rect_of(&problem.text);
            // Bar, and the row at the foot.
            let is_short = size[1] < 440.0;
            let (top, foot) = (if is_short { 0.0 } else { BAR }, if size[0] < 880.0 { 54.0 } else { 0.0 });
            let bottom = size[1] - if is_short { 0.0 } else { foot };
            let room = bottom - top - 40.0;
            // The box has a heading above its words.
            let beside_button = if field.is_some() { vec![field, button] } else { Vec::new() };
            for (parts, above) in [(vec![words, field, button], 80.0), (beside_button, 0.0)] {
                let parts: Vec<Rect> = parts.into_iter().flatten().collect();
                let Some(together) = parts.iter().copied().reduce(Rect::union) else { continue };
                let is_seen = |part: &Rect| part.top() >= top - 0.1 && part.bottom() <= bottom + 0.1;
                if together.height() + above <= room {
                    assert!(parts.iter().all(is_seen), "{what} at {size:?}: {parts:?}");
                }
            }
        }
    }
}

#[test]
fn the_button_of_page_1_is_seen_in_the_usual_window_also_where_it_is_practice() {
    for practice in [false, true] {
        let mut walk = Walk::new(None);
        let startup = journey::Startup { practice, ..startup() };
        walk.on(Event::PolicyArrived(walk.last_attempt(), Box::new(startup)));
        assert_eq!(walk.journey.page(), Page::BeforeYouStart);
        let view = walk.view();
        let next = view.actions[0].label.clone();
        let harness = show(view, SIZES[0].0, SIZES[0].1);
        let all = things(&harness, None);
        let button = all.iter().find(|thing| thing.name == next).expect("the button").rect;
        assert!(is_in_view(button, SIZES[0].0), "practice: {practice}, {button:?}");
    }
}

/// What a screen reader says of the code: a drawn phone is an image too.
fn code_alt(view: &View) -> String {
    let alt = view.blocks.iter().find_map(|block| {
        if let Block::EnrolmentQr { alt, .. } | Block::LinkQr { alt, .. } = block {
            Some(alt.clone())
        } else {
            None
        }
    });
    alt.expect("a code")
}

#[test]
fn a_code_is_seen_whole_and_its_button_with_it() {
    assert_codes_are_seen_whole(&Walk::new(None));
}

#[test]
fn a_code_is_seen_whole_under_the_note_of_practice() {
    let startup = journey::Startup { practice: true, ..startup() };
    assert_codes_are_seen_whole(&Walk::under(startup, PhoneChoice::IPhone, None));
}

fn assert_codes_are_seen_whole(start: &Walk) {
    let mut found = Vec::new();
    let sizes = SIZES.iter().copied().chain([([450.0, 360.0], 2.0), ([683.0, 369.0], 2.0)]);
    for (size, scale) in sizes {
        for page in [Page::GetTheApp, Page::ScanTheCode] {
            let view = start.clone().at(page).view();
            let next = view.actions[0].label.clone();
            let alt = code_alt(&view);
            let mut harness = show(view, size, scale);
            let code_and_button = |harness: &Harness<'_, Shown>| {
                let all = things(harness, None);
                let code = all.iter().find(|thing| thing.name == alt).expect("a code").rect;
                (code, all.iter().find(|thing| thing.name == next).expect("the button").rect)
            };
            let both_are_seen = |(code, button): (Rect, Rect)| {
                is_in_view(code, size) && is_in_view(button, size) && code.bottom() <= button.top()
            };
            // Where it is below the heading of a low window it is scrolled to.
            let first = code_and_button(&harness);
            let mut turns = 0;
            while !both_are_seen(code_and_button(&harness)) && turns < 24 {
                harness.event(egui::Event::PointerMoved(egui::pos2(100.0, 150.0)));
                harness.event(egui::Event::MouseWheel {
                    unit: egui::MouseWheelUnit::Point,
                    delta: egui::vec2(0.0, -20.0),
                    phase: egui::TouchPhase::Move,
                    modifiers: egui::Modifiers::NONE,
                    source: egui::MouseWheelSource::Wheel,
                });
                harness.run();
                turns += 1;
            }
            let (code, button) = code_and_button(&harness);
            if !both_are_seen((code, button)) || code.width() <= 120.0 {
                found.push(format!("{page:?} at {size:?}: {code:?} {button:?}"));
            } else if size[1] >= 480.0 && turns > 0 {
                found.push(format!("{page:?} at {size:?}: only after scrolling, {first:?}"));
            }
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_page_stands_in_the_middle_of_a_wide_window_in_a_frame_of_960_points() {
    for width in [1366.0, 1920.0] {
        let harness = show(Walk::to(Page::WhatPhone).view(), [width, 1000.0], 1.0);
        let all = things(&harness, None);
        let edge = |name: &str| all.iter().find(|thing| thing.name == name).expect("it is there").rect;
        let view = &harness.state().view;
        let left = (width - 960.0) / 2.0;
        assert!((edge(&view.heading).left() - left).abs() < 1.0);
        assert!((edge(&view.progress_text).right() - (width - left)).abs() < 1.0);
        assert!((edge(&view.help.label).right() - (width - left)).abs() < 2.0);
    }
}

#[test]
fn type_and_code_are_larger_where_two_people_look_on_at_a_large_window() {
    let drawn = |size: [f32; 2], is_shared: bool| {
        let mut harness = show(Walk::to(Page::ScanTheCode).view(), size, 1.0);
        harness.state_mut().screen.is_shared = is_shared;
        harness.run();
        let all = things(&harness, None);
        let alt = code_alt(&harness.state().view);
        let code = all.iter().find(|thing| thing.name == alt).expect("a code").rect.width();
        (harness.ctx.global_style().text_styles[&egui::TextStyle::Body].size, code)
    };
    let (usual, large) = (drawn([1920.0, 1050.0], false), drawn([1920.0, 1050.0], true));
    assert_eq!((usual.0, large.0), (19.0, 22.0));
    assert!(large.1 > usual.1 + 40.0, "{usual:?} {large:?}");
    assert_eq!(
        drawn([900.0, 720.0], true),
        drawn([900.0, 720.0], false),
        "a small window has no room for it"
    );
}

#[test]
fn the_key_is_seen_when_it_is_asked_for_and_when_it_is_spelt_out() {
    for (size, scale) in SIZES {
        let mut walk = Walk::to(Page::ScanTheCode);
        let mut harness = show(walk.view(), *size, *scale);
        walk.on(Event::ShowKey(true));
        harness.state_mut().view = walk.view();
        harness.run();
        let (copy, spell) = walk
            .view()
            .blocks
            .iter()
            .find_map(|block| {
                let Block::Key { copy_label, spell_label, .. } = block else { return None };
                Some((copy_label.clone(), spell_label.clone()))
            })
            .expect("a key");
        assert_eq!(super::focused(&harness).as_ref(), Some(&copy), "at {size:?}");
        let rect = |harness: &Harness<'_, Shown>, of: &str| {
            things(harness, None).into_iter().find(|thing| thing.name == of).expect("it is there").rect
        };
        assert!(is_in_view(rect(&harness, &copy), *size), "at {size:?}");
        let before = rect(&harness, &spell);
        let lower = before.bottom() + 4.0 * 36.0 <= size[1] - BAR;
        harness.key_press(Key::Tab);
        harness.key_press(Key::Enter);
        harness.run_steps(12);
        assert!(harness.state().screen.memory.spelt.is_some(), "at {size:?}: it is said");
        // Four lines below the link are seen: the page was scrolled for them where they were not.
        let after = rect(&harness, &spell);
        let room = size[1] - if size[0] < 880.0 { 54.0 } else { 0.0 };
        assert!(after.bottom() + 4.0 * 36.0 <= room || size[1] < 300.0, "at {size:?}: {after:?}");
        // And whoever scrolls elsewhere is not brought back.
        harness.key_press(Key::Home);
        harness.run_steps(6);
        let gone = rect(&harness, &spell);
        assert!(gone.top() > after.top() + 20.0 || lower, "at {size:?}: {gone:?} {after:?}");
    }
}
