//! The look of high contrast in the colours that the person chose in the system.
//!
//! Their choice counts wherever it can be read. A pair that cannot, since not every theme has all colours chosen with
//! care, becomes the person's text on the person's background; and where even that cannot be read, our own colours stand.

use egui::Color32;

use super::contrast::{PART, TEXT, contrast};
use super::tokens::{Palette, tokens};
use crate::effects::display_preferences::{Rgb, SystemColours};

/// All roles in the system's colours.
pub(super) fn palette(chosen: &SystemColours) -> Palette {
    let ours = &tokens().high_contrast;
    let (page, text) = (colour(chosen.window), colour(chosen.window_text));
    if contrast(text, page) < TEXT {
        return ours.clone();
    }
    // Behind words, and known by its edge or fill: two colours that go together, and stand out from the page.
    let filled = |fill: Rgb, words: Rgb| {
        let (fill, words) = (colour(fill), colour(words));
        let is_good = contrast(words, fill) >= TEXT && contrast(fill, page) >= PART;
        if is_good { (fill, words) } else { (text, page) }
    };
    let (primary, on_primary) = filled(chosen.highlight, chosen.highlight_text);
    // A button is known by its border, so it may be as the page is.
    let (button, on_button) = match (colour(chosen.button_face), colour(chosen.button_text)) {
        (face, words) if contrast(words, face) >= TEXT && contrast(words, page) >= PART => (face, words),
        _ => (page, text),
    };
    let link = Some(colour(chosen.hot_light)).filter(|link| contrast(*link, page) >= TEXT).unwrap_or(text);
    let tint =
        |of: Color32, over: Color32, words: Color32| tint(of, over, |tinted| contrast(words, tinted) >= TEXT);
    let track = self::tint(text, page, |tinted| contrast(primary, tinted) >= PART);
    Palette {
        page,
        surface: page,
        text,
        quiet: text,
        brand: page,
        on_brand: text,
        accent: text,
        link,
        link_hover: text,
        primary,
        primary_hover: tint(on_primary, primary, on_primary),
        primary_edge: text,
        on_primary,
        secondary: button,
        secondary_hover: tint(on_button, button, on_button),
        secondary_border: on_button,
        on_secondary: on_button,
        card_border: text,
        field: page,
        field_border: text,
        error: text,
        warning: page,
        warning_bar: primary,
        success: primary,
        on_success: on_primary,
        progress: primary,
        track,
        rule: text,
        selection: tint(primary, page, text),
        scroll_handle: text,
        // A gap and then a line: by its colour alone a ring would not be told from a border or a fill.
        focus: page,
        focus_edge: text,
        ..ours.clone()
    }
}

/// What cannot be used now, where the person has a colour for it that can be read at all.
pub(super) fn disabled(chosen: &SystemColours) -> Option<Color32> {
    let (gray, page) = (colour(chosen.gray_text), colour(chosen.window));
    (contrast(gray, page) >= PART).then_some(gray)
}

/// As much of a colour over another as still lets words be read; none where even a little is too much.
fn tint(of: Color32, over: Color32, is_good: impl Fn(Color32) -> bool) -> Color32 {
    [0.35, 0.25, 0.15]
        .into_iter()
        .map(|share| over.lerp_to_gamma(of, share))
        .find(|tinted| is_good(*tinted))
        .unwrap_or(over)
}

