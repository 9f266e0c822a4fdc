//! The keyboard alone.

use std::collections::BTreeSet;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use journey::{Event, FieldId, Page, PhoneChoice};

use super::pages::{SIZES, views, wrong_code};
use super::{focused, name, nodes, show, with_role};
use crate::view::samples::Walk;

/// What a person can do something with, in the tree.
fn reachable(role: Role) -> bool {
    matches!(role, Role::Button | Role::Link | Role::TextInput)
}

#[test]
fn tab_reaches_everything_and_what_it_reaches_can_be_seen() {
    for view in views() {
        for (size, scale) in SIZES {
            let page = format!("{:?} at {size:?}", view.page);
            let mut harness = show(view.clone(), *size, *scale);
            let is_covered = view.help.open || with_role(&harness, Role::Dialog).len() == 1;
            let wanted: BTreeSet<String> = nodes(&harness)
                .iter()
                .filter(|node| {
                    reachable(node.accesskit_node().role()) && !node.accesskit_node().is_disabled()
                })
                .filter(|node| !is_covered || has_dialog_above(node))
                .map(name)
                .collect();
            let mut reached = BTreeSet::new();
            for _ in 0..wanted.len() * 2 + 6 {
                harness.key_press(Key::Tab);
                harness.run();
                let all = nodes(&harness);
                let Some(node) = all.iter().find(|node| node.is_focused()) else { continue };
                reached.insert(name(node));
                let rect = node.rect();
                let middle = rect.center().y;
                assert!(
                    middle > 8.0 && middle < size[1] + 8.0,
                    "{page}: {} is out of sight at {rect:?}",
                    name(node)
                );
            }
            let missed: Vec<_> = wanted.difference(&reached).collect();
            assert!(missed.is_empty(), "{page}: Tab misses {missed:?}, reaches {reached:?}");
        }
    }
}

fn has_dialog_above(node: &egui_kittest::Node<'_>) -> bool {
    let mut above = node.parent();
    while let Some(node) = above {
        if node.accesskit_node().role() == Role::Dialog {
            return true;
        }
        above = node.parent();
    }
    false
}

#[test]
fn a_new_page_starts_at_its_field_or_at_its_heading_then_goes_on_in_order() {
    let mut harness = show(Walk::to(Page::WhoAreYou).view(), [900.0, 720.0], 1.0);
    assert_eq!(focused(&harness), Some(name(&with_role(&harness, Role::TextInput)[0])));
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(focused(&harness), Some(harness.state().view.actions[0].label.clone()));
    let view = Walk::to(Page::WhatPhone).view();
    harness.state_mut().view = view.clone();
    harness.run();
    assert_eq!(focused(&harness), Some(view.heading), "the keyboard moves with the page");
}

#[test]
fn a_field_that_cannot_be_seen_beside_its_heading_waits_for_tab() {
    let view = Walk::to(Page::TestIt).view();
    let heading = view.heading.clone();
    let harness = show(view, [320.0, 256.0], 4.0);
    assert_eq!(focused(&harness), Some(heading));
}

#[test]
fn enter_alone_in_a_field_goes_on() {
    let mut harness = show(Walk::to(Page::WhoAreYou).view(), [900.0, 720.0], 1.0);
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().events, [Event::Next]);
}

#[test]
fn enter_on_the_chosen_card_goes_on_and_on_another_chooses_it() {
    let mut walk = Walk::to(Page::WhatPhone);
    let mut harness = show(walk.view(), [900.0, 720.0], 1.0);
    harness.key_press(Key::Tab);
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().events, [Event::PhoneChosen(PhoneChoice::IPhone)]);
    walk.on(Event::PhoneChosen(PhoneChoice::IPhone));
    harness.state_mut().view = walk.view();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().events.last(), Some(&Event::Next));
}

#[test]
fn f1_opens_help_and_closes_it() {
    let mut walk = Walk::to(Page::ScanTheCode);
    let mut harness = show(walk.view(), [900.0, 720.0], 1.0);
    for opens in [true, false] {
        harness.key_press(Key::F1);
        harness.run();
        assert_eq!(harness.state().events.last(), Some(&Event::Help(opens)));
        walk.on(Event::Help(opens));
        harness.state_mut().view = walk.view();
        harness.run();
    }
}

