//! The menu of a field, for those who do not paste with Ctrl and V.
//!
//! Not here: the keys that open it (`kit/field.rs`), and the clipboard's text, which the window toolkit reads and hands to
//! the field.

use egui::accesskit::Role;
use egui::{CornerRadius, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::kit::Kit;
use super::kit::text::{self, Face};
use super::overlay;

/// The menu of a field. It has the keyboard while it is open.
pub(super) fn menu(ui: &mut Ui, kit: &mut Kit<'_>, label: &str, at: Pos2) {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let window = ui.max_rect();
    overlay::cover(ui, "field-menu", window, label, |ui| {
        let outside = ui.interact(window, ui.scope_id().with("outside"), Sense::CLICK);
        let words = text::layout(ui, label, Face::plain(sizes.body, p.text), window.width());
        let pad = vec2(look.space(3), look.space(1));
        let size = (words.size() + 2.0 * pad).max(vec2(sizes.button_width, sizes.target));
        let most = (window.max - size).max(window.min);
        let rect = Rect::from_min_size(at.max(window.min).min(most), size);
        let item = ui.interact(rect, ui.scope_id().with("paste"), Sense::click());
        item.widget_info(|| WidgetInfo::labeled(Role::MenuItem, true, label));
        let fill = if item.hovered() { p.secondary_hover } else { p.secondary };
        let stroke = Stroke::new(sizes.border, p.secondary_border);
        ui.painter().rect(rect, CornerRadius::from(sizes.radius), fill, stroke, StrokeKind::Inside);
        ui.painter().galley(rect.min + vec2(pad.x, (size.y - words.size().y) / 2.0), words, p.text);
        kit.mark(ui, &item, sizes.radius);
        if item.clicked() || outside.clicked() {
            kit.memory.pastes = item.clicked();
            kit.memory.menu = None;
            ui.ctx().request_repaint();
        } else if !item.has_focus() {
            item.request_focus();
        }
        overlay::finish(ui, kit);
    });
}
