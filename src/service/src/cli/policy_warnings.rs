//! What of a policy is right as it is written, and hardly meant.
//!
//! Not here: what is wrong in a policy (`config::policy_from`).

use std::path::Path;

use domain::{Date, NestedNetworks, Policy, School, Timestamp};

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

/// A day of `go_live` that was over long before any policy had it.
pub(super) fn past_go_live(policy: &Policy, active: Option<&Policy>, now: Timestamp) -> Option<String> {
    let go_live = policy.go_live;
    let is_new = active.is_none_or(|active| active.go_live != go_live);
    let is_long_past = go_live < Date::of(now.plus_secs(-LONG_PAST_DAYS * 24 * 60 * 60));
    (is_new && is_long_past)
        .then(|| format!("go_live, {go_live}, is long past: the last page says that remote desktop asks now"))
}

/// Networks of two schools that overlap: which school counts for the addresses in both.
pub(super) fn nested_networks(policy: &Policy) -> Vec<String> {
    let described = |networks: NestedNetworks<'_>| {
        let NestedNetworks { first, of_first, second, of_second } = networks;
        let (first, second) = (&first.id.0, &second.id.0);
        let how = if of_first.contains(&of_second) { "holds" } else { "lies within" };
        format!(
            "the network {of_first} of the school {first} {how} {of_second} of the school {second}: addresses in both count as {first}, which comes first in the policy"
        )
    };
    policy.nested_networks().into_iter().map(described).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(from: &str, to: &str) -> Policy {
        policy_from_text(Path::new("policy.toml"), &EXAMPLE_POLICY.replace(from, to)).expect("a policy")
    }

    #[test]
    fn names_left_from_the_example_are_warned_of() {
        let left = |from: &str, to: &str| left_of_example(&policy(from, to)).expect("a policy");
        let all = left("", "");
        assert_eq!(all.len(), 4, "{all:?}");
        assert!(all[0].starts_with("trust.name") && all[1].contains("\"elm\", Elm Academy"), "{all:?}");
        assert_eq!(left("Oaktree Learning Trust\"", "Ash Grove Trust\"").len(), 3);
        let renamed = left("Elm Academy", "Ash Grove School");
        assert!(renamed.len() == 3 && !renamed[1].contains("elm"), "{renamed:?}");
    }

    #[test]
    fn of_two_schools_whose_networks_overlap_the_one_that_counts_is_named() {
        assert_eq!(nested_networks(&policy("", "")), [""; 0]);
        for (willow, expected) in [
            ("192.0.2.0/24", "192.0.2.0/26 of the school elm lies within 192.0.2.0/24 of the school willow"),
            ("192.0.2.32/28", "192.0.2.0/26 of the school elm holds 192.0.2.32/28 of the school willow"),
        ] {
            let warnings = nested_networks(&policy("192.0.2.64/26", willow));
            assert_eq!(warnings.len(), 1, "{warnings:?}");
            assert!(warnings[0].contains(expected), "{warnings:?}");
            assert!(warnings[0].ends_with("count as elm, which comes first in the policy"), "{warnings:?}");
        }
    }

    #[test]
    fn a_day_that_is_long_past_is_named_until_a_policy_with_it_is_active() {
        let now = Timestamp::from_secs(1_767_225_600); // 1 January 2026
        let with = |day: &str| policy("2027-01-05", day);
        for (day, active, is_named) in [
            ("2027-01-05", None, false),
            ("2025-12-20", None, false),
            ("2020-01-05", None, true),
            ("2020-01-05", Some("2027-01-05"), true),
            ("2020-01-05", Some("2020-01-05"), false),
        ] {
            let active = active.map(with);
            let named = past_go_live(&with(day), active.as_ref(), now);
            assert_eq!(named.is_some(), is_named, "{day}: {named:?}");
            assert!(named.is_none_or(|named| named.contains(day)));
        }
    }
}
