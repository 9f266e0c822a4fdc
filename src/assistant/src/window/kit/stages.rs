//! Stages one under the other, joined by a line: done with a tick, the current one dashed, later ones empty.

use egui::accesskit::Role;
use egui::{Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::Kit;
use super::text::{self, Face};
use crate::view::{Icon, Stage, StageProgress, rich};

/// Dashes round the current stage.
const DASHES: u32 = 10;

/// Draws them.
pub(super) fn stages(ui: &mut Ui, kit: &Kit<'_>, stages: &[Stage]) {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let badge = sizes.body.1;
    let indent = look.text_edge();
    for (place, stage) in stages.iter().enumerate() {
        let is_last = place + 1 == stages.len();
        let is_current = stage.progress == StageProgress::Current;
        let face = if is_current { Face::bold(sizes.body, p.text) } else { Face::plain(sizes.body, p.text) };
        let label = text::layout(ui, &stage.label, face, ui.available_width() - indent);
        let detail = stage.detail.as_ref().map(|detail| {
            let face = Face::plain(sizes.body, p.quiet);
            text::layout_rich(ui, &rich(detail), face, ui.available_width() - indent)
        });
        let words = label.size().y + detail.as_ref().map_or(0.0, |detail| detail.size().y);
        let height = words.max(badge) + if is_last { 0.0 } else { look.space(3) };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let detail_words = detail.as_ref().map_or_else(String::new, |detail| format!(". {}", detail.text()));
        let spoken = format!("{}: {}{detail_words}", stage.label, stage.progress_label);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        let painter = ui.painter();
        let at = pos2(
            rect.left() + indent,
            rect.top() + (badge - label.rows.first().map_or(badge, |row| row.height())) / 2.0,
        );
        let centre = pos2(rect.left() + badge / 2.0, rect.top() + badge / 2.0);
        if !is_last {
            let colour = if stage.progress == StageProgress::Done { p.progress } else { p.rule };
            let line = (rect.top() + badge + 3.0)..=(rect.bottom() - 3.0);
            painter.vline(centre.x, line, Stroke::new(2.0, colour));
        }
        match stage.progress {
            StageProgress::Done => {
                painter.circle_filled(centre, badge / 2.0, p.progress);
                text::icon(painter, centre, Icon::Check, sizes.icon * 0.75, p.page, true);
            }
            StageProgress::Current => {
                painter.extend(dashed(centre, badge / 2.0 - 1.0, Stroke::new(2.5, p.accent)))
            }
            StageProgress::Ahead => {
                painter.circle_stroke(centre, badge / 2.0 - 1.0, Stroke::new(2.0, p.rule));
            }
        }
        let below = at + vec2(0.0, label.size().y);
        painter.galley(at, label, p.text);
        if let Some(detail) = detail {
            painter.galley(below, detail, p.quiet);
        }
    }
}

/// A circle of dashes.
fn dashed(centre: egui::Pos2, radius: f32, stroke: Stroke) -> Vec<Shape> {
    let turn = std::f32::consts::TAU;
    let on = |part: f32| centre + radius * egui::Vec2::angled(part * turn);
    (0..DASHES)
        .map(|dash| {
            #[expect(clippy::cast_precision_loss, reason = "a few dashes")]
            let from = dash as f32 / DASHES as f32;
            let points = [0.0, 0.2, 0.4, 0.6].map(|part| on(from + part / DASHES as f32));
            Shape::line(points.to_vec(), stroke)
        })
        .collect()
}
