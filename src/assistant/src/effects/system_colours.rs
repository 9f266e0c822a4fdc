//! The colours that a person has set the system to.

/// A colour as red, green and blue.
pub type Rgb = [u8; 3];

/// The colours that the person has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemColours {
    /// Behind text.
    pub window: Rgb,
    /// Text.
    pub window_text: Rgb,
    /// Behind what is selected.
    pub highlight: Rgb,
    /// On it.
    pub highlight_text: Rgb,
    /// A link.
    pub hot_light: Rgb,
    /// What cannot be used now.
    pub gray_text: Rgb,
    /// A button.
    pub button_face: Rgb,
    /// Its words.
    pub button_text: Rgb,
}
