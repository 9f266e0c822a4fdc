//! Assistants of an earlier release go on working: what the service of today serves is read into the types that the
//! release had, and passes its checks.

use std::sync::Arc;

use domain::{Answering, CallRule, CodeRule, Label, Lifetimes, Limits, NumberRule, Policy, Retention};
use protocol::{IdentityKey, Purpose, Signed, paths};
use serde_json::Value;

use super::assistant_010::Document;
use crate::access::harness::{Asking as _, Harness, example_policy};

/// Settings that 0.1.0 does not read without.
const REQUIRED: &[&str] =
    &["app", "go_live", "help", "methods", "no_smartphone", "schools", "sign_in", "trust"];

/// The example with another value than the default in every setting that assistants get, and in some that they do not.
fn policy() -> Policy {
    let example = example_policy();
    let label = |text: &str| Label::new(text).expect("a label");
    Policy {
        codes: CodeRule { r#where: domain::CodeWhere::SchoolNetwork, lifetime_hours: 48, redeems: 3 },
        numbers: NumberRule {
            regions: ["GB", "IE"].map(|letters| domain::Region::new(letters).expect("letters")).to_vec(),
            also: vec![domain::NumberClass::Freephone],
            refused: vec!["+441632960001".to_owned()],
            extensions: true,
        },
        calls: CallRule {
            caller_id: Some("+441632960002".to_owned()),
            company: Some(label("Example Telecom")),
            stopped_days: 60,
            trust_day: 500,
            sign_ins_barred: vec![example.schools[0].id.clone()],
            ..CallRule::default()
        },
        limits: Limits { code_failures_outside: 7, ..Limits::default() },
        lifetimes: Lifetimes { session_idle_minutes: 10, session_hours: 4, grant_days: 20, resume_days: 10 },
        retention: Retention { unused_grant_days: 11, address_days: 12, departed_days: 13, audit_days: 400 },
        answering: Answering { body_limit_bytes: 100_000 },
        ..example
    }
}

/// The policy as an assistant knows it that takes a default for each setting it is not served.
fn known_of(policy: &Policy) -> Policy {
    let mut known = policy.clone();
    known.schools.iter_mut().for_each(|school| school.networks.clear());
    known.codes = CodeRule { r#where: policy.codes.r#where, ..CodeRule::default() };
    known.numbers.refused.clear();
    known.calls = CallRule {
        caller_id: policy.calls.caller_id.clone(),
        company: policy.calls.company.clone(),
        stopped_days: policy.calls.stopped_days,
        ..CallRule::default()
    };
    known.limits = Limits::default();
    known.lifetimes = Lifetimes {
        grant_days: policy.lifetimes.grant_days,
        resume_days: policy.lifetimes.resume_days,
        ..Lifetimes::default()
    };
    known.answering = Answering::default();
    known
}

async fn served(policy: &Policy) -> (Signed, IdentityKey) {
    let Harness { running, folder, .. } = Harness::open().await;
    running.stop().await.expect("stops");
    let harness = Harness::open_on(Arc::clone(&folder), policy.clone()).await;
    let signed = harness.line.get(paths::POLICY).answer().await.read();
    (signed, harness.running.identity_key)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assistant_of_0_1_0_reads_all_that_its_pages_show() {
    let policy = policy();
    let (signed, key) = served(&policy).await;
    let document: Document = signed.open(Purpose::Policy, &key).expect("reads");
    assert_eq!(document.policy.check(), Ok(()));
    let read = serde_json::to_value(&document.policy).expect("writes");
    let known = serde_json::to_value(known_of(&policy)).expect("writes");
    assert_eq!(differences("policy", &read, &known), [""; 0]);
    // The control: from the whole policy it differs.
    let whole = serde_json::to_value(&policy).expect("writes");
    assert!(differences("policy", &read, &whole).contains(&"policy.limits.code_failures_outside".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_setting_that_0_1_0_requires_is_served() {
    let (signed, _) = served(&policy()).await;
    let body: Value = serde_json::from_str(&signed.body).expect("JSON");
    assert!(serde_json::from_value::<Document>(body.clone()).is_ok());
    for required in REQUIRED {
        let mut without = body.clone();
        let removed = without["policy"].as_object_mut().expect("an object").remove(*required);
        assert!(removed.is_some(), "{required}");
        let read = serde_json::from_value::<Document>(without);
        assert!(read.is_err_and(|error| error.to_string().contains(required)), "{required}");
    }
}

/// The paths at which an old value differs from a new one. What the new one has in addition is passed over.
fn differences(path: &str, old: &Value, new: &Value) -> Vec<String> {
    match (old, new) {
        (Value::Object(members), Value::Object(_)) => members
            .iter()
            .flat_map(|(name, value)| differences(&format!("{path}.{name}"), value, &new[name]))
            .collect(),
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => (0..)
            .zip(items.iter().zip(others))
            .flat_map(|(index, (old, new))| differences(&format!("{path}[{index}]"), old, new))
            .collect(),
        _ if old == new => Vec::new(),
        _ => vec![path.to_owned()],
    }
}
