//! The example policy, each setting spoilt in turn, and the questions about a policy.

use super::*;
use crate::Timestamp;

fn example() -> Policy {
    toml::from_str(include_str!("../../../../assets/policy.example.toml")).expect("the example is a policy")
}

#[test]
fn the_example_passes_its_own_checks_and_spells_out_every_default() {
    let policy = example();
    assert_eq!(policy.check(), Ok(()));
    assert_eq!(policy.profile().check(), Ok(()));
    assert_eq!(policy.app.store_buttons, StoreButtons::default());
    assert_eq!(policy.codes, CodeRule::default());
    assert_eq!(policy.numbers, NumberRule::default());
    assert_eq!(policy.calls, CallRule::default());
    assert_eq!(policy.limits, Limits::default());
    assert_eq!(policy.lifetimes, Lifetimes::default());
    assert_eq!(policy.retention, Retention::default());
}

#[test]
fn a_newer_service_may_say_more_than_this_program_knows() {
    let text = format!(
        "from_tomorrow = true\n{}\nalso = 1\n",
        include_str!("../../../../assets/policy.example.toml")
    );
    assert_eq!(toml::from_str::<Policy>(&text).expect("reads"), example());
}

#[test]
fn each_wrong_setting_is_named() {
    type Spoil = fn(&mut Policy);
    let table: [(&str, Spoil); 21] = [
        ("trust.brand_colour", |p| p.trust.brand_colour = Some("#7fb2e5".into())),
        ("trust.brand_colour", |p| p.trust.brand_colour = Some("navy".into())),
        ("sign_in", |p| p.sign_in.clear()),
        ("methods", |p| p.methods.clear()),
        ("methods[1].kind", |p| p.methods.push(p.methods[0])),
        ("app.stores.iphone", |p| p.app.stores.iphone = "http://x".into()),
        ("schools[1].id", |p| p.schools[1].id = p.schools[0].id.clone()),
        ("schools[0].networks[0]", |p| p.schools[0].networks = networks(["0.0.0.0/0"])),
        ("schools[0].networks[1]", |p| p.schools[0].networks = networks(["10.1.0.0/16", "203.0.113.9/1"])),
        ("schools[1].networks[0]", |p| p.schools[1].networks = networks(["203.0.113.9/24"])),
        ("schools[1].networks[0]", |p| p.schools[1].networks = networks(["10.0.0.0/15"])),
        ("schools[1].networks[0]", |p| p.schools[1].networks = networks(["2001:db8::/31"])),
        ("schools[1].networks[1]", |p| p.schools[1].networks = networks(["10.0.0.0/24", "192.0.2.0/26"])),
        ("numbers.regions", |p| p.numbers.regions.clear()),
        ("numbers.refused[0]", |p| p.numbers.refused.push("01632 960001".into())),
        ("calls.caller_id", |p| p.calls.caller_id = Some("anonymous".into())),
        ("calls.sign_ins[1]", |p| p.calls.sign_ins.push("<Dial>".into())),
        ("calls.sign_ins_barred[0]", |p| p.calls.sign_ins_barred = vec![SchoolId("nowhere".into())]),
        ("calls.quiet_from_hour", |p| p.calls.quiet_from_hour = 3),
        ("codes.lifetime_hours", |p| p.codes.lifetime_hours = 0),
        ("answering.body_limit_bytes", |p| p.answering.body_limit_bytes = 1),
    ];
    for (setting, spoil) in table {
        let mut policy = example();
        spoil(&mut policy);
        assert_eq!(policy.check().map_err(|error| error.setting), Err(setting.to_owned()));
    }
}

fn networks<const N: usize>(texts: [&str; N]) -> Vec<ipnet::IpNet> {
    texts.map(|text| text.parse().expect("a network")).to_vec()
}

#[test]
fn a_wide_network_is_taken_only_where_the_policy_says_that_it_is_meant() {
    for (network, is_wide) in
        [("10.1.0.0/16", false), ("10.0.0.0/15", true), ("2001:db8::/32", false), ("2001:db8::/31", true)]
    {
        let mut policy = example();
        policy.schools[0].networks = networks([network]);
        assert_eq!(policy.check().is_err(), is_wide, "{network}");
        let unchanged = toml::to_string(&policy).expect("writes");
        assert!(!unchanged.contains("wide_networks"), "a store's policy stays as it was, byte for byte");
        policy.schools[0].wide_networks = true;
        assert_eq!(policy.check(), Ok(()), "{network}");
        policy.schools[0].networks = networks(["0.0.0.0/0"]);
        assert!(policy.check().is_err(), "every address is never a school");
    }
}

