//! The ways in which each state is drawn.

use std::fmt::{self, Display, Formatter};

use crate::effects::display_preferences::DisplayPreferences;
use crate::window::ThemeChoice;
use crate::window::tests::AT_REST;

/// A size of the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    /// Width and height of the screen that it fills, or of the window.
    pub(super) name: &'static str,
    pub(super) points: [f32; 2],
    /// Pixels for each point.
    pub(super) scale: f32,
    /// Two people look on from further away.
    pub(super) is_shared: bool,
}

const fn size(name: &'static str, points: [f32; 2], scale: f32) -> Size {
    Size { name, points, scale, is_shared: false }
}

/// A frame and a panel are off already. The smallest is what 400 % leaves of 1280x1024; it is drawn at half of that.
pub(super) const SIZES: [Size; 8] = [
    size("900x720", [900.0, 720.0], 1.0),
    size("480x560", [480.0, 560.0], 1.0),
    size("320x256", [320.0, 256.0], 2.0),
    size("1366x768-125", [1092.0, 584.0], 1.25),
    size("1366x768-150", [910.0, 482.0], 1.5),
    size("1920x1080-200", [960.0, 510.0], 2.0),
    size("1080x1920", [1080.0, 1890.0], 1.0),
    Size { is_shared: true, ..size("session", [1920.0, 1040.0], 1.0) },
];

/// Names and themes.
pub(super) const THEMES: [(&str, ThemeChoice); 3] =
    [("light", ThemeChoice::Light), ("dark", ThemeChoice::Dark), ("contrast", ThemeChoice::HighContrast)];

/// The usual size of type, and the largest that a system has, in percent.
pub(super) const TYPES: [(&str, u16); 2] = [("usual", 100), ("largest", 225)];

/// A way in which a state is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variant {
    pub(super) size: Size,
    pub(super) theme: (&'static str, ThemeChoice),
    pub(super) type_size: (&'static str, u16),
}

impl Variant {
    pub(super) fn preferences(&self) -> DisplayPreferences {
        DisplayPreferences { text_percent: self.type_size.1.into(), ..AT_REST }
    }

    /// As most people see it. Of this one the picture itself is kept.
    pub(super) fn is_usual(&self) -> bool {
        self.size == SIZES[0] && self.theme == THEMES[0] && self.type_size == TYPES[0]
    }
}

/// Those whose pictures are compared: the usual size in every theme, every size in one theme, and both sizes of type. A theme
/// changes colours and a size changes places; all of them together are drawn for a look.
pub(super) fn compared() -> Vec<Variant> {
    let is_compared = |variant: &Variant| variant.theme == THEMES[0] || variant.size == SIZES[0];
    variants().into_iter().filter(is_compared).collect()
}

impl Display for Variant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.size.name, self.theme.0, self.type_size.0)
    }
}

/// All of them.
pub(super) fn variants() -> Vec<Variant> {
    let mut variants = Vec::new();
    for size in SIZES {
        for type_size in TYPES {
            variants.extend(THEMES.map(|theme| Variant { size, theme, type_size }));
        }
    }
    variants
}
