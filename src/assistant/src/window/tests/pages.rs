//! What every page must have, at every size.

use egui::accesskit::{Invalid, Live, Role};
use egui_kittest::kittest::NodeT as _;
use journey::{Event, FieldId, Page};

use super::{name, nodes, show, with_role};
use crate::texts::Texts;
use crate::view::samples::{PAGES, Walk};
use crate::view::{StartFailure, View, notice};

/// Points, and pixels for each: the usual window, the smallest, 400 % on a common screen, 200 % text.
pub(super) const SIZES: &[([f32; 2], f32)] =
    &[([900.0, 720.0], 1.0), ([480.0, 560.0], 1.0), ([320.0, 256.0], 4.0), ([450.0, 360.0], 2.0)];

/// Every page as the sample journey shows it, and those that have more on them than at first.
pub(super) fn views() -> Vec<View> {
    let mut views: Vec<View> = PAGES.into_iter().map(|page| Walk::to(page).view()).collect();
    let after = |page, events: &[Event]| {
        let mut walk = Walk::to(page);
        events.iter().for_each(|event| walk.on(event.clone()));
        walk.view()
    };
    views.push(after(Page::WhatPhone, &[Event::Next]));
    views.push(after(Page::ScanTheCode, &[Event::ShowKey(true)]));
    views.push(after(Page::ScanTheCode, &[Event::MakeBigger(true)]));
    views.push(after(Page::ScanTheCode, &[Event::Help(true)]));
    views.push(wrong_code());
    let texts = Texts::english().expect("the words");
    for is_not_set_up in [true, false] {
        let reason = "/home/staff/a folder with a long name/enrol/data cannot be used: Read-only file system";
        views.push(notice(&StartFailure { is_not_set_up, reason: reason.to_owned() }, &texts));
    }
    views
}

/// "Test it" after a code that does not match.
pub(super) fn wrong_code() -> View {
    let mut walk = Walk::to(Page::TestIt);
    walk.on(Event::Next);
    walk.on(Event::CodeJudged(walk.last_attempt(), domain::CodeVerdict::NoMatch));
    let view = walk.view();
    assert!(view.problem.is_some(), "a wrong code is a problem");
    view
}

#[test]
fn one_heading_one_status_a_name_and_nothing_sideways() {
    for view in views() {
        for (size, scale) in SIZES {
            let page = format!("{:?} at {size:?}", view.page);
            // The harness itself fails when an input has no name or a character is in no font.
            let harness = show(view.clone(), *size, *scale);
            let levels: Vec<_> = with_role(&harness, Role::Heading)
                .iter()
                .filter(|node| node.accesskit_node().data().level() == Some(1))
                .map(name)
                .collect();
            assert_eq!(levels, std::slice::from_ref(&view.heading), "{page}");
            let status = with_role(&harness, Role::Status);
            assert_eq!(status.len(), 1, "{page}");
            let status = status[0].accesskit_node();
            assert_eq!(status.label().as_deref(), Some(view.announce.as_str()), "{page}");
            assert_eq!(status.value().as_deref(), Some(view.announce.as_str()), "{page}");
            let live = if view.problem.is_some() { Live::Assertive } else { Live::Polite };
            assert_eq!(status.live(), live, "{page}");
            assert_eq!(harness.root().accesskit_node().label().as_deref(), Some(view.window_title.as_str()));
            for node in nodes(&harness) {
                let is_words = matches!(
                    node.accesskit_node().role(),
                    Role::Label
                        | Role::Heading
                        | Role::Button
                        | Role::Link
                        | Role::RadioButton
                        | Role::TextInput
                        | Role::Image
                );
                if is_words {
                    let rect = node.rect();
                    assert!(
                        rect.left() >= 7.9 && rect.right() <= size[0] + 8.1,
                        "{page}: {} at {rect:?}",
                        name(&node)
                    );
                }
            }
        }
    }
}

#[test]
fn a_field_with_a_problem_says_so() {
    let view = wrong_code();
    let harness = show(view, [900.0, 720.0], 1.0);
    let fields = with_role(&harness, Role::TextInput);
    let [field] = fields.as_slice() else { panic!("one field") };
    let data = field.accesskit_node().data();
    assert_eq!(data.invalid(), Some(Invalid::True));
    assert!(data.description().is_some_and(|words| !words.is_empty()));
    assert!(!name(field).is_empty());
    assert!(field.is_focused(), "the keyboard goes to the field that has the problem");

    let harness = show(Walk::to(Page::TestIt).view(), [900.0, 720.0], 1.0);
    let fields = with_role(&harness, Role::TextInput);
    assert_eq!(fields[0].accesskit_node().data().invalid(), None);
}

#[test]
fn a_picture_says_what_it_is_and_no_node_holds_the_secret() {
    let harness = show(Walk::to(Page::ScanTheCode).view(), [900.0, 720.0], 1.0);
    let pictures = with_role(&harness, Role::Image);
    let names: Vec<_> = pictures.iter().map(name).collect();
    assert!(
        names.len() == 2 && names[0] != names[1] && names.iter().all(|name| !name.is_empty()),
        "{names:?}"
    );
    let mut key = String::new();
    harness.state().keeper.key_in_fours(journey::SecretId(1), &mut |text| key.push_str(text));
    assert!(key.len() > 30, "there is a key to look for");
    let says = |harness: &egui_kittest::Harness<'_, super::Shown>| {
        nodes(harness).iter().any(|node| {
            let node = node.accesskit_node();
            [node.label(), node.value(), node.description()]
                .into_iter()
                .flatten()
                .any(|words| words.contains(&key[..9]))
        })
    };
    assert!(!says(&harness));
    let mut walk = Walk::to(Page::ScanTheCode);
    walk.on(Event::ShowKey(true));
    assert!(says(&show(walk.view(), [900.0, 720.0], 1.0)), "the search finds it where the page shows it");
}

#[test]
fn radio_cards_are_a_group_with_its_question() {
    let harness = show(Walk::to(Page::WhatPhone).view(), [480.0, 560.0], 1.0);
    let groups = with_role(&harness, Role::RadioGroup);
    assert_eq!(groups.len(), 1);
    assert!(!name(&groups[0]).is_empty());
    let cards: Vec<_> = groups[0]
        .children_recursive()
        .filter(|node| node.accesskit_node().role() == Role::RadioButton)
        .collect();
    assert_eq!(cards.len(), 4);
    for card in cards {
        assert!(card.rect().height() >= 44.0 && card.rect().width() > 300.0, "the whole row is the target");
    }
}

#[test]
fn an_assistive_technology_can_type() {
    let mut harness = show(Walk::to(Page::TestIt).view(), [900.0, 720.0], 1.0);
    with_role(&harness, Role::TextInput)[0].set_text_value_accesskit("482 913");
    harness.run();
    assert_eq!(harness.state().keeper.typed(FieldId::AppCode), "482 913");
    assert!(harness.state().events.contains(&Event::Typed(FieldId::AppCode)));
}
