//! Headings, which screen readers know as such, with their levels.

use egui::accesskit::Role;
use egui::{Color32, Sense, Ui, WidgetInfo};

use super::{Kit, text};
use crate::window::look::Look;
use crate::window::memory::Wanted;
use crate::window::tokens;

/// The page's one heading of level 1. The keyboard comes here when the page turns, and goes on to what follows.
pub(in crate::window) fn page_heading(ui: &mut Ui, kit: &mut Kit<'_>, words: &str, colour: Color32) {
    let sizes = &kit.look.sizes;
    let size = match ui.available_width() {
        width if width < sizes.narrowest => sizes.h2,
        width if width < sizes.narrow => sizes.h1_narrow,
        _ => sizes.h1,
    };
    let galley = text::layout(ui, words, text::Face::bold(size, colour), ui.available_width());
    let id = ui.scope_id().with("page-heading");
    let is_wanted = kit.memory.takes(Wanted::Heading);
    if is_wanted {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    // It takes the keyboard only when it is sent here, so that Tab never stops at it.
    let has_focus = is_wanted || ui.memory(|memory| memory.has_focus(id));
    if kit.memory.skips_to_primary && has_focus && !is_wanted && ui.input(tabs_on) {
        // What follows are ways to change an answer; whoever goes on as on every other page does not want them.
        kit.memory.wanted = Wanted::Primary;
    }
    let (_, rect) = ui.allocate_space(galley.size());
    let response =
        ui.interact(rect, id, if has_focus { Sense::focusable_noninteractive() } else { Sense::hover() });
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, words));
    ui.ctx().accesskit_node_builder(id, |node| node.set_level(1));
    ui.painter().galley(rect.min, galley, colour);
}

fn tabs_on(input: &egui::InputState) -> bool {
    input.key_pressed(egui::Key::Tab) && input.modifiers.is_none()
}

/// A heading below the page's own.
pub(in crate::window) fn heading(ui: &mut Ui, look: &Look, words: &str, level: usize) {
    sized_heading(ui, look, words, level, look.sizes.h2);
}

/// A heading as small as the text that follows it.
pub(in crate::window) fn heading_small(ui: &mut Ui, look: &Look, words: &str, level: usize) {
    sized_heading(ui, look, words, level, look.sizes.body);
}

fn sized_heading(ui: &mut Ui, look: &Look, words: &str, level: usize, size: tokens::Type) {
    let galley = text::layout(ui, words, text::Face::bold(size, look.palette.text), ui.available_width());
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, words));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_level(level));
    ui.painter().galley(rect.min, galley, look.palette.text);
}
