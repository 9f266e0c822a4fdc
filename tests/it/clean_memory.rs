//! The memory of real processes, searched for what they held: it is there while it is shown or used, and nothing of it
//! afterwards.
//!
//! Not here: files and logs of the whole trust (`access::leaks`, `telephone_day`).

mod a_crash;
mod next_person;
mod reading;
mod the_console;
mod the_window;

use tests::memory::writable;
use tests::needs::wait_for_or;
use tests::numbers::{Numbers, Place};
use tests::phone::Phone;
use tests::search::Needles;

/// All that is looked for.
struct Sought {
    needles: Needles,
    numbers: Option<Numbers>,
}

impl Sought {
    /// A key: its bytes, as the page groups it, and as it is spelt out.
    fn key(phone: &Phone) -> Self {
        let secret = data_encoding::BASE32_NOPAD.decode(phone.secret().as_bytes()).expect("base32");
        let texts = Needles::of_text(&in_fours(phone)).and(Needles::of_text(&spelt(phone)));
        Self { needles: Needles::of_bytes(&secret).and(texts), numbers: None }
    }

    fn text(text: &str) -> Self {
        Self { needles: Needles::of_text(text), numbers: None }
    }

    /// A telephone number by its ten digits.
    fn number(national: &str) -> Self {
        Self { needles: Needles::of_text(national), numbers: Some(Numbers::of([national])) }
    }

    /// What of it is in a process, each with its place.
    fn found(&self, id: u32) -> Vec<String> {
        let mut found = Vec::new();
        for part in writable(id) {
            found.extend(
                self.needles.found_in(&part.bytes).into_iter().map(|what| format!("{}: {what}", part.name)),
            );
            if let Some(numbers) = &self.numbers {
                let place = Place { name: part.name, heap: part.bytes, is_text: false };
                found.extend(numbers.found_in(&place));
            }
        }
        found
    }

    /// The control: while it is there the search finds it.
    #[track_caller]
    fn is_in(&self, id: u32) {
        assert!(!self.found(id).is_empty(), "the search does not find what is there");
    }

    /// Nothing is left, once the last frame, the screen reader and the clipboard's other thread have done their part.
    #[track_caller]
    fn is_gone(&self, what: &str, id: u32) {
        wait_for_or(
            5,
            || self.found(id).is_empty().then_some(()),
            || panic!("{what} is left in memory: {:#?}", self.found(id)),
        );
    }
}

fn in_fours(phone: &Phone) -> String {
    let fours: Vec<&str> = (0..8).map(|four| &phone.secret()[4 * four..4 * four + 4]).collect();
    fours.join(" ")
}

fn spelt(phone: &Phone) -> String {
    let fours = in_fours(phone);
    fours.chars().map(|sign| if sign == ' ' { ". ".to_owned() } else { format!("{sign} ") }).collect()
}
