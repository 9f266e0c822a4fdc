//! How the person has set the system up to see: as far as the window does not hear of it by itself.
//!
//! Read on Windows alone. What other desktops say of light and dark, and of things that move, is in `appearance`.
//!
//! Not here: what is made of it (`window/look.rs`).

pub use super::system_colours::{Rgb, SystemColours};

/// The smallest and the largest text that Windows can be set to.
const TEXT_PERCENT: std::ops::RangeInclusive<u32> = 100..=225;

/// What the person asks of every program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisplayPreferences {
    /// How large text is.
    pub text_percent: u32,
    /// The colours of high contrast, while it is on.
    pub contrast: Option<SystemColours>,
    /// Nothing is to move.
    pub reduced_motion: bool,
}

impl Default for DisplayPreferences {
    fn default() -> Self {
        Self { text_percent: 100, contrast: None, reduced_motion: false }
    }
}

impl DisplayPreferences {
    /// As the system says now.
    pub fn read_system() -> Self {
        #[cfg(windows)]
        return Self {
            reduced_motion: super::windows::is_motion_reduced(),
            ..Self::of(super::windows::text_percent(), super::windows::contrast())
        };
        #[cfg(not(windows))]
        Self::default()
    }

    /// From what was read. A size that Windows does not offer is none of its own.
    pub fn of(text_percent: Option<u32>, contrast: Option<SystemColours>) -> Self {
        let (least, most) = (*TEXT_PERCENT.start(), *TEXT_PERCENT.end());
        let text_percent = text_percent.unwrap_or(least).clamp(least, most);
        Self { text_percent, contrast, reduced_motion: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_as_large_as_windows_can_make_it_and_no_larger() {
        for (read, percent) in
            [(None, 100), (Some(0), 100), (Some(175), 175), (Some(225), 225), (Some(9_000), 225)]
        {
            assert_eq!(DisplayPreferences::of(read, None).text_percent, percent, "{read:?}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn windows_answers() {
        let preferences = DisplayPreferences::read_system();
        assert!(TEXT_PERCENT.contains(&preferences.text_percent), "{preferences:?}");
        assert_eq!(preferences.contrast, None, "wine has no high contrast");
        let colours = super::super::windows::colours();
        assert_ne!(colours.window, colours.window_text);
    }
}
