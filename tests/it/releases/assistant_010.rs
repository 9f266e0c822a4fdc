//! What an assistant of 0.1.0 makes of the policy document: its types, with the fields, the names and the defaults that
//! they had, and its checks. They are never changed.

use serde::{Deserialize, Serialize};

/// What an assistant of 0.1.0 reads. Where it has a type that cannot be wrong, a text stands here.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    service: uuid::Uuid,
    serial: u64,
    issued_at: i64,
    envelope_key: EnvelopeKey,
    #[serde(default)]
    practice: bool,
    pub(super) policy: Policy,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct EnvelopeKey {
    id: String,
    public: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Policy {
    trust: Trust,
    go_live: String,
    help: Help,
    sign_in: Vec<SignInWay>,
    methods: Vec<MethodRule>,
    app: App,
    no_smartphone: NoSmartphone,
    schools: Vec<School>,
    #[serde(default)]
    codes: CodeRule,
    #[serde(default)]
    numbers: NumberRule,
    #[serde(default)]
    calls: CallRule,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    lifetimes: Lifetimes,
    #[serde(default)]
    retention: Retention,
    #[serde(default)]
    answering: Answering,
}

#[derive(Debug, Serialize, Deserialize)]
struct Trust {
    name: String,
    operator: String,
    #[serde(default)]
    brand_colour: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Help {
    team: String,
    phone: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    hours: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SignInWay {
    EnrolmentCode,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    AuthenticatorApp,
    PhoneCall,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Wanted {
    Required,
    Optional,
}

#[derive(Debug, Serialize, Deserialize)]
struct MethodRule {
    kind: Kind,
    wanted: Wanted,
    #[serde(default)]
    retires: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct App {
    name: String,
    publisher: String,
    account_type: String,
    scan_label: String,
    stores: Stores,
}

#[derive(Debug, Serialize, Deserialize)]
struct Stores {
    iphone: String,
    android: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct NoSmartphone {
    offer: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct School {
    id: String,
    name: String,
    #[serde(default)]
    networks: Vec<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CodeWhere {
    Anywhere,
    SchoolNetwork,
}

/// Structs whose missing fields take the values given.
macro_rules! with_defaults {
    ($($name:ident { $($field:ident: $kind:ty = $default:expr),+ $(,)? })+) => {$(
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(default)]
        struct $name { $($field: $kind),+ }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default),+ }
            }
        }
    )+};
}

with_defaults! {
    CodeRule {
        r#where: CodeWhere = CodeWhere::Anywhere,
        lifetime_hours: u32 = 336,
        redeems: u32 = 5,
    }
    NumberRule {
        regions: Vec<String> = vec!["GB".to_owned()],
        also: Vec<String> = Vec::new(),
        refused: Vec<String> = Vec::new(),
        extensions: bool = false,
    }
    CallRule {
        caller_id: Option<String> = None,
        company: Option<String> = None,
        language: String = "english".to_owned(),
        ring_secs: u32 = 25,
        call_secs: u32 = 60,
        tests_sign_in: u32 = 6,
        tests_number_hour: u32 = 3,
        tests_number_day: u32 = 5,
        trust_day: u32 = 2_000,
        quiet_from_hour: u32 = 21,
        quiet_until_hour: u32 = 7,
        stopped_days: u32 = 30,
        tested_hours: u32 = 24,
        sign_ins: Vec<String> = vec!["remote desktop".to_owned()],
        sign_ins_barred: Vec<String> = Vec::new(),
        approvals_hour: u32 = 3,
        approvals_pause_minutes: u32 = 30,
    }
    Limits {
        code_failures_outside: u32 = 10,
        code_failures_school: u32 = 100,
        code_failures_outside_total_hour: u32 = 600,
        verify_failures_outside_day: u32 = 30,
        verify_delay_first_secs: u32 = 1,
        verify_delay_longest_secs: u32 = 900,
    }
    Lifetimes {
        session_idle_minutes: u32 = 30,
        session_hours: u32 = 8,
        grant_days: u32 = 30,
        resume_days: u32 = 14,
    }
    Retention {
        unused_grant_days: u32 = 30,
        address_days: u32 = 90,
        departed_days: u32 = 30,
        audit_days: u32 = 730,
    }
    Answering { body_limit_bytes: usize = 65_536 }
}

impl Policy {
    /// The checks of 0.1.0, without the contrast of the brand's colour. It stops at a policy that fails one.
    pub(super) fn check(&self) -> Result<(), String> {
        let Self { codes, calls, limits, lifetimes, retention, .. } = self;
        let has_all = !self.sign_in.is_empty()
            && self.methods.iter().any(|rule| rule.wanted == Wanted::Required)
            && !self.schools.is_empty()
            && !self.numbers.regions.is_empty();
        let links_are_https = [&self.app.stores.iphone, &self.app.stores.android]
            .iter()
            .all(|link| link.starts_with("https://"));
        let known = |barred: &String| self.schools.iter().any(|school| school.id == *barred);
        if !has_all || !links_are_https || !calls.sign_ins_barred.iter().all(known) {
            return Err("incomplete".to_owned());
        }
        let ranges = [
            ("codes.lifetime_hours", codes.lifetime_hours, 1, 720),
            ("codes.redeems", codes.redeems, 1, 20),
            ("limits.code_failures_outside", limits.code_failures_outside, 3, 1_000),
            ("limits.code_failures_school", limits.code_failures_school, 10, 10_000),
            ("limits.code_failures_outside_total_hour", limits.code_failures_outside_total_hour, 10, 100_000),
            ("limits.verify_failures_outside_day", limits.verify_failures_outside_day, 5, 100),
            ("limits.verify_delay_first_secs", limits.verify_delay_first_secs, 1, 60),
            ("limits.verify_delay_longest_secs", limits.verify_delay_longest_secs, 1, 3_600),
            ("lifetimes.session_idle_minutes", lifetimes.session_idle_minutes, 5, 240),
            ("lifetimes.session_hours", lifetimes.session_hours, 1, 24),
            ("lifetimes.grant_days", lifetimes.grant_days, 1, 90),
            ("lifetimes.resume_days", lifetimes.resume_days, 1, 60),
            ("retention.unused_grant_days", retention.unused_grant_days, 1, 365),
            ("retention.address_days", retention.address_days, 1, 730),
            ("retention.departed_days", retention.departed_days, 1, 365),
            ("retention.audit_days", retention.audit_days, 90, 3_650),
            ("calls.ring_secs", calls.ring_secs, 10, 60),
            ("calls.call_secs", calls.call_secs, 30, 180),
            ("calls.tests_sign_in", calls.tests_sign_in, 1, 20),
            ("calls.tests_number_hour", calls.tests_number_hour, 1, 20),
            ("calls.tests_number_day", calls.tests_number_day, 1, 50),
            ("calls.trust_day", calls.trust_day, 10, 1_000_000),
            ("calls.quiet_from_hour", calls.quiet_from_hour, 12, 24),
            ("calls.quiet_until_hour", calls.quiet_until_hour, 0, 11),
            ("calls.stopped_days", calls.stopped_days, 1, 365),
            ("calls.tested_hours", calls.tested_hours, 1, 168),
            ("calls.approvals_hour", calls.approvals_hour, 1, 20),
            ("calls.approvals_pause_minutes", calls.approvals_pause_minutes, 5, 240),
        ];
        let outside = ranges.iter().find(|(_, value, least, most)| !(*least..=*most).contains(value));
        match outside {
            Some((setting, ..)) => Err((*setting).to_owned()),
            None if (8_192..=1_048_576).contains(&self.answering.body_limit_bytes) => Ok(()),
            None => Err("answering.body_limit_bytes".to_owned()),
        }
    }
}
