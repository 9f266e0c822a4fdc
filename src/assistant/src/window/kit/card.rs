//! Lines with an icon, and the cards that say where to do what.

use egui::{CornerRadius, Rect, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

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

/// What to do, and where.
pub(super) fn steps(ui: &mut Ui, look: &Look, place: Place, title: &str, lines: &[Rich]) {
    let p = &look.palette;
    let (pad, indent) = (look.space(3), look.space(5) + look.space(4) + 2.0);
    let background = ui.painter().add(egui::Shape::Noop);
    let top = ui.cursor().min;
    let width = ui.available_width();
    let inner = ui.scope_builder(
        UiBuilder::new().max_rect(Rect::from_min_size(top, vec2(width, f32::INFINITY))),
        |ui| {
            ui.add_space(pad);
            let title = text::layout(ui, title, Face::bold(look.sizes.place, p.accent), width - indent - pad);
            let middle = text::first_row_middle(ui.cursor().min, &title);
            let icon = match place {
                Place::OnYourPhone => Icon::DeviceMobile,
                Place::OnThisComputer => Icon::Desktop,
            };
            text::icon(
                ui.painter(),
                pos2(top.x + indent / 2.0 + 2.0, middle + 4.0),
                icon,
                look.sizes.icon + 10.0,
                p.accent,
                false,
            );
            indented(ui, indent, |ui| {
                text::put(ui, title);
                ui.add_space(look.space(0));
            });
            // Where few words go on a line, the lines have the whole width.
            let indent = if width < look.sizes.narrowest { pad } else { indent };
            indented(ui, indent, |ui| step_lines(ui, look, lines, width - indent - pad));
            ui.add_space(pad);
        },
    );
    let rect = Rect::from_min_size(top, vec2(width, inner.response.rect.height()));
    let stroke = if look.outlined { Stroke::new(look.sizes.border, p.rule) } else { Stroke::NONE };
    ui.painter().set(
        background,
        egui::epaint::RectShape::new(
            rect,
            CornerRadius::from(look.sizes.panel_radius),
            p.surface,
            stroke,
            StrokeKind::Inside,
        ),
    );
}

fn step_lines(ui: &mut Ui, look: &Look, lines: &[Rich], width: f32) {
    let p = &look.palette;
    let face = Face::plain(look.sizes.body, p.text);
    if let [line] = lines {
        let line = text::layout_rich(ui, line, face, width);
        text::put(ui, line);
        return;
    }
    let number = text::width(ui, "9.", Face::bold(look.sizes.body, p.accent));
    let indent = (look.space(4) - 2.0).max(1.4 * number);
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            ui.add_space(look.space(0) + 1.0);
        }
        let number_text = format!("{}.", number + 1);
        let number_text = text::layout(ui, &number_text, Face::bold(look.sizes.body, p.accent), indent);
        let top = ui.cursor().min;
        text::put_at(ui, &format!("number {number}"), top, number_text);
        let line = text::layout_rich(ui, line, face, width - indent);
        indented(ui, indent, |ui| {
            text::put(ui, line);
        });
    }
}

/// Draws further to the right.
pub(super) fn indented(ui: &mut Ui, indent: f32, add: impl FnOnce(&mut Ui)) {
    let mut rect = ui.available_rect_before_wrap();
    rect.min.x += indent;
    ui.scope_builder(UiBuilder::new().max_rect(rect), add);
}
