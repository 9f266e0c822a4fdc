//! Settings that have another name today. The old name counts as the new one, and a warning names the new one.
//!
//! Not here: what the settings mean.

use figment::value::{Dict, Value};

/// A table, a setting's old name in it, and its name today.
const RENAMED: [(&str, &str, &str); 4] = [
    ("calls", "lines", "max_calls"),
    ("calls", "a_second", "calls_per_second"),
    ("flood", "at_once", "max_in_flight"),
    ("flood", "connections_of_one", "connections_per_client"),
];

/// Gives every setting of a source the name that it has today; the warnings that say so.
///
/// # Errors
///
/// The new name, where a source sets both.
pub(super) fn rename_settings(settings: &mut Dict) -> Result<Vec<String>, String> {
    let mut warnings = Vec::new();
    for (table, old, new) in RENAMED {
        let Some(Value::Dict(_, settings)) = settings.get_mut(table) else { continue };
        let Some(value) = settings.remove(old) else { continue };
        if settings.insert(new.to_owned(), value).is_some() {
            return Err(format!("{table}.{new}"));
        }
        warnings.push(format!("{table}.{old} is called {table}.{new} today; the old name still counts"));
    }
    Ok(warnings)
}

/// The name that a setting had before, for the line that has it.
pub(super) fn old_name(setting: &str) -> Option<String> {
    RENAMED
        .iter()
        .find(|(table, _, new)| setting.split_once('.') == Some((table, new)))
        .map(|(table, old, _)| format!("{table}.{old}"))
}
