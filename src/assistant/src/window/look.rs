//! How it looks now: one palette and the sizes, chosen by theme, with the policy's brand colour and the system's text
//! size and high contrast.
//!
//! Not here: egui's own style, which is `style.rs`.

use std::fmt;

use clap::ValueEnum;
use egui::Color32;

use super::contrast::luminance;
use super::high_contrast;
use super::tokens::{Palette, Sizes, tokens};
use crate::effects::display_preferences::DisplayPreferences;

/// Which colours to use. High contrast of the system counts more than each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ThemeChoice {
    /// Light, unless the system asks for dark
    #[default]
    System,
    /// Dark text on white
    Light,
    /// Light text on dark
    Dark,
    /// Black, white and yellow
    #[value(skip)]
    HighContrast,
}

impl ThemeChoice {
    /// What it can be called.
    pub fn names() -> Vec<String> {
        Self::value_variants().iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for ThemeChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_possible_value() {
            Some(value) => f.write_str(value.get_name()),
            None => Ok(()),
        }
    }
}

/// The palette and the sizes in use.
pub(crate) struct Look {
    pub(crate) palette: Palette,
    pub(crate) sizes: Sizes,
    /// Panels have no fill of their own, so they need an outline.
    pub(crate) outlined: bool,
    /// What cannot be used now, where it has a colour of its own; else it is half as strong.
    pub(crate) disabled: Option<Color32>,
    /// Light words on dark.
    pub(crate) is_dark: bool,
    /// Nothing moves.
    pub(crate) reduced_motion: bool,
}

impl Look {
    /// For a theme, with the brand bar's colour if the policy has one, as the person has set the system up to see.
    pub(crate) fn new(
        choice: ThemeChoice,
        system: egui::Theme,
        brand: Option<[u8; 3]>,
        preferences: &DisplayPreferences,
        from_afar: bool,
    ) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "at most 225")]
        let times = preferences.text_percent as f32 / 100.0;
        let mut sizes = tokens().sizes.for_text(times);
        if from_afar {
            sizes = sizes.seen_from_afar();
        }
        let reduced_motion = preferences.reduced_motion;
        if let Some(chosen) = &preferences.contrast {
            let palette = high_contrast::palette(chosen);
            let is_dark = luminance(palette.page) < luminance(palette.text);
            return Self {
                palette,
                sizes,
                outlined: true,
                disabled: high_contrast::disabled(chosen),
                is_dark,
                reduced_motion,
            };
        }
        let tokens = tokens();
        let brand = brand.map(|[red, green, blue]| Color32::from_rgb(red, green, blue));
        let (palette, outlined, is_dark) = match (choice, system) {
            (ThemeChoice::HighContrast, _) => (tokens.high_contrast.clone(), true, true),
            (ThemeChoice::Dark, _) | (ThemeChoice::System, egui::Theme::Dark) => {
                let palette = tokens.dark.clone();
                (Palette { brand: brand.unwrap_or(palette.brand), ..palette }, false, true)
            }
            (ThemeChoice::Light, _) | (ThemeChoice::System, egui::Theme::Light) => {
                // White stands on the brand colour at 4.5 to 1, which the policy sees to; so it stands on white too.
                let palette = tokens.light.clone();
                (
                    Palette {
                        brand: brand.unwrap_or(palette.brand),
                        accent: brand.unwrap_or(palette.accent),
                        ..palette
                    },
                    false,
                    false,
                )
            }
        };
        Self { palette, sizes, outlined, disabled: None, is_dark, reduced_motion }
    }

    /// How far from the left the words begin that have an icon or a number before them.
    pub(crate) fn text_edge(&self) -> f32 {
        self.sizes.body.1 + self.space(1) + 2.0
    }

    /// A step of the spacing scale: 5 10 15 20 30 40 60.
    pub(crate) fn space(&self, step: usize) -> f32 {
        self.sizes.space[step.min(self.sizes.space.len() - 1)]
    }
}
