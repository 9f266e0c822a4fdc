//! The trust's rules. IT writes them in one TOML file; the service signs and serves them; both sides obey them.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{Date, Label, SchoolId};

macro_rules! settings_with_defaults {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty = $default:expr),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name { $($(#[$field_doc])* pub $field: $kind),+ }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default),+ }
            }
        }
    };
}

mod phone;

pub use phone::{CallRule, NumberClass, NumberRule, PromptLanguage, Region};

/// Everything that differs between trusts. Unknown settings are passed over here, so that an older assistant
/// reads a newer service's policy; the service refuses them in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The trust.
    pub trust: Trust,
    /// From when remote desktop asks for the second check.
    pub go_live: Date,
    /// Whom to ask.
    pub help: Help,
    /// The ways to sign in for an enrolment, in the order in which they are offered.
    pub sign_in: Vec<SignInWay>,
    /// The ways to prove oneself later, in the order in which they are set up.
    pub methods: Vec<MethodRule>,
    /// The app that the pages name.
    pub app: AuthenticatorApp,
    /// What someone without a smartphone is offered.
    pub no_smartphone: NoSmartphone,
    /// The trust's schools and their networks.
    pub schools: Vec<School>,
    /// Enrolment codes.
    #[serde(default)]
    pub codes: CodeRule,
    /// Which telephone numbers count.
    #[serde(default)]
    pub numbers: NumberRule,
    /// How people are called.
    #[serde(default)]
    pub calls: CallRule,
    /// Limits on guessing.
    #[serde(default)]
    pub limits: Limits,
    /// How long sessions and grants last.
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// How long things are kept that the service deletes by itself.
    #[serde(default)]
    pub retention: Retention,
    /// How the service answers.
    #[serde(default)]
    pub answering: Answering,
}

/// The trust and who runs the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// The trust's name: in the brand bar, and as issuer in the phone's app.
    pub name: Label,
    /// Who runs the service and holds its key, named in the promise to staff.
    pub operator: Label,
    /// The brand bar's colour, `#rrggbb`; white text must reach a contrast of 4.5 on it.
    #[serde(default)]
    pub brand_colour: Option<String>,
}

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// For example "IT at your school".
    pub team: Label,
    /// A telephone number as it is shown.
    pub phone: Label,
    /// An address as it is shown.
    #[serde(default)]
    pub email: Option<Label>,
    /// For example "8am to 4pm, Monday to Friday".
    #[serde(default)]
    pub hours: Option<String>,
}

/// A way to sign in for an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInWay {
    /// The one-use code that IT gives out.
    EnrolmentCode,
}

impl SignInWay {
    /// The name in settings and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EnrolmentCode => "enrolment-code",
        }
    }
}

/// A way to prove oneself later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MethodKind {
    /// Six digits from an authenticator app (RFC 6238).
    AuthenticatorApp,
    /// A call to a telephone number.
    PhoneCall,
}

impl MethodKind {
    /// The name in settings, in the store and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthenticatorApp => "authenticator-app",
            Self::PhoneCall => "phone-call",
        }
    }
}

/// How much a method is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// The enrolment is not complete without it.
    Required,
    /// May be passed over.
    Optional,
}

/// One method's place in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodRule {
    /// Which.
    pub kind: MethodKind,
    /// Required or optional.
    pub wanted: Wanted,
    /// From this day it is neither offered nor asked for.
    #[serde(default)]
    pub retires: Option<Date>,
}

/// The app that the pages name and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticatorApp {
    /// The exact name in the stores.
    pub name: Label,
    /// The exact publisher in the stores.
    pub publisher: Label,
    /// What to choose when the app asks for an account type, exactly as the app words it.
    pub account_type: Label,
    /// What the app calls its scan button.
    pub scan_label: Label,
    /// Links to the stores.
    pub stores: Stores,
}

/// Direct links to the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stores {
    /// Apple App Store, `https://`.
    pub iphone: String,
    /// Google Play, `https://`.
    pub android: String,
}

/// What someone without a smartphone is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoSmartphone {
    /// For example "a key fob".
    pub offer: Label,
}

/// One school of the trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    /// Its short name in commands and reports.
    pub id: SchoolId,
    /// Its name.
    pub name: Label,
    /// The addresses from which its computers reach the service; nobody is asked for a second check there.
    #[serde(default)]
    pub networks: Vec<IpNet>,
}

/// Where a code may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeWhere {
    /// From any address.
    #[default]
    Anywhere,
    /// Only from a school's network.
    SchoolNetwork,
    /// Only at a station: a computer that IT registered.
    Station,
}

