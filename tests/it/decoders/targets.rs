//! The decoders, each with inputs that it reads and words of its format.

use std::path::Path;

use assistant::effects::is_outbox_entry;
use domain::{
    EnrolmentCode, Label, MethodKind, NumberRule, PhoneNumber, Policy, Region, ServiceId, SixDigits, Step,
    TotpSecret, TwoDigits,
};
use protocol::{
    ApprovalRequest, CallHeader, CallProgress, CallRequest, ClockDocument, Credential, EndCallRequest,
    EnrolmentHeader, EnrolmentPlain, EnvelopePrivateKey, GrantToken, IdentityKey, MethodPlain, NumberPlain,
    PolicyDocument, SealPurpose, Sealed, SignInHeader, SignInPlain, Signed, VerifyRequest,
};
use serde::de::DeserializeOwned;
use service::config::{EXAMPLE, EXAMPLE_POLICY, Settings, policy_from_text};
use telephony::{ProviderLine, ProviderSettings, is_asterisk_event};

/// Reads an input, and says whether it was good.
type Reads = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

pub(super) struct Target {
    pub(super) name: &'static str,
    pub(super) number: u64,
    pub(super) seeds: Vec<Vec<u8>>,
    pub(super) words: &'static [&'static str],
    pub(super) is_json: bool,
    pub(super) reads: Reads,
}

const JSON: &[&str] =
    &["null", "true", "{}", "[]", "\"\"", ":", ",", "\\u0000", "\\ud800", "\"v\":1", "-0", "1e9"];
const TOML: &[&str] =
    &["[[methods]]", "[calls]", "= ", "\"\"\"", "'''", "[", "]", "{", "}", "#", "\n", "true", "inf"];
const TEXT: &[&str] = &[
    "+44", "00", "(0)", "ext", "x", ";ext=12", " ext. 12", "tel:", "-", " ", "٣", "０", "\u{2010}", "0", "9",
];

const SERVICE: &str = "0190a5f0-0000-7000-8000-000000000001";
const ID: &str = "0190a5f0-0000-7000-8000-000000000002";

