//! One key at a time, however slowly the window draws.
//!
//! egui takes the keys of a pass together: two Tabs are one step, a Space may press what had the keyboard before the Tab, and
//! what was typed is lost when a Tab follows it. A computer that draws a page slower than somebody types has several keys
//! in a pass, so here the keys that lead somewhere wait for a pass of their own, and what comes after them until a pass
//! has drawn where they led: some of egui's focus comes with the next pass.
//!
//! Not here: what the keys do (`app`, `focus`, and egui).

use std::collections::VecDeque;

use egui::{Context, Event, Key, RawInput};

/// Holds back what has to wait for the next pass.
#[derive(Default)]
pub(super) struct KeyPacing {
    waiting: VecDeque<Event>,
    /// The last pass had a key that leads somewhere.
    led: bool,
}

impl egui::Plugin for KeyPacing {
    fn debug_name(&self) -> &'static str {
        "KeyPacing"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        for event in input.events.drain(..) {
            self.wait(event);
        }
        let settles = std::mem::take(&mut self.led);
        let (mut acted, mut text_follows) = (false, false);
        while let Some(event) = self.waiting.front() {
            let acts = acts(event) && !(text_follows && matches!(event, Event::Text(_)));
            if acts && (settles || self.led || acted && leads(event)) {
                ctx.request_repaint();
                return;
            }
            acted |= acts;
            self.led |= leads(event);
            text_follows = has_text(event);
            input.events.extend(self.waiting.pop_front());
        }
    }
}

impl KeyPacing {
    fn wait(&mut self, event: Event) {
        // A key that is held down is not made up for when it has been let go.
        let repeats = leads(&event)
            && self.waiting.iter().rev().find(|before| key(before) == key(&event)).is_some_and(leads);
        if !repeats {
            self.waiting.push_back(event);
        }
    }
}

/// Whether it is something done by keyboard.
fn acts(event: &Event) -> bool {
    matches!(
        event,
        Event::Key { pressed: true, .. }
            | Event::Text(_)
            | Event::Cut
            | Event::Copy
            | Event::Paste(_)
            | Event::Ime(_)
    )
}

/// Whether it moves the keyboard, or presses what has it.
fn leads(event: &Event) -> bool {
    let Event::Key { key, pressed: true, .. } = event else { return false };
    matches!(
        key,
        Key::Tab
            | Key::Enter
            | Key::Space
            | Key::Escape
            | Key::ArrowLeft
            | Key::ArrowRight
            | Key::ArrowUp
            | Key::ArrowDown
    )
}

/// Whether the text of the same press may come next. Not every text has a key before it.
fn has_text(event: &Event) -> bool {
    matches!(event, Event::Key { pressed: true, key, .. } if *key == Key::Space || !leads(event))
}

fn key(event: &Event) -> Option<Key> {
    if let Event::Key { key, .. } = event { Some(*key) } else { None }
}