fn colour([red, green, blue]: Rgb) -> Color32 {
    Color32::from_rgb(red, green, blue)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tokens::faults;
    use super::*;

    /// Windows' own themes: Aquatic, Desert, Dusk and Night sky of Windows 11, High Contrast #1 and #2, Black and White of
    /// Windows 10.
    pub(in crate::window) const THEMES: [(&str, SystemColours); 8] = [
        (
            "Aquatic",
            theme(
                [0x20, 0x20, 0x20],
                [0xff, 0xff, 0xff],
                [0x8e, 0xe3, 0xf0],
                [0x26, 0x3b, 0x50],
                [0x75, 0xe9, 0xfc],
                [0xa6, 0xa6, 0xa6],
            ),
        ),
        (
            "Desert",
            theme(
                [0xff, 0xfa, 0xef],
                [0x3d, 0x3d, 0x3d],
                [0x90, 0x39, 0x09],
                [0xff, 0xf5, 0xe3],
                [0x1c, 0x5e, 0x75],
                [0x67, 0x67, 0x67],
            ),
        ),
        (
            "Dusk",
            theme(
                [0x2d, 0x32, 0x36],
                [0xff, 0xff, 0xff],
                [0xa1, 0xbf, 0xde],
                [0x21, 0x2d, 0x3b],
                [0x70, 0xeb, 0xde],
                [0xa6, 0xa6, 0xa6],
            ),
        ),
        (
            "Night sky",
            theme(
                [0x00, 0x00, 0x00],
                [0xff, 0xff, 0xff],
                [0xd6, 0xb4, 0xfd],
                [0x2b, 0x2b, 0x2b],
                [0x80, 0x80, 0xff],
                [0xa6, 0xa6, 0xa6],
            ),
        ),
        (
            "#1",
            theme(
                [0x00, 0x00, 0x00],
                [0xff, 0xff, 0x00],
                [0x00, 0x80, 0x00],
                [0xff, 0xff, 0xff],
                [0x00, 0x00, 0xff],
                [0x00, 0xff, 0x00],
            ),
        ),
        (
            "#2",
            theme(
                [0x00, 0x00, 0x00],
                [0x00, 0xff, 0x00],
                [0x00, 0x00, 0xff],
                [0xff, 0xff, 0xff],
                [0x80, 0x80, 0xff],
                [0xc0, 0xc0, 0xc0],
            ),
        ),
        (
            "Black",
            theme(
                [0x00, 0x00, 0x00],
                [0xff, 0xff, 0xff],
                [0x1a, 0xeb, 0xff],
                [0x00, 0x00, 0x00],
                [0xff, 0xff, 0x00],
                [0x3f, 0xf2, 0x3f],
            ),
        ),
        (
            "White",
            theme(
                [0xff, 0xff, 0xff],
                [0x00, 0x00, 0x00],
                [0x37, 0x00, 0x6e],
                [0xff, 0xff, 0xff],
                [0x00, 0x00, 0x9f],
                [0x60, 0x00, 0x00],
            ),
        ),
    ];

    const fn theme(
        window: Rgb,
        window_text: Rgb,
        highlight: Rgb,
        highlight_text: Rgb,
        hot_light: Rgb,
        gray_text: Rgb,
    ) -> SystemColours {
        SystemColours {
            window,
            window_text,
            highlight,
            highlight_text,
            hot_light,
            gray_text,
            button_face: window,
            button_text: window_text,
        }
    }

    #[test]
    fn every_pair_can_be_read_in_each_theme_of_windows() {
        for (name, theme) in THEMES {
            let palette = palette(&theme);
            let faults = faults(&palette);
            assert!(faults.is_empty(), "{name}: {faults:#?}");
            assert_eq!(palette.page, colour(theme.window), "{name}");
            assert_eq!(palette.text, colour(theme.window_text), "{name}");
        }
        let (_, black) = THEMES[6];
        let palette = palette(&black);
        assert_eq!((palette.primary, palette.link), (colour([0x1a, 0xeb, 0xff]), colour([0xff, 0xff, 0x00])));
        assert_eq!(disabled(&black), Some(colour([0x3f, 0xf2, 0x3f])));
    }

    #[test]
    fn colours_that_somebody_chose_badly_can_still_be_read() {
        let shades = [[0, 0, 0], [0x40, 0, 0x80], [0x80, 0x80, 0x80], [0xff, 0xff, 0], [0xff, 0xff, 0xff]];
        let mut number = 0_usize;
        // Each role takes each shade, in 5^8 ways; every 97th of them.
        for way in (0..shades.len().pow(8)).step_by(97) {
            let at = |role: u32| shades[way / shades.len().pow(role) % shades.len()];
            let chosen = SystemColours {
                window: at(0),
                window_text: at(1),
                highlight: at(2),
                highlight_text: at(3),
                hot_light: at(4),
                gray_text: at(5),
                button_face: at(6),
                button_text: at(7),
            };
            let faults = faults(&palette(&chosen));
            assert!(faults.is_empty(), "{chosen:?}: {faults:#?}");
            number += 1;
        }
        assert!(number > 4_000);
    }
}
