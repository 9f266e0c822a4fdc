//! Assistants are served the profile of the policy, and nothing else of it.

use std::collections::BTreeSet;

use domain::{Label, Limits, MethodKind, MethodRule, Policy, Wanted};
use protocol::{PolicyDocument, Purpose, Signed, paths};
use serde_json::Value;

use super::world::{OUTSIDE, World, example_policy, good, send, unlimited};
use crate::{router, table};

/// All that anybody may know of a policy. Whoever adds a line here makes a setting public.
const PUBLIC: &[&str] = &[
    "app.account_type",
    "app.manual_label",
    "app.name",
    "app.publisher",
    "app.scan_label",
    "app.store_buttons.android",
    "app.store_buttons.iphone",
    "app.stores.android",
    "app.stores.iphone",
    "calls.caller_id",
    "calls.company",
    "calls.stopped_days",
    "codes.where",
    "go_live",
    "help.email",
    "help.hours",
    "help.phone",
    "help.team",
    "lifetimes.grant_days",
    "lifetimes.resume_days",
    "methods[].kind",
    "methods[].retires",
    "methods[].wanted",
    "no_smartphone.offer",
    "numbers.also[]",
    "numbers.extensions",
    "numbers.regions[]",
    "retention.address_days",
    "retention.audit_days",
    "retention.departed_days",
    "retention.unused_grant_days",
    "schools[].id",
    "schools[].name",
    "schools[].recognised",
    "sign_in[]",
    "trust.brand_colour",
    "trust.name",
    "trust.operator",
];

/// Texts of [`telling_policy`] that stay in the service: values that stand nowhere else, and names of settings.
const SECRET: &[&str] = &[
    "+441632960777",
    "203.0.113.64/26",
    "2001:db8:77::/48",
    "payroll of the trust",
    ":97313",
    "answering",
    "approvals",
    "barred",
    "body_limit",
    "failures",
    "lifetime_hours",
    "limits",
    "networks",
    "quiet",
    "redeems",
    "refused",
    "session",
    "sign_ins",
    "tested_hours",
    "tests_",
    "trust_day",
];

/// A policy with a value in every setting, and values that are known again.
fn telling_policy() -> Policy {
    let mut policy = example_policy();
    policy.numbers.also = vec![domain::NumberClass::Freephone];
    policy.numbers.refused = vec!["+441632960777".to_owned()];
    policy.calls.caller_id = Some("+441632960002".to_owned());
    policy.calls.company = Some(Label::new("Example Telecom").expect("a label"));
    policy.calls.sign_ins = vec!["payroll of the trust".to_owned()];
    policy.calls.sign_ins_barred = vec![policy.schools[1].id.clone()];
    policy.schools[0].networks =
        ["203.0.113.64/26", "2001:db8:77::/48"].map(|network| network.parse().expect("a network")).to_vec();
    policy.limits = Limits { code_failures_outside_total_hour: 97_313, ..Limits::default() };
    let retires = Some("2040-01-01".parse().expect("a day"));
    policy.methods.push(MethodRule { kind: MethodKind::PhoneCall, wanted: Wanted::Optional, retires });
    policy
}

/// The answer as it is sent.
async fn served(world: &World) -> String {
    let router = router(world.app(unlimited()));
    let route = table().into_iter().find(|route| route.path == paths::POLICY).expect("a row");
    let answer = send(&router, good(&route, OUTSIDE)).await;
    assert!(answer.status().is_success());
    let bytes = axum::body::to_bytes(answer.into_body(), 100_000).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The path of every value, whichever item of a list it is in.
fn paths_of(path: &str, value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                paths_of(&path, value, into);
            }
        }
        Value::Array(items) => {
            for item in items {
                paths_of(&format!("{path}[]"), item, into);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            into.insert(path.to_owned());
        }
    }
}

/// Which of the secret texts stand in another text.
fn secrets_in(text: &str) -> Vec<&'static str> {
    SECRET.iter().copied().filter(|secret| text.contains(secret)).collect()
}

#[tokio::test]
async fn nothing_that_stays_in_the_service_is_served() {
    let policy = telling_policy();
    let whole = serde_json::to_string(&policy).expect("writes");
    let world = World::under(policy).await;
    assert_eq!(secrets_in(&served(&world).await), [""; 0]);
    // The control: the same search finds each of them in the whole policy.
    assert_eq!(secrets_in(&whole), SECRET);
}

#[tokio::test]
async fn the_settings_that_are_served_are_those_that_are_listed() {
    let world = World::under(telling_policy()).await;
    let signed: Signed = serde_json::from_str(&served(&world).await).expect("a signed document");
    let document: PolicyDocument = signed.open(Purpose::Policy, &world.service.signer().key()).expect("ours");
    assert_eq!(document.policy, telling_policy().profile());
    let body: Value = serde_json::from_str(&signed.body).expect("JSON");
    let mut found = BTreeSet::new();
    paths_of("", &body["policy"], &mut found);
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), PUBLIC);
}