#[test]
fn after_help_one_types_on_where_one_was() {
    let mut walk = Walk::to(Page::TestIt);
    let mut harness = show(walk.view(), [900.0, 720.0], 1.0);
    let field = name(&with_role(&harness, Role::TextInput)[0]);
    // By mouse, which takes the keyboard from the field.
    let help = walk.view().help.label;
    harness.get_by_label(&help).click();
    harness.run();
    assert_eq!(harness.state().events, [Event::Help(true)]);
    walk.on(Event::Help(true));
    harness.state_mut().view = walk.view();
    harness.run();
    walk.on(Event::Help(false));
    harness.state_mut().view = walk.view();
    harness.run();
    assert_eq!(focused(&harness), Some(field));
    harness.event(egui::Event::Text("4".to_owned()));
    harness.run();
    assert_eq!(harness.state().keeper.typed(FieldId::AppCode), "4");
}

#[test]
fn what_is_typed_goes_into_the_field_also_from_a_button_and_a_space_does_not() {
    let mut harness = show(Walk::to(Page::TestIt).view(), [900.0, 720.0], 1.0);
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(focused(&harness), Some(harness.state().view.actions[0].label.clone()));
    harness.event(egui::Event::Text(" ".to_owned()));
    harness.run();
    assert_eq!(harness.state().keeper.typed(FieldId::AppCode), "");
    harness.event(egui::Event::Text("4".to_owned()));
    harness.run();
    assert_eq!(harness.state().keeper.typed(FieldId::AppCode), "4");
}

#[test]
fn the_first_tab_on_the_summary_leads_to_send_and_back_from_there_to_a_change() {
    let view = Walk::to(Page::CheckAndSend).view();
    let mut harness = show(view.clone(), [900.0, 720.0], 1.0);
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(focused(&harness), Some(view.actions[0].label.clone()));
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().events, [Event::Next]);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
    harness.run();
    assert!(focused(&harness).is_some_and(|name| name.starts_with("Change")), "{:?}", focused(&harness));
}

#[test]
fn after_a_call_that_failed_the_first_tab_leads_to_calling_again() {
    let mut walk = Walk::to(Page::AnswerTheCall);
    let mut harness = show(walk.view(), [900.0, 720.0], 1.0);
    harness.key_press(Key::Tab);
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().events, [Event::Next]);
    walk.on(Event::Next);
    harness.state_mut().view = walk.view();
    harness.run();
    walk.on(Event::CallEnded(walk.last_attempt(), journey::CallEnding::NoAnswer));
    harness.state_mut().view = walk.view();
    harness.run();
    assert!(walk.view().problem.is_some());
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(focused(&harness), Some(walk.view().actions[0].label.clone()));
}

/// Whether the window asks for what is in the clipboard within some frames.
fn asks_for_paste(harness: &mut egui_kittest::Harness<'_, super::Shown>) -> bool {
    (0..6).any(|_| {
        harness.step();
        let mut outputs = harness.output().viewport_output.values();
        outputs.any(|output| output.commands.contains(&egui::ViewportCommand::RequestPaste))
    })
}

#[test]
fn shift_and_insert_and_the_menu_of_a_field_paste() {
    let press = |harness: &mut egui_kittest::Harness<'_, super::Shown>, modifiers, key| {
        let event = |pressed| egui::Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        harness.input_mut().events.extend([true, false].map(event));
    };
    for page in [Page::WhoAreYou, Page::TestIt, Page::YourPhoneNumber] {
        let mut harness = show(Walk::to(page).view(), [900.0, 720.0], 1.0);
        let field = focused(&harness);
        let item = harness.state().view.paste_label.clone();
        assert!(!asks_for_paste(&mut harness));
        press(&mut harness, Modifiers::SHIFT, Key::Insert);
        assert!(asks_for_paste(&mut harness), "{page:?}");
        for (modifiers, key) in [(Modifiers::NONE, Key::Menu), (Modifiers::SHIFT, Key::F10)] {
            press(&mut harness, modifiers, key);
            harness.run();
            assert_eq!(focused(&harness), Some(item.clone()), "{page:?}");
            press(&mut harness, Modifiers::NONE, Key::Escape);
            assert!(!asks_for_paste(&mut harness), "{page:?}");
            assert_eq!(focused(&harness), field, "{page:?}");
            press(&mut harness, modifiers, key);
            harness.run();
            press(&mut harness, Modifiers::NONE, Key::Enter);
            assert!(asks_for_paste(&mut harness), "{page:?}");
            // It comes in the frame after it was asked for.
            harness.input_mut().events.push(egui::Event::Paste("48".to_owned()));
            harness.run();
            assert_eq!(focused(&harness), field, "what is pasted goes into the field");
        }
        with_role(&harness, Role::TextInput)[0].click_secondary();
        harness.run();
        harness.get_by_role_and_label(Role::MenuItem, &item).click_accesskit();
        assert!(asks_for_paste(&mut harness), "by mouse on {page:?}");
        let fields = [FieldId::EnrolmentCode, FieldId::AppCode, FieldId::PhoneNumber];
        let typed = fields.map(|field| harness.state().keeper.typed(field).to_owned()).concat();
        assert_eq!(typed, "4848");
    }
}

