//! For people who set the system to large text or to high contrast.

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;

use super::pages::views;
use super::{AT_REST, Shown, name, nodes, show_as};
use crate::effects::display_preferences::DisplayPreferences;
use crate::view::samples::Walk;
use crate::view::{Block, View};
use crate::window::ThemeChoice;
use crate::window::high_contrast::tests::THEMES;

const LARGEST: DisplayPreferences = DisplayPreferences { text_percent: 225, ..AT_REST };

fn large(view: View, size: [f32; 2]) -> Harness<'static, Shown> {
    show_as(view, size, 1.0, ThemeChoice::Light, LARGEST)
}

fn is_bigger(view: &View) -> bool {
    view.blocks.iter().any(|block| matches!(block, Block::EnrolmentQr { bigger: true, .. }))
}

/// What somebody reads or selects.
fn words<'tree>(harness: &'tree Harness<'_, Shown>) -> Vec<egui_kittest::Node<'tree>> {
    let is_words = |role| {
        matches!(
            role,
            Role::Label
                | Role::Heading
                | Role::Button
                | Role::Link
                | Role::RadioButton
                | Role::TextInput
                | Role::Image
        )
    };
    nodes(harness).into_iter().filter(|node| is_words(node.accesskit_node().role())).collect()
}

#[test]
fn with_the_largest_text_in_the_smallest_window_nothing_is_cut_off() {
    for view in views() {
        for size in [[480.0, 560.0], [900.0, 720.0]] {
            let page = format!("{:?} at {size:?}, {}", view.page, view.window_title);
            let harness = large(view.clone(), size);
            for node in words(&harness) {
                let rect = node.rect();
                let (left, right) = (7.9, size[0] + 8.1);
                assert!(rect.left() >= left && rect.right() <= right, "{page}: {} at {rect:?}", name(&node));
            }
        }
    }
}

#[test]
fn with_the_largest_text_no_words_lie_on_others() {
    for view in views() {
        // What covers a page lies on it.
        if view.help.open || is_bigger(&view) {
            continue;
        }
        let harness = large(view.clone(), [480.0, 560.0]);
        // Get help, and beside it the main button of a page with a code, stand below what is scrolled.
        let has_code =
            view.blocks.iter().any(|block| matches!(block, Block::EnrolmentQr { .. } | Block::LinkQr { .. }));
        let mut words = words(&harness);
        words.retain(|node| {
            name(node) != view.help.label && !(has_code && name(node) == view.actions[0].label)
        });
        for (number, one) in words.iter().enumerate() {
            for other in &words[number + 1..] {
                let both = one.rect().intersect(other.rect());
                let is_inside =
                    one.rect().contains_rect(other.rect()) || other.rect().contains_rect(one.rect());
                let lies_on = both.width() > 2.0 && both.height() > 2.0 && !is_inside;
                assert!(!lies_on, "{:?}: {} on {}", view.page, name(one), name(other));
            }
        }
    }
}

#[test]
fn every_page_can_be_scrolled_to_its_end_with_the_largest_text() {
    for view in views() {
        if view.help.open || is_bigger(&view) {
            continue;
        }
        let (page, last) = (view.page, view.help.label.clone());
        let mut harness = large(view, [480.0, 560.0]);
        // A field keeps these keys to itself.
        harness.ctx.memory_mut(|memory| memory.focused().inspect(|focused| memory.surrender_focus(*focused)));
        // Get help is the last thing on each page.
        for _ in 0..40 {
            harness.key_press(egui::Key::PageDown);
            harness.run();
        }
        let end = words(&harness).into_iter().find(|node| name(node) == last).expect("help is there").rect();
        assert!(end.top() >= 7.9 && end.bottom() <= 568.1, "{page:?}: {end:?}");
    }
}

#[test]
fn the_way_back_from_a_code_that_fills_the_window_can_be_seen_whole() {
    let view = views().into_iter().find(is_bigger).expect("a code that fills the window");
    let mut harness = large(view, [480.0, 560.0]);
    harness.key_press(egui::Key::Tab);
    harness.run();
    let words = words(&harness);
    let back = words.iter().find(|node| node.is_focused()).expect("the one thing to select");
    assert!(back.rect().top() >= 7.9 && back.rect().bottom() <= 568.1, "{}: {:?}", name(back), back.rect());
}

#[test]
fn text_is_as_much_larger_as_the_system_says() {
    let height = |percent| {
        let preferences = DisplayPreferences { text_percent: percent, ..LARGEST };
        let harness = show_as(
            Walk::to(journey::Page::BeforeYouStart).view(),
            [900.0, 720.0],
            1.0,
            ThemeChoice::Light,
            preferences,
        );
        let style = harness.ctx.global_style();
        style.text_styles[&egui::TextStyle::Body].size
    };
    assert!((height(100) - 19.0).abs() < 0.01 && (height(225) - 19.0 * 2.25).abs() < 0.01);
}

#[test]
fn the_heading_is_in_view_in_the_smallest_window_with_the_largest_text() {
    for page in crate::view::samples::PAGES {
        let harness = large(Walk::to(page).view(), [320.0, 256.0]);
        let headings = super::with_role(&harness, Role::Heading);
        let rect = headings.first().expect("a heading").rect();
        assert!(rect.top() < 230.0, "{page:?}: {rect}");
    }
}

#[test]
fn high_contrast_of_the_system_counts_more_than_a_theme() {
    let (_, white) = THEMES[7];
    let preferences = DisplayPreferences { contrast: Some(white), ..AT_REST };
    let fill = |theme| {
        let view = Walk::to(journey::Page::TestIt).view();
        let harness = show_as(view, [900.0, 720.0], 1.0, theme, preferences);
        let visuals = harness.ctx.global_style().visuals.clone();
        (visuals.panel_fill, visuals.hyperlink_color)
    };
    let [red, green, blue] = white.hot_light;
    let link = egui::Color32::from_rgb(red, green, blue);
    for theme in [ThemeChoice::System, ThemeChoice::Dark] {
        assert_eq!(fill(theme), (egui::Color32::WHITE, link), "{theme}");
    }
}

#[test]
fn nothing_moves_for_anybody() {
    let harness = large(Walk::to(journey::Page::TestIt).view(), [900.0, 720.0]);
    let style = harness.ctx.global_style();
    assert_eq!(style.animation_time, 0.0);
    assert!(!style.visuals.text_cursor.blink);
}