#[test]
fn networks_of_two_schools_that_overlap_are_found_with_the_one_that_counts() {
    let mut policy = example();
    assert_eq!(policy.nested_networks().len(), 0);
    policy.schools[0].networks = networks(["192.0.2.0/26", "192.0.2.0/28"]);
    assert_eq!(policy.nested_networks().len(), 0, "within one school it makes no difference");
    policy.schools[1].networks = networks(["198.51.100.0/28"]);
    policy.schools[2].networks = networks(["192.0.0.0/16", "198.51.100.0/24"]);
    assert_eq!(policy.check(), Ok(()));
    let nested = policy.nested_networks();
    assert_eq!(nested.len(), 3);
    for networks in nested {
        let inner = [networks.of_first, networks.of_second].into_iter().max_by_key(|it| it.prefix_len());
        let address = inner.expect("two").addr();
        assert_eq!(policy.school_at(address).map(|school| &school.id), Some(&networks.first.id));
        assert_ne!(networks.first.id, networks.second.id);
    }
}

/// An assistant refuses a document whose profile it could not show or go by.
#[test]
fn each_wrong_setting_of_a_profile_is_named() {
    type Spoil = fn(&mut Profile);
    let table: [(&str, Spoil); 10] = [
        ("trust.brand_colour", |p| p.trust.brand_colour = Some("navy".into())),
        ("help.phone", |p| (p.help.phone, p.help.email) = (None, None)),
        ("sign_in", |p| p.sign_in.clear()),
        ("methods", |p| p.methods.clear()),
        ("app.stores.android", |p| p.app.stores.android = "http://x".into()),
        ("schools", |p| p.schools.clear()),
        ("numbers.regions", |p| p.numbers.regions.clear()),
        ("calls.caller_id", |p| p.calls.caller_id = Some("anonymous".into())),
        ("lifetimes.resume_days", |p| p.lifetimes.resume_days = 0),
        ("retention.audit_days", |p| p.retention.audit_days = 1),
    ];
    for (setting, spoil) in table {
        let mut profile = example().profile();
        spoil(&mut profile);
        assert_eq!(profile.check().map_err(|error| error.setting), Err(setting.to_owned()));
    }
}

#[test]
fn a_retired_method_is_neither_offered_nor_asked_for() {
    let mut policy = example();
    policy.methods[0].retires = Some("2027-02-01".parse().expect("a day"));
    let before = "2027-01-31".parse().expect("a day");
    let after = "2027-02-01".parse().expect("a day");
    assert_eq!(policy.methods_on(before).count(), 1);
    assert_eq!(policy.methods_on(after).count(), 0);
    assert!(policy.is_met_by(&[MethodKind::AuthenticatorApp], before));
    assert!(!policy.is_met_by(&[], before));
    assert!(!policy.is_met_by(&[], after), "nothing to do is not the same as done");
}

#[test]
fn an_address_finds_its_school_also_when_it_is_mapped() {
    let policy = example();
    let home = policy.schools[0].networks[0].addr();
    assert_eq!(policy.school_at(home).map(|school| &school.id), Some(&policy.schools[0].id));
    if let std::net::IpAddr::V4(v4) = home {
        assert!(policy.school_at(v4.to_ipv6_mapped().into()).is_some());
    }
    assert!(policy.school_at("203.0.113.9".parse().expect("an address")).is_none());
}

#[test]
fn a_day_is_read_written_and_taken_from_a_time() {
    let day: Date = "2027-01-05".parse().expect("a day");
    assert_eq!(day.parts(), (2027, 1, 5));
    assert_eq!(day.to_string(), "2027-01-05");
    assert_eq!(Date::of(Timestamp::from_secs(1_799_107_200)), day);
}