#[test]
fn closing_where_something_is_lost_asks_first() {
    let closes = |harness: &mut egui_kittest::Harness<'_, super::Shown>| {
        let viewport = harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
        viewport.events.push(egui::ViewportEvent::Close);
        harness.step();
        let output = harness.output().viewport_output.values().next().expect("a window");
        !output.commands.contains(&egui::ViewportCommand::CancelClose)
    };
    for page in crate::view::samples::PAGES {
        let is_asked = (Page::ScanTheCode..=Page::CheckAndSend).contains(&page);
        let mut harness = show(Walk::to(page).view(), [900.0, 720.0], 1.0);
        assert_eq!(closes(&mut harness), !is_asked, "{page:?}");
        harness.run();
        assert_eq!(with_role(&harness, Role::Dialog).len(), usize::from(is_asked), "{page:?}");
    }
    let view = Walk::to(Page::TestIt).view();
    let leave = view.leave.clone().expect("asked there");
    let mut harness = show(view, [900.0, 720.0], 1.0);
    let field = focused(&harness);
    assert!(!closes(&mut harness));
    harness.run();
    assert_eq!(focused(&harness), Some(leave.stay));
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(with_role(&harness, Role::Dialog).len(), 0);
    assert_eq!(focused(&harness), field, "and everything is as it was");
    assert!(!closes(&mut harness), "asked again");
    harness.run();
    harness.get_by_label(&leave.close).click();
    harness.run();
    assert!(closes(&mut harness), "it was answered");
}

#[test]
fn arrows_move_and_select_inside_a_group() {
    let mut harness = show(Walk::to(Page::WhatPhone).view(), [900.0, 720.0], 1.0);
    harness.key_press(Key::Tab);
    harness.run();
    assert!(harness.state().events.is_empty(), "nothing is selected by passing by");
    let cards: Vec<String> = with_role(&harness, Role::RadioButton).iter().map(name).collect();
    assert_eq!(focused(&harness).as_ref(), Some(&cards[0]));
    harness.key_press(Key::Space);
    harness.key_press(Key::ArrowDown);
    harness.run();
    assert_eq!(focused(&harness).as_ref(), Some(&cards[1]));
    harness.key_press(Key::ArrowUp);
    harness.run();
    harness.key_press(Key::ArrowUp);
    harness.run();
    assert_eq!(focused(&harness).as_ref(), Some(&cards[3]), "round the end");
    let chosen = [PhoneChoice::IPhone, PhoneChoice::Android, PhoneChoice::IPhone, PhoneChoice::NoSmartphone];
    assert_eq!(harness.state().events, chosen.map(Event::PhoneChosen));
}

#[test]
fn typing_needs_no_click_and_enter_goes_on() {
    let mut harness = show(Walk::to(Page::TestIt).view(), [900.0, 720.0], 1.0);
    for digit in ["4", "8", "2", "9", "1", "3"] {
        harness.event(egui::Event::Text(digit.to_owned()));
        harness.run();
    }
    assert_eq!(harness.state().keeper.typed(FieldId::AppCode), "482913");
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().events.last(), Some(&Event::Next));
    assert_eq!(harness.state().events.iter().filter(|event| **event == Event::Next).count(), 1);
}

#[test]
fn a_code_can_be_pasted() {
    let mut harness = show(Walk::to(Page::TestIt).view(), [900.0, 720.0], 1.0);
    harness.event(egui::Event::Paste("482 913\n".to_owned()));
    harness.run();
    assert_eq!(harness.state().keeper.typed(FieldId::AppCode).trim(), "482 913");
}

