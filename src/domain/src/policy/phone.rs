//! The rules for telephone numbers and calls, and the limits that keep calls from being misused.

use serde::{Deserialize, Serialize};

use super::defaults::settings_with_defaults;
use super::error::{PolicyError, check_range};
use super::trust::School;
use crate::{Label, SchoolId};

/// A region whose way of writing numbers counts: two capital letters (ISO 3166-1 alpha-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region([u8; 2]);

impl Region {
    /// The United Kingdom.
    pub const GB: Self = Self(*b"GB");

    /// Takes the letters. `None` unless they are two capital ASCII letters; whether the region exists is not checked.
    pub fn new(letters: &str) -> Option<Self> {
        let letters: [u8; 2] = letters.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// The two letters.
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

/// A class of numbers that is refused unless the policy names it. It costs more than the usual rate, or reaches no phone
/// of staff. The prefixes are those of the United Kingdom (Ofcom, National Telephone Numbering Plan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberClass {
    /// Freephone: 0800, 0808 and 0500.
    Freephone,
    /// Corporate and internet telephony: 055 and 056.
    Internet,
    /// Personal numbering: 070. It looks like a mobile and costs like a premium number.
    Personal,
    /// Pagers: 076 without 07624, which belongs to the Isle of Man.
    Pager,
    /// Shared cost: 084 and 087.
    SharedCost,
    /// Premium rate: 09.
    Premium,
    /// Directory enquiries: 118.
    DirectoryEnquiries,
    /// Jersey, also its mobiles under 07.
    Jersey,
    /// Guernsey, also its mobiles under 07.
    Guernsey,
    /// The Isle of Man, also its mobiles under 07.
    IsleOfMan,
    /// Satellite telephones, also those under other countries' codes.
    Satellite,
}

settings_with_defaults! {
    /// Which telephone numbers are accepted.
    NumberRule {
        /// The regions that the page offers; the first is preselected. Numbers of other countries are refused.
        regions: Vec<Region> = vec![Region::GB],
        /// Classes that are accepted beyond 01, 02, 03 and 07 of the United Kingdom.
        also: Vec<NumberClass> = Vec::new(),
        /// Numbers, or beginnings of numbers, that are always refused: the schools' own switchboards. Each is `+` and 4 to
        /// 15 digits.
        refused: Vec<String> = Vec::new(),
        /// Whether a landline number may have an extension.
        extensions: bool = false,
    }
}

/// The language of the prompts in a call.
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
    /// How and how often people are called. Hours of the day are in the United Kingdom's time.
    CallRule {
        /// The caller's number that the phone shows: `+` and 7 to 15 digits. Without it the pages say that it may be unknown.
        caller_id: Option<String> = None,
        /// The telephone company that places the calls. Page 2 and the number's page name it.
        company: Option<Label> = None,
        /// The language of the prompts.
        language: PromptLanguage = PromptLanguage::English,
        /// Seconds that a phone rings, 10 to 60. The default is shorter than most voicemail takes to answer.
        ring_secs: u32 = 25,
        /// Seconds that an answered call may last, 30 to 180.
        call_secs: u32 = 60,
        /// Test calls for one sign-in, 1 to 20.
        tests_sign_in: u32 = 6,
        /// Test calls to one number in an hour by all people together, 1 to 20.
        tests_number_hour: u32 = 3,
        /// Test calls to one number in a day by all people together, 1 to 50.
        tests_number_day: u32 = 5,
        /// All calls of the trust in a day, 10 to 1,000,000. At 80 % of it the service raises an alert.
        trust_day: u32 = 2_000,
        /// From this hour of the evening nobody is called, 12 to 24.
        quiet_from_hour: u32 = 21,
        /// Until this hour of the morning nobody is called, 0 to 11.
        quiet_until_hour: u32 = 7,
        /// Days without any call to a number whose holder pressed 9 twice, 1 to 365.
        stopped_days: u32 = 30,
        /// Hours within which the enrolment must follow the call that tested its number, 1 to 168.
        tested_hours: u32 = 24,
        /// The systems that a sign-in call may name. Each has at most 40 letters, digits and single spaces.
        sign_ins: Vec<String> = vec!["remote desktop".to_owned()],
        /// Schools whose staff approve no sign-in by a call; they use the app.
        sign_ins_barred: Vec<SchoolId> = Vec::new(),
        /// Sign-in calls to one person in an hour, 1 to 20.
        approvals_hour: u32 = 3,
        /// Minutes without a sign-in call after one was refused or two were not answered, 5 to 240.
        approvals_pause_minutes: u32 = 30,
    }
}

/// Checks the rules for numbers and calls beyond the profile. `schools` are those that the rules may name.
pub(super) fn check(numbers: &NumberRule, calls: &CallRule, schools: &[School]) -> Result<(), PolicyError> {
    let wrong = |setting: &str, problem: &str| Err(PolicyError::new(setting, problem));
    for (index, beginning) in numbers.refused.iter().enumerate() {
        if !is_international(beginning, 4) {
            return wrong(
                &format!("numbers.refused[{index}]"),
                "expected + and digits, for example \"+441632960001\"",
            );
        }
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
        ("calls.tested_hours", calls.tested_hours, 1, 168),
        ("calls.approvals_hour", calls.approvals_hour, 1, 20),
        ("calls.approvals_pause_minutes", calls.approvals_pause_minutes, 5, 240),
    ];
    for (setting, value, least, most) in ranges {
        check_range(setting, value, least, most)?;
    }
    Ok(())
}

/// Whether a text is `+` and `least` to 15 digits without a first 0 (ITU-T E.164).
pub(super) fn is_international(text: &str, least: usize) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (least..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}
