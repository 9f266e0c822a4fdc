//! Panels: a note, a warning, the problem, the success.

use egui::accesskit::Role;
use egui::{Color32, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::text::{self, Face};
use super::{Kit, heading, links, page_heading};
use crate::view::{Icon, ProblemView, Span};
use crate::window::field_state::focus_field;
use crate::window::look::Look;

/// A note with a bar at its left.
pub(super) fn inset(ui: &mut Ui, look: &Look, icon: Icon, rich: &[Span]) -> Rect {
    let p = &look.palette;
    let icon_colour = if icon == Icon::CheckCircle { p.progress } else { p.accent };
    let bar = if icon == Icon::CheckCircle { p.progress } else { p.accent };
    barred(ui, look, &Bar { fill: p.surface, bar, icon, icon_colour }, rich)
}

/// Something to beware of.
pub(super) fn warning(ui: &mut Ui, look: &Look, rich: &[Span]) {
    let p = &look.palette;
    barred(
        ui,
        look,
        &Bar { fill: p.warning, bar: p.warning_bar, icon: Icon::Warning, icon_colour: p.text },
        rich,
    );
}

struct Bar {
    fill: Color32,
    bar: Color32,
    icon: Icon,
    icon_colour: Color32,
}

fn barred(ui: &mut Ui, look: &Look, bar: &Bar, rich: &[Span]) -> Rect {
    let sizes = &look.sizes;
    let (indent, pad) = (look.space(6) + look.space(0), look.space(2));
    let words = text::layout_rich(
        ui,
        rich,
        Face::plain(sizes.body, look.palette.text),
        ui.available_width() - indent - look.space(3),
    );
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), words.size().y + 2.0 * pad), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words.text()));
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::ZERO, bar.fill);
    if look.outlined {
        painter.rect_stroke(
            rect,
            CornerRadius::ZERO,
            Stroke::new(sizes.border, look.palette.rule),
            StrokeKind::Inside,
        );
    }
    painter.rect_filled(
        Rect::from_min_size(rect.min, vec2(sizes.error_bar, rect.height())),
        CornerRadius::ZERO,
        bar.bar,
    );
    let at = rect.min + vec2(indent, pad);
    let middle = if words.rows.len() > 3 { text::first_row_middle(at, &words) } else { rect.center().y };
    let centre = pos2(rect.left() + (indent + sizes.error_bar) / 2.0, middle);
    text::icon(painter, centre, bar.icon, sizes.icon, bar.icon_colour, true);
    painter.galley(at, words, look.palette.text);
    rect
}

/// The green panel, with the page's heading in it.
pub(super) fn success(ui: &mut Ui, kit: &mut Kit<'_>, title: &str, label: &str, value: &str) {
    let (look, width) = (kit.look, ui.available_width());
    let p = &look.palette;
    let pad = vec2(look.space(4).min(width * 0.07), look.space(3) + look.space(0));
    let background = ui.painter().add(egui::Shape::Noop);
    let top = ui.cursor().min;
    // A tick stands before a heading that has no reference below it.
    let tick = if value.is_empty() && width >= look.sizes.narrow * 0.75 { look.space(6) } else { 0.0 };
    let indent = if tick > 0.0 { tick + look.space(3) } else { 0.0 };
    let room = Rect::from_min_size(
        top + vec2(pad.x + indent, 0.0),
        vec2(width - 2.0 * pad.x - indent, f32::INFINITY),
    );
    let inner = ui.scope_builder(UiBuilder::new().max_rect(room), |ui| {
        ui.add_space(pad.y);
        page_heading(ui, kit, title, p.on_success);
        if !label.is_empty() {
            ui.add_space(look.space(1));
            text::line(ui, label, Face::plain(look.sizes.body, p.on_success));
        }
        if !value.is_empty() {
            text::line(ui, value, Face::bold(look.sizes.reference, p.on_success).spaced(2.5));
        }
        ui.add_space(pad.y);
    });
    let rect = Rect::from_min_size(top, vec2(width, inner.response.rect.height()));
    let radius = CornerRadius::from(look.sizes.panel_radius);
    ui.painter().set(background, egui::epaint::RectShape::filled(rect, radius, p.success));
    if tick > 0.0 {
        let centre = pos2(rect.left() + pad.x + tick / 2.0, rect.center().y);
        ui.painter().circle_filled(centre, tick / 2.0, p.on_success);
        text::icon(ui.painter(), centre, Icon::Check, tick * 0.6, p.success, true);
    }
}

/// What stands in the way.
pub(in crate::window) fn problem(ui: &mut Ui, kit: &mut Kit<'_>, problem: &ProblemView) {
    let (look, width) = (kit.look, ui.available_width());
    let p = &look.palette;
    let thick = look.sizes.error_bar - 1.0;
    // The words begin where those of a field with an error do.
    let pad = vec2(look.space(3), look.space(2) + thick);
    let top = ui.cursor().min;
    let room = Rect::from_min_size(top + vec2(pad.x, 0.0), vec2(width - 2.0 * pad.x, f32::INFINITY));
    let builder = UiBuilder::new()
        .max_rect(room)
        .accessibility_role(Role::Alert)
        .accessibility_label(problem.title.clone());
    let inner = ui.scope_builder(builder, |ui| {
        ui.add_space(pad.y);
        heading(ui, look, &problem.title, 2);
        if let Some(field) = problem.field {
            let face = links::Link {
                label: &problem.text,
                icon: None,
                enabled: true,
                colour: p.error,
                size: look.sizes.body,
                role: Role::Link,
            };
            if links::link_ui(ui, kit, &face).clicked() {
                focus_field(ui.ctx(), field);
            }
        } else {
            ui.add_space(look.space(0));
            text::line(ui, &problem.text, Face::plain(look.sizes.body, p.text));
        }
        if let Some(action) = &problem.action {
            links::link(ui, kit, action);
        }
        // The row of a link has air of its own.
        let is_link = problem.action.is_some() || problem.field.is_some();
        let air = if is_link { (look.sizes.target - look.sizes.body.1) / 2.0 } else { 0.0 };
        ui.add_space(pad.y - air);
    });
    let rect = Rect::from_min_size(top, vec2(width, inner.response.rect.height()));
    // The same problem a second time is seen as a second one.
    let thick = if kit.memory.is_again { 2.0 * thick } else { thick };
    ui.painter().rect_stroke(rect, CornerRadius::ZERO, Stroke::new(thick, p.error), StrokeKind::Inside);
}