/// Every number with its range, once more, so that a changed range is noticed.
const RANGES: [(&str, u32, u32); 30] = [
    ("codes.lifetime_hours", 1, 720),
    ("codes.redeems", 1, 20),
    ("limits.code_failures_outside", 3, 1_000),
    ("limits.code_failures_school", 10, 10_000),
    ("limits.code_failures_outside_total_hour", 10, 100_000),
    ("limits.verify_failures_outside_day", 5, 100),
    ("limits.verify_refused_people_outside_hour", 3, 10_000),
    ("limits.verify_delay_first_secs", 1, 60),
    ("limits.verify_delay_longest_secs", 1, 3_600),
    ("lifetimes.session_idle_minutes", 5, 240),
    ("lifetimes.session_hours", 1, 24),
    ("lifetimes.grant_days", 1, 90),
    ("lifetimes.resume_days", 1, 60),
    ("retention.unused_grant_days", 1, 365),
    ("retention.address_days", 1, 730),
    ("retention.departed_days", 1, 365),
    ("retention.audit_days", 90, 3_650),
    ("calls.ring_secs", 10, 60),
    ("calls.call_secs", 30, 180),
    ("calls.tests_sign_in", 1, 20),
    ("calls.tests_number_hour", 1, 20),
    ("calls.tests_number_day", 1, 50),
    ("calls.trust_day", 10, 1_000_000),
    ("calls.quiet_from_hour", 12, 24),
    ("calls.quiet_until_hour", 0, 11),
    ("calls.stopped_days", 1, 365),
    ("calls.tested_hours", 1, 168),
    ("calls.approvals_hour", 1, 20),
    ("calls.approvals_pause_minutes", 5, 240),
    ("answering.body_limit_bytes", 8_192, 1_048_576),
];

#[test]
fn every_number_has_its_range_and_both_ends_belong_to_it() {
    let example: toml::Table =
        toml::from_str(include_str!("../../../../assets/policy.example.toml")).expect("the example");
    let checked = |setting: &str, value: u32| {
        let (group, name) = setting.split_once('.').expect("a group");
        let mut table = example.clone();
        let group = table.entry(group).or_insert_with(|| toml::Table::new().into());
        group.as_table_mut().expect("a table").insert(name.to_owned(), i64::from(value).into());
        let policy: Policy = table.try_into().expect("a policy");
        policy.check().map_err(|error| error.setting)
    };
    for (setting, least, most) in RANGES {
        assert_eq!((checked(setting, least), checked(setting, most)), (Ok(()), Ok(())), "{setting}");
        let beyond = [least.checked_sub(1), most.checked_add(1)];
        for value in beyond.into_iter().flatten() {
            assert_eq!(checked(setting, value), Err(setting.to_owned()), "{value}");
        }
    }
}

#[test]
fn a_number_of_the_policy_is_international_and_whole() {
    let refused = |number: &str| {
        let mut policy = example();
        policy.numbers.refused = vec![number.to_owned()];
        policy.check().is_err()
    };
    for good in ["+4416", "+441632960001", "+123456789012345"] {
        assert!(!refused(good), "{good}");
    }
    for wrong in ["", "+", "+441", "441632960001", "+01632960001", "+44 1632", "+1234567890123456", "+44a1"] {
        assert!(refused(wrong), "{wrong:?}");
    }
    let mut policy = example();
    policy.calls.caller_id = Some("+441632".to_owned());
    assert!(policy.check().is_err(), "a caller's number has at least 7 digits");
    policy.calls.caller_id = Some("+4416321".to_owned());
    assert_eq!(policy.check(), Ok(()));
    assert!(Region::new("gb").is_none() && Region::new("GBR").is_none() && Region::new("G1").is_none());
}

#[test]
fn the_name_of_a_system_is_words_of_at_most_40_characters() {
    let checked = |name: &str| {
        let mut policy = example();
        policy.calls.sign_ins = vec![name.to_owned()];
        policy.check().is_ok()
    };
    assert!(checked("remote desktop") && checked(&"a".repeat(40)));
    for wrong in ["", " a", "a ", "a  b", "a-b", &"a".repeat(41)] {
        assert!(!checked(wrong), "{wrong:?}");
    }
}

#[test]
fn a_link_to_a_store_is_https_short_and_printable() {
    let checked = |link: String| {
        let mut policy = example();
        policy.app.stores.android = link;
        policy.check().map_err(|error| error.setting)
    };
    assert_eq!(checked(format!("https://{}", "a".repeat(292))), Ok(()));
    for wrong in [format!("https://{}", "a".repeat(293)), "https://a b".to_owned(), "https://é".to_owned()] {
        assert_eq!(checked(wrong.clone()), Err("app.stores.android".to_owned()), "{wrong}");
    }
}

