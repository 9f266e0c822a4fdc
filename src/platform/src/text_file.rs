//! Text files as people's editors write them: with or without a byte-order mark, in UTF-8 or in UTF-16.
//!
//! Not here: what the text says. Each format has its own reader.

use std::path::Path;

use zeroize::Zeroizing;

/// The byte-order mark of UTF-8 (Unicode Standard, section 23.8), which Windows editors put before a text.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a file is no text.
#[derive(Debug, thiserror::Error)]
pub enum TextFileError {
    /// It cannot be read at all.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A line is in another encoding than UTF-8 or UTF-16 with a byte-order mark, counted from 1.
    #[error(
        "line {line} is not UTF-8: the file was saved in another encoding, such as Windows-1252; save it as UTF-8 and change nothing else"
    )]
    Encoding {
        /// The first such line.
        line: usize,
    },
}

/// Reads a whole text file. The text is wiped when it is dropped, since it may hold a key.
pub fn read_text(path: &Path) -> Result<Zeroizing<String>, TextFileError> {
    let bytes = Zeroizing::new(std::fs::read(path)?);
    decode_text(&bytes)
}

/// The text of a file's bytes, without its byte-order mark.
pub fn decode_text(bytes: &[u8]) -> Result<Zeroizing<String>, TextFileError> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => {
            let bytes = without_mark(bytes);
            // UTF-16 without a mark is ASCII letters with NUL between them.
            let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
            let until = bytes.get(..end).unwrap_or_default();
            match std::str::from_utf8(until) {
                Ok(text) if end == bytes.len() => Ok(Zeroizing::new(text.to_owned())),
                Ok(_) => Err(TextFileError::Encoding { line: line_after(until) }),
                Err(error) => {
                    let before = until.get(..error.valid_up_to()).unwrap_or_default();
                    Err(TextFileError::Encoding { line: line_after(before) })
                }
            }
        }
    }
}

/// The bytes behind UTF-8's byte-order mark, where they begin with one.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, TextFileError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = Zeroizing::new(String::with_capacity(bytes.len()));
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) if character != '\0' => text.push(character),
            Ok(_) | Err(_) => return Err(TextFileError::Encoding { line: line_after(text.as_bytes()) }),
        }
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(TextFileError::Encoding { line: line_after(text.as_bytes()) })
    }
}

/// The number of the line that comes after these bytes.
fn line_after(before: &[u8]) -> usize {
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a = 1\nname = \"Ysgol Siân\"\n";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn the_same_text_is_read_from_each_encoding_that_says_what_it_is() {
        for bytes in [
            TEXT.as_bytes().to_vec(),
            [UTF8_MARK, TEXT.as_bytes()].concat(),
            utf16(TEXT, u16::to_le_bytes),
            utf16(TEXT, u16::to_be_bytes),
        ] {
            assert_eq!(decode_text(&bytes).expect("a text").as_str(), TEXT, "{bytes:?}");
        }
        assert_eq!(decode_text(b"").expect("a text").as_str(), "");
    }

    #[test]
    fn another_encoding_is_refused_with_its_line() {
        let windows: Vec<u8> = TEXT.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
        let unmarked = utf16(TEXT, u16::to_le_bytes)[2..].to_vec();
        let cut = utf16(TEXT, u16::to_le_bytes)[..21].to_vec();
        for (bytes, expected) in [(windows, 2), (unmarked, 1), (cut, 2), (b"\n\n\0".to_vec(), 3)] {
            let error = decode_text(&bytes).expect_err("no text");
            assert!(matches!(error, TextFileError::Encoding { line } if line == expected), "{error}");
            assert!(error.to_string().contains("save it as UTF-8"), "{error}");
        }
    }
}