/// All of them.
pub(super) fn all() -> Vec<Target> {
    let headers = headers();
    let key = EnvelopePrivateKey::from_bytes(&[7; 32]);
    let service: ServiceId = SERVICE.parse().expect("an id");
    let sealed = sealed(&key, service, &headers[0], &plains()[1]);
    let envelope = serde_json::to_vec(&sealed).expect("writes");
    let entry = format!(r#"{{"v":1,"enrolment":"{ID}","sealed":{}}}"#, String::from_utf8_lossy(&envelope));
    let mut all = Vec::new();
    let mut target = |name, seeds: Vec<Vec<u8>>, words, is_json, reads: Reads| {
        let number = u64::try_from(all.len()).unwrap_or(0);
        all.push(Target { name, number, seeds, words, is_json, reads });
    };
    target("the bodies of requests", bodies(), JSON, true, Box::new(is_body));
    target(
        "an envelope",
        vec![envelope.clone()],
        JSON,
        true,
        Box::new(move |bytes| opens(bytes, &key, service)),
    );
    target("a header", headers, JSON, true, Box::new(is_header));
    target("a plaintext", plains(), &[], false, Box::new(is_plain));
    target("an entry of the outbox", vec![entry.into()], JSON, true, Box::new(is_outbox_entry));
    target("the service's answers", answers(), JSON, true, Box::new(is_answer));
    target("a policy as TOML", vec![EXAMPLE_POLICY.into()], TOML, false, Box::new(is_policy));
    target("a policy as JSON", vec![policy_json().into()], JSON, true, Box::new(is_json_policy));
    target("the service's settings", settings(), TOML, false, Box::new(is_settings));
    target("an enrolment code", codes(), TEXT, false, Box::new(is_code));
    target("a telephone number", numbers(), TEXT, false, Box::new(is_number));
    target(
        "what is typed for six digits",
        texts(&["123456", "123 456"]),
        TEXT,
        false,
        Box::new(is_six_digits),
    );
    target(
        "an otpauth link",
        texts(&["Oaktree Learning Trust", "sprice", "ë"]),
        TEXT,
        false,
        Box::new(is_link),
    );
    target(
        "an event of Asterisk",
        events(),
        JSON,
        true,
        Box::new(|bytes| text(bytes).is_some_and(is_asterisk_event)),
    );
    target("a form of the provider", forms(), &["&", "=", "%00", "%", "+", "Digits="], false, provider());
    all
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn texts(all: &[&str]) -> Vec<Vec<u8>> {
    all.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn is<T: DeserializeOwned>(bytes: &[u8]) -> bool {
    serde_json::from_slice::<T>(bytes).is_ok()
}

fn bodies() -> Vec<Vec<u8>> {
    texts(&[
        r#"{"sign_in_name":"sprice","code":"123 456","address":"192.0.2.7"}"#,
        r#"{"key":"0190a5f0-0000-7000-8000-00000000000a","sign_in_name":"lee","what":"remote desktop","address":"2001:db8::1","shown_digits":"47"}"#,
        r#"{"call":"0190a5f0-0000-7000-8000-00000000000a"}"#,
    ])
}

fn is_body(bytes: &[u8]) -> bool {
    let read = [is::<VerifyRequest>(bytes), is::<ApprovalRequest>(bytes), is::<EndCallRequest>(bytes)];
    read.contains(&true) | is::<CallRequest>(bytes)
}

fn headers() -> Vec<Vec<u8>> {
    let common =
        format!(r#""v":1,"service":"{SERVICE}","key_id":"e1","policy_serial":3,"time":1800000000000"#);
    [
        format!(
            r#"{{{common},"enrolment":"{ID}","grant":"{ID}","person":"{ID}","generation":0,"station":null,"kinds":["authenticator-app","phone-call"]}}"#
        ),
        format!(r#"{{{common},"enrolment":"{ID}"}}"#),
        format!(r#"{{{common},"grant":"{ID}","call":"{ID}"}}"#),
    ]
    .map(String::into_bytes)
    .into()
}

fn is_header(bytes: &[u8]) -> bool {
    is::<EnrolmentHeader>(bytes) | is::<SignInHeader>(bytes) | is::<CallHeader>(bytes)
}

fn sealed(key: &EnvelopePrivateKey, service: ServiceId, header: &[u8], plain: &[u8]) -> Sealed {
    let header: EnrolmentHeader = serde_json::from_slice(header).expect("a header");
    let public = key.envelope_key("e1").expect("a key");
    protocol::seal(SealPurpose::Enrolment, service, &public, &header, plain).expect("seals")
}

fn opens(bytes: &[u8], key: &EnvelopePrivateKey, service: ServiceId) -> bool {
    let Ok(sealed) = serde_json::from_slice::<Sealed>(bytes) else { return false };
    let Ok(header) = protocol::header::<EnrolmentHeader>(&sealed) else { return false };
    let opened = protocol::open(SealPurpose::Enrolment, service, &header.key_id, key, &sealed);
    opened.is_ok_and(|plain| EnrolmentPlain::decode(&plain).is_ok())
}

fn plains() -> Vec<Vec<u8>> {
    let number = || PhoneNumber::new("447700900123", "12").expect("a number");
    let token = || GrantToken::from_bytes(&[3; 32]);
    let code = EnrolmentCode::from_entropy(&[5; 64]).expect("a code");
    let app = MethodPlain::AuthenticatorApp {
        secret: TotpSecret::from_bytes(b"12345678901234567890"),
        code: SixDigits::parse("123456").expect("a code"),
        step: Step(60_000_000),
    };
    let enrolment = EnrolmentPlain { token: token(), methods: vec![app, MethodPlain::PhoneCall(number())] };
    vec![
        SignInPlain { token: token(), credential: Credential::EnrolmentCode(code) }.encode().to_vec(),
        enrolment.encode().expect("it has room").to_vec(),
        NumberPlain(number()).encode().to_vec(),
    ]
}

fn is_plain(bytes: &[u8]) -> bool {
    SignInPlain::decode(bytes).is_ok()
        | EnrolmentPlain::decode(bytes).is_ok()
        | NumberPlain::decode(bytes).is_ok()
}

fn answers() -> Vec<Vec<u8>> {
    let document = format!(
        r#"{{"service":"{SERVICE}","serial":3,"issued_at":1800000000000,"envelope_key":{{"id":"e1","public":"{}"}},"policy":{}}}"#,
        "A".repeat(43),
        policy_json()
    );
    let mut answers = texts(&[
        r#"{"now":1800000000000,"nonce":"0123456789abcdef","school":"elm"}"#,
        r#"{"code":"not_allowed","title":"x","status":403}"#,
    ]);
    answers.retain(|answer| is_answer(answer));
    answers.push(document.into_bytes());
    answers
}

fn is_answer(bytes: &[u8]) -> bool {
    let read = [is::<PolicyDocument>(bytes), is::<ClockDocument>(bytes), is::<CallProgress>(bytes)];
    let key = text(bytes).is_some_and(|text| text.parse::<IdentityKey>().is_ok());
    read.contains(&true) | is::<Signed>(bytes) | is::<protocol::ApiProblem>(bytes) | key
}

fn is_policy(bytes: &[u8]) -> bool {
    text(bytes).is_some_and(|text| policy_from_text(Path::new("policy.toml"), text).is_ok())
}

fn policy_json() -> String {
    let policy = policy_from_text(Path::new("policy.toml"), EXAMPLE_POLICY).expect("the example");
    serde_json::to_string(&policy).expect("writes")
}

fn is_json_policy(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Policy>(bytes).is_ok_and(|policy| policy.check().is_ok())
}

fn settings() -> Vec<Vec<u8>> {
    let calls =
        "[calls]\nline = \"provider\"\nlines = 4\n[calls.provider]\napi = \"https://api.example.org\"\n";
    let all = [EXAMPLE.to_owned(), format!("{EXAMPLE}\n{calls}"), "listen = \"127.0.0.1:0\"\n".to_owned()];
    all.into_iter().map(String::into_bytes).filter(|text| is_settings(text)).collect()
}

fn is_settings(bytes: &[u8]) -> bool {
    let nothing = std::iter::empty();
    text(bytes).is_some_and(|text| Settings::from_text(Path::new("service.toml"), text, nothing).is_ok())
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
    let read = numbers::judge(&typed, region, &NumberRule::default());
    if let Ok(number) = &read {
        let again = PhoneNumber::from_bytes(number.bytes());
        assert!(again.is_some_and(|again| again == *number), "what is read is a number");
        let _ = numbers::shown(number, region, "extension");
    }
    read.is_ok()
}

fn is_six_digits(bytes: &[u8]) -> bool {
    let typed = String::from_utf8_lossy(bytes);
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

fn events() -> Vec<Vec<u8>> {
    texts(&[
        r#"{"type":"Dial","dialstatus":"RINGING","dialstring":"x@trunk","peer":{"id":"c1","name":"PJSIP/trunk","state":"Down"},"application":"enrol"}"#,
        r#"{"type":"ChannelStateChange","channel":{"id":"c1","state":"Ringing","caller":{"name":"","number":""}},"application":"enrol"}"#,
        r#"{"type":"StasisStart","args":[],"channel":{"id":"c1","state":"Up"},"application":"enrol"}"#,
        r#"{"type":"PlaybackFinished","playback":{"id":"c1-1","media_uri":"sound:a","target_uri":"channel:c1","state":"done"}}"#,
        r#"{"type":"ChannelDtmfReceived","digit":"4","duration_ms":180,"channel":{"id":"c1","state":"Up"}}"#,
        r#"{"type":"ChannelDestroyed","cause":17,"cause_txt":"User busy","tech_cause":486,"channel":{"id":"c1"}}"#,
    ])
}

fn forms() -> Vec<Vec<u8>> {
    texts(&[
        "CallSid=CA1&AccountSid=AC1&CallStatus=in-progress&SipResponseCode=200",
        "CallSid=CA1&Digits=47%23&a=%C3%AB",
    ])
}

/// Every form is refused here, since none is signed; the signature is made over all that was read.
fn provider() -> Reads {
    let settings = ProviderSettings {
        api: "https://api.example.org".to_owned(),
        account: "AC1".to_owned(),
        secret: "a secret".to_owned().into(),
        from: "+441632960000".to_owned(),
        public: "https://enrol.example.org/calls/provider".to_owned(),
    };
    let line = ProviderLine::new(settings).expect("a line");
    Box::new(move |bytes| {
        let refused = line.callback("token/status", bytes, Some("AAAAAAAAAAAAAAAAAAAAAAAAAAA="));
        refused.is_err()
    })
}

/// Kinds are named in headers: each has a name that reads.
#[test]
fn every_kind_of_method_is_in_a_seed() {
    let headers = String::from_utf8(headers().concat()).expect("text");
    for kind in [MethodKind::AuthenticatorApp, MethodKind::PhoneCall] {
        assert!(headers.contains(kind.name()), "{}", kind.name());
    }
}
