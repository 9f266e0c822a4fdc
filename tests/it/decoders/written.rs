//! What IT writes into files and variables, and what people type.
//!
//! Not here: what the settings and the policy mean.

use std::path::Path;

use assistant::settings::{Flags, Place, Rules, judge_policy_file};
use domain::{
    EnrolmentCode, Label, PhoneNumber, Policy, ProfileNumbers, Region, SixDigits, TotpSecret, TwoDigits,
};
use protocol::IdentitySigner;
use service::config::{EXAMPLE, EXAMPLE_POLICY, Settings, policy_from_text};

use super::target::{Reads, Target, Targets, text, texts};

const TOML: &[&str] =
    &["[[methods]]", "[calls]", "= ", "\"\"\"", "'''", "[", "]", "{", "}", "#", "\n", "true", "inf"];
const PLIST: &[&str] = &[
    "<dict>",
    "</dict>",
    "<key>",
    "<string>",
    "<data>",
    "<!--",
    "<![CDATA[",
    "&#x0;",
    "bplist00",
    "\x00",
    "\x7f",
];
const TEXT: &[&str] = &[
    "+44", "00", "(0)", "ext", "x", ";ext=12", " ext. 12", "tel:", "-", " ", "٣", "０", "\u{2010}", "0", "9",
];
const VARIABLES: &[&str] = &["ENROL_", "__", "=", "\n", "[", "]", "{", "}", "\"", ",", "ENROL_FLOOD", "1e9"];

/// All of them.
pub(super) fn all() -> Vec<Target> {
    let mut all = Targets::from(200);
    all.text("a policy as TOML", policies(), TOML, Box::new(is_policy));
    all.json("a policy as JSON", vec![policy_json().into()], Box::new(is_json_policy));
    all.text("the service's settings", settings(), TOML, Box::new(is_settings));
    all.text("the service's settings in variables", variables(), VARIABLES, Box::new(are_variables));
    let by_file = of_the_assistant(Place::PolicyFile);
    all.json("the assistant's policies", vec![policies_of_the_assistant()], by_file);
    all.text("an enrolment code", codes(), TEXT, Box::new(is_code));
    all.text("a telephone number", numbers(), TEXT, Box::new(is_number));
    all.text("what is typed for six digits", texts(&["123456", "123 456"]), TEXT, Box::new(is_six_digits));
    all.text("an otpauth link", texts(&["Oaktree Learning Trust", "sprice", "ë"]), TEXT, Box::new(is_link));
    let by_profile = of_the_assistant(Place::ManagedPreferences);
    all.text("the assistant's policies on a Mac", profiles(), PLIST, by_profile);
    all.all()
}

/// With and without calls.
fn policies() -> Vec<Vec<u8>> {
    let calls = "[[methods]]\nkind = \"phone-call\"\nwanted = \"optional\"\nretires = \"2030-07-31\"";
    let called = EXAMPLE_POLICY.replace("# retires = \"2030-07-31\"", calls);
    let called = called.replace("# caller_id", "caller_id").replace("# company", "company");
    assert!(called.contains("\ncompany = ") && called.contains(calls));
    vec![EXAMPLE_POLICY.into(), called.into_bytes()]
}

fn is_policy(bytes: &[u8]) -> bool {
    text(bytes).is_some_and(|text| policy_from_text(Path::new("policy.toml"), text).is_ok())
}

fn example_policy() -> Policy {
    policy_from_text(Path::new("policy.toml"), EXAMPLE_POLICY).expect("the example")
}

fn policy_json() -> String {
    serde_json::to_string(&example_policy()).expect("writes")
}

pub(super) fn profile_json() -> String {
    serde_json::to_string(&example_policy().profile()).expect("writes")
}

fn is_json_policy(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Policy>(bytes).is_ok_and(|policy| policy.check().is_ok())
}

/// The example as it stands, and with what is a comment in it: every table has a seed that is good.
fn settings() -> Vec<Vec<u8>> {
    let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || b"_.".contains(&byte));
    let is_setting = |line: &&str| {
        let table = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        table.or_else(|| line.split_once(" = ").map(|(name, _)| name)).is_some_and(is_name)
    };
    let commented: Vec<&str> =
        EXAMPLE.lines().filter_map(|line| line.strip_prefix("# ")).filter(is_setting).collect();
    let commented = commented.join("\n");
    for table in ["[tls]", "[alerts]", "[calls]", "[calls.asterisk]", "[calls.provider]"] {
        assert!(commented.contains(&format!("{table}\n")), "{table} is in no seed");
    }
    let asterisk = format!("{EXAMPLE}\n{commented}\n");
    let provider = asterisk.replace("line = \"asterisk\"", "line = \"provider\"");
    let store = "store = \"postgres://enrol:secret@db.example/enrol?sslmode=verify-full\"\n";
    let small = format!(
        "listen = \"[::]:8620\"\nhosts = [\"enrol.oaktree.example\"]\ntrusted_proxies = [\"10.0.0.0/24\"]\n{store}[tls]\ncertificate = \"a\"\nkey = \"b\"\n"
    );
    let training = "training = true\n[calls]\nline = \"practice\"\n".to_owned();
    assert_ne!(provider, asterisk);
    [EXAMPLE.to_owned(), asterisk, provider, small, training].map(String::into_bytes).into()
}

