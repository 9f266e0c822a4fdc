//! Where is searched and for what; and whether the search would find it.

use std::path::Path;

use tests::search::Needles;

/// Bytes that were left somewhere.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) heap: Vec<u8>,
}

/// The files below a folder.
pub(super) fn in_folder(label: &str, folder: &Path) -> Vec<Place> {
    let mut places = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let within = path.strip_prefix(folder).expect("below it").display();
                let heap = std::fs::read(&path).expect("a file that can be read");
                places.push(Place { name: format!("{label}: {within}"), heap });
            }
        }
    }
    assert!(!places.is_empty(), "{label}: there is nothing in {}", folder.display());
    places
}

/// What must not be found.
pub(super) struct Secret {
    name: &'static str,
    looked_for: LookedFor,
    /// As it would lie there, in several encodings: the control.
    forms: Vec<Vec<u8>>,
}

enum LookedFor {
    Needles(Needles),
    /// Too short for windows: the number by itself, not as a part of a longer word.
    Digits(String),
}

impl Secret {
    /// Needles alone, without a control of their own.
    pub(super) fn named(name: &'static str, needles: Needles) -> Self {
        Self { name, looked_for: LookedFor::Needles(needles), forms: Vec::new() }
    }

    pub(super) fn of_bytes(name: &'static str, bytes: &[u8]) -> Self {
        let needles = Needles::of_bytes(bytes);
        Self { name, looked_for: LookedFor::Needles(needles), forms: forms_of(bytes) }
    }

    /// A text, as it is and without its dashes, whatever its case.
    pub(super) fn of_text(name: &'static str, text: &str) -> Self {
        let plain = text.replace('-', "");
        let all = [text.to_owned(), text.to_lowercase(), plain.to_lowercase(), plain.clone()];
        let each = all.iter().map(|text| Needles::of_text(text).and(Needles::of_bytes(text.as_bytes())));
        let needles = each.reduce(Needles::and).expect("four");
        let mut forms = forms_of(text.as_bytes());
        forms.extend(all.into_iter().map(String::into_bytes));
        Self { name, looked_for: LookedFor::Needles(needles), forms }
    }

    /// A token in base64url: its text and what it stands for.
    pub(super) fn of_token(name: &'static str, text: &str) -> Self {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).expect("a token");
        let needles =
            Needles::of_bytes(&bytes).and(Needles::of_bytes(text.as_bytes())).and(Needles::of_text(text));
        let mut forms = forms_of(&bytes);
        forms.extend(forms_of(text.as_bytes()));
        Self { name, looked_for: LookedFor::Needles(needles), forms }
    }

    pub(super) fn of_digits(name: &'static str, digits: &str) -> Self {
        let forms = vec![format!("code={digits} "), format!("\"code\":\"{digits}\""), format!("[{digits}]")];
        let forms = forms.into_iter().map(String::into_bytes).collect();
        Self { name, looked_for: LookedFor::Digits(digits.to_owned()), forms }
    }

    fn is_in(&self, heap: &[u8]) -> Vec<String> {
        match &self.looked_for {
            LookedFor::Needles(needles) => needles.found_in(heap).into_iter().map(str::to_owned).collect(),
            LookedFor::Digits(digits) if stands_alone(heap, digits.as_bytes()) => {
                vec!["by itself".to_owned()]
            }
            LookedFor::Digits(_) => Vec::new(),
        }
    }
}

/// The bytes from the second on, so that only windows can match, in the encodings in which things leak.
fn forms_of(bytes: &[u8]) -> Vec<Vec<u8>> {
    use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let part = &bytes[1..];
    let shifted = [b"x".as_slice(), bytes, b"yz"].concat();
    let mut forms = vec![
        part.to_vec(),
        HEXLOWER.encode(part).into_bytes(),
        HEXUPPER.encode(part).into_bytes(),
        utf16(&HEXLOWER.encode(bytes)),
    ];
    // A code of ten signs is too short to be told by ten signs of its base64.
    if bytes.len() >= 16 {
        forms.extend([
            BASE32_NOPAD.encode(bytes).into_bytes(),
            BASE64.encode(bytes).into_bytes(),
            BASE64.encode(&shifted).into_bytes(),
            BASE64URL_NOPAD.encode(&shifted[1..]).into_bytes(),
        ]);
    }
    forms
}

fn stands_alone(heap: &[u8], digits: &[u8]) -> bool {
    let is_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    heap.windows(digits.len()).enumerate().any(|(at, window)| {
        window == digits
            && !is_word(at.checked_sub(1).and_then(|before| heap.get(before)))
            && !is_word(heap.get(at + digits.len()))
    })
}

/// Everything found, by place, secret and form.
pub(super) fn found(secrets: &[Secret], places: &[Place]) -> Vec<String> {
    let mut found = Vec::new();
    for Place { name, heap } in places {
        for secret in secrets {
            found.extend(
                secret.is_in(heap).into_iter().map(|form| format!("{name}: {}, {form}", secret.name)),
            );
        }
    }
    found
}

/// Plants each secret in each form into each place, and sees whether the search finds it there.
pub(super) fn is_searched_well(secrets: &[Secret], places: &[Place]) {
    for Place { name, heap } in places {
        for secret in secrets {
            for form in &secret.forms {
                // A small piece of the place around it is enough, and a thousand times as fast.
                let middle = heap.len() / 2;
                let around = &heap[middle.saturating_sub(200)..(middle + 200).min(heap.len())];
                let (before, after) = around.split_at(around.len() / 2);
                let planted = [before, b" ", form, b" ", after].concat();
                let form = String::from_utf8_lossy(form);
                assert!(
                    !secret.is_in(&planted).is_empty(),
                    "{name}: {} as {form:?} is not found",
                    secret.name
                );
            }
        }
    }
}
