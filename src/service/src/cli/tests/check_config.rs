//! `serve --check-config`: what is wrong, what is hardly meant, and that nothing is made.

use super::*;

#[test]
fn a_configuration_is_checked_and_nothing_is_made() {
    let office = Office::new();
    let missing = office.run(&["serve", "--check-config"]);
    assert_eq!(missing.code, 3);
    assert!(missing.err.contains("keys.toml"), "{}", missing.err);
    let office = Office::with_keys();
    let done = office.run(&["serve", "--check-config"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("There is no store yet"), "{}", done.out);
    assert!(!office.path("data").exists());
    office.serve_once();
    let done = office.run(&["serve", "--check-config"]);
    assert!(done.out.contains("serial 1, is the same"), "{}", done.out);
    assert!(done.out.contains("\"elm\", Elm Academy, is made up by the example"), "{}", done.out);
    let own = EXAMPLE_POLICY.replace("Elm Academy", "Ash Grove School").replace("2027-01-05", "2020-01-05");
    std::fs::write(office.path("policy.toml"), own).expect("writes");
    let done = office.run(&["serve", "--check-config"]);
    assert!(done.code == 0 && !done.out.contains("elm"), "{}", done.out);
    assert!(done.out.contains("go_live, 2020-01-05, is long past"), "{}", done.out);
    let policy = EXAMPLE_POLICY.replace("192.0.2.64/26", "192.0.2.0/24");
    std::fs::write(office.path("policy.toml"), policy).expect("writes");
    let nested = office.run(&["serve", "--check-config"]);
    assert!(nested.code == 0 && nested.out.contains("addresses in both count as elm"), "{}", nested.out);
    let policy = EXAMPLE_POLICY.replace("regions = [\"GB\"]", "regions = [\"UK\"]");
    std::fs::write(office.path("policy.toml"), policy).expect("writes");
    let wrong = office.run(&["serve", "--check-config"]);
    assert_eq!(wrong.code, 3);
    assert!(wrong.err.contains("numbers.regions[0]"), "{}", wrong.err);
    std::fs::write(office.path("policy.toml"), EXAMPLE_POLICY.replace("ring_secs = 25", "ring_secs = 24"))
        .expect("writes");
    let done = office.run(&["serve", "--check-config"]);
    assert!(done.out.contains("is another: serve makes this one active"), "{} {}", done.out, done.err);
}
