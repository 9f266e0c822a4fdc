//! The slip to take away: a small picture of it, and what is done with it. Beside the page, or in it where it is narrow.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{
    Color32, CornerRadius, Galley, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::text::{self, Face};
use super::{Kit, button, heading_small};
use crate::view::{Block, Icon, Slip, SlipView, View, plain};
use crate::window::look::Look;

/// The slip of a view.
pub(super) fn slip_of(view: &View) -> Option<&SlipView> {
    view.blocks.iter().find_map(|block| if let Block::Slip(slip) = block { Some(slip) } else { None })
}

/// Draws a page with a slip: in a column of its own at the right where the window is wide.
pub(super) fn beside_slip(
    ui: &mut Ui,
    kit: &mut Kit<'_>,
    slip: &SlipView,
    add: impl FnOnce(&mut Ui, &mut Kit<'_>),
) {
    let look = kit.look;
    let (top, width) = (ui.cursor().min, ui.available_width());
    // The margins of a wide window apart.
    kit.slip_is_beside = width >= look.sizes.wide - 2.0 * look.sizes.margin;
    if !kit.slip_is_beside {
        let column = Rect::from_min_size(top, vec2(width.min(look.sizes.column), f32::INFINITY));
        ui.scope_builder(UiBuilder::new().id_salt("words").max_rect(column), |ui| add(ui, kit));
        return;
    }
    let side = look.sizes.phone;
    let left = Rect::from_min_size(top, vec2(width - side - look.space(5), f32::INFINITY));
    let words = ui.scope_builder(UiBuilder::new().id_salt("words").max_rect(left), |ui| add(ui, kit));
    let right = Rect::from_min_size(pos2(top.x + width - side, top.y), vec2(side, f32::INFINITY));
    let mut column = ui.new_child(UiBuilder::new().id_salt("slip").max_rect(right));
    // The way back above it, the link to help below it, and air.
    let room = ui.clip_rect().height() - 2.0 * (look.sizes.target + look.space(1)) - look.space(3);
    beside(&mut column, kit, slip, room);
    ui.add_space((column.min_rect().height() - words.response.rect.height()).max(0.0));
}

/// The column: the slip is drawn only where all of it fits.
fn beside(ui: &mut Ui, kit: &mut Kit<'_>, slip: &SlipView, room: f32) {
    let look = kit.look;
    heading_small(ui, look, &slip.heading, 2);
    ui.add_space(look.space(1));
    let paper = Paper::of(ui, look, &slip.slip);
    let note = note(ui, look, slip);
    let buttons: f32 =
        slip.actions.iter().map(|_| look.sizes.button + look.sizes.button_edge + look.space(1)).sum();
    let rest = look.sizes.body.1 + look.space(1) + look.space(3) + buttons + note.size().y;
    if paper.height + rest <= room {
        paper.paint(ui, look, &slip.slip);
        ui.add_space(look.space(3));
    } else {
        text::paragraph(ui, look, &slip.ask, look.palette.text);
        ui.add_space(look.space(1));
    }
    for action in &slip.actions {
        button::wide(ui, kit, action);
        ui.add_space(look.space(1));
    }
    text::put(ui, note);
}

/// In the page: no picture of it, and the buttons in a row.
pub(super) fn within(ui: &mut Ui, kit: &mut Kit<'_>, slip: &SlipView) {
    let look = kit.look;
    heading_small(ui, look, &slip.heading, 2);
    ui.add_space(look.space(0));
    text::paragraph(ui, look, &slip.ask, look.palette.text);
    ui.add_space(look.space(2));
    button::actions(ui, kit, &slip.actions, None);
    ui.add_space(look.space(1));
    let note = note(ui, look, slip);
    text::put(ui, note);
}

fn note(ui: &Ui, look: &Look, slip: &SlipView) -> Arc<Galley> {
    text::layout(ui, &slip.note, Face::plain(look.sizes.small, look.palette.quiet), ui.available_width())
}

/// A slip as it is drawn: its words, each with the air above it.
struct Paper {
    rows: Vec<(f32, Arc<Galley>)>,
    height: f32,
}

impl Paper {
    fn of(ui: &Ui, look: &Look, slip: &Slip) -> Self {
        let (p, sizes) = (&look.palette, &look.sizes);
        let width = ui.available_width() - 2.0 * look.space(3);
        let small = Face::plain(sizes.slip, p.text);
        let beside_icon = width - sizes.icon_small - look.space(0);
        let mut rows = vec![
            (0.0, text::layout(ui, &slip.trust, Face::bold(sizes.slip, p.accent), beside_icon)),
            (
                look.space(3),
                text::layout(ui, &slip.reference_label, Face { colour: p.quiet, ..small }, width),
            ),
            (0.0, text::layout(ui, &slip.reference, Face::bold(sizes.body, p.text).spaced(1.5), width)),
        ];
        // Whom to write to, and when they are there, stand on paper only.
        rows.extend(
            slip.help.iter().take(3).map(|line| (look.space(1), text::layout_rich(ui, line, small, width))),
        );
        let words: f32 = rows.iter().map(|(air, galley)| air + galley.size().y).sum();
        Self { rows, height: words + 2.0 * look.space(2) }
    }

    /// One picture to a screen reader: its words stand on the page already.
    fn paint(&self, ui: &mut Ui, look: &Look, slip: &Slip) {
        let p = &look.palette;
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), self.height), Sense::hover());
        let help: Vec<String> = slip.help.iter().take(3).map(|line| plain(line)).collect();
        let alt = format!("{}. {}: {}. {}", slip.trust, slip.reference_label, slip.reference, help.join(" "));
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &alt));
        let painter = ui.painter();
        let radius = CornerRadius::from(look.sizes.radius);
        painter.rect(rect, radius, p.page, Stroke::new(1.0, p.card_border), StrokeKind::Inside);
        let left = rect.left() + look.space(3);
        let mut y = rect.top() + look.space(2);
        for (number, (air, galley)) in self.rows.iter().enumerate() {
            y += air;
            let mut at = pos2(left, y);
            if number == 0 {
                let size = look.sizes.icon_small;
                let centre = pos2(left + size / 2.0, text::first_row_middle(at, galley));
                text::icon(painter, centre, Icon::ShieldCheck, size * 0.9, p.accent, true);
                at.x += size + look.space(0);
                let below = y + galley.size().y + look.space(1);
                painter.hline(left..=rect.right() - look.space(3), below, Stroke::new(2.0, p.accent));
            }
            painter.galley(at, Arc::clone(galley), Color32::PLACEHOLDER);
            y += galley.size().y;
        }
    }
}
