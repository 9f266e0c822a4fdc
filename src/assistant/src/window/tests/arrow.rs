//! The arrow that says that a page goes on: it leads a pointer down.

use egui::Pos2;
use egui::epaint::Shape;
use egui_kittest::Harness;
use journey::{Event, Page};

use super::{Shown, show, with_role};
use crate::view::View;
use crate::view::samples::Walk;

/// Pages that go on below windows of these sizes: with the arrow over the page, and beside the button at its foot.
fn cases() -> [(View, [f32; 2]); 3] {
    let mut details = Walk::to(Page::HowWeUseYourDetails);
    details.on(Event::ShowPeriods(true));
    let code = Walk::to(Page::ScanTheCode);
    [(details.view(), [900.0, 480.0]), (details.view(), [480.0, 560.0]), (code.view(), [480.0, 450.0])]
}

/// Where the arrow is drawn: the last circle of the frame.
fn arrow(harness: &Harness<'_, Shown>) -> Option<Pos2> {
    harness.output().shapes.iter().rev().find_map(|clipped| {
        if let Shape::Circle(circle) = &clipped.shape { Some(circle.center) } else { None }
    })
}

fn heading_top(harness: &Harness<'_, Shown>) -> f32 {
    with_role(harness, egui::accesskit::Role::Heading)[0].rect().top()
}

#[test]
fn a_click_on_the_arrow_moves_the_page_and_selects_nothing() {
    for (view, size) in cases() {
        let what = format!("{:?} at {size:?}", view.page);
        let mut harness = show(view, size, 1.0);
        let at = arrow(&harness).expect("the page goes on");
        let before = heading_top(&harness);
        harness.hover_at(at);
        harness.drag_at(at);
        harness.drop_at(at);
        harness.run();
        let moved = before - heading_top(&harness);
        assert!(moved > 8.0, "{what}: moved by {moved}");
        assert!(harness.state().events.is_empty(), "{what}: something was selected");
    }
}
