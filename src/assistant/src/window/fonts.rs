//! The fonts: Atkinson Hyperlegible Next for words, Phosphor for icons. No system font, no fallback.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use egui::{FontData, FontDefinitions, FontFamily, FontId};

use crate::view::Icon;

pub(super) const REGULAR: &[u8] =
    include_bytes!("../../../../assets/fonts/AtkinsonHyperlegibleNext-Regular.ttf");
pub(super) const BOLD: &[u8] = include_bytes!("../../../../assets/fonts/AtkinsonHyperlegibleNext-Bold.ttf");
const ICONS: &[u8] = include_bytes!("../../../../assets/icons/phosphor-regular.ttf");
const ICONS_FILL: &[u8] = include_bytes!("../../../../assets/icons/phosphor-fill.ttf");

static CODES: LazyLock<HashMap<String, char>> = LazyLock::new(|| {
    let table: toml::Table = include_str!("../../../../assets/icons/icons.toml").parse().unwrap_or_default();
    let regular = table.get("regular").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    regular.into_iter().filter_map(|(name, code)| Some((name, char_of(code.as_str()?)?))).collect()
});

fn char_of(code: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(code.strip_prefix("U+")?, 16).ok()?)
}

/// Every font that the window uses.
pub(crate) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in [("regular", REGULAR), ("bold", BOLD), ("icons", ICONS), ("icons-fill", ICONS_FILL)]
    {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    for (family, font) in [
        (FontFamily::Proportional, "regular"),
        (FontFamily::Monospace, "regular"),
        (FontFamily::Name("bold".into()), "bold"),
        (FontFamily::Name("icons".into()), "icons"),
        (FontFamily::Name("icons-fill".into()), "icons-fill"),
    ] {
        fonts.families.insert(family, vec![font.to_owned()]);
    }
    fonts
}

/// Plain words.
pub(crate) fn regular(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// Bold words. egui's own `strong` only changes the colour.
pub(crate) fn bold(size: f32) -> FontId {
    static FAMILY: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("bold".into()));
    FontId::new(size, FAMILY.clone())
}

/// An icon's font and character; the filled shape where there is one and it is asked for.
pub(crate) fn icon(icon: Icon, size: f32, filled: bool) -> (FontId, char) {
    static OUTLINE: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("icons".into()));
    static FILL: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("icons-fill".into()));
    let family = if filled && has_fill(icon) { FILL.clone() } else { OUTLINE.clone() };
    (FontId::new(size, family), CODES.get(icon.name()).copied().unwrap_or(' '))
}

fn has_fill(icon: Icon) -> bool {
    matches!(icon, Icon::CheckCircle | Icon::MapPin | Icon::ShieldCheck | Icon::Warning | Icon::WarningCircle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_has_a_code_point() {
        for icon in Icon::ALL {
            assert!(CODES.contains_key(icon.name()), "{}", icon.name());
        }
    }
}