#[test]
fn escape_closes_what_covers_the_page_and_the_keyboard_comes_back() {
    let mut walk = Walk::to(Page::ScanTheCode);
    let mut harness = show(walk.view(), [900.0, 720.0], 1.0);
    walk.on(Event::Help(true));
    harness.state_mut().view = walk.view();
    harness.run();
    assert_eq!(focused(&harness), Some(walk.view().help.close_label));
    harness.key_press(Key::Tab);
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(focused(&harness), Some(walk.view().help.close_label), "the panel keeps the keyboard");
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().events.last(), Some(&Event::Help(false)));
    walk.on(Event::Help(false));
    harness.state_mut().view = walk.view();
    harness.run();
    assert_eq!(focused(&harness), Some(walk.view().heading), "where it was before");

    walk.on(Event::MakeBigger(true));
    harness.state_mut().view = walk.view();
    harness.run();
    assert_eq!(with_role(&harness, Role::Image).len(), 1, "one code, however large");
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().events.last(), Some(&Event::MakeBigger(false)));
}

#[test]
fn alt_and_left_goes_back_except_on_the_first_page() {
    for (page, went) in [(Page::WhatPhone, true), (Page::BeforeYouStart, false)] {
        let mut harness = show(Walk::to(page).view(), [900.0, 720.0], 1.0);
        harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
        harness.run();
        assert_eq!(harness.state().events.contains(&Event::Back), went, "{page:?}");
    }
}

#[test]
fn the_problem_leads_to_its_field() {
    let view = wrong_code();
    let text = view.problem.as_ref().map(|problem| problem.text.clone());
    let mut harness = show(view, [900.0, 720.0], 1.0);
    let link = with_role(&harness, Role::Link).into_iter().find(|node| Some(name(node)) == text);
    link.expect("the problem is a link").click_accesskit();
    harness.run();
    assert_eq!(focused(&harness), Some(name(&with_role(&harness, Role::TextInput)[0])));
}

/// A press and its release, as the window toolkit tells them.
fn pressed(key: Key) -> [egui::Event; 2] {
    [true, false].map(|pressed| egui::Event::Key {
        key,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    })
}

#[test]
fn keys_that_come_faster_than_a_page_is_drawn_do_what_they_do_one_by_one() {
    let mut harness = show(Walk::to(Page::WhoAreYou).view(), [900.0, 720.0], 1.0);
    let next = harness.state().view.actions[0].label.clone();
    // To the field, something typed, to Next, and Next: all in one pass.
    let typed = |key, text: &str| {
        let [down, up] = pressed(key);
        [down, egui::Event::Text(text.to_owned()), up]
    };
    let events = &mut harness.input_mut().events;
    events.extend(pressed(Key::Tab));
    events.extend(typed(Key::A, "A"));
    events.push(egui::Event::Text("\u{e9}".to_owned()));
    events.extend(typed(Key::Space, " "));
    events.extend(pressed(Key::Tab));
    harness.run_steps(10);
    assert_eq!(harness.state().keeper.typed(FieldId::EnrolmentCode), "A\u{e9} ");
    assert_eq!(focused(&harness), Some(next));
    assert!(harness.state().events.iter().all(|event| *event != Event::Next));
    harness.input_mut().events.extend(pressed(Key::Space));
    harness.run();
    assert_eq!(harness.state().events.iter().filter(|event| **event == Event::Next).count(), 1);
}

#[test]
fn a_card_is_chosen_as_fast_as_somebody_types() {
    let mut harness = show(Walk::to(Page::WhatPhone).view(), [900.0, 720.0], 1.0);
    let next = harness.state().view.actions[0].label.clone();
    for key in [Key::Tab, Key::ArrowDown, Key::Tab] {
        harness.input_mut().events.extend(pressed(key));
    }
    harness.run_steps(10);
    assert_eq!(harness.state().events, [Event::PhoneChosen(PhoneChoice::Android)]);
    assert_eq!(focused(&harness), Some(next));
}

#[test]
fn a_key_held_down_is_not_made_up_for_after_its_release() {
    let tabs = |presses: &[egui::Event]| {
        let mut harness = show(Walk::to(Page::ScanTheCode).view(), [900.0, 720.0], 1.0);
        harness.input_mut().events.extend_from_slice(presses);
        harness.run_steps(10);
        focused(&harness)
    };
    let [down, up] = pressed(Key::Tab);
    let once = tabs(&[down.clone(), up.clone()]);
    let twice = tabs(&[down.clone(), up.clone(), down.clone(), up.clone()]);
    assert_ne!(once, twice);
    assert_eq!(tabs(&[down.clone(), down.clone(), down, up]), once);
}
