//! Drawn phones in the window: where they stand, that they are drawn once, and that they come to rest.

use std::time::Duration;

use egui::TextureId;
use egui::accesskit::Role;
use egui_kittest::Harness;
use journey::Page;
use platform::testing::wait_for;

use super::{AT_REST, Shown, name, show, show_as, unsettled, with_role};
use crate::effects::display_preferences::DisplayPreferences;
use crate::view::samples::Walk;
use crate::view::{Block, View};
use crate::window::ThemeChoice;

const PAGES: [Page; 5] =
    [Page::GetTheApp, Page::AddAnAccount, Page::ScanTheCode, Page::TestIt, Page::AnswerTheCall];

/// Seconds of a frame of a moving picture.
const STEP: f32 = 1.0 / 60.0;

/// Steps until the pictures are there: they are rendered elsewhere.
fn until_drawn(harness: &mut Harness<'_, Shown>) {
    wait_for("the pictures", 60, || {
        harness.step();
        (!textures(harness).is_empty()).then_some(())
    });
}

fn textures(harness: &Harness<'_, Shown>) -> Vec<TextureId> {
    harness.state().screen.memory.drawings.drawn().iter().map(|drawn| drawn.texture.id()).collect()
}

fn alt(view: &View) -> String {
    let alt = view
        .blocks
        .iter()
        .find_map(|block| if let Block::Phones(phones) = block { Some(&phones.alt) } else { None });
    alt.unwrap_or_else(|| panic!("{:?} has no picture", view.page)).clone()
}

fn repaint(harness: &Harness<'_, Shown>) -> Duration {
    let delays = harness.output().viewport_output.values().map(|output| output.repaint_delay);
    delays.min().expect("one window")
}

#[test]
fn phones_stand_beside_the_words_and_under_them_in_a_narrow_window() {
    for page in PAGES {
        let view = Walk::to(page).view();
        let (alt, action) = (alt(&view), view.actions[0].label.clone());
        let place = |size| {
            let harness = show(view.clone(), size, 1.0);
            let rect_of = |role, called: &str| {
                let found = with_role(&harness, role).into_iter().find(|node| name(node) == called);
                found.unwrap_or_else(|| panic!("{page:?}: {called} is not there")).rect()
            };
            let heading = rect_of(Role::Heading, &view.heading);
            (rect_of(Role::Image, &alt), heading, rect_of(Role::Button, &action))
        };
        // egui_kittest leaves eight points round the window.
        let (phones, heading, action) = place([900.0, 720.0]);
        assert!((phones.right() - 868.0).abs() < 1.0 && phones.width() >= 190.0, "{page:?}: {phones:?}");
        assert!(
            phones.left() >= action.right() + 20.0 && phones.left() >= heading.right(),
            "{page:?}: {phones:?}"
        );
        assert!((phones.top() - heading.top()).abs() < 20.0, "{page:?}: {phones:?} beside {heading:?}");
        assert!(phones.bottom() <= 664.0, "{page:?}: help stands under it: {phones:?}");
        for size in [[860.0, 720.0], [480.0, 560.0], [320.0, 256.0]] {
            let (phones, heading, action) = place(size);
            // On a page with a code the button stays at the window's foot.
            let above = if action.top() > size[1] - 60.0 { heading } else { action };
            assert!(phones.top() > above.bottom(), "{page:?} at {size:?}: {phones:?} under {above:?}");
            assert!(
                phones.left() >= 8.0 && phones.right() <= size[0] + 8.1,
                "{page:?} at {size:?}: {phones:?}"
            );
        }
    }
}

#[test]
fn a_picture_is_rendered_once_and_freed_with_its_page() {
    let view = Walk::to(Page::AddAnAccount).view();
    let mut harness = show(view, [900.0, 720.0], 1.0);
    until_drawn(&mut harness);
    let first = textures(&harness);
    assert_eq!(first.len(), 2, "page 6 has two phones");
    for _ in 0..5 {
        harness.step();
    }
    assert_eq!(textures(&harness), first, "not on each frame");
    harness.set_size(egui::vec2(640.0, 720.0));
    harness.run();
    harness.set_size(egui::vec2(916.0, 736.0));
    harness.run();
    assert_eq!(textures(&harness), first, "the same size on the screen is the same picture");
    let held = |harness: &Harness<'_, Shown>| {
        let manager = harness.ctx.tex_manager();
        first.iter().filter(|id| manager.read().meta(**id).is_some()).count()
    };
    assert_eq!(held(&harness), 2);
    harness.state_mut().view = Walk::to(Page::BeforeYouStart).view();
    harness.run();
    harness.run();
    assert_eq!((textures(&harness), held(&harness)), (Vec::new(), 0));
}

#[test]
fn another_scale_has_a_picture_of_its_own() {
    for scale in [1.0, 1.25, 2.0] {
        let mut harness = show(Walk::to(Page::TestIt).view(), [900.0, 720.0], scale);
        until_drawn(&mut harness);
        let drawn = &harness.state().screen.memory.drawings.drawn()[0];
        assert_eq!(drawn.texture.size()[0], (252.0 * scale) as usize, "{scale}");
    }
}

#[test]
fn what_moves_comes_to_rest_within_four_seconds() {
    let moving = DisplayPreferences { reduced_motion: false, ..AT_REST };
    for page in PAGES {
        let view = Walk::to(page).view();
        // Short steps, so that it still moves when the thread was slow to draw.
        let mut harness = unsettled(view, [900.0, 720.0], 1.0, ThemeChoice::Light, moving, STEP);
        until_drawn(&mut harness);
        assert!(repaint(&harness) < Duration::from_secs(4), "{page:?} moves");
        for _ in 0..(4.5 / STEP) as usize {
            harness.step();
        }
        harness.run();
        assert_eq!(repaint(&harness), Duration::MAX, "{page:?} asks for no frame at rest");
    }
}

#[test]
fn nothing_moves_where_motion_is_reduced() {
    for page in PAGES {
        let mut harness = show_as(Walk::to(page).view(), [900.0, 720.0], 1.0, ThemeChoice::Light, AT_REST);
        until_drawn(&mut harness);
        // The thread asks for a frame after it has handed the picture over.
        harness.run();
        assert_eq!(repaint(&harness), Duration::MAX, "{page:?}");
    }
}
