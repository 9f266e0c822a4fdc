//! The example policy, changed for a scenario.

use service::config::EXAMPLE_POLICY;

/// With calls at any hour, and these lines replaced.
///
/// # Panics
/// When a line is not in it.
pub fn policy_with_calls(wanted: &str, changes: &[(&str, &str)]) -> String {
    let method = format!("[[methods]]\nkind = \"phone-call\"\nwanted = \"{wanted}\"");
    let calls = [
        ("# retires = \"2030-07-31\"", &*method),
        ("quiet_from_hour = 21", "quiet_from_hour = 24"),
        ("quiet_until_hour = 7", "quiet_until_hour = 0"),
    ];
    policy_with(calls.iter().chain(changes))
}

/// With codes that count at stations alone.
///
/// # Panics
/// Never in practice.
pub fn policy_for_stations() -> String {
    policy_with([("where = \"anywhere\"", "where = \"station\"")].iter())
}

fn policy_with<'a>(changes: impl Iterator<Item = &'a (&'a str, &'a str)>) -> String {
    changes.fold(EXAMPLE_POLICY.to_owned(), |policy, (line, other)| {
        assert!(policy.contains(line), "{line}");
        policy.replace(line, other)
    })
}
