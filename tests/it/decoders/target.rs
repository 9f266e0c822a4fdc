//! A decoder, with inputs that it reads and words of its format.
//!
//! Not here: which there are (`requests`, `answers`, `written`).

use serde::de::DeserializeOwned;

/// Reads an input, and says whether it was good.
pub(super) type Reads = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

pub(super) struct Target {
    pub(super) name: &'static str,
    pub(super) number: u64,
    pub(super) seeds: Vec<Vec<u8>>,
    pub(super) words: &'static [&'static str],
    pub(super) is_json: bool,
    pub(super) reads: Reads,
}

pub(super) const JSON: &[&str] =
    &["null", "true", "{}", "[]", "\"\"", ":", ",", "\\u0000", "\\ud800", "\"v\":1", "-0", "1e9"];

/// Many of them, numbered so that each has inputs of its own.
pub(super) struct Targets {
    all: Vec<Target>,
    first: u64,
}

impl Targets {
    pub(super) fn from(first: u64) -> Self {
        Self { all: Vec::new(), first }
    }

    pub(super) fn json(&mut self, name: &'static str, seeds: Vec<Vec<u8>>, reads: Reads) {
        self.one(name, seeds, JSON, true, reads);
    }

    pub(super) fn text(
        &mut self,
        name: &'static str,
        seeds: Vec<Vec<u8>>,
        words: &'static [&'static str],
        reads: Reads,
    ) {
        self.one(name, seeds, words, false, reads);
    }

    fn one(
        &mut self,
        name: &'static str,
        seeds: Vec<Vec<u8>>,
        words: &'static [&'static str],
        is_json: bool,
        reads: Reads,
    ) {
        let number = self.first + u64::try_from(self.all.len()).unwrap_or(0);
        self.all.push(Target { name, number, seeds, words, is_json, reads });
    }

    pub(super) fn all(self) -> Vec<Target> {
        self.all
    }
}

/// Says of an input whether one kind of value can be read from it.
pub(super) type Is = fn(&[u8]) -> bool;

/// Seeds, each with the reader that takes it, as one target: an input goes to all of the readers.
///
/// # Panics
/// When a seed is none for its own reader: it would be no control, and nothing would begin with it.
pub(super) fn each_by_its_own(all: Vec<(String, Is)>) -> (Vec<Vec<u8>>, Reads) {
    for (seed, is) in &all {
        assert!(is(seed.as_bytes()), "the control: its own reader takes {seed}");
    }
    let readers: Vec<Is> = all.iter().map(|(_, is)| *is).collect();
    let seeds = all.into_iter().map(|(seed, _)| seed.into_bytes()).collect();
    (seeds, Box::new(move |bytes| readers.iter().fold(false, |read, is| read | is(bytes))))
}

pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

pub(super) fn texts(all: &[&str]) -> Vec<Vec<u8>> {
    all.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// As the assistant reads an answer.
pub(super) fn is<T: DeserializeOwned>(bytes: &[u8]) -> bool {
    serde_json::from_slice::<T>(bytes).is_ok()
}
