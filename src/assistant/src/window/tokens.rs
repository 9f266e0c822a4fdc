//! Colours and sizes as data: `assets/theme/tokens.toml`, read once.
//!
//! Not here: what they are used for. That is the kit's business.

use std::sync::LazyLock;

use egui::Color32;
use serde::{Deserialize, Deserializer};

static TOKENS: LazyLock<Tokens> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../assets/theme/tokens.toml"))
        .unwrap_or_else(|error| unreachable!("tokens.toml: {error}"))
});

/// All of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tokens {
    pub(crate) light: Palette,
    pub(crate) dark: Palette,
    pub(crate) high_contrast: Palette,
    pub(crate) sizes: Sizes,
}

/// The tokens that are built in.
pub(crate) fn tokens() -> &'static Tokens {
    &TOKENS
}

/// A colour of `tokens.toml`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Colour(pub(crate) Color32);

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Color32::from_hex(&text)
            .map(Self)
            .map_err(|_| serde::de::Error::custom(format!("{text} is no colour: write #rrggbb")))
    }
}

macro_rules! palette {
    ($($name:ident),+ $(,)?) => {
        /// The colours of one theme, by role.
        #[derive(Clone, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw { $($name: Colour),+ }

        /// The colours of one theme, by role.
        #[derive(Clone, PartialEq, Deserialize)]
        #[serde(from = "Raw")]
        pub(crate) struct Palette { $(pub(crate) $name: Color32),+ }

        impl From<Raw> for Palette {
            fn from(raw: Raw) -> Self {
                Self { $($name: raw.$name.0),+ }
            }
        }
    };
}

palette! {
    page, surface, text, quiet, brand, on_brand, accent, link, link_hover,
    primary, primary_hover, primary_edge, on_primary,
    secondary, secondary_hover, secondary_border, on_secondary,
    card_border, field, field_border, error, warning, warning_bar, success, on_success,
    progress, track, rule, selection, scroll_handle, focus, focus_edge, scrim, surround, on_surround,
}

/// A text size and its line height, in points.
#[derive(Clone, Copy, PartialEq, Deserialize)]
pub(crate) struct Type(pub(crate) f32, pub(crate) f32);

impl Type {
    /// So many times as large.
    fn times(&mut self, times: f32) {
        *self = Self(self.0 * times, self.1 * times);
    }
}

/// Sizes in points.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sizes {
    pub(crate) body: Type,
    pub(crate) small: Type,
    pub(crate) place: Type,
    pub(crate) h1: Type,
    pub(crate) h1_narrow: Type,
    pub(crate) h2: Type,
    pub(crate) code: Type,
    pub(crate) reference: Type,
    pub(crate) slip: Type,
    pub(crate) digits: Type,
    pub(crate) icon: f32,
    pub(crate) icon_small: f32,
    pub(crate) column: f32,
    pub(crate) margin: f32,
    pub(crate) margin_narrow: f32,
    pub(crate) bar: f32,
    pub(crate) progress: f32,
    pub(crate) target: f32,
    pub(crate) button: f32,
    pub(crate) button_width: f32,
    pub(crate) button_edge: f32,
    pub(crate) radius: f32,
    pub(crate) card_radius: f32,
    pub(crate) panel_radius: f32,
    pub(crate) card: f32,
    pub(crate) field: f32,
    pub(crate) border: f32,
    pub(crate) border_thick: f32,
    pub(crate) error_bar: f32,
    pub(crate) qr: f32,
    pub(crate) link_qr: f32,
    pub(crate) frame: f32,
    pub(crate) phone: f32,
    pub(crate) phone_small: f32,
    pub(crate) phone_pair: f32,
    pub(crate) qr_least: f32,
    pub(crate) qr_large: f32,
    pub(crate) body_large: f32,
    pub(crate) large: [f32; 2],
    pub(crate) low: f32,
    pub(crate) fade: f32,
    pub(crate) space: [f32; 7],
    pub(crate) wide: f32,
    pub(crate) narrow: f32,
    pub(crate) narrowest: f32,
    pub(crate) short: f32,
    pub(crate) beside: f32,
    pub(crate) row: f32,
    pub(crate) help_panel: f32,
    pub(crate) scroll_bar: f32,
    pub(crate) focus_ring: f32,
    pub(crate) focus_edge: f32,
}

