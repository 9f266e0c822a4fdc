//! A search for telephone numbers: thousands of them at once, in every way of writing and in the encodings in which one
//! could leak; and for their last digits where text stands.
//!
//! Not here: other secrets (`search`).

use std::collections::HashSet;

use data_encoding::BASE64;

/// Digits of a number in its own country, and how many of its last ones give it away.
const NATIONAL: usize = 10;
const LAST: usize = 6;

/// The signs of base64 that depend on a number alone, wherever it stands.
const SIGNS: usize = 12;

/// The numbers that are looked for.
pub struct Numbers {
    national: HashSet<u64>,
    last: HashSet<u64>,
    base64: HashSet<[u8; SIGNS]>,
    starts: HashSet<[u8; 2]>,
}

/// Bytes that were left somewhere.
pub struct Place {
    /// Where.
    pub name: String,
    /// What was there.
    pub heap: Vec<u8>,
    /// Whether it is text in which six digits by themselves can only be a part of a number.
    pub is_text: bool,
}

impl Numbers {
    /// From numbers as in their own country: ten digits without the 0 before them.
    pub fn of<'a>(national: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Self {
            national: HashSet::new(),
            last: HashSet::new(),
            base64: HashSet::new(),
            starts: HashSet::new(),
        };
        for digits in national {
            assert!(digits.len() == NATIONAL, "ten digits");
            all.national.insert(value(digits.as_bytes()));
            all.last.insert(value(&digits.as_bytes()[NATIONAL - LAST..]));
            for offset in 0..3 {
                let text = BASE64.encode(&[&[0; 3][..offset], digits.as_bytes()].concat());
                let first = (offset * 8).div_ceil(6);
                let signs: [u8; SIGNS] = text.as_bytes()[first..first + SIGNS].try_into().expect("twelve");
                all.base64.insert(signs);
                all.starts.insert([signs[0], signs[1]]);
            }
        }
        all
    }

    /// What is found of any number, each with the bytes around it.
    pub fn found_in(&self, place: &Place) -> Vec<String> {
        let Place { name, heap, is_text } = place;
        let mut found = self.written(heap);
        found.extend(self.in_hex(heap));
        found.extend(self.in_base64(heap));
        if *is_text {
            found.extend(self.last_digits(heap));
        }
        let around = |at: usize| &heap[at.saturating_sub(60)..(at + 30).min(heap.len())];
        found
            .into_iter()
            .map(|(at, how)| format!("{name}: {how}, {:?}", String::from_utf8_lossy(around(at))))
            .collect()
    }

    /// In figures, with anything between them that people and programs write between them; also in UTF-16.
    fn written(&self, heap: &[u8]) -> Vec<(usize, &'static str)> {
        let (mut found, mut last, mut length, mut between) = (Vec::new(), 0, 0, 0);
        for (at, byte) in heap.iter().enumerate() {
            if byte.is_ascii_digit() {
                last = (last * 10 + u64::from(byte - b'0')) % 10_u64.pow(10);
                (length, between) = (length + 1, 0);
                if length >= NATIONAL && self.national.contains(&last) {
                    found.push((at, "in figures"));
                }
            } else if length > 0 && between < 3 && b" -.()/+_\0".contains(byte) {
                between += 1;
            } else {
                (last, length) = (0, 0);
            }
        }
        found
    }

    fn in_hex(&self, heap: &[u8]) -> Vec<(usize, &'static str)> {
        let mut found = Vec::new();
        for (at, window) in heap.windows(2 * NATIONAL).enumerate() {
            if window[0] == b'3' && window.chunks(2).all(|two| two[0] == b'3' && two[1].is_ascii_digit()) {
                let digits: Vec<u8> = window.chunks(2).map(|two| two[1]).collect();
                if self.national.contains(&value(&digits)) {
                    found.push((at, "in hex"));
                }
            }
        }
        found
    }

    fn in_base64(&self, heap: &[u8]) -> Vec<(usize, &'static str)> {
        let mut starts = vec![false; 1 << 16];
        for start in &self.starts {
            starts[usize::from(u16::from_be_bytes(*start))] = true;
        }
        let mut found = Vec::new();
        for (at, window) in heap.windows(SIGNS).enumerate() {
            if starts[usize::from(u16::from_be_bytes([window[0], window[1]]))] && self.base64.contains(window)
            {
                found.push((at, "in base64"));
            }
        }
        found
    }

    /// Six to nine figures by themselves, perhaps in two groups, that end as a number does.
    fn last_digits(&self, heap: &[u8]) -> Vec<(usize, &'static str)> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let mut found = Vec::new();
        let mut at = 0;
        while at < heap.len() {
            let word = heap[at..].iter().take_while(|byte| is_part(**byte)).count();
            if word == 0 {
                at += 1;
                continue;
            }
            let mut end = at + word;
            // `900 123`
            if heap.get(end) == Some(&b' ') {
                let next = heap[end + 1..].iter().take_while(|byte| is_part(**byte)).count();
                if word < LAST && next < LAST && next > 0 {
                    end += 1 + next;
                }
            }
            let mut digits = heap[at..end].to_vec();
            if digits.ends_with(b".") {
                digits.pop();
            }
            digits.retain(|byte| !b" -".contains(byte));
            let is_number = digits.iter().all(u8::is_ascii_digit);
            if is_number
                && (LAST..NATIONAL).contains(&digits.len())
                && self.last.contains(&value(&digits[digits.len() - LAST..]))
            {
                found.push((at, "the last digits"));
            }
            at += word;
        }
        found
    }

    /// Plants a number into the middle of a place in every form, and says which forms were not found there.
    pub fn missed_in(&self, place: &Place, national: &str) -> Vec<String> {
        let middle = place.heap.len() / 2;
        let around = &place.heap[middle.saturating_sub(200)..(middle + 200).min(place.heap.len())];
        let (before, after) = around.split_at(around.len() / 2);
        let planted = |form: &[u8]| Place {
            name: place.name.clone(),
            heap: [before, b" ", form, b" ", after].concat(),
            is_text: place.is_text,
        };
        let mut forms = whole_forms(national);
        if place.is_text {
            let last = &national[NATIONAL - LAST..];
            forms.extend([
                last.as_bytes().to_vec(),
                format!("0{last}").into_bytes(),
                format!("{} {}", &last[..3], &last[3..]).into_bytes(),
            ]);
        }
        let is_missed = |form: &Vec<u8>| self.found_in(&planted(form)).is_empty();
        let missed = forms.iter().filter(|form| is_missed(form));
        missed.map(|form| format!("{}: {:?}", place.name, String::from_utf8_lossy(form))).collect()
    }
}

fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
}

/// A number as it could lie somewhere.
fn whole_forms(national: &str) -> Vec<Vec<u8>> {
    let (code, rest) = national.split_at(4);
    let whole = format!("+44{national}");
    let mut forms: Vec<Vec<u8>> = [
        whole.clone(),
        format!("0{national}"),
        format!("0044{national}"),
        national.to_owned(),
        format!("sip:{}@example", &whole[1..]),
        format!("x{national}y"),
        format!("0{code} {rest}"),
        format!("0{code} {} {}", &rest[..3], &rest[3..]),
        format!("+44 (0){code} {}-{}", &rest[..3], &rest[3..]),
        data_encoding::HEXLOWER.encode(whole.as_bytes()),
    ]
    .map(String::into_bytes)
    .into();
    forms.push(whole.encode_utf16().flat_map(u16::to_le_bytes).collect());
    for before in ["", "x", "xy"] {
        forms.push(BASE64.encode(format!("{before}{whole}").as_bytes()).into_bytes());
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_every_form_and_nothing_else_is() {
        let numbers = Numbers::of(["7700900123", "1632960456"]);
        let place =
            |text: &str, is_text| Place { name: "here".to_owned(), heap: text.as_bytes().to_vec(), is_text };
        for national in ["7700900123", "1632960456"] {
            for is_text in [true, false] {
                assert_eq!(numbers.missed_in(&place("before and after", is_text), national), [""; 0]);
            }
        }
        assert_eq!(numbers.found_in(&place("it ends in 900123.", true)).len(), 1);
        for other in [
            "+447700900124",
            "2026-11-24T18:15:40.900123Z",
            "0190a5f0-9001-7000-8000-00000900123a",
            "1795543900123",
            "0.900123",
            "rang 123 at once 900",
        ] {
            assert_eq!(numbers.found_in(&place(other, true)), [""; 0]);
        }
        assert_eq!(numbers.found_in(&place("a 900123.", false)), [""; 0]);
    }
}
