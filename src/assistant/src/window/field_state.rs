//! What egui keeps of a field: whether it has the keyboard, its caret, its undo steps.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Id, TextEdit};
use journey::FieldId;

use crate::keeper::MAX_TYPED_CHARS;

/// Where the keyboard goes for this field.
pub(super) fn field_id(field: FieldId) -> Id {
    Id::NULL.with(("field", field))
}

/// Drops what egui remembers of a field: its caret and its undo steps.
pub(super) fn forget_field(ctx: &egui::Context, field: FieldId) {
    TextEdit::store_state(ctx, field_id(field), TextEditState::default());
}

/// Sends the keyboard to a field with all of its text selected: what is typed next takes its place.
pub(super) fn focus_field(ctx: &egui::Context, field: FieldId) {
    let id = field_id(field);
    ctx.memory_mut(|memory| memory.request_focus(id));
    let mut state = TextEditState::load(ctx, id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::default(), CCursor::new(MAX_TYPED_CHARS))));
    state.store(ctx, id);
}
