//! A telephone number, the digits to press, and a list that is searched: what they hold comes from the keeper.

use egui::accesskit::Role;
use egui::{CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use journey::{Event, FieldId, NumberId};
use zeroize::Zeroizing;

use super::text::{self, Face};
use super::{Kit, choice, field, row};
use crate::view::{Action, FieldKind, Icon, RegionOption, Span};

/// A row with a number.
pub(super) fn number(
    ui: &mut Ui,
    kit: &mut Kit<'_>,
    number: NumberId,
    label: &str,
    otherwise: &str,
    change: Option<&Action>,
) {
    let mut shown = Zeroizing::new(String::with_capacity(32));
    kit.keeper.number(number, &mut |read| shown.push_str(read));
    let value = if shown.is_empty() { otherwise } else { shown.as_str() };
    row::row(ui, kit, label, value, change);
}

/// "We will ring 07700 900123", while it is typed. Its place is kept, so that nothing jumps.
pub(super) fn will_call(ui: &mut Ui, kit: &Kit<'_>, label: &str) {
    let mut shown = Zeroizing::new(String::with_capacity(32));
    kit.keeper.typed_number(&mut |read| shown.push_str(read));
    if shown.is_empty() {
        ui.add_space(kit.look.sizes.body.1);
        return;
    }
    let words = [Span::Plain(format!("{label} ")), Span::Bold(shown.to_string())];
    text::paragraph(ui, kit.look, &words, kit.look.palette.quiet);
}

/// What to do on the phone, with the two digits beside it, each in a box of its own; under it where it is narrow.
pub(super) fn digits(ui: &mut Ui, kit: &Kit<'_>, title: &str, step: &str, alt: &str) {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    let mut digits = Zeroizing::new(String::with_capacity(4));
    kit.keeper.call_digits(&mut |read| digits.push_str(read));
    let count = digits.chars().count().max(2);
    let box_size = vec2(sizes.digits.0 * 1.25, sizes.digits.1.max(sizes.digits.0 * 1.4));
    let gap = look.space(2);
    #[expect(clippy::cast_precision_loss, reason = "two digits")]
    let wide = box_size.x * count as f32 + gap * (count - 1) as f32;
    let (pad, width) = (vec2(look.space(4), look.space(3)), ui.available_width());
    let beside = width >= wide + 2.0 * pad.x + 200.0;
    let room = if beside { width - wide - 3.0 * pad.x } else { width - 2.0 * pad.x };
    let icon_room = sizes.icon + look.space(2);
    let head = text::layout(ui, title, Face::bold(sizes.body, p.accent), room - icon_room);
    let words = text::layout(ui, step, Face::plain(sizes.body, p.text), room - icon_room);
    let said = head.size().y + look.space(0) + words.size().y;
    let inner = if beside { said.max(box_size.y) } else { said + look.space(2) + box_size.y };
    let (rect, response) = ui.allocate_exact_size(vec2(width, inner + 2.0 * pad.y), Sense::hover());
    let spaced = digits.chars().map(String::from).collect::<Vec<_>>().join(" ");
    // The digits first: somebody who listens has the phone at the other ear.
    let spoken = Zeroizing::new(format!("{alt}: {spaced}. {title}. {step}."));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken.as_str()));
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::from(sizes.panel_radius), p.surface);
    if look.outlined {
        let edge = Stroke::new(sizes.border, p.rule);
        painter.rect_stroke(rect, CornerRadius::from(sizes.panel_radius), edge, StrokeKind::Inside);
    }
    let top = rect.top() + pad.y + if beside { (inner - said) / 2.0 } else { 0.0 };
    let at = pos2(rect.left() + pad.x, top);
    let middle = pos2(at.x + sizes.icon / 2.0, text::first_row_middle(at, &head));
    text::icon(painter, middle, Icon::Phone, sizes.icon, p.accent, false);
    let below = vec2(0.0, head.size().y + look.space(0));
    painter.galley(at + vec2(icon_room, 0.0), head, p.accent);
    painter.galley(at + vec2(icon_room, 0.0) + below, words, p.text);
    let first = if beside {
        pos2(rect.right() - pad.x - wide, rect.center().y - box_size.y / 2.0)
    } else {
        pos2(at.x + icon_room, rect.bottom() - pad.y - box_size.y)
    };
    for (place, digit) in digits.chars().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "two digits")]
        let left = first + vec2((box_size.x + gap) * place as f32, 0.0);
        let frame = Rect::from_min_size(left, box_size);
        painter.rect_filled(frame, CornerRadius::from(sizes.radius), p.page);
        let edge = Stroke::new(sizes.border, p.accent);
        painter.rect_stroke(frame, CornerRadius::from(sizes.radius), edge, StrokeKind::Inside);
        let glyph = text::layout(ui, &digit.to_string(), Face::bold(sizes.digits, p.accent), box_size.x);
        painter.galley(frame.center() - glyph.size() / 2.0, glyph, p.accent);
    }
}

/// A field, and under it the cards that are found by what is typed.
pub(super) fn find(
    ui: &mut Ui,
    kit: &mut Kit<'_>,
    id: FieldId,
    label: &str,
    legend: &str,
    options: &[RegionOption],
    none: &str,
) {
    let found = RegionOption::found(options, kit.keeper.typed(id));
    // Enter takes the one that is left.
    let submit = if let [only] = found.as_slice() { only.event.clone() } else { Event::Typed(id) };
    let kind = FieldKind::Search;
    field::field(ui, kit, &field::Field { id, kind, label, hint: None, error: None, submit: &submit });
    ui.add_space(kit.look.space(3));
    if found.is_empty() {
        text::line(ui, none, Face::plain(kit.look.sizes.body, kit.look.palette.text));
    } else {
        choice::choice(ui, kit, legend, &found);
    }
}
