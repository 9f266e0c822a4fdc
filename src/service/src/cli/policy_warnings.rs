//! What of a policy is right as it is written, and hardly meant.
//!
//! Not here: what is wrong in a policy (`config::policy_from`).

use std::path::Path;

use domain::{Date, Policy, School, Timestamp};

use crate::config::{ConfigError, EXAMPLE_POLICY, policy_from_text};

/// A trust may be set up weeks after its remote desktop began to ask.
const LONG_PAST_DAYS: i64 = 30;

/// Names that the example made up, and that would be shown to staff.
pub(super) fn left_of_example(policy: &Policy) -> Result<Vec<String>, ConfigError> {
    let example = policy_from_text(Path::new("the example"), EXAMPLE_POLICY)?;
    let mut warnings = Vec::new();
    if policy.trust.name == example.trust.name {
        warnings.push(format!("trust.name is still the example's, {}: write your own", policy.trust.name));
    }
    let is_made_up = |school: &&School| example.schools.iter().any(|made_up| made_up.name == school.name);
    for school in policy.schools.iter().filter(is_made_up) {
        let (id, name) = (&school.id.0, &school.name);
        warnings.push(format!("the school {id:?}, {name}, is made up by the example: delete it"));
    }
    Ok(warnings)
}

/// A day of `go_live` that was over long before anybody put it in force.
pub(super) fn past_go_live(policy: &Policy, in_force: Option<&Policy>, now: Timestamp) -> Option<String> {
    let go_live = policy.go_live;
    let is_new = in_force.is_none_or(|in_force| in_force.go_live != go_live);
    let is_long_past = go_live < Date::of(now.plus_secs(-LONG_PAST_DAYS * 24 * 60 * 60));
    (is_new && is_long_past)
        .then(|| format!("go_live, {go_live}, is long past: the last page says that remote desktop asks now"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(from: &str, to: &str) -> Policy {
        policy_from_text(Path::new("policy.toml"), &EXAMPLE_POLICY.replace(from, to)).expect("a policy")
    }

    #[test]
    fn what_the_example_made_up_is_named_as_long_as_it_is_there() {
        let left = |from: &str, to: &str| left_of_example(&policy(from, to)).expect("a policy");
        let all = left("", "");
        assert_eq!(all.len(), 4, "{all:?}");
        assert!(all[0].starts_with("trust.name") && all[1].contains("\"elm\", Elm Academy"), "{all:?}");
        assert_eq!(left("Oaktree Learning Trust\"", "Ash Grove Trust\"").len(), 3);
        let renamed = left("Elm Academy", "Ash Grove School");
        assert!(renamed.len() == 3 && !renamed[1].contains("elm"), "{renamed:?}");
    }

    #[test]
    fn a_day_that_is_long_past_is_named_until_it_is_in_force() {
        let now = Timestamp::from_secs(1_767_225_600); // 1 January 2026
        let with = |day: &str| policy("2027-01-05", day);
        for (day, in_force, is_named) in [
            ("2027-01-05", None, false),
            ("2025-12-20", None, false),
            ("2020-01-05", None, true),
            ("2020-01-05", Some("2027-01-05"), true),
            ("2020-01-05", Some("2020-01-05"), false),
        ] {
            let in_force = in_force.map(with);
            let named = past_go_live(&with(day), in_force.as_ref(), now);
            assert_eq!(named.is_some(), is_named, "{day}: {named:?}");
            assert!(named.is_none_or(|named| named.contains(day)));
        }
    }
}