settings_with_defaults! {
    /// Enrolment codes from IT.
    CodeRule {
        /// Where they may be used.
        r#where: CodeWhere = CodeWhere::Anywhere,
        /// Hours until a code expires, 1 to 720. Two weeks: long enough for a holiday.
        lifetime_hours: u32 = 14 * 24,
        /// Times a code may be redeemed until an enrolment is accepted: a crash, another computer.
        redeems: u32 = 5,
    }
}

settings_with_defaults! {
    /// Limits on guessing. Each counts in the store, so several nodes share one count.
    Limits {
        /// Failed enrolment codes in 15 minutes from one address outside the schools.
        code_failures_outside: u32 = 10,
        /// Failed enrolment codes in 15 minutes from one school's network: a whole school shares an address.
        code_failures_school: u32 = 100,
        /// Failed enrolment codes an hour from all addresses outside together.
        code_failures_outside_total_hour: u32 = 600,
        /// Failed sign-in codes a person a day from outside.
        verify_failures_outside_day: u32 = 30,
        /// People whose last sign-in code from outside was wrong, within an hour; more of them are an alert and stop
        /// nobody. An honest slip is followed by a right code, so even a large trust stays far below; guesses at one
        /// person after another are seen at the twenty-first, long before anybody's own limit.
        verify_refused_people_outside_hour: u32 = 20,
        /// The first delay after a wrong sign-in code; it doubles with each.
        verify_delay_first_secs: u32 = 1,
        /// The longest delay: nothing locks for good.
        verify_delay_longest_secs: u32 = 15 * 60,
    }
}

settings_with_defaults! {
    /// How long the rights to act last.
    Lifetimes {
        /// Minutes until an unused session ends.
        session_idle_minutes: u32 = 30,
        /// Hours after which a session ends, used or not: a working day.
        session_hours: u32 = 8,
        /// Days in which an enrolment may still be posted: a laptop that is offline over the holidays.
        grant_days: u32 = 30,
        /// Days for which the page reached is remembered on the computer.
        resume_days: u32 = 14,
    }
}

settings_with_defaults! {
    /// How long things are kept.
    Retention {
        /// Days for which a right to post that was never used is kept after it has expired.
        unused_grant_days: u32 = 30,
        /// Days for which network addresses are kept.
        address_days: u32 = 90,
        /// Days for which everything on a person is kept after they left.
        departed_days: u32 = 30,
        /// Days for which the record of every change is kept.
        audit_days: u32 = 730,
    }
}

settings_with_defaults! {
    /// How the service answers.
    Answering {
        /// The largest body that is read, in bytes.
        body_limit_bytes: usize = 64 * 1024,
    }
}

/// Why a policy cannot be used. Names the setting and what is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct PolicyError {
    /// The setting's path, for example `schools[1].id`.
    pub setting: String,
    /// What is wrong and what is expected.
    pub problem: String,
}

impl PolicyError {
    fn new(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { setting: setting.into(), problem: problem.into() }
    }
}

impl Policy {
    /// Checks what the types alone cannot.
    pub fn check(&self) -> Result<(), PolicyError> {
        let Self {
            trust,
            go_live: _,
            help: _,
            sign_in,
            methods,
            app,
            no_smartphone: _,
            schools,
            codes,
            numbers,
            calls,
            limits,
            lifetimes,
            retention,
            answering,
        } = self;
        let wrong = |setting: &str, problem: &str| Err(PolicyError::new(setting, problem));
        if let Some(colour) = &trust.brand_colour {
            match contrast_with_white(colour) {
                None => {
                    return wrong(
                        "trust.brand_colour",
                        "expected six hexadecimal digits, for example \"#0f385c\"",
                    );
                }
                Some(ratio) if ratio < 4.5 => {
                    return wrong(
                        "trust.brand_colour",
                        &format!(
                            "white text on {colour} has a contrast of {ratio:.1}; expected a darker colour, at least 4.5"
                        ),
                    );
                }
                Some(_) => {}
            }
        }
        if sign_in.is_empty() {
            return wrong("sign_in", "expected at least one of: enrolment-code");
        }
        if !methods.iter().any(|rule| rule.wanted == Wanted::Required) {
            return wrong("methods", "expected at least one method with wanted = \"required\"");
        }
        for (index, rule) in methods.iter().enumerate() {
            if methods.iter().take(index).any(|other| other.kind == rule.kind) {
                return wrong(&format!("methods[{index}].kind"), "this method is listed twice");
            }
        }
        for (name, link) in [("iphone", &app.stores.iphone), ("android", &app.stores.android)] {
            let plain = link.starts_with("https://")
                && link.len() <= 300
                && link.bytes().all(|byte| byte.is_ascii_graphic());
            if !plain {
                return wrong(&format!("app.stores.{name}"), "expected a link that begins with https://");
            }
        }
        if schools.is_empty() {
            return wrong("schools", "expected at least one school");
        }
        for (index, school) in schools.iter().enumerate() {
            let id = &school.id.0;
            let plain = !id.is_empty()
                && id.len() <= 32
                && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if !plain {
                return wrong(&format!("schools[{index}].id"), "expected 1 to 32 of a to z, 0 to 9 and -");
            }
            if schools.iter().take(index).any(|other| other.id == school.id) {
                return wrong(&format!("schools[{index}].id"), "two schools have this id");
            }
            for network in &school.networks {
                if network.prefix_len() == 0 {
                    return wrong(
                        &format!("schools[{index}].networks"),
                        "a network of every address would ask nobody anywhere",
                    );
                }
            }
        }
        let ranges = [
            ("codes.lifetime_hours", codes.lifetime_hours, 1, 720),
            ("codes.redeems", codes.redeems, 1, 20),
            ("limits.code_failures_outside", limits.code_failures_outside, 3, 1_000),
            ("limits.code_failures_school", limits.code_failures_school, 10, 10_000),
            ("limits.code_failures_outside_total_hour", limits.code_failures_outside_total_hour, 10, 100_000),
            ("limits.verify_failures_outside_day", limits.verify_failures_outside_day, 5, 100),
            (
                "limits.verify_refused_people_outside_hour",
                limits.verify_refused_people_outside_hour,
                3,
                10_000,
            ),
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
        ];
        for (setting, value, least, most) in ranges {
            in_range(setting, value, least, most)?;
        }
        phone::check(numbers, calls, schools)?;
        if !(8 * 1024..=1024 * 1024).contains(&answering.body_limit_bytes) {
            return wrong("answering.body_limit_bytes", "expected 8192 to 1048576");
        }
        Ok(())
    }

