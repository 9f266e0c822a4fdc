//! The window by accessible label, without a display: every page at several sizes, by keyboard alone.

mod arrow;
mod display_preferences;
// Where things stand and how they look is the same everywhere, and takes minutes under wine.
#[cfg(not(windows))]
mod gallery;
#[cfg(not(windows))]
mod geometry;
mod keyboard;
mod pages;
mod phones;
mod room;
mod scenarios;
mod slip;

use egui::accesskit::Role;
use egui::vec2;
use egui_kittest::kittest::NodeT as _;
use egui_kittest::{Harness, Node};
use journey::Event;

use super::app::{Screen, set_up};
use super::look::ThemeChoice;
use crate::effects::display_preferences::DisplayPreferences;
use crate::effects::scripted::sample_profile;
use crate::keeper::Keeper;
use crate::view::View;

/// A view on a screen, and what was done to it.
pub(super) struct Shown {
    pub(super) view: View,
    pub(super) keeper: Keeper,
    pub(super) events: Vec<Event>,
    pub(super) screen: Screen,
}

/// To somebody for whom nothing is to move: a harness waits until nothing does.
pub(super) const AT_REST: DisplayPreferences =
    DisplayPreferences { text_percent: 100, contrast: None, reduced_motion: true };

/// Shows a view at a size in points. egui_kittest leaves eight points round the window.
pub(super) fn show(view: View, size: [f32; 2], pixels_per_point: f32) -> Harness<'static, Shown> {
    show_as(view, size, pixels_per_point, ThemeChoice::Light, AT_REST)
}

/// The same, to somebody who has set the system up to see.
pub(super) fn show_as(
    view: View,
    size: [f32; 2],
    pixels_per_point: f32,
    theme: ThemeChoice,
    preferences: DisplayPreferences,
) -> Harness<'static, Shown> {
    let mut harness = unsettled(view, size, pixels_per_point, theme, preferences, 0.25);
    harness.run();
    harness
}

/// The same, without waiting until nothing moves.
pub(super) fn unsettled(
    view: View,
    size: [f32; 2],
    pixels_per_point: f32,
    theme: ThemeChoice,
    preferences: DisplayPreferences,
    step_secs: f32,
) -> Harness<'static, Shown> {
    Harness::builder()
        .with_step_dt(step_secs)
        .with_size(vec2(size[0] + 16.0, size[1] + 16.0))
        .with_pixels_per_point(pixels_per_point)
        // A picture that another thread has rendered asks for two more.
        .with_max_steps(12)
        .with_context_setup(set_up)
        .build_ui_state(
            |ui, shown: &mut Shown| {
                let Shown { view, keeper, events, screen } = shown;
                events.extend(screen.ui(ui, view, keeper));
            },
            Shown {
                view,
                keeper: keeper(),
                events: Vec::new(),
                screen: Screen::new(theme, Some(preferences)),
            },
        )
}

/// A keeper with the secret that the sample journey speaks of.
pub(super) fn keeper() -> Keeper {
    let mut keeper = Keeper::default();
    let trust = sample_profile().trust.name;
    let made = keeper.make_secret(&trust, &trust, &mut |into| {
        into.fill(7);
        true
    });
    made.expect("entropy was given");
    keeper
}

/// Every node below the window.
pub(super) fn nodes<'tree, State>(harness: &'tree Harness<'_, State>) -> Vec<Node<'tree>> {
    harness.root().children_recursive().collect()
}

/// The nodes with a role.
pub(super) fn with_role<'tree, State>(harness: &'tree Harness<'_, State>, role: Role) -> Vec<Node<'tree>> {
    nodes(harness).into_iter().filter(|node| node.accesskit_node().role() == role).collect()
}

/// What a node is called.
pub(super) fn name(node: &Node<'_>) -> String {
    node.accesskit_node().label().or_else(|| node.accesskit_node().value()).unwrap_or_default()
}

/// What has the keyboard, if anything has.
pub(super) fn focused<State>(harness: &Harness<'_, State>) -> Option<String> {
    nodes(harness).iter().find(|node| node.is_focused()).map(name)
}
