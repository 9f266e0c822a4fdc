//! Fits words into a box: as large as they may be, wrapped, smaller where they are many.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

/// Steps in which words get smaller.
const STEP: f32 = 0.5;

/// What words have to fit into.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Room {
    pub(super) width: f32,
    pub(super) height: f32,
    /// The largest and the smallest size of a letter.
    pub(super) sizes: [f32; 2],
    /// From line to line, in sizes of a letter.
    pub(super) leading: f32,
    pub(super) bold: bool,
}

impl Room {
    /// How many lines of a size there is room for: one at least.
    fn lines(&self, size: f32) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of lines")]
        let more = ((self.height - size) / (size * self.leading)).max(0.0) as usize;
        more + 1
    }
}

/// Words as they fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    pub(super) size: f32,
    /// From line to line.
    pub(super) leading: f32,
    pub(super) lines: Vec<String>,
}

impl Fitted {
    /// How far they reach below their first line.
    pub(super) fn below(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let more = self.lines.len().saturating_sub(1) as f32;
        more * self.leading
    }
}

/// The largest size at which the words fit. What is too long even for the smallest is broken inside a word, and ends in
/// three dots where the lines do not suffice.
pub(super) fn fit(words: &str, room: &Room) -> Fitted {
    let [largest, smallest] = room.sizes;
    let mut size = largest;
    while size >= smallest {
        let lines = wrap(words, room, size);
        let is_whole = lines.iter().all(|line| width(line, size, room.bold) <= room.width);
        if is_whole && lines.len() <= room.lines(size) {
            return Fitted { size, leading: size * room.leading, lines };
        }
        size -= STEP;
    }
    let mut lines: Vec<String> =
        wrap(words, room, smallest).into_iter().flat_map(|line| broken(line, room, smallest)).collect();
    let most = room.lines(smallest);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while !last.is_empty()
                && width(last, smallest, room.bold) + width("…", smallest, room.bold) > room.width
            {
                last.pop();
            }
            last.push('…');
        }
    }
    Fitted { size: smallest, leading: smallest * room.leading, lines }
}

/// Lines of whole words. A word that is too wide has a line of its own.
fn wrap(words: &str, room: &Room, size: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line} {word}");
            if width(&longer, size, room.bold) <= room.width {
                *line = longer;
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}

/// A line that is too wide, as several.
fn broken(line: String, room: &Room, size: f32) -> Vec<String> {
    let mut parts = vec![String::new()];
    for character in line.chars() {
        let Some(part) = parts.last_mut() else { continue };
        part.push(character);
        if part.chars().count() > 1 && width(part, size, room.bold) > room.width {
            part.pop();
            parts.push(character.to_string());
        }
    }
    parts
}

/// How wide words are, as their letters stand one after another.
fn width(words: &str, size: f32, bold: bool) -> f32 {
    static FACES: LazyLock<[Option<FontRef<'static>>; 2]> =
        LazyLock::new(|| super::FONTS.map(|bytes| FontRef::new(bytes).ok()));
    let Some(face) = &FACES[usize::from(bold)] else { return 0.0 };
    let (letters, metrics) = (face.charmap(), face.glyph_metrics(Size::new(size), LocationRef::default()));
    let advance = |c: char| metrics.advance_width(letters.map(c).unwrap_or_default()).unwrap_or(size);
    words.chars().map(advance).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { width: 110.0, height: 38.0, sizes: [18.0, 11.0], leading: 1.2, bold: true };

    #[test]
    fn few_words_stand_on_one_line_at_their_full_size() {
        assert_eq!(
            fit("Get", &ROOM),
            Fitted { size: 18.0, leading: 18.0 * 1.2, lines: vec!["Get".to_owned()] }
        );
        assert_eq!(fit("", &ROOM), Fitted { size: 18.0, leading: 18.0 * 1.2, lines: Vec::new() });
    }

    #[test]
    fn many_words_wrap_and_shrink_and_none_is_wider_than_its_room() {
        for words in ["Microsoft Authenticator", "A name of an app that has many letters in it", "W W W W W"]
        {
            let fitted = fit(words, &ROOM);
            assert!(
                fitted.lines.len() <= ROOM.lines(fitted.size) && fitted.size >= ROOM.sizes[1],
                "{fitted:?}"
            );
            assert_eq!(fitted.lines.join(" "), words);
            let widest = fitted.lines.iter().map(|line| width(line, fitted.size, true)).fold(0.0, f32::max);
            assert!(widest > 20.0 && widest <= ROOM.width, "{fitted:?}: {widest}");
        }
        let two = fit("Microsoft Authenticator", &ROOM);
        assert!(two.lines.len() == 2 && two.size > 15.0, "no smaller than it has to be: {two:?}");
    }

    #[test]
    fn a_word_that_never_fits_is_broken_and_what_is_too_much_is_cut() {
        let fitted = fit(&"m".repeat(20), &ROOM);
        assert!(fitted.lines.len() > 1 && fitted.lines.concat() == "m".repeat(20), "{fitted:?}");
        let cut = fit(&"W".repeat(64), &ROOM);
        assert_eq!((cut.lines.len(), cut.size), (3, 11.0));
        assert!(cut.lines[2].ends_with("W…") && width(&cut.lines[2], 11.0, true) <= ROOM.width, "{cut:?}");
    }
}
