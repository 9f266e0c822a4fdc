//! Buttons, and the row in which they stand.

use egui::accesskit::Role;
use egui::{CornerRadius, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::text::{self, Face};
use super::{Kit, links};
use journey::Event;

use crate::view::{Action, ActionStyle};
use crate::window::memory::Wanted;

/// The page's actions, wrapped where there is no room, and the words while one waits.
pub(in crate::window) fn actions(ui: &mut Ui, kit: &mut Kit<'_>, actions: &[Action], waiting: Option<&str>) {
    if let Some(words) = waiting {
        waiting_ui(ui, kit, words);
        if !actions.is_empty() {
            ui.add_space(kit.look.space(3));
        }
    }
    let (gap, row_gap) = (kit.look.space(2), kit.look.space(1));
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap, row_gap);
        ui.horizontal_wrapped(|ui| {
            // Each directly in the row: in a scope of its own it would not go to the next line.
            for action in actions {
                match action.style {
                    ActionStyle::Primary | ActionStyle::Secondary => button(ui, kit, action),
                    ActionStyle::Link | ActionStyle::BackLink => {
                        links::link(ui, kit, action);
                    }
                }
            }
        });
    });
}

/// One button.
pub(in crate::window) fn button(ui: &mut Ui, kit: &mut Kit<'_>, action: &Action) {
    let response = button_ui(ui, kit, action, kit.look.sizes.button_width);
    if action.style == ActionStyle::Primary && action.enabled && kit.memory.takes(Wanted::Primary) {
        response.request_focus();
        ui.scroll_to_rect(response.rect.expand(kit.look.space(5)), None);
        ui.ctx().request_repaint();
    }
    if response.clicked() {
        kit.emit(&action.event);
    }
}

/// One button as wide as its column.
pub(in crate::window) fn wide(ui: &mut Ui, kit: &mut Kit<'_>, action: &Action) {
    if button_ui(ui, kit, action, ui.available_width()).clicked() {
        kit.emit(&action.event);
    }
}

/// A button of a question that the window itself asks. True when it was chosen. The main one has the keyboard first.
pub(in crate::window) fn choose(ui: &mut Ui, kit: &mut Kit<'_>, label: &str, is_main: bool) -> bool {
    let style = if is_main { ActionStyle::Primary } else { ActionStyle::Secondary };
    let action = Action { label: label.to_owned(), event: Event::Finish, style, icon: None, enabled: true };
    let response = button_ui(ui, kit, &action, kit.look.sizes.button_width);
    if is_main && std::mem::take(&mut kit.memory.leave_opens) {
        response.request_focus();
    }
    response.clicked()
}

fn button_ui(ui: &mut Ui, kit: &mut Kit<'_>, action: &Action, least: f32) -> Response {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let is_primary = action.style == ActionStyle::Primary;
    let disabled = look.disabled.filter(|_| !action.enabled);
    let words_colour = disabled.unwrap_or(if is_primary { p.on_primary } else { p.on_secondary });
    let face = Face::bold(sizes.body, words_colour);
    let pad = look.space(3) + sizes.border;
    let icon_room = if action.icon.is_some() { sizes.icon_small + look.space(1) } else { 0.0 };
    let words = text::layout(ui, &action.label, face, ui.max_rect().width() - 2.0 * pad - icon_room);
    let width = (words.size().x + icon_room + 2.0 * pad).max(least);
    let height = (words.size().y + 2.0 * look.space(1)).max(sizes.button);
    let sense = if action.enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(width, height + sizes.button_edge), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, action.enabled, &action.label));

    let pressed = response.is_pointer_button_down_on();
    let hovered = response.hovered() && action.enabled;
    let mut face_rect = Rect::from_min_size(rect.min, vec2(width, height));
    let radius = CornerRadius::from(sizes.radius);
    let mut painter = ui.painter().clone();
    if !action.enabled && disabled.is_none() {
        painter.multiply_opacity(0.5);
    }
    if is_primary && disabled.is_none() {
        if pressed {
            face_rect = face_rect.translate(vec2(0.0, sizes.button_edge));
        } else {
            painter.rect_filled(rect, radius, p.primary_edge);
        }
        painter.rect_filled(face_rect, radius, if hovered { p.primary_hover } else { p.primary });
    } else {
        let fill = if hovered { p.secondary_hover } else { p.secondary };
        painter.rect(
            face_rect,
            radius,
            fill,
            Stroke::new(sizes.border, disabled.unwrap_or(p.secondary_border)),
            StrokeKind::Inside,
        );
    }
    let left = face_rect.center().x - (words.size().x + icon_room) / 2.0;
    if let Some(icon) = action.icon {
        let centre = egui::pos2(left + sizes.icon_small / 2.0, face_rect.center().y);
        text::icon(&painter, centre, icon, sizes.icon_small, face.colour, false);
    }
    let at = egui::pos2(left + icon_room, face_rect.center().y - words.size().y / 2.0);
    painter.galley(at, words, face.colour);
    kit.mark(ui, &response.clone().with_new_rect(face_rect), sizes.radius);
    response
}

/// A ring of dashes that does not turn: an idle window stays idle.
fn waiting_ui(ui: &mut Ui, kit: &Kit<'_>, words: &str) {
    let look = kit.look;
    let p = &look.palette;
    let indent = look.sizes.icon + look.space(2);
    let galley = text::layout(ui, words, Face::bold(look.sizes.body, p.text), ui.available_width() - indent);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(indent, 0.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    let radius = look.sizes.icon / 2.0 - 1.0;
    let centre = egui::pos2(rect.left() + look.sizes.icon / 2.0, text::first_row_middle(rect.min, &galley));
    for dash in 0..8 {
        let start = f32::from(dash as u8) * std::f32::consts::TAU / 8.0;
        let points = (0..=4)
            .map(|step| centre + radius * egui::Vec2::angled(start + f32::from(step as u8) * 0.12))
            .collect();
        ui.painter().line(points, Stroke::new(look.sizes.border, p.accent));
    }
    ui.painter().galley(rect.min + vec2(indent, 0.0), galley, p.text);
}
