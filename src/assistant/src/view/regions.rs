//! Regions in words: "United Kingdom (+44)".

use domain::Region;
use i18n_embed::fluent::FluentLanguageLoader;

/// Name and calling code. A region without a name of its own in the texts shows its two letters.
pub(super) fn label(region: Region, loader: &FluentLanguageLoader) -> String {
    let id = message(region);
    let name = if loader.has(&id) { loader.get(&id) } else { region.as_str().to_owned() };
    match numbers::calling_code(region) {
        Some(code) => format!("{name} (+{code})"),
        None => name,
    }
}

/// What a region is found by: its label, and the other names that people type.
pub(super) fn search_names(region: Region, loader: &FluentLanguageLoader) -> String {
    let id = message(region);
    let mut names = label(region, loader);
    if loader.has_attr(&id, ALSO) {
        names.push_str(", ");
        names.push_str(&loader.get_attr(&id, ALSO));
    }
    names
}

/// The attribute with the other names.
const ALSO: &str = "also";

fn message(region: Region) -> String {
    format!("region-{}", region.as_str().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use domain::{ProfileNumbers, Region};

    use super::{label, search_names};
    use crate::texts::Texts;

    /// Every region that has telephone numbers.
    fn regions() -> Vec<Region> {
        let letters = || 'A'..='Z';
        let pairs = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        pairs
            .filter_map(|pair| Region::new(&pair))
            .filter(|region| numbers::calling_code(*region).is_some())
            .collect()
    }

    #[test]
    fn every_region_that_a_policy_can_name_has_a_name() {
        let texts = Texts::english().expect("the words");
        let regions = regions();
        assert!(regions.len() > 240, "{} regions", regions.len());
        let nameless: Vec<_> = regions
            .iter()
            .filter(|region| label(**region, texts.loader()).starts_with(region.as_str()))
            .collect();
        assert!(nameless.is_empty(), "{nameless:?}");
    }

    #[test]
    fn a_region_is_found_by_its_name_and_by_what_people_call_it() {
        let texts = Texts::english().expect("the words");
        let regions = regions();
        let offered = numbers::offered_regions(&ProfileNumbers { regions, ..ProfileNumbers::default() });
        for (typed, letters) in [
            ("turkey", "TR"),
            ("türkiye", "TR"),
            ("turkiye", "TR"),
            ("côte", "CI"),
            ("cote d'ivoire", "CI"),
            ("ivory", "CI"),
            ("holland", "NL"),
            ("america", "US"),
            ("usa", "US"),
            ("uae", "AE"),
            ("wales", "GB"),
            ("aland", "AX"),
            ("reunion", "RE"),
            ("sao tome", "ST"),
            ("curacao", "CW"),
        ] {
            let found = |one: &&numbers::OfferedRegion| {
                numbers::matches_search(typed, **one, &search_names(one.region, texts.loader()))
            };
            let found: Vec<_> =
                offered.iter().filter(found).map(|one| one.region.as_str().to_owned()).collect();
            assert!(found.iter().any(|region| region == letters), "{typed}: {found:?}");
        }
    }
}
