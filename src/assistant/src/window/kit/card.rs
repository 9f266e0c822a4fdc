//! Lines with an icon, and the cards that say where to do what.

use egui::accesskit::Role;
use egui::{Pos2, Rect, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};

use super::text::{self, Face};
use crate::view::{Icon, Place, Rich, Span};
use crate::window::look::Look;

/// A line with an icon, and smaller words under it.
pub(super) fn item(ui: &mut Ui, look: &Look, icon: Icon, title: &[Span], detail: Option<&[Span]>) {
    let p = &look.palette;
    let indent = look.text_edge();
    let width = ui.available_width() - indent;
    let title = text::layout_rich(ui, title, Face::plain(look.sizes.body, p.text), width);
    let top = ui.cursor().min;
    let centre = pos2(top.x + look.sizes.icon / 2.0 + 2.0, text::first_row_middle(top, &title));
    text::icon(ui.painter(), centre, icon, look.sizes.icon + 4.0, p.accent, false);
    indented(ui, indent, |ui| {
        text::put(ui, title);
        if let Some(detail) = detail {
            let detail = text::layout_rich(ui, detail, Face::plain(look.sizes.body, p.quiet), width);
            text::put(ui, detail);
        }
    });
}

/// What to do, and where. The number of a step stands in a circle, as it does on the picture of a phone.
pub(super) fn steps(ui: &mut Ui, look: &Look, place: Place, title: &str, lines: &[Rich]) {
    let p = &look.palette;
    let badge = badge(look);
    let indent = look.text_edge();
    let width = ui.available_width() - indent;
    let title = text::layout(ui, title, Face::bold(look.sizes.place, p.accent), width);
    let top = ui.cursor().min;
    let icon = match place {
        Place::OnYourPhone => Icon::DeviceMobile,
        Place::OnThisComputer => Icon::Desktop,
    };
    let centre = pos2(top.x + badge / 2.0, text::first_row_middle(top, &title));
    text::icon(ui.painter(), centre, icon, look.sizes.icon + 2.0, p.accent, false);
    indented(ui, indent, |ui| {
        text::put(ui, title);
    });
    ui.add_space(look.space(if lines.len() > 1 { 1 } else { 0 }));
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            ui.add_space(look.space(1));
        }
        let line = text::layout_rich(ui, line, Face::plain(look.sizes.body, p.text), width);
        let top = ui.cursor().min;
        if lines.len() > 1 {
            let centre = pos2(top.x + badge / 2.0, text::first_row_middle(top, &line));
            step_number(ui, look, centre, number + 1);
        }
        indented(ui, indent, |ui| {
            text::put(ui, line);
        });
    }
}

/// How wide the circle of a step's number is.
fn badge(look: &Look) -> f32 {
    look.sizes.body.1
}

fn step_number(ui: &Ui, look: &Look, centre: Pos2, number: usize) {
    let p = &look.palette;
    let words = text::layout(ui, &number.to_string(), Face::bold(look.sizes.small, p.page), f32::INFINITY);
    ui.painter().circle_filled(centre, badge(look) / 2.0, p.accent);
    // Numbers are not equally wide: the circle is what stands there.
    let circle = Rect::from_center_size(centre, Vec2::splat(badge(look)));
    let response = ui.interact(circle, ui.scope_id().with(("number", number)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words.text()));
    ui.painter().galley(centre - words.size() / 2.0, words, p.page);
}

/// Draws further to the right.
pub(super) fn indented(ui: &mut Ui, indent: f32, add: impl FnOnce(&mut Ui)) {
    let mut rect = ui.available_rect_before_wrap();
    rect.min.x += indent;
    ui.scope_builder(UiBuilder::new().max_rect(rect), add);
}
