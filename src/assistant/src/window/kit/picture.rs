//! A QR code and what stands beside it.

use egui::{Rect, Ui, UiBuilder, pos2, vec2};
use journey::SecretId;

use super::Kit;
use crate::keeper::QrMatrix;
use crate::view::Block;
use crate::window::qr;

/// The QR code of a secret. While it fills the window, its place here stays empty: one code on a page.
pub(super) fn enrolment(
    ui: &mut Ui,
    kit: &mut Kit<'_>,
    secret: SecretId,
    alt: &str,
    bigger: bool,
    beside: &[Block],
) {
    let target = kit.look.sizes.qr;
    let width = kit.keeper.qr(secret).map(|matrix| matrix.width);
    columns(ui, kit, target, width, beside, |ui, kit, side| {
        if let Some(matrix) = kit.keeper.qr(secret).filter(|_| !bigger) {
            qr::picture(ui, kit.look, matrix, side, alt);
        }
    });
}

/// The QR code of a public link. It is made once and kept while its page shows.
pub(super) fn link(ui: &mut Ui, kit: &mut Kit<'_>, url: &str, alt: &str, beside: &[Block]) {
    let target = kit.look.sizes.link_qr;
    if kit.memory.link_qr.as_ref().is_none_or(|(of, _)| of != url) {
        kit.memory.link_qr = QrMatrix::of(url).map(|matrix| (url.to_owned(), matrix));
    }
    let width = kit.memory.link_qr.as_ref().map(|(_, matrix)| matrix.width);
    columns(ui, kit, target, width, beside, |ui, kit, side| {
        if let Some((_, matrix)) = &kit.memory.link_qr {
            qr::picture(ui, kit.look, matrix, side, alt);
        }
    });
}

/// The height that a code shall have, and the most that it can have: it is seen whole, and the button with it.
fn heights(ui: &Ui, kit: &Kit<'_>, target: f32) -> (f32, f32) {
    let look = kit.look;
    let most = kit.room.y - 2.0 * look.space(1);
    let above = ui.cursor().top() - kit.top;
    let below = if kit.is_pinned { look.space(2) } else { look.space(4) + look.sizes.button + look.space(3) };
    let free = kit.room.y - above - below;
    // Where too little is left under the heading, the page is scrolled to the code.
    let room = if free < look.sizes.qr_least { most } else { free };
    (target.min(room), room)
}

fn columns(
    ui: &mut Ui,
    kit: &mut Kit<'_>,
    target: f32,
    modules: Option<usize>,
    beside: &[Block],
    picture: impl FnOnce(&mut Ui, &mut Kit<'_>, f32),
) {
    let Some(modules) = modules else { return super::blocks(ui, kit, beside) };
    let look = kit.look;
    let (top, width) = (ui.cursor().min, ui.available_width());
    // A hairline stands round the code, outside its quiet zone.
    let line = 1.0;
    let (target, room) = heights(ui, kit, target);
    let side = qr::side(modules, target, (width - 2.0 * line).min(room), ui.pixels_per_point());
    let gap = look.space(4);
    let beside_width = width - side - 2.0 * line - gap;
    let is_wide = beside_width >= look.sizes.beside;
    let picture_rect = Rect::from_min_size(top + vec2(line, line), vec2(side, side));
    let mut child = ui.new_child(UiBuilder::new().id_salt("picture").max_rect(picture_rect));
    picture(&mut child, kit, side);
    let side = side + 2.0 * line;
    if is_wide {
        let room = Rect::from_min_size(pos2(top.x + side + gap, top.y), vec2(beside_width, f32::INFINITY));
        let mut child = ui.new_child(UiBuilder::new().id_salt("beside").max_rect(room));
        super::blocks(&mut child, kit, beside);
        let height = child.min_rect().height().max(side);
        ui.allocate_space(vec2(width, height));
    } else {
        ui.allocate_space(vec2(width, side));
        if !beside.is_empty() {
            ui.add_space(look.space(2));
            super::blocks(ui, kit, beside);
        }
    }
}
