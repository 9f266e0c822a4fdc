//! Draws a QR code so that cameras read it: pure black on pure white in every theme, four modules of quiet zone,
//! a whole number of device pixels for each module, on the pixel grid.
//!
//! It is painted as plain triangles, so nothing of it stays in graphics memory once its page is left.

use egui::accesskit::Role;
use egui::epaint::Mesh;
use egui::{Color32, CornerRadius, Painter, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::look::Look;
use crate::keeper::QrMatrix;

/// Light modules round the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// Fewer device pixels a module than this are hard to read for older phones.
const LEAST_PIXELS: f32 = 6.0;

/// The side in points nearest below `target` at which a module is a whole number of device pixels; never wider than
/// `room`, and otherwise never less than six pixels a module.
pub(crate) fn side(modules: usize, target: f32, room: f32, pixels_per_point: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a QR code has at most 177 modules")]
    let total = (modules + 2 * QUIET) as f32;
    let fitting = |points: f32| (points * pixels_per_point / total).floor();
    let pixels = fitting(target).max(LEAST_PIXELS).min(fitting(room)).max(1.0);
    pixels * total / pixels_per_point
}

/// Draws a code of exactly `side` points at the next place, with a node for screen readers.
pub(crate) fn picture(ui: &mut Ui, look: &Look, matrix: &QrMatrix, side: f32, alt: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, alt));
    let square = paint(ui.painter(), matrix, rect.left_top(), side);
    // A hairline outside the quiet zone, so that it does not end in nothing on a white page.
    ui.painter().rect_stroke(
        square,
        CornerRadius::ZERO,
        Stroke::new(1.0, look.palette.rule),
        StrokeKind::Outside,
    );
}

fn paint(painter: &Painter, matrix: &QrMatrix, at: egui::Pos2, side: f32) -> Rect {
    let scale = painter.pixels_per_point();
    #[expect(clippy::cast_precision_loss, reason = "a QR code has at most 177 modules")]
    let pixels = |modules: usize| modules as f32;
    let module = (side * scale / pixels(matrix.width + 2 * QUIET)).round() / scale;
    let origin = pos2((at.x * scale).round() / scale, (at.y * scale).round() / scale);
    let square = Rect::from_min_size(origin, vec2(side, side));
    let mut mesh = Mesh::default();
    mesh.add_colored_rect(square, Color32::WHITE);
    for row in 0..matrix.width {
        let mut column = 0;
        while column < matrix.width {
            let start = column;
            while matrix.is_dark(column, row) {
                column += 1;
            }
            if column > start {
                let min = origin + module * vec2(pixels(start + QUIET), pixels(row + QUIET));
                mesh.add_colored_rect(
                    Rect::from_min_size(min, vec2(pixels(column - start) * module, module)),
                    Color32::BLACK,
                );
            }
            column += 1;
        }
    }
    painter.add(mesh);
    square
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_whole_pixels_and_at_least_six() {
        for scale in [1.0, 1.25, 1.5, 2.0, 3.0] {
            for modules in [25, 37, 41, 45, 49] {
                let side = side(modules, 320.0, 660.0, scale);
                let pixels = side * scale / (modules + 8) as f32;
                assert!((pixels - pixels.round()).abs() < 0.01, "{modules} at {scale}: {pixels}");
                assert!(pixels >= 5.99, "{modules} at {scale}: {pixels}");
                assert!(side >= 280.0 || scale > 1.0, "{modules} at {scale}: {side}");
            }
        }
        assert!(side(45, 320.0, 200.0, 1.0) <= 200.0, "never wider than its room");
    }
}