#[test]
fn the_id_of_a_school_is_short_and_plain() {
    let checked = |id: &str| {
        let mut policy = example();
        policy.calls.sign_ins_barred.clear();
        policy.schools[0].id = SchoolId(id.to_owned());
        policy.check().map_err(|error| error.setting)
    };
    assert_eq!((checked("a-1"), checked(&"z".repeat(32))), (Ok(()), Ok(())));
    for wrong in ["", "Elm", "elm ", "elm_1", "é", &"z".repeat(33)] {
        assert_eq!(checked(wrong), Err("schools[0].id".to_owned()), "{wrong:?}");
    }
}

#[test]
fn the_way_to_type_the_key_has_the_policys_label_else_that_of_a_known_app() {
    let read = |name: &str, line: &str| {
        let text = include_str!("../../../../assets/policy.example.toml");
        let text = text
            .replace("name = \"Microsoft Authenticator\"", &format!("name = \"{name}\""))
            .replace("manual_label = \"Or enter code manually\"\n", line);
        toml::from_str::<Policy>(&text).map(|policy| policy.app)
    };
    let label = |name: &str, line: &str| read(name, line).expect("reads").manual_label().map(str::to_owned);
    let usual = Some("Or enter code manually".to_owned());
    assert_eq!(label("Microsoft Authenticator", ""), usual);
    assert_eq!(label("Example App", ""), None, "nobody knows what another app calls it");
    let own = "manual_label = \"Enter a setup key\"\n";
    for name in ["Microsoft Authenticator", "Example App"] {
        assert_eq!(label(name, own).as_deref(), Some("Enter a setup key"), "{name}");
    }
    // An older service leaves it out, and so does a policy without it.
    let without = read("Example App", "").expect("reads");
    assert!(!toml::to_string(&without).expect("writes").contains("manual_label"));
    for wrong in ["", "a:b", "a\\u202eb"] {
        let read = read("Example App", &format!("manual_label = \"{wrong}\"\n"));
        assert!(read.is_err_and(|error| error.to_string().contains("manual_label")), "{wrong:?}");
    }
}

#[test]
fn a_store_whose_button_is_not_named_has_its_usual_one_and_a_label_is_checked() {
    let read = |buttons: &str| {
        let text = include_str!("../../../../assets/policy.example.toml");
        let (before, after) = text.split_once("[app.store_buttons]").expect("the example names the buttons");
        let (_, after) = after.split_once("\n\n").expect("more follows");
        toml::from_str::<Policy>(&format!("{before}{buttons}\n\n{after}"))
            .map(|policy| policy.app.store_buttons)
    };
    assert_eq!(read(""), Ok(StoreButtons::default()));
    let other = read("[app.store_buttons]\nandroid = \"Herunterladen\"").expect("one may be left out");
    assert_eq!((other.iphone.as_str(), other.android.as_str()), ("Get", "Herunterladen"));
    for wrong in ["", "a:b", "a\\u202eb"] {
        let read = read(&format!("[app.store_buttons]\niphone = \"{wrong}\""));
        assert!(read.is_err_and(|error| error.to_string().contains("iphone")), "{wrong:?}");
    }
}

#[test]
fn a_help_without_a_phone_or_without_an_address_is_enough() {
    let help = |phone: bool, email: bool| {
        let mut profile = example().profile();
        profile.help.phone = profile.help.phone.filter(|_| phone);
        profile.help.email = profile.help.email.filter(|_| email);
        profile.check().map_err(|error| error.to_string())
    };
    assert_eq!((help(true, true), help(true, false), help(false, true)), (Ok(()), Ok(()), Ok(())));
    let said = "help.phone: expected a telephone number, or an address in help.email";
    assert_eq!(help(false, false), Err(said.to_owned()));
}

/// The name is in the square code twice, and phones cut what is longer.
#[test]
fn a_name_of_80_characters_is_refused_with_what_is_longest() {
    let text = include_str!("../../../../assets/policy.example.toml");
    let with = |length: usize| {
        let named = text.replace("\"Oaktree Learning Trust\"", &format!("\"{}\"", "x".repeat(length)));
        toml::from_str::<Policy>(&named).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(with(64), Ok(()));
    let said = with(80).expect_err("too long");
    assert!(said.contains("it has more than 64 characters") && said.contains("name = "), "{said}");
}
