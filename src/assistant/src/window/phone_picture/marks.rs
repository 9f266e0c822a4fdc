//! What is painted over a picture: the numbers of the steps, the digits to press, the ring that runs out. They come one
//! after another when a page opens, and then rest.

use std::f32::consts::TAU;
use std::time::Duration;

use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::PHONE;
use super::render::Place;
use crate::window::fonts;
use crate::window::tokens::tokens;

/// Nothing moves after so many seconds.
const MOTION_SECS: f32 = 4.0;

/// From one mark to the next, and until a mark is there.
const BETWEEN_SECS: f32 = 0.7;
const COMING_SECS: f32 = 0.25;

/// Seconds in the ring at rest, and in a whole one (`domain::STEP_SECS`).
const RING_REST: f32 = 18.0;
const RING_WHOLE: f32 = 30.0;

/// Points.
const MARK_RADIUS: f32 = 14.0;
const KEY_MARK_RADIUS: f32 = 11.0;
const HALO: f32 = 2.0;

/// How marks are painted.
pub(in crate::window) struct Marks<'a> {
    pub(in crate::window) brand: Color32,
    /// Seconds since the picture is there; `None` at rest, where everything shows.
    pub(in crate::window) age: Option<f32>,
    /// The digits to press, where the picture is a keypad.
    pub(in crate::window) digits: &'a str,
    /// How much larger text is than usual.
    pub(in crate::window) text: f32,
}

/// Paints the marks of a picture whose phone stands at `phone`, after `before` marks of others. Returns how many there are
/// with these.
pub(super) fn paint(
    painter: &Painter,
    places: &[Place],
    phone: Rect,
    before: usize,
    marks: &Marks<'_>,
) -> usize {
    let scale = phone.width() / PHONE[0];
    let at = |place: Pos2| phone.min + scale * place.to_vec2();
    let mut steps: Vec<(&Place, &str, f32)> = Vec::new();
    for place in places {
        if let Some(number) = place.id.strip_prefix("left-") {
            steps.push((place, number, 0.0));
        } else if let Some(number) = place.id.strip_prefix("right-") {
            steps.push((place, number, PHONE[0]));
        }
    }
    steps.sort_by_key(|(_, number, _)| *number);
    let mut count = before;
    for (place, number, x) in steps {
        let come = marks.come(count);
        badge(
            painter,
            at(pos2(x, place.rect.center().y)),
            MARK_RADIUS * marks.text,
            number,
            marks.brand,
            come,
        );
        count += 1;
    }
    for (order, digit) in marks.digits.char_indices() {
        let Some(key) =
            places.iter().find(|place| place.id.strip_prefix("key-") == Some(&marks.digits[order..=order]))
        else {
            continue;
        };
        let come = marks.come(count);
        count += 1;
        key_mark(painter, Rect::from_min_max(at(key.rect.min), at(key.rect.max)), digit, marks, come);
        // A key that is pressed twice has its marks at either side.
        let is_again = marks.digits[..order].contains(digit);
        let side = if is_again { -1.0 } else { 1.0 };
        let corner = key.rect.center() + key.rect.width() / 2.0 * vec2(0.72 * side, -0.72);
        let number = ["1", "2"].get(order).copied().unwrap_or_default();
        badge(painter, at(corner), KEY_MARK_RADIUS * scale.max(1.0), number, marks.brand, come);
    }
    if let Some(ring) = places.iter().find(|place| place.id == "ring") {
        paint_ring(painter, Rect::from_min_max(at(ring.rect.min), at(ring.rect.max)), scale, marks);
    }
    count
}

impl Marks<'_> {
    /// How far a mark has come: 0 to 1.
    pub(super) fn come(&self, place: usize) -> f32 {
        self.age.map_or(1.0, |age| ((age - begins(place)) / COMING_SECS).clamp(0.0, 1.0))
    }

    /// After how long there is something new to paint; `None` once all is at rest. Where there are no marks, a ring turns.
    pub(in crate::window) fn pause(&self, count: usize) -> Option<Duration> {
        let age = self.age.filter(|age| *age < MOTION_SECS)?;
        let begin = match (0..count).find(|place| age < begins(*place) + COMING_SECS) {
            Some(next) => begins(next),
            None if count == 0 => age,
            None => return None,
        };
        Some(Duration::from_secs_f32((begin - age).max(0.0)).max(FRAME))
    }
}

/// While something moves.
const FRAME: Duration = Duration::from_millis(33);

/// When a mark begins to come.
fn begins(place: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a handful of marks")]
    let place = place as f32;
    0.3 + BETWEEN_SECS * place
}

/// A number in a circle.
fn badge(painter: &Painter, centre: Pos2, radius: f32, number: &str, brand: Color32, come: f32) {
    if come <= 0.0 {
        return;
    }
    let radius = radius * (0.6 + 0.4 * come);
    let mut painter = painter.clone();
    painter.multiply_opacity(come);
    painter.circle_filled(centre, radius + HALO, Color32::WHITE);
    painter.circle_filled(centre, radius, brand);
    painter.text(centre, Align2::CENTER_CENTER, number, fonts::bold(1.15 * radius), Color32::WHITE);
}

/// A key that is to be pressed.
fn key_mark(painter: &Painter, key: Rect, digit: char, marks: &Marks<'_>, come: f32) {
    if come <= 0.0 {
        return;
    }
    let light = &tokens().light;
    let radius = key.width() / 2.0;
    let mut painter = painter.clone();
    painter.multiply_opacity(come);
    painter.circle(key.center(), radius, light.selection, Stroke::new(radius / 12.0, marks.brand));
    painter.text(key.center(), Align2::CENTER_CENTER, digit, fonts::bold(0.875 * radius), marks.brand);
}

fn paint_ring(painter: &Painter, ring: Rect, scale: f32, marks: &Marks<'_>) {
    let left = marks.age.map_or(RING_REST, |age| RING_REST + (MOTION_SECS - age).max(0.0));
    // The place is that of the line's middle.
    let (centre, radius) = (ring.center(), ring.width() / 2.0);
    let parts = 48_u8;
    let turn = TAU * left / RING_WHOLE;
    let points = (0..=parts).map(|part| {
        let angle = turn * f32::from(part) / f32::from(parts) - TAU / 4.0;
        centre + radius * vec2(angle.cos(), angle.sin())
    });
    painter.add(Shape::line(points.collect(), Stroke::new(4.0 * scale, marks.brand)));
    painter.text(
        centre,
        Align2::CENTER_CENTER,
        format!("{}", left.ceil()),
        fonts::bold(13.0 * scale),
        marks.brand,
    );
}
