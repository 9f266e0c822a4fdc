//! What covers a page: the help panel, and a QR code that fills the window. Each keeps the keyboard to itself.

use egui::accesskit::Role;
use egui::{
    Area, CornerRadius, Id, LayerId, Order, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, pos2, vec2,
};
use journey::{Event, SecretId};

use super::kit::text::{self, Face};
use super::kit::{self, Kit};
use super::memory::Wanted;
use super::qr;
use super::tokens::tokens;
use crate::view::{Action, ActionStyle, Block, HelpView, Icon, View};

/// A code that fills the window, and the way back.
pub(super) struct Bigger<'a> {
    secret: SecretId,
    alt: &'a str,
    back: &'a Action,
}

/// Whether a code fills the window on this view.
#[expect(clippy::wildcard_enum_match_arm, reason = "only links lead back")]
pub(super) fn bigger(view: &View) -> Option<Bigger<'_>> {
    view.blocks.iter().find_map(|block| match block {
        Block::EnrolmentQr { secret, alt, bigger: true, beside } => {
            let back = beside.iter().find_map(|block| match block {
                Block::Links(links) => links.iter().find(|action| action.event == Event::MakeBigger(false)),
                _ => None,
            })?;
            Some(Bigger { secret: *secret, alt, back })
        }
        _ => None,
    })
}

/// The code as large as the window allows, on grey: white glare confuses old cameras.
pub(super) fn code(ui: &mut Ui, kit: &mut Kit<'_>, bigger: &Bigger<'_>) {
    let window = ui.max_rect();
    let look = kit.look;
    cover(ui, "bigger", window, &bigger.back.label, |ui| {
        ui.painter().rect_filled(window, CornerRadius::ZERO, look.palette.surround);
        let pad = look.space(1);
        let line = look.sizes.body.1 + 2.0 * look.space(1);
        let button = look.sizes.button.max(line) + look.sizes.button_edge;
        let Some(modules) = kit.keeper.qr(bigger.secret).map(|matrix| matrix.width) else { return };
        // The way back is under the code; where the window is too low for both, it is reached by scrolling.
        let under = window.size() - vec2(2.0 * pad, button + 3.0 * pad);
        let is_low = under.y < 0.8 * under.x && window.height() < tokens().sizes.short;
        let room = if is_low { window.height() - 2.0 * pad } else { under.min_elem() };
        let side = qr::side(modules, room, room, ui.pixels_per_point());
        let mut child = ui.new_child(UiBuilder::new().max_rect(window));
        child.set_clip_rect(window);
        child.visuals_mut().extreme_bg_color = look.palette.surround;
        ScrollArea::vertical().id_salt("code-scroll").auto_shrink(false).show(&mut child, |ui| {
            let left = window.center().x - side / 2.0;
            let top = ui.cursor().top() + pad + if is_low { 0.0 } else { (under.y - side) / 2.0 };
            let rect = Rect::from_min_size(pos2(left, top), vec2(side, side));
            let mut picture = ui.new_child(UiBuilder::new().id_salt("code").max_rect(rect));
            if let Some(matrix) = kit.keeper.qr(bigger.secret) {
                qr::picture(&mut picture, look, matrix, side, bigger.alt);
            }
            let at = pos2(left, rect.bottom() + pad);
            let below = Rect::from_min_size(at, vec2(window.right() - left - pad, button));
            let mut child = ui.new_child(UiBuilder::new().id_salt("back").max_rect(below));
            if kit.memory.takes(Wanted::Bigger) {
                child.memory_mut(|memory| memory.move_focus(egui::FocusDirection::Next));
            }
            let action = Action { style: ActionStyle::Secondary, ..bigger.back.clone() };
            kit::button(&mut child, kit, &action);
            // Its words may need more than the line that was kept for it.
            let end = pos2(below.right(), below.bottom().max(child.min_rect().bottom()));
            ui.allocate_rect(Rect::from_min_max(window.left_top(), end), Sense::hover());
            ui.add_space(pad);
        });
        finish(ui, kit);
    });
}

