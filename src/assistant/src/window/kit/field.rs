//! The field for a code: one box that takes typing and pasting, its label, its hint, its error.

use std::any::TypeId;
use std::ops::Range;

use egui::accesskit::Invalid;
use egui::text::{CharIndex, LayoutJob};
use egui::{
    CornerRadius, Id, Key, Margin, Modifiers, Rect, Stroke, TextBuffer, TextEdit, Ui, UiBuilder,
    ViewportCommand, pos2, vec2,
};
use journey::{Event, FieldId};

use super::Kit;
use super::text::{self, Face};
use crate::keeper::{MAX_TYPED_CHARS, TypedText};
use crate::view::FieldKind;
use crate::window::field_state::{field_id, focus_field};

impl TextBuffer for TypedText {
    fn is_mutable(&self) -> bool {
        true
    }

    fn as_str(&self) -> &str {
        self.as_str()
    }

    fn insert_text(&mut self, text: &str, char_index: CharIndex) -> usize {
        self.insert(text, char_index.0)
    }

    fn delete_char_range(&mut self, char_range: Range<CharIndex>) {
        self.remove(char_range.start.0..char_range.end.0);
    }

    fn type_id(&self) -> TypeId {
        TypeId::of::<Self>()
    }
}

/// One field, as the view describes it.
pub(super) struct Field<'a> {
    pub(super) id: FieldId,
    pub(super) kind: FieldKind,
    pub(super) label: &'a str,
    pub(super) hint: Option<&'a str>,
    pub(super) error: Option<&'a str>,
    pub(super) submit: &'a Event,
}

/// Draws it.
pub(super) fn field(ui: &mut Ui, kit: &mut Kit<'_>, field: &Field<'_>) {
    let look = kit.look;
    let p = &look.palette;
    let indent = if field.error.is_some() { look.space(2) + look.sizes.error_bar } else { 0.0 };
    let top = ui.cursor().min;
    let mut room = ui.available_rect_before_wrap();
    room.min.x += indent;
    let inner = ui.scope_builder(UiBuilder::new().max_rect(room), |ui| {
        let label = text::line(ui, field.label, Face::bold(look.sizes.body, p.text));
        if let Some(hint) = field.hint {
            text::line(ui, hint, Face::plain(look.sizes.body, p.quiet));
        }
        if let Some(error) = field.error {
            ui.add_space(look.space(0));
            text::line(ui, error, Face::bold(look.sizes.body, p.error));
        }
        ui.add_space(look.space(1));
        input(ui, kit, field, label.id);
    });
    if field.error.is_some() {
        let bar = Rect::from_min_size(top, vec2(look.sizes.error_bar, inner.response.rect.height()));
        ui.painter().rect_filled(bar, CornerRadius::ZERO, p.error);
    }
}

