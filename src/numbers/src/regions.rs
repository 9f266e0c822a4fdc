//! The regions that the profile offers, and the search over them.
//!
//! Their names are in `assets/locales`; the caller passes them.

use domain::{ProfileNumbers, Region};

use crate::library;

/// A region in the list on the number's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedRegion {
    /// The region.
    pub region: Region,
    /// Its calling code: the digits after `+` (ITU-T E.164).
    pub calling_code: u16,
}

/// The calling code of a region: the digits after `+` (ITU-T E.164). `None` if there is no such region.
pub fn calling_code(region: Region) -> Option<u16> {
    library::calling_code(region)
}

/// The profile's regions in their order, each once. Regions that do not exist are left out.
pub fn offered_regions(rule: &ProfileNumbers) -> Vec<OfferedRegion> {
    let mut offered: Vec<OfferedRegion> = Vec::with_capacity(rule.regions.len());
    for region in rule.regions.iter().copied() {
        if let Some(calling_code) = calling_code(region)
            && offered.iter().all(|one| one.region != region)
        {
            offered.push(OfferedRegion { region, calling_code });
        }
    }
    offered
}

/// Whether a region matches a search text. The text may have the beginnings of words of its names, in any order ("king
/// unit"). It may have its letters ("gb") and its calling code ("44", "+44", "0044"). `names` may hold several names.
pub fn matches_search(typed: &str, offered: OfferedRegion, names: &str) -> bool {
    let names = folded(names);
    let code = offered.calling_code.to_string();
    let letters = offered.region.as_str().to_ascii_lowercase();
    let mut code_typed = String::new();
    let typed = folded(typed);
    let words = typed.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let are_words_found = words.clone().all(|word| {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            code_typed.push_str(word);
            return true;
        }
        letters == word
            || names.split(|character: char| !character.is_alphanumeric()).any(|name| name.starts_with(word))
    });
    let code_typed = code_typed.strip_prefix("00").unwrap_or(&code_typed);
    are_words_found && code.starts_with(code_typed)
}

/// The text in lower case and without accents, as people type it into a search.
fn folded(text: &str) -> String {
    let fold = |letter: char| match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ę' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ś' | 'š' => 's',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    };
    text.chars()
        .filter(|character| !matches!(character, '\'' | '’' | '.'))
        .flat_map(char::to_lowercase)
        .map(fold)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profiles_regions_are_offered_in_its_order() {
        let region = |letters| Region::new(letters).expect("two letters");
        let rule = ProfileNumbers {
            regions: vec![region("GB"), region("IE"), region("QQ"), region("GB"), region("JE")],
            ..ProfileNumbers::default()
        };
        let codes: Vec<_> = offered_regions(&rule)
            .iter()
            .map(|one| (one.region.as_str().to_owned(), one.calling_code))
            .collect();
        assert_eq!(codes, [("GB".to_owned(), 44), ("IE".to_owned(), 353), ("JE".to_owned(), 44)]);
        assert_eq!(calling_code(region("QQ")), None);
    }

    #[test]
    fn a_region_is_found_by_its_names_its_letters_and_its_calling_code() {
        let kingdom = OfferedRegion { region: Region::GB, calling_code: 44 };
        let names = "United Kingdom; UK, U.K., Great Britain, England, Wales, Y Deyrnas Unedig";
        for typed in [
            "",
            " ",
            "united kingdom",
            "United Kingdom +44",
            "united kingdom (+44)",
            "king",
            "kingdom united",
            "uk",
            "u.k.",
            "GB",
            "44",
            "+44",
            "0044",
            "+4",
            "wales",
            "DEYRNAS",
            "deyrnas 44",
            "(44) uk",
            "ûnited",
        ] {
            assert!(matches_search(typed, kingdom, names), "{typed:?}");
        }
        for typed in ["ireland", "ingdom", "45", "+353", "united states", "044 7", "uk 353", "gu"] {
            assert!(!matches_search(typed, kingdom, names), "{typed:?}");
        }
        let ivory = OfferedRegion { region: Region::new("CI").expect("letters"), calling_code: 225 };
        for typed in ["cote d'ivoire", "Côte d’Ivoire", "cote divoire", "+225"] {
            assert!(matches_search(typed, ivory, "Côte d'Ivoire"), "{typed:?}");
        }
    }
}
