//! What a profile has of its policy, and what it has not.

use std::collections::BTreeMap;

use toml::Value;

use super::super::{Answering, Limits, PromptLanguage};
use super::*;

const EXAMPLE: &str = include_str!("../../../../../assets/policy.example.toml");

/// The example, with a value in each setting that it leaves out.
fn example() -> Policy {
    let mut policy: Policy = toml::from_str(EXAMPLE).expect("the example is a policy");
    policy.calls.caller_id = Some("+441632960002".to_owned());
    policy.calls.company = Some(Label::new("Example Telecom").expect("a label"));
    policy.methods[0].retires = Some("2030-07-31".parse().expect("a day"));
    policy
}

/// The example with another value in each setting that assistants do not get.
fn other_rules() -> Policy {
    let example = example();
    let network = |number: usize| format!("203.0.113.{number}/32").parse().expect("a network");
    let school =
        |(number, school): (usize, &School)| School { networks: vec![network(number)], ..school.clone() };
    Policy {
        schools: example.schools.iter().enumerate().map(school).collect(),
        codes: CodeRule { lifetime_hours: 48, redeems: 3, ..example.codes },
        numbers: NumberRule { refused: vec!["+441632960001".to_owned()], ..example.numbers },
        calls: CallRule {
            language: PromptLanguage::Welsh,
            ring_secs: 26,
            call_secs: 61,
            tests_sign_in: 7,
            tests_number_hour: 4,
            tests_number_day: 6,
            trust_day: 2_001,
            quiet_from_hour: 20,
            quiet_until_hour: 8,
            tested_hours: 25,
            sign_ins: vec!["email".to_owned()],
            sign_ins_barred: vec![example.schools[0].id.clone()],
            approvals_hour: 4,
            approvals_pause_minutes: 31,
            ..example.calls
        },
        limits: Limits {
            code_failures_outside: 11,
            code_failures_school: 101,
            code_failures_outside_total_hour: 601,
            verify_failures_outside_day: 31,
            verify_refused_people_outside_hour: 21,
            verify_delay_first_secs: 2,
            verify_delay_longest_secs: 901,
        },
        lifetimes: Lifetimes { session_idle_minutes: 31, session_hours: 9, ..example.lifetimes },
        answering: Answering { body_limit_bytes: 65_537 },
        ..example
    }
}

/// Every setting by its path.
fn settings<T: Serialize>(of: &T) -> BTreeMap<String, Value> {
    fn collect(path: &str, value: Value, into: &mut BTreeMap<String, Value>) {
        match value {
            Value::Table(table) => {
                for (name, value) in table {
                    collect(&format!("{path}.{name}"), value, into);
                }
            }
            Value::Array(items) if items.iter().any(Value::is_table) => {
                for (index, item) in items.into_iter().enumerate() {
                    collect(&format!("{path}[{index}]"), item, into);
                }
            }
            setting @ (Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_)) => _ = into.insert(path.to_owned(), setting),
        }
    }
    let mut found = BTreeMap::new();
    collect("", Value::try_from(of).expect("writes"), &mut found);
    found
}

#[test]
fn a_profile_is_the_same_whatever_stays_in_the_service() {
    let (one, other) = (example(), other_rules());
    assert_eq!(one.profile(), other.profile());
    // The control: every setting that is not in the profile differs between the two.
    let profile = settings(&one.profile());
    let (one, other) = (settings(&one), settings(&other));
    assert!(
        one.len() >= profile.len() + 25,
        "{} settings, {} of them in the profile",
        one.len(),
        profile.len()
    );
    for (path, value) in one {
        assert_eq!(other.get(&path) == Some(&value), profile.contains_key(&path), "{path}");
    }
}

#[test]
fn each_setting_of_a_profile_is_the_policys_under_the_same_name() {
    let policy = example();
    let all = settings(&policy);
    // Only whether there are networks is in the profile.
    for (path, value) in
        settings(&policy.profile()).into_iter().filter(|(path, _)| !path.ends_with(".recognised"))
    {
        assert_eq!(all.get(&path), Some(&value), "{path}");
    }
}

#[test]
fn an_older_services_whole_policy_reads_as_its_profile() {
    let policy: Policy = toml::from_str(EXAMPLE).expect("the example is a policy");
    assert_eq!(toml::from_str::<Profile>(EXAMPLE).expect("reads"), policy.profile());
}

#[test]
fn what_a_profile_leaves_out_has_the_policys_default() {
    let without = |part: &str| {
        let mut table: toml::Table = toml::from_str(EXAMPLE).expect("a table");
        table.retain(|name, _| name != part);
        table.try_into::<Profile>().expect("reads")
    };
    assert_eq!(without("codes").codes.r#where, CodeRule::default().r#where);
    assert_eq!(without("numbers").numbers, NumberRule::default().profile());
    assert_eq!(without("calls").calls.stopped_days, CallRule::default().stopped_days);
    let lifetimes = without("lifetimes").lifetimes;
    let expected = Lifetimes::default();
    assert_eq!((lifetimes.grant_days, lifetimes.resume_days), (expected.grant_days, expected.resume_days));
}

#[test]
fn a_profile_says_in_which_schools_nobody_is_asked_and_not_their_networks() {
    let mut policy = example();
    assert_eq!(policy.profile().schools_unasked(), SchoolsUnasked::All);
    policy.schools[1].networks.clear();
    assert_eq!(policy.profile().schools_unasked(), SchoolsUnasked::Some);
    policy.schools.iter_mut().for_each(|school| school.networks.clear());
    assert_eq!(policy.profile().schools_unasked(), SchoolsUnasked::None);
    // As it is written it is read again; where a service does not say it, nothing is promised.
    let written = toml::to_string(&example().profile()).expect("writes");
    assert_eq!(toml::from_str::<Profile>(&written).expect("reads"), example().profile());
    let unsaid = written.replace("recognised = true", "");
    assert_eq!(toml::from_str::<Profile>(&unsaid).expect("reads").schools_unasked(), SchoolsUnasked::None);
}
