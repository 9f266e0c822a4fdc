//! Asks before the window is closed where something that was done on the phone would be worth nothing.

use egui::{Context, CornerRadius, Rect, Stroke, StrokeKind, Ui, UiBuilder, ViewportCommand, pos2, vec2};

use super::kit::text::{self, Face};
use super::kit::{self, Kit};
use super::memory::Memory;
use super::overlay;
use crate::view::{LeaveView, View};

/// Keeps a window open that is about to close, and has the page ask.
pub(super) fn ask(ctx: &Context, memory: &mut Memory, view: &View) {
    if view.leave.is_none() {
        memory.leaving = false;
    }
    if view.leave.is_some() && !memory.has_left && ctx.input(|input| input.viewport().close_requested()) {
        ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        memory.leave_opens = !memory.leaving;
        memory.leaving = true;
    }
}

/// The question, over the page.
pub(super) fn dialog(ui: &mut Ui, kit: &mut Kit<'_>, leave: &LeaveView) {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let window = ui.max_rect();
    overlay::cover(ui, "leave", window, &leave.heading, |ui| {
        ui.painter().rect_filled(window, CornerRadius::ZERO, p.scrim.gamma_multiply(0.55));
        let margin = look.space(2);
        let width = (window.width() - 2.0 * margin).min(sizes.column * 0.8);
        let pad = look.space(3).min(width * 0.05);
        let background = ui.painter().add(egui::Shape::Noop);
        let left = window.center().x - width / 2.0;
        let top = window.top() + (window.height() * 0.2).min(look.space(6));
        let room = Rect::from_min_max(pos2(left + pad, top), pos2(left + width - pad, window.bottom()));
        let mut child = ui.new_child(UiBuilder::new().id_salt("question").max_rect(room));
        egui::ScrollArea::vertical().id_salt("leave-scroll").show(&mut child, |ui| {
            ui.add_space(pad);
            kit::heading(ui, look, &leave.heading, 2);
            ui.add_space(look.space(1));
            text::line(ui, &leave.text, Face::plain(sizes.body, p.text));
            ui.add_space(look.space(3));
            if kit::choose(ui, kit, &leave.stay, true) {
                kit.memory.leaving = false;
            }
            ui.add_space(look.space(1));
            if kit::choose(ui, kit, &leave.close, false) {
                kit.memory.has_left = true;
                kit.memory.leaving = false;
                ui.ctx().send_viewport_cmd(ViewportCommand::Close);
            }
            ui.add_space(pad);
        });
        let height = child.min_rect().height();
        let rect = Rect::from_min_size(pos2(left, top), vec2(width, height));
        let stroke = Stroke::new(sizes.border, p.rule);
        let radius = CornerRadius::from(sizes.panel_radius);
        let shape = egui::epaint::RectShape::new(rect, radius, p.page, stroke, StrokeKind::Inside);
        ui.painter().set(background, shape);
        overlay::finish(ui, kit);
    });
}