fn is_settings(bytes: &[u8]) -> bool {
    let nothing = std::iter::empty();
    text(bytes).is_some_and(|text| Settings::from_text(Path::new("service.toml"), text, nothing).is_ok())
}

/// One a line.
fn variables() -> Vec<Vec<u8>> {
    texts(&[
        "ENROL_LISTEN=0.0.0.0:8620\nENROL_HOSTS=[\"enrol.oaktree.example\"]\nENROL_TLS__CERTIFICATE=a\nENROL_TLS__KEY=b",
        "ENROL_FLOOD__AT_ONCE=7\nENROL_DRAIN_SECS=9\nENROL_STORE=sqlite:a.sqlite\nPATH=/bin",
    ])
}

fn are_variables(bytes: &[u8]) -> bool {
    let pairs = |text: &str| {
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    text(bytes).is_some_and(|text| {
        Settings::from_text(Path::new("service.toml"), "", pairs(text).into_iter()).is_ok()
    })
}

/// With every name that means something, and one that does not.
fn policies_of_the_assistant() -> Vec<u8> {
    let key = IdentitySigner::from_bytes(&[1; 32]).key();
    let text = format!(
        r#"{{"ServerUrl":"https://enrol.oaktree.example","serverkey":"{key}","CaFile":"/etc/enrol/ca.pem","Renderer":"glow","Mode":"session","SiteId":"elm-room-12","Proxy":"http://proxy.oaktree.example:3128","Colour":"blue"}}"#
    );
    for name in Rules::names() {
        assert!(
            text.to_lowercase().contains(&format!("\"{}\"", name.to_lowercase())),
            "{name} is in no seed"
        );
    }
    text.into_bytes()
}

/// In both of Apple's forms.
fn profiles() -> Vec<Vec<u8>> {
    let values: plist::Value = serde_json::from_slice(&policies_of_the_assistant()).expect("a dictionary");
    let (mut xml, mut binary) = (Vec::new(), Vec::new());
    values.to_writer_xml(&mut xml).expect("writes");
    values.to_writer_binary(&mut binary).expect("writes");
    vec![xml, binary]
}

fn of_the_assistant(place: Place) -> Reads {
    let flags = Flags::read(["enrol"]).expect("no flags are good flags");
    Box::new(move |bytes| {
        let (is_good, described) = judge_policy_file(place, &flags, bytes);
        assert!(described.starts_with("ServerUrl: "), "{described}");
        is_good
    })
}

fn codes() -> Vec<Vec<u8>> {
    let code = EnrolmentCode::from_entropy(&[9; 64]).expect("a code").printed().to_lowercase();
    vec![code.replace('-', " ").into_bytes(), code.into_bytes()]
}

fn is_code(bytes: &[u8]) -> bool {
    EnrolmentCode::parse(&String::from_utf8_lossy(bytes)).is_ok()
}

fn numbers() -> Vec<Vec<u8>> {
    texts(&["07700 900123", "+44 (0)7700 900-123", "01632 960001", "0044 7700 900123"])
}

fn is_number(bytes: &[u8]) -> bool {
    let typed = String::from_utf8_lossy(bytes);
    let region = Region::GB;
    let read = numbers::judge(&typed, region, &ProfileNumbers::default());
    if let Ok(number) = &read {
        let again = PhoneNumber::from_bytes(number.bytes());
        assert!(again.is_some_and(|again| again == *number), "what is read is a number");
        assert!(!numbers::format_number(number, region, "extension").is_empty());
    }
    read.is_ok()
}

fn is_six_digits(bytes: &[u8]) -> bool {
    let typed = String::from_utf8_lossy(bytes);
    // Whatever it says: few of these are two digits.
    let _ = TwoDigits::parse(&typed);
    SixDigits::parse(&typed).is_some()
}

fn is_link(bytes: &[u8]) -> bool {
    let Ok(label) = Label::new(&String::from_utf8_lossy(bytes)) else { return false };
    let link = domain::otpauth_uri(&TotpSecret::from_bytes(&[1; 20]), &label, &label);
    let rest = link.strip_prefix("otpauth://totp/").expect("a link");
    let (path, query) = rest.split_once('?').expect("a query");
    assert!(link.bytes().all(|byte| byte.is_ascii_graphic()), "{link:?}");
    assert_eq!((path.matches(':').count(), query.contains(['?', '/', ':'])), (1, false), "{link:?}");
    true
}
