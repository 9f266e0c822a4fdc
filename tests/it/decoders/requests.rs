//! What strangers send to the service: bodies, queries, headers, envelopes, and what telephone lines say.
//!
//! Not here: the endpoints behind which they are read (`access::hostile`).

use api::readers;
use domain::{
    EnrolmentCode, MethodKind, PhoneNumber, PromptLanguage, ServiceId, SixDigits, Step, TotpSecret, TwoDigits,
};
use protocol::{
    ApprovalRequest, CallHeader, CallRequest, Credential, EndCallRequest, EnrolmentHeader, EnrolmentPayload,
    EnvelopePrivateKey, GrantToken, MethodPayload, NumberPayload, SealPurpose, Sealed, SignInHeader,
    SignInPayload, StationHeader, StationPayload, StationSigner, VerifyRequest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use telephony::{ProviderLine, ProviderSettings, Script, SpokenName, is_asterisk_event, is_provider_call};

use super::target::{Is, Reads, Target, Targets, each_by_its_own, is, text, texts};

const SERVICE: &str = "0190a5f0-0000-7000-8000-000000000001";
const ID: &str = "0190a5f0-0000-7000-8000-000000000002";

/// All of them.
pub(super) fn all() -> Vec<Target> {
    let mut all = Targets::from(0);
    let (seeds, reads) = each_by_its_own(bodies());
    all.json("the bodies of requests", seeds, reads);
    let [sign_in, enrolment, number, station] =
        [0, 1, 2, 3].map(|place| (headers()[place].clone(), plains()[place].clone()));
    let (seed, reads) = envelope::<SignInHeader>(
        SealPurpose::SignIn,
        &sign_in,
        WHOLE,
        |header| &header.key_id,
        |plain| SignInPayload::decode(plain).is_ok(),
    );
    all.json("an envelope with a credential", vec![seed], reads);
    let (seed, reads) = envelope::<EnrolmentHeader>(
        SealPurpose::Enrolment,
        &enrolment,
        WHOLE,
        |header| &header.key_id,
        |plain| EnrolmentPayload::decode(plain).is_ok(),
    );
    all.json("an envelope with an enrolment", vec![seed], reads);
    let (seed, reads) = envelope::<CallHeader>(
        SealPurpose::Number,
        &number,
        IN_A_CALL,
        |header| &header.key_id,
        |plain| NumberPayload::decode(plain).is_ok(),
    );
    all.json("an envelope with a number", vec![seed], reads);
    let (seed, reads) = envelope::<StationHeader>(
        SealPurpose::Station,
        &station,
        WHOLE,
        |header| &header.key_id,
        |plain| StationPayload::decode(plain).is_ok(),
    );
    all.json("an envelope with a station's code", vec![seed], reads);
    let (seeds, reads) = each_by_its_own(headers().into_iter().zip(HEADERS).collect());
    all.json("an envelope's header", seeds, reads);
    all.text("an envelope's plaintext", plains(), &[], Box::new(is_plain));
    all.text("a query", queries(), &["call=", "&after=", "nonce=", "&", "=", "%00", "+"], Box::new(is_query));
    let hops = [
        "192.0.2.7, 10.0.0.2",
        "192.0.2.7:443",
        "[2001:db8::1]:443,10.0.0.2\n2001:db8:5::9",
        "[2001:db8::1]",
    ];
    all.text("X-Forwarded-For", texts(&hops), HOPS, Box::new(readers::is_forwarded_for));
    let shown =
        ["Bearer rp1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "bearer AAAA-_AAAAAAAAAAAAAAAAAAAAAAAAAA"];
    all.text(
        "a credential",
        texts(&shown),
        &["Bearer ", "Basic ", " ", "\n", "\t"],
        Box::new(readers::is_credential),
    );
    let signed = protocol::Blob(vec![7; 64]).text();
    let marks = [format!("Enrol-Station {ID}.{signed}"), format!("enrol-station {SERVICE}.{signed}")];
    all.text(
        "a station's mark",
        marks.map(String::into_bytes).into(),
        &["Enrol-Station ", "Bearer ", ".", " ", "\n", "-", "_"],
        Box::new(readers::is_station_assertion),
    );
    let hosts =
        ["enrol.oaktree.example:443", "Enrol.Oaktree.Example", "[::1]:8620", "127.0.0.1:1", "localhost"];
    all.text("a host", texts(&hosts), &[":", "[", "]", "@", ":443", "\n", "."], Box::new(readers::is_host));
    let kinds = ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=\"UTF-8\""];
    all.text(
        "a content type",
        texts(&kinds),
        &["; ", "charset=", "\"", "\n", ","],
        Box::new(readers::is_json),
    );
    all.json("an event of Asterisk", events(), Box::new(|bytes| text(bytes).is_some_and(is_asterisk_event)));
    all.text("a form of the provider", forms(), FORM, provider());
    all.text("the provider's posts in one call", posts(), FORM, Box::new(is_call));
    all.all()
}

const HOPS: &[&str] =
    &[",", ", ", "\n", "::ffff:", "::", "[", "]", ":443", "10.0.0.2", "2001:db8:5::1", "unknown", "%eth0"];

fn bodies() -> Vec<(String, Is)> {
    fn is<T: DeserializeOwned>(bytes: &[u8]) -> bool {
        readers::body::<T>(bytes).is_some()
    }
    let sealed = format!(r#"{{"header":"e30","encapped_key":"{}","ciphertext":"AAAA"}}"#, "A".repeat(43));
    vec![
        (
            r#"{"sign_in_name":"sprice","code":"123 456","address":"192.0.2.7"}"#.to_owned(),
            is::<VerifyRequest>,
        ),
        (
            format!(
                r#"{{"key":"{ID}","sign_in_name":"lee","what":"remote desktop","address":"2001:db8::1","shown_digits":"47"}}"#
            ),
            is::<ApprovalRequest>,
        ),
        (format!(r#"{{"call":"{ID}"}}"#), is::<EndCallRequest>),
        (format!(r#"{{"call":"{ID}","number":{sealed}}}"#), is::<CallRequest>),
        (sealed, is::<Sealed>),
    ]
}

/// Of a sign-in, an enrolment, a call and a station.
fn headers() -> [String; 4] {
    let common =
        format!(r#""v":1,"service":"{SERVICE}","key_id":"e1","policy_serial":3,"time":1800000000000"#);
    [
        format!(r#"{{{common},"enrolment":"{ID}"}}"#),
        format!(
            r#"{{{common},"enrolment":"{ID}","grant":"{ID}","person":"{ID}","generation":0,"station":null,"kinds":["authenticator-app","phone-call"]}}"#
        ),
        format!(r#"{{{common},"grant":"{ID}","call":"{ID}"}}"#),
        format!(
            r#"{{"v":1,"service":"{SERVICE}","key_id":"e1","key":"{}","time":1800000000000}}"#,
            station_key()
        ),
    ]
}

const HEADERS: [Is; 4] = [is::<SignInHeader>, is::<EnrolmentHeader>, is::<CallHeader>, is::<StationHeader>];

fn station_key() -> String {
    protocol::Bytes32(*StationSigner::from_bytes(&[7; 32]).key().bytes()).text()
}

/// What stands around an envelope in its request, and how it is taken out.
type Around = ([&'static str; 2], fn(&[u8]) -> Option<Sealed>);

const WHOLE: Around = (["", ""], readers::body::<Sealed>);
const IN_A_CALL: Around = ([r#"{"call":"0190a5f0-0000-7000-8000-000000000002","number":"#, "}"], |bytes| {
    readers::body::<CallRequest>(bytes).map(|request| request.number)
});

/// An envelope of these parts as it is posted, and what the service does with one.
fn envelope<H: Serialize + DeserializeOwned + 'static>(
    purpose: SealPurpose,
    (header, plain): &(String, Vec<u8>),
    ([before, after], taken_out): Around,
    key_id: fn(&H) -> &str,
    is_plain: Is,
) -> (Vec<u8>, Reads) {
    let key = EnvelopePrivateKey::from_bytes(&[7; 32]);
    let service: ServiceId = SERVICE.parse().expect("an id");
    let header: H = serde_json::from_str(header).expect("a header");
    let public = key.envelope_key("e1").expect("a key");
    let sealed = protocol::seal(purpose, service, &public, &header, plain).expect("seals");
    let posted = format!("{before}{}{after}", serde_json::to_string(&sealed).expect("writes"));
    let reads = move |bytes: &[u8]| {
        let Some(sealed) = taken_out(bytes) else { return false };
        let Ok(header) = protocol::header::<H>(&sealed) else { return false };
        protocol::open(purpose, service, key_id(&header), &key, &sealed).is_ok_and(|plain| is_plain(&plain))
    };
    (posted.into_bytes(), Box::new(reads))
}

/// Of a sign-in, an enrolment, a call and a station.
fn plains() -> Vec<Vec<u8>> {
    let number = || PhoneNumber::new("447700900123", "12").expect("a number");
    let token = || GrantToken::from_bytes(&[3; 32]);
    let code = EnrolmentCode::from_entropy(&[5; 64]).expect("a code");
    let app = MethodPayload::AuthenticatorApp {
        secret: TotpSecret::from_bytes(b"12345678901234567890"),
        code: SixDigits::parse("123456").expect("a code"),
        step: Step(60_000_000),
    };
    let enrolment =
        EnrolmentPayload { token: token(), methods: vec![app, MethodPayload::PhoneCall(number())] };
    vec![
        SignInPayload { token: token(), credential: Credential::EnrolmentCode(code.clone()) }
            .encode()
            .to_vec(),
        enrolment.encode().expect("it has room").to_vec(),
        NumberPayload(number()).encode().to_vec(),
        StationPayload(code).encode().to_vec(),
    ]
}

fn is_plain(bytes: &[u8]) -> bool {
    SignInPayload::decode(bytes).is_ok()
        | EnrolmentPayload::decode(bytes).is_ok()
        | NumberPayload::decode(bytes).is_ok()
        | StationPayload::decode(bytes).is_ok()
}

fn queries() -> Vec<Vec<u8>> {
    let progress = format!("call={ID}&after=7");
    texts(&["nonce=0123456789abcdef-_ABCDEF", &progress])
}

fn is_query(bytes: &[u8]) -> bool {
    text(bytes).is_some_and(readers::is_query)
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

const FORM: &[&str] =
    &["&", "=", "%00", "%", "+", "Digits=", "words/", "status ", "\nwords/1 ", "4294967295", "CallSid=CA1"];

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

/// A test call that is passed at the second attempt, and one that is busy.
fn posts() -> Vec<Vec<u8>> {
    texts(&[
        "status CallSid=CA1&CallStatus=ringing\nwords/0 CallSid=CA1\nwords/1 CallSid=CA1&Digits=48%23\nwords/2 CallSid=CA1&Digits=47%23\nstatus CallSid=CA1&CallStatus=completed",
        "status CallSid=CA1&CallStatus=failed&SipResponseCode=486\nwords/0 CallSid=CA1",
    ])
}

/// Behind the signature.
fn is_call(bytes: &[u8]) -> bool {
    let trust = SpokenName::new("Oaktree Learning Trust").expect("a name");
    let digits = TwoDigits::parse("47").expect("two digits");
    let script = Script::Test { language: PromptLanguage::English, trust, digits };
    text(bytes).is_some_and(|posts| is_provider_call(script, posts))
}

/// Kinds are named in headers: each has a name that reads.
#[test]
fn every_kind_of_method_is_in_a_seed() {
    let headers = headers().concat();
    for kind in [MethodKind::AuthenticatorApp, MethodKind::PhoneCall] {
        assert!(headers.contains(kind.name()), "{}", kind.name());
    }
}
