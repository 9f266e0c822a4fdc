//! The last page with its slip, and what else a page says of what is outside: a browser, a call under way.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::NodeT as _;
use journey::{CallStage, Event, Page, SlipPlace};

use super::{focused, name, nodes, show, with_role};
use crate::view::samples::Walk;

fn done() -> Walk {
    Walk::to(Page::Done)
}

#[test]
fn the_slip_stands_beside_a_wide_page_and_before_the_end_of_a_narrow_one() {
    for (size, is_beside) in [([900.0, 720.0], true), ([480.0, 560.0], false)] {
        let harness = show(done().view(), size, 1.0);
        let buttons: Vec<_> =
            with_role(&harness, Role::Button).iter().map(|node| (name(node), node.rect())).collect();
        let of = |label: &str| {
            buttons.iter().find(|(name, _)| name == label).map(|(_, rect)| *rect).expect("a button")
        };
        let (print, save, finish) = (of("Print"), of("Save"), of("Finish"));
        assert_eq!(print.left() > finish.right(), is_beside, "{size:?}: {print:?} {finish:?}");
        assert!(is_beside || print.bottom() < finish.top() && save.bottom() < finish.top(), "{size:?}");
        assert_eq!(
            with_role(&harness, Role::Image).len(),
            usize::from(is_beside),
            "{size:?}: a picture of the slip"
        );
    }
}

#[test]
fn print_and_save_do_so_and_what_came_of_it_comes_into_view() {
    let mut walk = done();
    let mut harness = show(walk.view(), [480.0, 560.0], 1.0);
    let click = |harness: &mut egui_kittest::Harness<'_, super::Shown>, label: &str| {
        let buttons = with_role(harness, Role::Button);
        buttons.iter().find(|node| name(node) == label).expect("a button").click_accesskit();
    };
    click(&mut harness, "Print");
    harness.run();
    click(&mut harness, "Save");
    harness.run();
    assert_eq!(harness.state().events, [Event::PrintSlip, Event::SaveSlip(SlipPlace::Documents)]);
    walk.on(Event::SaveSlip(SlipPlace::Documents));
    walk.on(Event::SlipSaved(walk.last_attempt(), "/home/sprice/Documents/slip.html".to_owned()));
    harness.state_mut().view = walk.view();
    harness.run();
    let all = nodes(&harness);
    let saved = all
        .iter()
        .find(|node| name(node).starts_with("Saved.") && node.accesskit_node().role() == Role::Label);
    let rect = saved.expect("it is said").rect();
    assert!(rect.top() > 62.0 && rect.bottom() < 560.0, "{rect:?}");
}

#[test]
fn a_call_under_way_is_said_once_on_the_page() {
    for stage in
        [CallStage::Waiting { ahead: 2 }, CallStage::Ringing, CallStage::Answered, CallStage::WrongDigits]
    {
        let mut walk = Walk::to(Page::AnswerTheCall);
        walk.on(Event::Next);
        walk.on(Event::CallMoved(walk.last_attempt(), stage));
        let view = walk.view();
        let waiting = view.waiting.clone().expect("one waits");
        let harness = show(view, [900.0, 720.0], 1.0);
        let said = with_role(&harness, Role::Label).iter().filter(|node| name(node) == waiting).count();
        assert_eq!(said, 0, "{stage:?}: it stands at its stage, and the status says it");
        let current =
            with_role(&harness, Role::Label).iter().filter(|node| name(node).contains(": now")).count();
        assert_eq!(current, 1, "{stage:?}");
    }
}

#[test]
fn tab_comes_to_how_long_things_are_kept_before_next() {
    for shown in [false, true] {
        let mut walk = Walk::to(Page::HowWeUseYourDetails);
        walk.on(Event::ShowPeriods(shown));
        let mut harness = show(walk.view(), [900.0, 720.0], 1.0);
        let mut reached = Vec::new();
        for _ in 0..2 {
            harness.key_press(Key::Tab);
            harness.run();
            reached.extend(focused(&harness));
        }
        let toggle = if shown { "Hide how long we keep it" } else { "Show how long we keep it" };
        assert_eq!(reached, [toggle, "Next"]);
    }
}

#[test]
fn a_link_to_the_store_shows_its_address_for_there_may_be_no_browser() {
    let view = Walk::to(Page::GetTheApp).view();
    let mut harness = show(view, [900.0, 720.0], 1.0);
    let url = crate::effects::scripted::sample_profile().app.stores.iphone;
    let shows = |harness: &egui_kittest::Harness<'_, super::Shown>| {
        let labels: Vec<_> = with_role(harness, Role::Label).iter().map(name).collect();
        let says = labels.iter().any(|label| label == "If no browser opens, type this address into one:");
        (says, labels.contains(&url))
    };
    assert_eq!(shows(&harness), (false, false), "not before it is asked for");
    let links = with_role(&harness, Role::Link);
    links.iter().find(|node| name(node).contains("App Store")).expect("the link").click_accesskit();
    harness.step();
    let opens = |command: &egui::OutputCommand| matches!(command, egui::OutputCommand::OpenUrl(open) if open.url == url);
    assert!(harness.output().platform_output.commands.iter().any(opens), "a browser is asked for it");
    harness.run();
    assert_eq!(shows(&harness), (true, true));
    let status = with_role(&harness, Role::Status)[0].accesskit_node().label().unwrap_or_default();
    assert!(status.contains("If no browser opens") && status.contains(&url), "{status}");
}
