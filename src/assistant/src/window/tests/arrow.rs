//! The arrow that says that a page goes on: it leads a pointer down, and nobody else meets it.

use egui::accesskit::Role;
use egui::epaint::Shape;
use egui::{Key, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;
use journey::{Event, Page};

use super::{Shown, focused, nodes, show, with_role};
use crate::view::View;
use crate::view::samples::Walk;

/// Pages that go on below windows of these sizes: with the arrow over the page, and beside the button at its foot.
fn cases() -> [(View, [f32; 2]); 3] {
    let mut details = Walk::to(Page::HowWeUseYourDetails);
    details.on(Event::ShowPeriods(true));
    let code = Walk::to(Page::ScanTheCode);
    [(details.view(), [900.0, 480.0]), (details.view(), [480.0, 560.0]), (code.view(), [480.0, 450.0])]
}

/// Where the arrow is drawn: the one circle with a line round it.
fn arrow(harness: &Harness<'_, Shown>) -> Option<Pos2> {
    harness.output().shapes.iter().find_map(|clipped| {
        let Shape::Circle(circle) = &clipped.shape else { return None };
        (circle.stroke.width > 0.0).then_some(circle.center)
    })
}

#[test]
fn a_click_on_the_arrow_moves_the_page_by_most_of_its_height_until_it_ends() {
    for (view, size) in cases() {
        let what = format!("{:?} at {size:?}", view.page);
        let mut harness = show(view, size, 1.0);
        let heading_top = |harness: &Harness<'_, Shown>| with_role(harness, Role::Heading)[0].rect().top();
        let height = with_role(&harness, Role::ScrollBar)[0].rect().height();
        let mut moves = Vec::new();
        while let Some(at) = arrow(&harness) {
            let before = heading_top(&harness);
            harness.hover_at(at);
            harness.drag_at(at);
            harness.drop_at(at);
            harness.run();
            moves.push((before - heading_top(&harness)) / height);
            assert!(moves.len() < 12, "{what} never ends: {moves:?}");
        }
        let (_, others) = moves.split_last().expect("the page goes on");
        assert!(!others.is_empty(), "{what}: {moves:?}");
        assert!(others.iter().all(|part| (0.8..0.9).contains(part)), "{what}: {moves:?}");
        assert!(harness.state().events.is_empty(), "{what}: nothing else was selected");
    }
}

#[test]
fn keys_and_screen_readers_meet_no_arrow() {
    for (view, size) in cases() {
        let what = format!("{:?} at {size:?}", view.page);
        let mut harness = show(view, size, 1.0);
        for _ in 0..12 {
            harness.key_press(Key::Tab);
            harness.run();
            let reached = focused(&harness);
            assert!(reached.is_some_and(|name| !name.is_empty()), "{what}: Tab leads to what has no name");
            let Some(at) = arrow(&harness) else { continue };
            let (x, y) = (f64::from(at.x), f64::from(at.y));
            for node in nodes(&harness) {
                let Some(rect) = node.accesskit_node().bounding_box() else { continue };
                let middle = ((rect.x0 + rect.x1) / 2.0, (rect.y0 + rect.y1) / 2.0);
                let is_arrow = (middle.0 - x).abs() < 2.0 && (middle.1 - y).abs() < 2.0;
                assert!(!is_arrow, "{what}: {:?} at {rect:?}", node.accesskit_node().role());
            }
        }
    }
}
