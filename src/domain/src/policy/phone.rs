//! The phone method: which numbers count, how they are called, and the limits that keep calls from being misused.

use serde::{Deserialize, Serialize};

use super::{PolicyError, School};
use crate::{Label, SchoolId};

/// A region as numbers are written in it: two capital letters (ISO 3166-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region([u8; 2]);

impl Region {
    /// The United Kingdom.
    pub const GB: Self = Self(*b"GB");

    /// From its letters.
    pub fn new(letters: &str) -> Option<Self> {
        let letters: [u8; 2] = letters.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// Its letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl TryFrom<String> for Region {
    type Error = &'static str;

    fn try_from(letters: String) -> Result<Self, Self::Error> {
        Self::new(&letters).ok_or("expected two capital letters, for example \"GB\"")
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.as_str().to_owned()
    }
}

/// A class of numbers that is refused unless the policy names it: it costs more than a call at the usual rate, or
/// reaches no phone of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberClass {
    /// 0800, 0808 and 0500.
    Freephone,
    /// 055 and 056: companies and internet telephones.
    Internet,
    /// 070: looks like a mobile, costs like a premium number.
    Personal,
    /// 076, without 07624, which is the Isle of Man's.
    Pager,
    /// 084 and 087.
    SharedCost,
    /// 09.
    Premium,
    /// 118.
    DirectoryEnquiries,
    /// Jersey, also its mobiles under 07.
    Jersey,
    /// Guernsey, also its mobiles under 07.
    Guernsey,
    /// The Isle of Man, also its mobiles under 07.
    IsleOfMan,
    /// By satellite, also under other countries' codes.
    Satellite,
}

settings_with_defaults! {
    /// Which numbers count.
    NumberRule {
        /// The regions offered, the first one chosen. Other countries than these are refused.
        regions: Vec<Region> = vec![Region::GB],
        /// Classes that count beyond 01, 02, 03 and 07 of the United Kingdom.
        also: Vec<NumberClass> = Vec::new(),
        /// Numbers, or beginnings of numbers, that never count: the schools' own switchboards. `+` and digits.
        refused: Vec<String> = Vec::new(),
        /// Whether a landline may have an extension.
        extensions: bool = false,
    }
}

/// The language of the calls' prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PromptLanguage {
    /// English.
    #[default]
    English,
    /// Welsh.
    Welsh,
}

settings_with_defaults! {
    /// How people are called, and how often at most.
    CallRule {
        /// What shows on the phone when we call: `+` and digits. Left out, the pages say that it may be unknown.
        caller_id: Option<String> = None,
        /// The phone company that places the calls, named on page 2 and on the number's page.
        company: Option<Label> = None,
        /// The language of the prompts.
        language: PromptLanguage = PromptLanguage::English,
        /// How long a phone rings, in seconds: shorter than most voicemails take to answer.
        ring_secs: u32 = 25,
        /// The longest call, in seconds.
        call_secs: u32 = 60,
        /// Test calls for one sign-in on the assistant.
        tests_sign_in: u32 = 6,
        /// Test calls to one number in an hour, over all people.
        tests_number_hour: u32 = 3,
        /// Test calls to one number in a day, over all people.
        tests_number_day: u32 = 5,
        /// Calls in a day, all together. At 80 % of it there is an alert.
        trust_day: u32 = 2_000,
        /// From this hour of the evening nobody is called, in the United Kingdom's time.
        quiet_from_hour: u32 = 21,
        /// Until this hour of the morning.
        quiet_until_hour: u32 = 7,
        /// Days without a call to a number whose holder pressed 9.
        stopped_days: u32 = 30,
        /// Hours within which the enrolment must follow the call that tested its number.
        tested_hours: u32 = 24,
        /// What a sign-in call may say that somebody signs in to. Letters, digits and single spaces.
        sign_ins: Vec<String> = vec!["remote desktop".to_owned()],
        /// Schools whose staff are not asked by calls about sign-ins: they use the app.
        sign_ins_barred: Vec<SchoolId> = Vec::new(),
        /// Sign-in calls to a person in an hour.
        approvals_hour: u32 = 3,
        /// Minutes without a sign-in call after one was refused, or two were not answered.
        approvals_pause_minutes: u32 = 30,
    }
}

pub(super) fn check(numbers: &NumberRule, calls: &CallRule, schools: &[School]) -> Result<(), PolicyError> {
    let wrong = |setting: &str, problem: &str| Err(PolicyError::new(setting, problem));
    if numbers.regions.is_empty() {
        return wrong("numbers.regions", "expected at least one region, for example [\"GB\"]");
    }
    for (index, beginning) in numbers.refused.iter().enumerate() {
        if !is_international(beginning, 4) {
            return wrong(
                &format!("numbers.refused[{index}]"),
                "expected + and digits, for example \"+441632960001\"",
            );
        }
    }
    if calls.caller_id.as_ref().is_some_and(|number| !is_international(number, 7)) {
        return wrong("calls.caller_id", "expected + and digits, for example \"+441632960002\"");
    }
    for (index, name) in calls.sign_ins.iter().enumerate() {
        let is_word = |word: &str| !word.is_empty() && word.chars().all(char::is_alphanumeric);
        if name.chars().count() > 40 || !name.split(' ').all(is_word) {
            let problem =
                "expected letters, digits and single spaces, at most 40, for example \"remote desktop\"";
            return wrong(&format!("calls.sign_ins[{index}]"), problem);
        }
    }
    for (index, barred) in calls.sign_ins_barred.iter().enumerate() {
        if !schools.iter().any(|school| school.id == *barred) {
            return wrong(
                &format!("calls.sign_ins_barred[{index}]"),
                "expected the id of a school of this policy",
            );
        }
    }
    let ranges = [
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
    for (setting, value, least, most) in ranges {
        super::in_range(setting, value, least, most)?;
    }
    Ok(())
}

fn is_international(text: &str, least: usize) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (least..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}
