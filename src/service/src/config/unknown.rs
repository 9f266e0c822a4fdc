//! What is said of a setting that there is not: the name that was probably meant.

use domain::Policy;
use platform::nearest_name;
use serde_json::Value;

use super::EXAMPLE_POLICY;

/// ` (did you mean go_live?)`, or nothing when no known name is near.
pub(super) fn suggestion<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    nearest_name(written, known).map(|name| format!(" (did you mean {name}?)")).unwrap_or_default()
}

/// A message of serde's about an unknown field, with the field that was probably meant. Other messages stay.
pub(super) fn with_suggestion(message: &str) -> String {
    // Serde writes: unknown field `a`, expected one of `b`, `c`.
    let mut names = message.split('`').skip(1).step_by(2);
    match (message.strip_prefix("unknown field `"), names.next()) {
        (Some(_), Some(written)) => {
            let suggestion = suggestion(written, names);
            match message.split_once(", expected ") {
                Some((unknown, expected)) => format!("{unknown}{suggestion}; expected {expected}"),
                None => format!("{message}{suggestion}"),
            }
        }
        _ => message.to_owned(),
    }
}

/// The settings that the policy has beside an unknown one such as `schools.1.nam`.
pub(super) fn policy_names(unknown: &str) -> Vec<String> {
    let Ok(mut sample) = toml::from_str::<Policy>(EXAMPLE_POLICY) else { return Vec::new() };
    // It is left out where it is not set.
    sample.schools.iter_mut().for_each(|school| school.wide_networks = true);
    let Ok(mut here) = serde_json::to_value(&sample) else { return Vec::new() };
    let mut steps: Vec<&str> = unknown.split('.').collect();
    steps.pop();
    for step in steps {
        // Every item of a list has the same settings.
        let next = if here.is_array() { here.get_mut(0) } else { here.get_mut(step) };
        here = next.map(Value::take).unwrap_or_default();
    }
    here.as_object().map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_policy_has_its_names() {
        for (unknown, name) in [
            ("go_liv", "go_live"),
            ("trust.nam", "name"),
            ("schools.1.nam", "name"),
            ("schools.1.wide_network", "wide_networks"),
            ("methods.0.retire", "retires"),
            ("app.stores.ipone", "iphone"),
            ("calls.caller", "caller_id"),
            ("retention.adress_days", "address_days"),
        ] {
            assert!(policy_names(unknown).iter().any(|known| known == name), "{unknown}");
        }
        assert_eq!(policy_names("nothing.of.this"), [""; 0]);
    }

    #[test]
    fn only_a_message_about_an_unknown_field_gets_a_suggestion() {
        assert_eq!(
            with_suggestion("unknown field `lissten`, expected one of `listen`, `hosts`"),
            "unknown field `lissten` (did you mean listen?); expected one of `listen`, `hosts`"
        );
        for message in ["missing field `key`", "unknown field `colour`, there are no fields", ""] {
            assert_eq!(with_suggestion(message), message);
        }
    }
}
