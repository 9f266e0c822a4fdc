//! How well one colour can be told from another, as WCAG 2.2 counts it.

use egui::Color32;

/// Text on what is behind it.
pub(super) const TEXT: f64 = 4.5;

/// A part by which a control is known, and the focus ring.
pub(super) const PART: f64 = 3.0;

/// From 1 to 21.
pub(super) fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// From black to white.
pub(super) fn luminance(colour: Color32) -> f64 {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(colour.r()) + 0.7152 * channel(colour.g()) + 0.0722 * channel(colour.b())
}