fn input(ui: &mut Ui, kit: &mut Kit<'_>, field: &Field<'_>, label: Id) {
    let look = kit.look;
    let (p, sizes) = (&look.palette, &look.sizes);
    // As wide as what belongs in it: the width is a hint too.
    let (sample, spaced) = match field.kind {
        FieldKind::SixDigits => ("0000000", 9.0),
        FieldKind::EnrolmentCode => ("WWWWW-WWWWW", 3.0),
        FieldKind::PhoneNumber => ("+44 (0)1632 960001 00", 1.0),
        FieldKind::Search => ("WWWWWWWWWWWWWWWW", 0.0),
    };
    let size = if field.kind == FieldKind::Search { sizes.body } else { sizes.code };
    let grouped = field.kind == FieldKind::SixDigits;
    let face = fitting(ui, sample, Face::plain(size, p.text).spaced(spaced), grouped, look.space(2));
    let inner_height = face.size.1;
    let high = ((sizes.field + look.space(1) - inner_height) / 2.0).max(look.space(1));
    let pad = vec2(look.space(2), high);
    let wanted = spaced_out(ui, sample, face, grouped).size().x + 2.0 * pad.x;
    let width = wanted.min(ui.available_width());
    let frame = egui::Frame::new()
        .fill(p.field)
        .stroke(Stroke::new(sizes.border, if field.error.is_some() { p.error } else { p.field_border }))
        .corner_radius(CornerRadius::same(2))
        .inner_margin(Margin::symmetric((pad.x - sizes.border) as i8, (pad.y - sizes.border) as i8));
    let mut layouter =
        |ui: &Ui, buffer: &dyn TextBuffer, _: f32| spaced_out(ui, buffer.as_str(), face, grouped);
    let id = field_id(field.id);
    let top = ui.cursor().top();
    if std::mem::take(&mut kit.memory.opens) && top + inner_height + 2.0 * pad.y <= ui.clip_rect().bottom() {
        // A page with a field begins there, unless its heading would be scrolled away.
        focus_field(ui.ctx(), field.id);
    }
    if ui.memory(|memory| memory.has_focus(id)) {
        paste_by_key(ui, kit, field.id);
    }
    let response = TextEdit::singleline(kit.keeper.typed_mut(field.id))
        .id(id)
        .frame(frame)
        .font(face.format().font_id)
        .char_limit(MAX_TYPED_CHARS)
        .return_key(None)
        .desired_width(width)
        .layouter(&mut layouter)
        .show(ui)
        .response
        .response
        .labelled_by(label);
    ui.ctx().accesskit_node_builder(id, |node| {
        if let Some(error) = field.error {
            node.set_invalid(Invalid::True);
            node.set_description(match field.hint {
                Some(hint) => format!("{error} {hint}"),
                None => error.to_owned(),
            });
        } else if let Some(hint) = field.hint {
            node.set_description(hint);
        }
    });
    if response.changed() {
        kit.memory.calm_down();
        kit.emit(&Event::Typed(field.id));
    }
    if response.secondary_clicked() {
        response.request_focus();
        let at = ui.input(|input| input.pointer.interact_pos()).unwrap_or(response.rect.left_bottom());
        kit.memory.open_menu(field.id, at);
    }
    kit.memory.field_rect = Some(response.rect.expand(look.space(1)));
    if response.has_focus() {
        // A field shows its ring however it was reached: the caret alone is easy to miss.
        kit.memory.ring =
            Some(crate::window::focus::Ring { rect: response.rect, radius: 2.0, clip: ui.clip_rect() });
        if ui.input(|input| input.key_pressed(Key::Enter)) {
            kit.emit(field.submit);
        }
    }
    let is_used = response.gained_focus() || response.changed() || kit.memory.follows && response.has_focus();
    if is_used {
        ui.scroll_to_rect(
            Rect::from_min_max(
                pos2(response.rect.left(), response.rect.top() - look.space(6)),
                response.rect.max + vec2(0.0, look.space(5)),
            ),
            None,
        );
    }
}

/// Shift and Insert paste; the menu key, and Shift and F10, open the menu.
fn paste_by_key(ui: &Ui, kit: &mut Kit<'_>, field: FieldId) {
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    if pressed(Modifiers::SHIFT, Key::Insert) {
        ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
    }
    if pressed(Modifiers::NONE, Key::Menu) || pressed(Modifiers::SHIFT, Key::F10) {
        let below = ui.cursor().min + vec2(kit.look.space(2), kit.look.sizes.field);
        kit.memory.open_menu(field, below);
    }
}

/// A face in which a whole text can be seen: what is typed must not leave the field at its left.
fn fitting(ui: &Ui, sample: &str, face: Face, grouped: bool, pad: f32) -> Face {
    let (wanted, room) = (spaced_out(ui, sample, face, grouped).size().x, ui.available_width() - 2.0 * pad);
    let times = (room / wanted).clamp(0.1, 1.0);
    let crate::window::tokens::Type(size, line) = face.size;
    Face {
        size: crate::window::tokens::Type(size * times, line * times),
        spaced: face.spaced * times,
        ..face
    }
}

/// Large spaced characters; six digits stand as three and three, whatever the person types between them.
fn spaced_out(ui: &Ui, typed: &str, face: Face, grouped: bool) -> std::sync::Arc<egui::Galley> {
    let mut job =
        LayoutJob { keep_trailing_whitespace: true, break_on_newline: false, ..LayoutJob::default() };
    job.wrap.max_width = f32::INFINITY;
    let is_code = grouped && typed.len() > 3 && typed.bytes().all(|character| character.is_ascii_digit());
    let (first, rest) = typed.split_at(if is_code { 3 } else { typed.len() });
    job.append(first, 0.0, face.format());
    if !rest.is_empty() {
        job.append(rest, face.spaced * 2.6, face.format());
    }
    if job.sections.is_empty() {
        job.append("", 0.0, face.format());
    }
    ui.painter().layout_job(job)
}
