//! A pointer alone: it goes where something is seen, turns the wheel until it is, and presses. Where that is, the screen
//! reader's bus tells; whether it can be seen is worked out from the window.
//!
//! Not here: the keyboard. Letters come after a field was pressed, as an on-screen keyboard gives them.

use crate::needs::wait_for;
use crate::reader::Reader;
use crate::x11::Screen;

/// The bar at the top with the progress below it, in points. In a low window it scrolls with the page.
const BAR: f64 = 62.0;

/// From this height on the bar stays.
const BAR_STAYS: f64 = 440.0;

/// Below this width Get help stands in a row of its own at the foot, over the page.
const FOOT_BELOW: f64 = 880.0;

/// A pointer on a window.
pub struct Pointer<'a> {
    screen: &'a Screen,
    reader: Reader,
    window: String,
    scale: f64,
}

impl<'a> Pointer<'a> {
    /// On a window whose points are so many pixels.
    pub fn on(screen: &'a Screen, reader: Reader, window: String, scale: f64) -> Self {
        Self { screen, reader, window, scale }
    }

    /// Presses what has a role and a name, turning the wheel until it is seen.
    ///
    /// # Panics
    /// When it never is.
    pub fn press(&mut self, role: &str, name: &str) {
        let mut last = [0; 4];
        let place = wait_for(&format!("{role} {name:?} to be seen by {}", self.screen.display()), 40, || {
            let place = self.reader.place(role, name);
            // A page that still scrolls would take it away from under the pointer.
            let has_come_to_rest = std::mem::replace(&mut last, place) == place;
            if let Some(wheel) = self.hidden(place) {
                self.screen.press_mouse(&self.window, self.middle(), wheel);
                return None;
            }
            has_come_to_rest.then_some(place)
        });
        let [left, top, width, height] = place;
        self.screen.press_mouse(&self.window, [left + width / 2, top + height / 2], 1);
    }

    /// Presses a field, and gives it letters.
    ///
    /// # Panics
    /// When the field is never seen.
    pub fn type_into(&mut self, name: &str, text: &str) {
        self.press("text", name);
        self.screen.type_text(text);
    }

    /// Which way the wheel brings something into view that is not; 4 is up, 5 is down.
    fn hidden(&mut self, [left, top, width, height]: [i32; 4]) -> Option<u32> {
        let (wide, high) = self.screen.size(&self.window);
        let (wide, high) = (f64::from(wide) / self.scale, f64::from(high) / self.scale);
        let [left, top, width, height] = [left, top, width, height].map(|side| f64::from(side) / self.scale);
        assert!(
            left >= -1.0 && left + width <= wide + 1.0,
            "it is beside the window: {left} to {}",
            left + width
        );
        let roof = if high >= BAR_STAYS { BAR } else { 0.0 };
        let middle = top + height / 2.0;
        let mut floor = high;
        if wide < FOOT_BELOW {
            let [_, help, _, help_height] =
                self.reader.place("link", "Get help").map(|side| f64::from(side) / self.scale);
            let is_in_row = (middle - help - help_height / 2.0).abs() < help_height / 2.0;
            if help + help_height > high - 30.0 && !is_in_row {
                floor = help;
            }
        }
        if top + height > floor + 1.0 {
            Some(5)
        } else if top < roof - 1.0 {
            Some(4)
        } else {
            None
        }
    }

    fn middle(&self) -> [i32; 2] {
        let (width, height) = self.screen.size(&self.window);
        [width.cast_signed() / 2, height.cast_signed() / 2]
    }
}
