//! Names that are nearly those of settings. They are refused, since a setting that was meant would not count.
//!
//! A name that is near to none is passed over: it may be one of a newer version.

use platform::nearest_name;

use super::{
    Place, Places, SettingError,
    names::{NAMES, is_known},
};

/// The names of IT's places that are nearly those of settings, in the order of the places.
pub(super) fn misspelt_names(places: &dyn Places) -> Vec<SettingError> {
    let mut found = Vec::new();
    for place in Place::ALL {
        for name in places.names(place).into_iter().filter(|name| !is_known(name)) {
            if let Some(meant) = nearest_name(&name, NAMES) {
                let line = places.line(place, &name);
                found.push(SettingError::Misspelt { name, place, line, meant });
            }
        }
    }
    found
}

/// Variables of the environment that are nearly those of flags, each with the one that was meant.
pub(super) fn misspelt_variables(
    set: impl Iterator<Item = String>,
    known: &[String],
) -> Vec<(String, String)> {
    // Without what they all begin with, which would make strangers look alike.
    let own_part = |name: &str| name.to_ascii_uppercase().strip_prefix("ENROL_").map(str::to_owned);
    let known_parts: Vec<String> = known.iter().filter_map(|name| own_part(name)).collect();
    let meant = |name: String| {
        let part = own_part(&name)?;
        let meant = nearest_name(&part, known_parts.iter().map(String::as_str));
        let meant = meant.filter(|_| !known_parts.contains(&part))?;
        Some((name, format!("ENROL_{meant}")))
    };
    set.filter_map(meant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_variable_is_found_and_others_are_nobodys_business() {
        let known = ["ENROL_SERVER", "ENROL_SERVER_KEY", "ENROL_SITE", "ENROL_MODE"].map(str::to_owned);
        let found = |name: &str| misspelt_variables(std::iter::once(name.to_owned()), &known);
        for (name, meant) in [
            ("ENROL_SERVR", "ENROL_SERVER"),
            ("ENROL_SERVERKEY", "ENROL_SERVER_KEY"),
            ("Enrol_Sit", "ENROL_SITE"),
            ("ENROL_MODUS", ""),
            ("ENROL_STORE", ""),
            ("ENROL_KEYS", ""),
            ("ENROL_LISTEN", ""),
            ("ENROL_TEST_POSTGRES", ""),
            ("ENROL_SERVER", ""),
            ("SERVR", ""),
        ] {
            let found = found(name);
            let found = found.first().map(|(written, meant)| (written.as_str(), meant.as_str()));
            assert_eq!(found, (!meant.is_empty()).then_some((name, meant)), "{name}");
        }
    }
}
