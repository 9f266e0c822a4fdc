//! A search for secrets: every 8-byte window, raw and in the encodings in which a secret could leak.

use std::collections::HashMap;
use std::path::Path;

/// By so many bytes needles are looked up; none that matters is shorter.
const START: usize = 4;

/// What is looked for: windows of a secret in every encoding.
pub struct Needles(Vec<(String, Vec<u8>)>);

impl Needles {
    /// Needles of a binary secret: raw, hex of both cases, base32, base64 at three offsets, UTF-16 of each text form.
    pub fn of_bytes(secret: &[u8]) -> Self {
        let mut needles = Vec::new();
        for (at, window) in secret.windows(8).enumerate() {
            needles.push((format!("raw@{at}"), window.to_vec()));
            let texts = [
                ("hex", data_encoding::HEXLOWER.encode(window)),
                ("HEX", data_encoding::HEXUPPER.encode(window)),
            ];
            for (name, text) in texts {
                needles.push((format!("{name}@{at}"), text.clone().into_bytes()));
                needles.push((format!("{name} utf-16@{at}"), utf16(&text)));
            }
        }
        let base32 = data_encoding::BASE32_NOPAD.encode(secret);
        needles.extend(text_windows("base32", &base32));
        needles.extend(text_windows("base32 lower", &base32.to_lowercase()));
        for (name, encoding) in
            [("base64", &data_encoding::BASE64_NOPAD), ("base64url", &data_encoding::BASE64URL_NOPAD)]
        {
            for offset in 0..3 {
                // With `offset` bytes in front, the first signs depend on them, and the last on what follows.
                let mut shifted = vec![0; offset];
                shifted.extend_from_slice(secret);
                let text = encoding.encode(&shifted);
                let whole = text.len() / 4 * 4;
                let first = if offset == 0 { 0 } else { 4 };
                needles.extend(text_windows(&format!("{name}+{offset}"), &text[first..whole]));
            }
        }
        Self(needles)
    }

    /// Needles of a text, for example an enrolment code or a token.
    pub fn of_text(text: &str) -> Self {
        Self(text_windows("text", text))
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Names of the needles found in a heap of bytes.
    pub fn found_in(&self, heap: &[u8]) -> Vec<&str> {
        // In one pass: thousands of needles, each looked up by how it starts.
        let mut by_start: HashMap<&[u8], Vec<usize>> = HashMap::new();
        let mut first_two = vec![false; 1 << 16];
        let mut found = vec![false; self.0.len()];
        for (number, (_, needle)) in self.0.iter().enumerate() {
            match (needle.get(..START), needle.first_chunk::<2>()) {
                (Some(start), Some(two)) => {
                    by_start.entry(start).or_default().push(number);
                    first_two[usize::from(u16::from_le_bytes(*two))] = true;
                }
                (_, _) => found[number] = contains(heap, needle),
            }
        }
        for (at, start) in heap.windows(START).enumerate() {
            if !first_two[usize::from(u16::from_le_bytes([start[0], start[1]]))] {
                continue;
            }
            for number in by_start.get(start).into_iter().flatten() {
                found[*number] |= heap[at..].starts_with(&self.0[*number].1);
            }
        }
        self.0.iter().zip(found).filter(|(_, found)| *found).map(|((name, _), _)| name.as_str()).collect()
    }

    /// Names of files below a folder that hold a needle, with the needle's name.
    pub fn found_below(&self, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(bytes) = std::fs::read(&path) {
                    found.extend(
                        self.found_in(&bytes).into_iter().map(|name| format!("{}: {name}", path.display())),
                    );
                }
            }
        }
        found
    }
}

fn text_windows(name: &str, text: &str) -> Vec<(String, Vec<u8>)> {
    let signs: Vec<char> = text.chars().collect();
    signs
        .windows(10.min(signs.len()))
        .enumerate()
        .flat_map(|(at, window)| {
            let text: String = window.iter().collect();
            [
                (format!("{name}@{at}"), text.clone().into_bytes()),
                (format!("{name} utf-16@{at}"), utf16(&text)),
            ]
        })
        .collect()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn contains(heap: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else { return false };
    let mut rest = heap;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(needle) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_finds_what_it_is_made_for_and_nothing_else() {
        let secret: Vec<u8> = (0..20).map(|n| n * 11 + 3).collect();
        let needles = Needles::of_bytes(&secret);
        let mut hiding_places = vec![
            secret[5..16].to_vec(),
            data_encoding::HEXUPPER.encode(&secret).into_bytes(),
            data_encoding::BASE32.encode(&secret).into_bytes(),
            utf16(&data_encoding::BASE32_NOPAD.encode(&secret)),
        ];
        for offset in 0..3 {
            let mut shifted = vec![7; offset];
            shifted.extend_from_slice(&secret);
            shifted.extend_from_slice(b"tail");
            hiding_places.push(data_encoding::BASE64.encode(&shifted).into_bytes());
        }
        for (place, heap) in hiding_places.iter().enumerate() {
            let padded = [b"before".as_slice(), heap, b"after"].concat();
            assert!(!needles.found_in(&padded).is_empty(), "hiding place {place}");
        }
        assert_eq!(needles.found_in(&[0; 4096]), Vec::<&str>::new());
        // At either end of the heap, and needles that are all of it.
        assert_eq!(Needles::of_text("abc").found_in(b"xabc"), ["text@0"]);
        assert_eq!(Needles::of_text("abcdefgh").found_in(b"abcdefgh"), ["text@0"]);
        assert_eq!(Needles::of_text("abcdefgh").found_in(b"abcdefg"), [""; 0]);
    }
}
