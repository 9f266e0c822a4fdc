//! Words: sizes, bold parts, wrapping, underlines, icons.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Galley, Painter, Pos2, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2};

use crate::view::{Icon, Span, plain};
use crate::window::fonts;
use crate::window::look::Look;
use crate::window::tokens::Type;

/// How words look.
#[derive(Clone, Copy)]
pub(in crate::window) struct Face {
    pub(in crate::window) size: Type,
    pub(in crate::window) bold: bool,
    pub(in crate::window) colour: Color32,
    /// Extra points between letters.
    pub(in crate::window) spaced: f32,
}

impl Face {
    pub(in crate::window) fn plain(size: Type, colour: Color32) -> Self {
        Self { size, bold: false, colour, spaced: 0.0 }
    }

    pub(in crate::window) fn bold(size: Type, colour: Color32) -> Self {
        Self { bold: true, ..Self::plain(size, colour) }
    }

    pub(in crate::window) fn spaced(self, spaced: f32) -> Self {
        Self { spaced, ..self }
    }

    pub(in crate::window) fn format(self) -> TextFormat {
        let Self { size, bold, colour, spaced } = self;
        TextFormat {
            font_id: if bold { fonts::bold(size.0) } else { fonts::regular(size.0) },
            extra_letter_spacing: spaced,
            line_height: Some(size.1),
            color: colour,
            ..TextFormat::default()
        }
    }
}

/// Lays words out, no wider than `width`.
pub(in crate::window) fn layout(ui: &Ui, words: &str, face: Face, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(words.to_owned(), face.format());
    job.wrap.max_width = width.max(1.0);
    ui.painter().layout_job(job)
}

/// Lays words with bold parts out, no wider than `width`.
pub(in crate::window) fn layout_rich(ui: &Ui, rich: &[Span], face: Face, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    for span in rich {
        let bold = face.bold || matches!(span, Span::Bold(_));
        job.append(span.text(), 0.0, Face { bold, ..face }.format());
    }
    job.wrap.max_width = width.max(1.0);
    ui.painter().layout_job(job)
}

/// Puts laid-out words at the next place, with a node for screen readers.
pub(in crate::window) fn put(ui: &mut Ui, galley: Arc<Galley>) -> Response {
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, galley.text()));
    ui.painter().galley(rect.min, galley, Color32::PLACEHOLDER);
    response
}

/// Puts laid-out words at a place of the caller's, with a node for screen readers.
pub(in crate::window) fn put_at(ui: &Ui, salt: &str, at: Pos2, galley: Arc<Galley>) -> Response {
    let response =
        ui.interact(Rect::from_min_size(at, galley.size()), ui.scope_id().with(salt), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, galley.text()));
    ui.painter().galley(at, galley, Color32::PLACEHOLDER);
    response
}

/// A paragraph.
pub(in crate::window) fn paragraph(ui: &mut Ui, look: &Look, rich: &[Span], colour: Color32) {
    debug_assert!(!plain(rich).is_empty(), "an empty paragraph");
    let galley = layout_rich(ui, rich, Face::plain(look.sizes.body, colour), ui.available_width());
    put(ui, galley);
}

/// One line in one face.
pub(in crate::window) fn line(ui: &mut Ui, words: &str, face: Face) -> Response {
    let galley = layout(ui, words, face, ui.available_width());
    put(ui, galley)
}

/// An icon about a centre. It has no node: words stand beside it.
pub(in crate::window) fn icon(
    painter: &Painter,
    centre: Pos2,
    icon: Icon,
    size: f32,
    colour: Color32,
    filled: bool,
) {
    let (font, glyph) = fonts::icon(icon, size, filled);
    let galley = painter.layout_no_wrap(glyph.to_string(), font, colour);
    painter.galley(centre - galley.size() / 2.0, galley, colour);
}

/// Underlines laid-out words that stand at `at`: egui's own line sits too low in a tall line.
pub(in crate::window) fn underline(
    painter: &Painter,
    at: Pos2,
    galley: &Galley,
    colour: Color32,
    thick: f32,
) {
    for row in &galley.rows {
        let is_drawn = |glyph: &&egui::epaint::text::Glyph| !glyph.chr.is_whitespace();
        let (Some(first), Some(last)) = (row.glyphs.iter().find(is_drawn), row.glyphs.iter().rfind(is_drawn))
        else {
            continue;
        };
        let y = at.y + row.pos.y + first.pos.y + 3.0;
        let x = at.x + row.pos.x;
        let ends = [pos2(x + first.pos.x, y), pos2(x + last.pos.x + last.advance_width, y)];
        painter.line_segment(ends.map(|end| end.round_to_pixel_y(painter)), Stroke::new(thick, colour));
    }
}

trait RoundY {
    fn round_to_pixel_y(self, painter: &Painter) -> Self;
}

impl RoundY for Pos2 {
    fn round_to_pixel_y(self, painter: &Painter) -> Self {
        pos2(self.x, painter.round_to_pixel_center(self.y))
    }
}

/// The vertical middle of the first row of words that stand at `at`.
pub(in crate::window) fn first_row_middle(at: Pos2, galley: &Galley) -> f32 {
    galley.rows.first().map_or(at.y, |row| at.y + row.pos.y + row.size.y / 2.0)
}

/// The width of words on one line.
pub(in crate::window) fn width(ui: &Ui, words: &str, face: Face) -> f32 {
    layout(ui, words, face, f32::INFINITY).size().x
}