/// Help, over the right side of the page.
pub(super) fn help(ui: &mut Ui, kit: &mut Kit<'_>, help: &HelpView) {
    let window = ui.max_rect();
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let width = sizes.help_panel.min(window.width());
    let panel = Rect::from_min_max(pos2(window.right() - width, window.top()), window.max);
    cover(ui, "help-panel", window, &help.heading, |ui| {
        ui.painter().rect_filled(window, CornerRadius::ZERO, p.scrim.gamma_multiply(0.55));
        let beside = Rect::from_min_max(window.min, pos2(panel.left(), window.bottom()));
        if ui.interact(beside, ui.scope_id().with("beside"), Sense::CLICK).clicked() {
            kit.emit(&Event::Help(false));
        }
        ui.painter().rect_filled(panel, CornerRadius::ZERO, p.page);
        ui.painter().vline(panel.left() + 2.0, panel.y_range(), Stroke::new(look.space(0) - 1.0, p.accent));
        let mut child = ui.new_child(UiBuilder::new().max_rect(panel));
        child.set_clip_rect(panel);
        ScrollArea::vertical().id_salt("help-scroll").auto_shrink(false).show(&mut child, |ui| {
            let margin = look.space(3) + look.space(0);
            let mut column = ui.available_rect_before_wrap();
            column.min.x += margin;
            column.max = pos2(panel.right() - margin, f32::INFINITY);
            ui.scope_builder(UiBuilder::new().max_rect(column), |ui| help_page(ui, kit, help));
        });
        finish(ui, kit);
    });
}

fn help_page(ui: &mut Ui, kit: &mut Kit<'_>, help: &HelpView) {
    let look = kit.look;
    let p = &look.palette;
    ui.add_space(look.space(1));
    let close = Action {
        label: help.close_label.clone(),
        event: Event::Help(false),
        style: ActionStyle::Link,
        icon: Some(Icon::X),
        enabled: true,
    };
    let response = kit::link(ui, kit, &close);
    if kit.memory.takes(Wanted::Help) {
        response.request_focus();
    }
    ui.add_space(look.space(1));
    kit::heading(ui, look, &help.heading, 2);
    // Whom to ask comes first: the answers can be longer than the window is high.
    if !help.contact.is_empty() {
        ui.add_space(look.space(2));
        for line in &help.contact {
            text::paragraph(ui, look, line, p.text);
        }
        ui.add_space(look.space(2));
        let top = ui.cursor().top();
        ui.painter().hline(ui.max_rect().x_range(), top, Stroke::new(1.0, p.rule));
    }
    for (question, answer) in &help.items {
        ui.add_space(look.space(3));
        kit::heading_small(ui, look, question, 3);
        ui.add_space(2.0);
        text::line(ui, answer, Face::plain(look.sizes.body, p.text));
    }
    ui.add_space(look.space(4));
}

/// A layer over the page that keeps pointer and keyboard to itself.
pub(super) fn cover(ui: &Ui, name: &str, window: Rect, label: &str, add: impl FnOnce(&mut Ui)) {
    let id = Id::NULL.with(name);
    let layer = LayerId::new(Order::Foreground, id);
    ui.memory_mut(|memory| memory.set_modal_layer(layer));
    Area::new(id).order(Order::Foreground).fixed_pos(window.min).constrain(false).movable(false).show(
        ui.ctx(),
        |ui| {
            let builder =
                UiBuilder::new().max_rect(window).accessibility_role(Role::Dialog).accessibility_label(label);
            ui.scope_builder(builder, |ui| {
                ui.set_clip_rect(window);
                // Takes clicks that would otherwise go through to the page.
                ui.interact(window, ui.scope_id().with("under"), Sense::CLICK);
                add(ui);
            });
        },
    );
}

pub(super) fn finish(ui: &Ui, kit: &mut Kit<'_>) {
    if let Some(ring) = kit.memory.ring.take() {
        ring.paint(ui, kit.look);
    }
}
