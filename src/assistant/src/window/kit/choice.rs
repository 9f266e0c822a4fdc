//! Radio cards. The whole card is the target; the group is one stop for Tab, and the arrow keys move inside it.

use egui::accesskit::Role;
use egui::{
    CornerRadius, EventFilter, Id, Key, Modifiers, Rect, Response, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};

use super::Kit;
use super::text::{self, Face};
use crate::view::ChoiceOption;

/// One group.
pub(super) fn choice(ui: &mut Ui, kit: &mut Kit<'_>, legend: &str, options: &[ChoiceOption]) {
    let builder = UiBuilder::new().accessibility_role(Role::RadioGroup).accessibility_label(legend);
    ui.scope_builder(builder, |ui| {
        let ids: Vec<Id> = (0..options.len()).map(|number| ui.scope_id().with(("card", number))).collect();
        let selected = options.iter().position(|option| option.selected);
        for (number, option) in options.iter().enumerate() {
            if number > 0 {
                ui.add_space(kit.look.space(1) + 2.0);
            }
            let has_focus = ui.memory(|memory| memory.has_focus(ids[number]));
            let is_stop = has_focus || selected.unwrap_or(0) == number;
            let response = card(ui, kit, ids[number], option, is_stop);
            if response.clicked() {
                response.request_focus();
                // Enter on the one that is chosen goes on, as in a field.
                let goes_on = option.selected && has_focus && ui.input(|input| input.key_pressed(Key::Enter));
                let event = kit.primary.clone().filter(|_| goes_on).unwrap_or_else(|| option.event.clone());
                kit.emit(&event);
            }
            if has_focus {
                let filter =
                    EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
                ui.memory_mut(|memory| memory.set_focus_lock_filter(ids[number], filter));
                if let Some(to) = step(ui, number, options.len()) {
                    ui.memory_mut(|memory| memory.request_focus(ids[to]));
                    kit.emit(&options[to].event);
                }
            }
        }
    });
}

/// Where an arrow key leads, round the end.
fn step(ui: &Ui, from: usize, count: usize) -> Option<usize> {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowDown) || pressed(Key::ArrowRight) {
        Some((from + 1) % count)
    } else if pressed(Key::ArrowUp) || pressed(Key::ArrowLeft) {
        Some((from + count - 1) % count)
    } else {
        None
    }
}

fn card(ui: &mut Ui, kit: &mut Kit<'_>, id: Id, option: &ChoiceOption, is_stop: bool) -> Response {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let dot = vec2(look.space(4) + 4.0, 14.0);
    let icon_at = look.space(6) + look.space(2);
    let words_at = if option.icon.is_some() {
        icon_at + sizes.icon + look.space(0)
    } else {
        look.space(6) + look.space(0)
    };
    let width = ui.available_width();
    let words =
        text::layout(ui, &option.label, Face::plain(sizes.body, p.text), width - words_at - look.space(2));
    let height = (words.size().y + 2.0 * look.space(2)).max(sizes.card);
    let (_, rect) = ui.allocate_space(vec2(width, height));
    let response = ui.interact(rect, id, if is_stop { Sense::click() } else { Sense::CLICK });
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, option.selected, &option.label));

    let painter = ui.painter();
    let radius = CornerRadius::from(sizes.card_radius);
    let (fill, stroke) = if option.selected {
        (p.surface, Stroke::new(sizes.border_thick, p.accent))
    } else if response.hovered() {
        (p.page, Stroke::new(sizes.border, p.quiet))
    } else {
        (p.page, Stroke::new(sizes.border, p.card_border))
    };
    painter.rect(rect, radius, fill, stroke, StrokeKind::Inside);
    let centre = pos2(rect.left() + dot.x, rect.center().y);
    painter.circle(centre, dot.y - 1.0, p.page, Stroke::new(sizes.border, p.text));
    if option.selected {
        painter.circle_filled(centre, dot.y / 2.0, p.text);
    }
    if let Some(icon) = option.icon {
        text::icon(
            painter,
            pos2(rect.left() + icon_at, rect.center().y),
            icon,
            sizes.icon + 2.0,
            p.text,
            false,
        );
    }
    painter.galley(pos2(rect.left() + words_at, rect.center().y - words.size().y / 2.0), words, p.text);
    let ring = Rect::from_min_max(rect.min, rect.max);
    kit.mark(ui, &response.clone().with_new_rect(ring), sizes.card_radius);
    response
}
