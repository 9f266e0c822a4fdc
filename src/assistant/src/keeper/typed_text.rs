//! A text that a person types, of fixed size, so that no copy is left behind when it grows.

use std::ops::Range;

use domain::{ascii_form, is_unseen};
use journey::FieldId;
use zeroize::{Zeroize, Zeroizing};

/// Characters in a field at most.
pub const MAX_TYPED_CHARS: usize = 64;

/// UTF-8 needs at most four bytes a character.
const MAX_TYPED_BYTES: usize = MAX_TYPED_CHARS * 4;

/// One typed text. It never grows past its first allocation, and is zeroed when emptied or dropped.
pub struct TypedText {
    text: Zeroizing<String>,
    chars: usize,
}

impl Default for TypedText {
    fn default() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(MAX_TYPED_BYTES)), chars: 0 }
    }
}

impl TypedText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Puts text in at a character, as much as there is room for. Returns how many characters went in.
    ///
    /// Control characters and what is not seen are left out. Digits of other scripts become ASCII: no font of the window
    /// has them all, and every reader takes them for the same.
    pub fn insert(&mut self, text: &str, at_char: usize) -> usize {
        let mut at = self.byte_of(at_char);
        let mut count = 0;
        let is_kept = |character: &char| !character.is_control() && !is_unseen(*character);
        for character in text.chars().filter(is_kept).map(ascii_form).take(MAX_TYPED_CHARS - self.chars) {
            self.text.insert(at, character);
            at += character.len_utf8();
            count += 1;
        }
        self.chars += count;
        count
    }

    /// Takes characters out.
    pub fn remove(&mut self, chars: Range<usize>) {
        let (from, to) = (self.byte_of(chars.start), self.byte_of(chars.end));
        if from < to {
            self.text.replace_range(from..to, "");
            self.chars = self.text.chars().count();
        }
    }

    /// Replaces everything.
    pub fn set(&mut self, text: &str) {
        self.clear();
        self.insert(text, 0);
    }

    /// Empties and zeroes it. The room stays.
    pub fn clear(&mut self) {
        self.text.zeroize();
        self.chars = 0;
    }

    fn byte_of(&self, at_char: usize) -> usize {
        self.text.char_indices().nth(at_char).map_or(self.text.len(), |(at, _)| at)
    }
}

/// The texts of all fields, one for each.
#[derive(Default)]
pub(super) struct TypedTexts {
    enrolment_code: TypedText,
    app_code: TypedText,
    phone_number: TypedText,
    region: TypedText,
}

impl TypedTexts {
    pub(super) fn of(&self, field: FieldId) -> &TypedText {
        match field {
            FieldId::EnrolmentCode => &self.enrolment_code,
            FieldId::AppCode => &self.app_code,
            FieldId::PhoneNumber => &self.phone_number,
            FieldId::Region => &self.region,
        }
    }

    pub(super) fn of_mut(&mut self, field: FieldId) -> &mut TypedText {
        match field {
            FieldId::EnrolmentCode => &mut self.enrolment_code,
            FieldId::AppCode => &mut self.app_code,
            FieldId::PhoneNumber => &mut self.phone_number,
            FieldId::Region => &mut self.region,
        }
    }

    /// Empties all of them.
    pub(super) fn clear(&mut self) {
        FieldId::ALL.into_iter().for_each(|field| self.of_mut(field).clear());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_what_fits_and_never_moves() {
        let mut typed = TypedText::default();
        let home = typed.text.as_ptr();
        assert_eq!(typed.insert("12\n34", 0), 4);
        assert_eq!(typed.insert("é", 2), 1);
        assert_eq!(typed.as_str(), "12é34");
        typed.remove(2..3);
        assert_eq!(typed.as_str(), "1234");
        assert_eq!(typed.insert(&"½".repeat(100), 1), MAX_TYPED_CHARS - 4);
        assert_eq!(typed.insert("1", 0), 0);
        assert_eq!(typed.as_str().chars().count(), MAX_TYPED_CHARS);
        typed.set("\u{202a}٢٨７\u{200b}ｂ\u{202c}");
        assert_eq!(typed.as_str(), "287b");
        typed.set("AB");
        typed.remove(1..90);
        assert_eq!(typed.as_str(), "A");
        typed.clear();
        assert!(typed.is_empty());
        assert_eq!(typed.text.as_ptr(), home, "a moved text would leave a copy behind");
    }

    #[test]
    fn every_field_has_a_text_of_its_own_and_all_are_emptied_together() {
        let mut texts = TypedTexts::default();
        for (field, text) in FieldId::ALL.into_iter().zip(["a", "b", "c", "d"]) {
            texts.of_mut(field).set(text);
        }
        assert_eq!(FieldId::ALL.map(|field| texts.of(field).as_str()), ["a", "b", "c", "d"]);
        texts.clear();
        assert!(FieldId::ALL.into_iter().all(|field| texts.of(field).is_empty()));
    }
}
