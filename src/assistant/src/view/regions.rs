//! Regions in words: "United Kingdom (+44)".

use domain::Region;
use i18n_embed::fluent::FluentLanguageLoader;

/// Name and calling code. A region without a name of its own in the texts shows its two letters.
pub(super) fn label(region: Region, loader: &FluentLanguageLoader) -> String {
    let id = format!("region-{}", region.as_str().to_ascii_lowercase());
    let name = if loader.has(&id) { loader.get(&id) } else { region.as_str().to_owned() };
    match numbers::calling_code(region) {
        Some(code) => format!("{name} (+{code})"),
        None => name,
    }
}
