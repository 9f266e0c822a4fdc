//! What egui does not tell screen readers by itself: the one status, the window's name.

use egui::accesskit::{Live, Role};
use egui::{Id, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::memory::Memory;
use crate::view::View;

/// The one permanent status: speaks page changes, problems and waits. Its words change, it never goes away.
pub(super) fn status(ui: &Ui, memory: &Memory, view: &View) {
    let words = memory.say.as_ref().map_or(view.announce.as_str(), String::as_str);
    let again = format!("{words} ");
    let words = if memory.said_again() && view.problem.is_some() { again.as_str() } else { words };
    let live = if view.problem.is_some() { Live::Assertive } else { Live::Polite };
    announce(ui, Id::NULL.with("status"), words, live);
    // Not by the status: AccessKit writes the status's next words over these, and where those are shorter, the end of a
    // key would stay in memory. What is taken away is wiped.
    if let Some((times, key)) = &memory.spelt {
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
