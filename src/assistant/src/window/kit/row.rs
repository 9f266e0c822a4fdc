//! A line of a summary: what it is, the answer, and a way to change it.

use egui::{Stroke, Ui, pos2, vec2};

use super::text::{self, Face};
use super::{Kit, links};
use crate::view::Action;

/// One row; rows follow each other without a gap.
pub(super) fn row(ui: &mut Ui, kit: &mut Kit<'_>, label: &str, value: &str, change: Option<&Action>) {
    let look = kit.look;
    let (p, body) = (&look.palette, look.sizes.body);
    let (pad, gap) = (look.space(1) + 2.0, look.space(2));
    let (top, width) = (ui.cursor().min, ui.available_width());
    let change_width =
        change.map_or(0.0, |action| text::width(ui, &action.label, Face::plain(body, p.link)) + gap);
    let is_stacked = width < look.sizes.row;
    let label_width = if is_stacked { width } else { width * 0.29 };
    let label = text::layout(ui, label, Face::bold(body, p.text), label_width - gap);
    let (value_at, value_width) = if is_stacked {
        (
            vec2(0.0, pad + label.size().y),
            if change_width < width * 0.4 { width - change_width } else { width },
        )
    } else {
        (vec2(label_width, pad), width - label_width - change_width)
    };
    let value = text::layout(ui, value, Face::plain(body, p.text), value_width);
    let is_below = is_stacked && change.is_some() && change_width >= width * 0.4;
    let height = (value_at.y + value.size().y).max(pad + label.size().y)
        + if is_below { look.sizes.target } else { pad };

    text::put_at(ui, "label", top + vec2(0.0, pad), label);
    let value_row = value_at.y + body.1 / 2.0;
    let value_bottom = value_at.y + value.size().y;
    text::put_at(ui, "value", top + value_at, value);
    if let Some(action) = change {
        let at = if is_below {
            pos2(top.x, top.y + value_bottom)
        } else {
            pos2(top.x + width - change_width + gap, top.y + value_row - look.sizes.target / 2.0)
        };
        let room = egui::Rect::from_min_size(at, vec2(width, look.sizes.target));
        let mut child = ui.new_child(egui::UiBuilder::new().id_salt("change").max_rect(room));
        links::link(&mut child, kit, action);
    }
    ui.allocate_space(vec2(width, height));
    let y = top.y + height - 0.5;
    ui.painter().hline(top.x..=top.x + width, y, Stroke::new(1.0, p.rule));
}
