//! What egui does not tell screen readers by itself: headings, the one status, the window's name.

use egui::accesskit::{Live, Role};
use egui::{Color32, Id, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::kit::{Kit, text};
use super::look::Look;
use super::memory::Wanted;
use crate::view::View;

/// The page's one heading of level 1. The keyboard comes here when the page turns, and goes on to what follows.
pub(super) fn page_heading(ui: &mut Ui, kit: &mut Kit<'_>, words: &str, colour: Color32) {
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
    let (_, rect) = ui.allocate_space(galley.size());
    let response =
        ui.interact(rect, id, if has_focus { Sense::focusable_noninteractive() } else { Sense::hover() });
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, words));
    ui.ctx().accesskit_node_builder(id, |node| node.set_level(1));
    ui.painter().galley(rect.min, galley, colour);
}

/// A heading below the page's own.
pub(super) fn heading(ui: &mut Ui, look: &Look, words: &str, level: usize) {
    sized_heading(ui, look, words, level, look.sizes.h2);
}

/// A heading as small as the text that follows it.
pub(super) fn heading_small(ui: &mut Ui, look: &Look, words: &str, level: usize) {
    sized_heading(ui, look, words, level, look.sizes.body);
}

fn sized_heading(ui: &mut Ui, look: &Look, words: &str, level: usize, size: super::tokens::Type) {
    let galley = text::layout(ui, words, text::Face::bold(size, look.palette.text), ui.available_width());
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, words));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_level(level));
    ui.painter().galley(rect.min, galley, look.palette.text);
}

/// The one permanent status: speaks page changes, problems and waits. Its words change, it never goes away.
pub(super) fn status(ui: &Ui, kit: &Kit<'_>, view: &View) {
    let words = kit.memory.say.as_ref().map_or(view.announce.as_str(), String::as_str);
    let live = if view.problem.is_some() { Live::Assertive } else { Live::Polite };
    announce(ui, Id::NULL.with("status"), words, live);
    // Not by the status: AccessKit writes the status's next words over these, and where those are shorter, the end of a
    // key would stay in memory. What is taken away is wiped.
    if let Some((times, key)) = &kit.memory.spelt {
        announce(ui, Id::NULL.with(("spelt", *times)), key, Live::Polite);
    }
}

fn announce(ui: &Ui, id: Id, words: &str, live: Live) {
    let response = ui.interact(Rect::from_min_size(pos2(0.0, 0.0), vec2(1.0, 1.0)), id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, words));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Status);
        // Windows and Linux announce the name, macOS reads the value.
        node.set_label(words);
        node.set_value(words);
        node.set_live(live);
    });
}

/// The window's name for screen readers, the same as its title.
pub(super) fn name_window(ui: &Ui, title: &str) {
    ui.ctx().accesskit_node_builder(egui::accesskit_root_id(), |node| node.set_label(title));
}