    /// The methods offered on a day, in order.
    pub fn methods_on(&self, today: Date) -> impl Iterator<Item = &MethodRule> {
        self.methods.iter().filter(move |rule| rule.retires.is_none_or(|day| today < day))
    }

    /// Whether a method is offered on a day.
    pub fn offers(&self, kind: MethodKind, today: Date) -> bool {
        self.methods_on(today).any(|rule| rule.kind == kind)
    }

    /// Whether what was proved is enough on a day.
    pub fn is_met_by(&self, proved: &[MethodKind], today: Date) -> bool {
        let mut required = self.methods_on(today).filter(|rule| rule.wanted == Wanted::Required).peekable();
        required.peek().is_some() && required.all(|rule| proved.contains(&rule.kind))
    }

    /// The school whose network holds an address.
    pub fn school_at(&self, address: std::net::IpAddr) -> Option<&School> {
        let address = address.to_canonical();
        self.schools.iter().find(|school| school.networks.iter().any(|network| network.contains(&address)))
    }

    /// The school with an id.
    pub fn school(&self, id: &SchoolId) -> Option<&School> {
        self.schools.iter().find(|school| school.id == *id)
    }
}

fn in_range(setting: &str, value: u32, least: u32, most: u32) -> Result<(), PolicyError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let problem = format!("{value} is out of range; expected {least} to {most}");
    Err(PolicyError::new(setting, problem))
}

/// WCAG 2.2, "contrast ratio", of white on `#rrggbb`.
fn contrast_with_white(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    let luminance = 0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?;
    Some(1.05 / (luminance + 0.05))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn example() -> Policy {
        toml::from_str(include_str!("../../../assets/policy.example.toml")).expect("the example is a policy")
    }

    #[test]
    fn the_example_passes_its_own_checks_and_spells_out_every_default() {
        let policy = example();
        assert_eq!(policy.check(), Ok(()));
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
            include_str!("../../../assets/policy.example.toml")
        );
        assert_eq!(toml::from_str::<Policy>(&text).expect("reads"), example());
    }

    #[test]
    fn each_wrong_setting_is_named() {
        type Spoil = fn(&mut Policy);
        let table: [(&str, Spoil); 16] = [
            ("trust.brand_colour", |p| p.trust.brand_colour = Some("#7fb2e5".into())),
            ("trust.brand_colour", |p| p.trust.brand_colour = Some("navy".into())),
            ("sign_in", |p| p.sign_in.clear()),
            ("methods", |p| p.methods.clear()),
            ("methods[1].kind", |p| p.methods.push(p.methods[0])),
            ("app.stores.iphone", |p| p.app.stores.iphone = "http://x".into()),
            ("schools[1].id", |p| p.schools[1].id = p.schools[0].id.clone()),
            ("schools[0].networks", |p| {
                p.schools[0].networks = vec!["0.0.0.0/0".parse().expect("a network")]
            }),
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
}
