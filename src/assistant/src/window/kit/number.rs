//! A telephone number, the digits to press, and a list that is searched: what they hold comes from the keeper.

use egui::accesskit::Role;
use egui::{Sense, Ui, WidgetInfo, vec2};
use journey::{Event, FieldId, NumberId};
use zeroize::Zeroizing;

use super::text::{self, Face};
use super::{Kit, card, choice, field, row};
use crate::view::{Action, FieldKind, RegionOption, Span};

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

/// "We will call 07700 900123", while it is typed. Its place is kept, so that nothing jumps.
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

/// Two large digits.
pub(super) fn digits(ui: &mut Ui, kit: &Kit<'_>, alt: &str) {
    let look = kit.look;
    let mut spaced = Zeroizing::new(String::with_capacity(4));
    kit.keeper.call_digits(&mut |read| {
        for (place, digit) in read.chars().enumerate() {
            if place > 0 {
                spaced.push(' ');
            }
            spaced.push(digit);
        }
    });
    let face = Face::bold(look.sizes.digits, look.palette.accent);
    let words = text::layout(ui, &spaced, face, ui.available_width());
    // Where the words of the steps above begin.
    let indent = card::steps_indent(look);
    let (rect, response) = ui.allocate_exact_size(words.size() + vec2(indent, 0.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{alt}: {}", spaced.as_str())));
    ui.painter().galley(rect.min + vec2(indent, 0.0), words, look.palette.accent);
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
