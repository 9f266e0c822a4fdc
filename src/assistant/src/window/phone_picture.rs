//! Drawn phones: their SVG is made, rendered as large as it stands on the screen, and kept while its page shows.
//!
//! The picture itself holds no secret. The marks on it, and with them the two digits to press on a call, are painted over
//! it and stay in no texture.
//!
//! Not here: where the phones stand (`kit/phones.rs`), and what they show (`view/phone_picture.rs`).

mod cache;
mod fit;
mod marks;
mod render;
mod template;
#[cfg(test)]
mod tests;

use egui::{Color32, Mesh, Painter, Pos2, Rect, pos2, vec2};

use super::fonts;

pub(super) use cache::{Drawings, Wish};
pub(super) use marks::Marks;

use cache::Drawn;

/// Regular and bold.
const FONTS: [&[u8]; 2] = [fonts::REGULAR, fonts::BOLD];

/// Width and height of a phone itself, in the units of its SVG.
pub(super) const PHONE: [f32; 2] = [240.0, 486.0];

/// What the SVG leaves round the phone at the left and at the top, for its buttons and its edge.
const ROUND: [f32; 2] = [6.0, 2.0];

/// How many pixels wide the picture of a phone is that stands so many points wide. It is stretched where the graphics card
/// has no texture that is as high.
pub(super) fn pixels(phone: f32, pixels_per_point: f32, most_high: usize) -> u32 {
    let [wide, high] = [PHONE[0] + 2.0 * ROUND[0], PHONE[1] + 2.0 * ROUND[1]];
    #[expect(clippy::cast_precision_loss, reason = "a few thousand pixels")]
    let most = ((most_high as f32 - 1.0) * wide / high).floor();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand pixels")]
    let pixels = (phone * wide / PHONE[0] * pixels_per_point).round().min(most).max(1.0) as u32;
    pixels
}

/// Paints a picture so that its phone stands at a place, on whole pixels, and its marks after `before` others. Returns how
/// many marks there are with its own.
pub(super) fn paint(
    painter: &Painter,
    drawn: &Drawn,
    phone: Rect,
    before: usize,
    marks: &Marks<'_>,
) -> usize {
    let scale = phone.width() / PHONE[0];
    let wanted = phone.min - scale * vec2(ROUND[0], ROUND[1]);
    let dots = painter.pixels_per_point();
    let min = pos2((wanted.x * dots).round() / dots, (wanted.y * dots).round() / dots);
    let size = vec2(phone.width() + 2.0 * ROUND[0] * scale, phone.height() + 2.0 * ROUND[1] * scale);
    // A pixel of the picture on each of the screen's, unless the one in the right size is still to come.
    let [wide, high] = drawn.texture.size();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand pixels")]
    let exact = vec2(wide as f32, high as f32) / dots;
    let size = if (exact - size).abs().max_elem() * dots < 2.0 { exact } else { size };
    let mut mesh = Mesh::with_texture(drawn.texture.id());
    mesh.add_rect_with_uv(
        Rect::from_min_size(min, size),
        Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)),
        Color32::WHITE,
    );
    painter.add(mesh);
    marks::paint(painter, &drawn.places, phone.translate(min - wanted), before, marks)
}