impl Sizes {
    /// For text so many times as large: all of it grows, and what a line needs. Icons grow a little, the air round
    /// text not at all: the room is for the words. Where the window is as narrow or low for such words as a small one
    /// is for the usual ones, the page is laid out as there.
    pub(crate) fn for_text(&self, times: f32) -> Self {
        let mut sizes = self.clone();
        let Self { body, small, place, h1, h1_narrow, h2, code, reference, slip, digits, .. } = &mut sizes;
        for size in [body, small, place, h1, h1_narrow, h2, code, reference, slip, digits] {
            size.times(times);
        }
        let Self { icon, icon_small, .. } = &mut sizes;
        for size in [icon, icon_small] {
            *size *= times.min(MOST_OF_ICONS);
        }
        let Self { column, wide, narrow, narrowest, short, beside, row, help_panel, target, .. } = &mut sizes;
        for size in [column, wide, narrow, narrowest, short, beside, row, help_panel] {
            *size *= times;
        }
        *target = target.max(self.body.1 * times + self.space[0]);
        let Self { frame, phone, phone_small, phone_pair, low, .. } = &mut sizes;
        for size in [frame, phone, phone_small, phone_pair, low] {
            *size *= times;
        }
        sizes
    }

    /// For two people before one large screen: larger type and a larger code. The frame stays as wide.
    pub(crate) fn seen_from_afar(&self) -> Self {
        let larger = self.for_text(self.body_large / tokens().sizes.body.0);
        Self { frame: self.frame, low: self.low, wide: self.wide, qr: self.qr_large, ..larger }
    }
}

/// An icon is known by its shape, and takes room from the words beside it.
const MOST_OF_ICONS: f32 = 1.35;

/// What of a palette cannot be read or told apart, of all pairs that are drawn.
#[cfg(test)]
pub(super) fn faults(p: &Palette) -> Vec<String> {
    use super::contrast::contrast;
    let mut faults = Vec::new();
    // Text: 4.5 to 1. Parts by which a control is known, and the focus ring: 3 to 1.
    let text = [
        ("text/page", p.text, p.page),
        ("text/surface", p.text, p.surface),
        ("text/warning", p.text, p.warning),
        ("quiet/page", p.quiet, p.page),
        ("quiet/surface", p.quiet, p.surface),
        ("accent/page", p.accent, p.page),
        ("accent/surface", p.accent, p.surface),
        ("link/page", p.link, p.page),
        ("link/surface", p.link, p.surface),
        ("link_hover/page", p.link_hover, p.page),
        ("on_brand/brand", p.on_brand, p.brand),
        ("on_primary/primary", p.on_primary, p.primary),
        ("on_primary/primary_hover", p.on_primary, p.primary_hover),
        ("on_secondary/secondary", p.on_secondary, p.secondary),
        ("on_secondary/hover", p.on_secondary, p.secondary_hover),
        ("error/page", p.error, p.page),
        ("text/field", p.text, p.field),
        ("on_success/success", p.on_success, p.success),
        ("text/selection", p.text, p.selection),
        ("on_surround/surround", p.on_surround, p.surround),
    ];
    let parts = [
        ("secondary_border/page", p.secondary_border, p.page),
        ("field_border/field", p.field_border, p.field),
        ("field_border/page", p.field_border, p.page),
        ("primary/page", p.primary, p.page),
        ("progress/track", p.progress, p.track),
        ("scroll_handle/page", p.scroll_handle, p.page),
        ("error/field", p.error, p.field),
        ("success/page", p.success, p.page),
    ];
    for (least, pairs) in [(4.5, text.as_slice()), (3.0, parts.as_slice())] {
        for (name, a, b) in pairs {
            let ratio = contrast(*a, *b);
            if ratio < least {
                faults.push(format!("{name}: {ratio:.2}, needs {least}"));
            }
        }
    }
    let ring = contrast(p.focus, p.page).max(contrast(p.focus_edge, p.page));
    if ring < 3.0 {
        faults.push(format!("focus: {ring:.2}, needs 3"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_that_is_drawn_can_be_read() {
        let Tokens { light, dark, high_contrast, sizes: _ } = tokens();
        for (theme, palette) in [("light", light), ("dark", dark), ("high contrast", high_contrast)] {
            let faults = faults(palette);
            assert!(faults.is_empty(), "{theme}: {faults:#?}");
        }
    }

    #[test]
    fn sizes_hold_the_rules() {
        let sizes = &tokens().sizes;
        assert!(sizes.target >= 44.0 && sizes.button >= 44.0 && sizes.card >= 44.0 && sizes.field >= 44.0);
        assert!(sizes.column <= 660.0 && sizes.qr >= 280.0);
    }
}
