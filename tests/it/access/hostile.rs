//! Bodies that no assistant sends: each gets a refusal with a stable code, and the store stays as it was.
//!
//! Made from good bodies by seeded mutation, so that they come past the first check and far into the service.

pub(crate) mod mutations;

use std::collections::BTreeMap;
use std::sync::Arc;

use api::table;
use domain::{EnrolmentCode, Label, SchoolId};
use protocol::{
    ApprovalRequest, CallRequest, EndCallRequest, ErrorCode, SealPurpose, Sealed, SignInPayload, StationKey,
    StationPayload, StationSigner, VerifyOutcome, VerifyRequest, paths,
};
use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::harness::{Answer, Asking as _, BY, HOME, Harness};
use super::people::{Assistant, SignedIn, enrolled, posted, verified};
use super::random::Random;

const SEED: u64 = 20_261_124;

/// How many are sent: the promised ten thousand take two seconds.
fn bodies() -> usize {
    if tests::needs::in_full() { 100_000 } else { 10_000 }
}

/// Refusals from every depth of the service, each of which the bodies must have met.
const MET: [ErrorCode; 7] = [
    ErrorCode::BadRequest,
    ErrorCode::BodyTooLarge,
    ErrorCode::EnvelopeUnreadable,
    ErrorCode::KeyRetired,
    ErrorCode::GrantUnknown,
    ErrorCode::NotAllowed,
    ErrorCode::MethodNotProved,
];

/// A good body of one path, with all that makes it good.
struct Good {
    path: &'static str,
    body: String,
    credential: Option<String>,
}

struct Stage {
    harness: Harness,
    /// Signed in, with a good enrolment in hand that was not sent.
    jo: SignedIn,
    /// Has a code, and has not redeemed it.
    kim: Assistant,
    kims_code: EnrolmentCode,
    /// Nobody has used it.
    station_code: EnrolmentCode,
    lee: SignedIn,
    key: String,
}

impl Stage {
    async fn set() -> Self {
        let harness = Harness::open().await;
        let lee = enrolled(&harness, "lee").await;
        harness.pass_secs(120);
        let (jos_code, kims_code) = (harness.code_for("jo").await, harness.code_for("kim").await);
        let kim = Assistant::start(&harness.line, &harness.running.identity_key, harness.now()).await;
        let jo = kim.another(harness.now()).signed_in(&jos_code, harness.now(), HOME).await;
        let key = harness.key_of("rds").await;
        let (name, school) = (Label::new("Hall").expect("a label"), SchoolId("elm".to_owned()));
        let station_code = harness.service().add_station(name, school, BY, None).await.expect("a code").code;
        Self { jo, kim, kims_code, station_code, lee, key, harness }
    }

    /// The good body of a path that is posted to.
    fn good(&self, path: &'static str) -> Good {
        let now = self.harness.now();
        let text = |sealed: &Sealed| serde_json::to_string(sealed).expect("writes");
        let session = Some(self.jo.session().as_str().to_owned());
        let (body, credential) = match path {
            paths::SIGN_IN => (text(&self.kim.sign_in(&self.kims_code, now)), None),
            paths::STATIONS => (text(&self.kim.station(&self.station_code, station_key(), now)), None),
            paths::ENROLMENTS => (text(&self.jo.submission(now)), None),
            paths::CALLS => {
                let call = domain::CallId::from_uuid(uuid::Uuid::from_u128(7));
                let asked = self.jo.call(call, SealPurpose::Number, now);
                (serde_json::to_string(&asked).expect("writes"), session)
            }
            paths::PROVIDER => ("CallSid=CA1&CallStatus=ringing".to_owned(), None),
            // Ends no call here: there is none.
            paths::END_CALL => (r#"{"call":"0190a5f0-0000-7000-8000-00000000000a"}"#.to_owned(), session),
            paths::NOT_ME | paths::SIGN_OUT => ("{}".to_owned(), session),
            paths::APPROVALS => {
                let question = serde_json::json!({
                    "key": "0190a5f0-0000-7000-8000-00000000000a", "sign_in_name": "lee", "what": "remote desktop",
                    "address": HOME, "shown_digits": "47",
                });
                (question.to_string(), Some(self.key.clone()))
            }
            paths::VERIFY => {
                let code = self.lee.code(now);
                let question = serde_json::json!({ "sign_in_name": "lee", "code": code, "address": HOME });
                (question.to_string(), Some(self.key.clone()))
            }
            path => panic!("{path} has no good body here: say what it takes"),
        };
        Good { path, body, credential }
    }

    /// One hostile body, with what was done to it.
    fn spoilt(&self, random: &mut Random, good: &Good) -> (String, Vec<u8>) {
        loop {
            let (what, body) = self.maybe_spoilt(random, good);
            if !is_good(good, &body) {
                return (what, body);
            }
        }
    }

    fn maybe_spoilt(&self, random: &mut Random, good: &Good) -> (String, Vec<u8>) {
        let (name, spoil) = mutations::ALL[random.below(mutations::ALL.len())];
        let is_envelope = matches!(good.path, paths::SIGN_IN | paths::STATIONS | paths::ENROLMENTS);
        match random.below(if is_envelope { 4 } else { 1 }) {
            0 => (name.to_owned(), spoil(random, &good.body)),
            1 => {
                let mut sealed: Sealed = serde_json::from_str(&good.body).expect("an envelope");
                // Half of them can be read, so that it takes more than reading to refuse them.
                let (name, spoil) =
                    if random.below(2) == 0 { mutations::ANOTHER_VALUE } else { (name, spoil) };
                let header = String::from_utf8_lossy(&sealed.header.0).into_owned();
                sealed.header.0 = spoil(random, &header);
                (format!("the header: {name}"), serde_json::to_vec(&sealed).expect("writes"))
            }
            2 => {
                let mut sealed: Sealed = serde_json::from_str(&good.body).expect("an envelope");
                let length = random.below(3_000);
                match random.below(4) {
                    0 => sealed.encapped_key.0 = random.bytes(),
                    // Points of small order: with them the shared secret would be known to everybody.
                    1 => sealed.encapped_key.0 = [0; 32],
                    2 => sealed.ciphertext.0.resize(length, 7),
                    _ => {
                        let at = random.below(sealed.ciphertext.0.len());
                        sealed.ciphertext.0[at] ^= 1 << random.below(8);
                    }
                }
                ("the seal".to_owned(), serde_json::to_vec(&sealed).expect("writes"))
            }
            _ => ("what is sealed".to_owned(), self.well_sealed(random, good.path)),
        }
    }

    /// A seal that opens, over something that should not be in it.
    fn well_sealed(&self, random: &mut Random, path: &str) -> Vec<u8> {
        let now = self.harness.now();
        // What can be read is good, or a guess: those are scenarios of their own.
        let (good, reads): (_, fn(&[u8]) -> bool) = match path {
            paths::SIGN_IN => {
                (self.kim.sign_in_plain(&self.kims_code), |plain| SignInPayload::decode(plain).is_ok())
            }
            paths::STATIONS => (StationPayload(self.station_code.clone()).encode().to_vec(), |plain| {
                StationPayload::decode(plain).is_ok()
            }),
            _ => (self.jo.plain(now), |_| false),
        };
        let plain = loop {
            let mut plain = good.clone();
            for _ in 0..1 + random.below(4) {
                // The first 80 bytes say everything; the rest is zeros.
                let end = if random.below(4) == 0 { plain.len() } else { 80 };
                let at = random.below(end);
                plain[at] = random.number().to_le_bytes()[1];
            }
            if plain != good && !reads(&plain) {
                break plain;
            }
        };
        let sealed = match path {
            paths::SIGN_IN => self.kim.seal(SealPurpose::SignIn, &self.kim.sign_in_header(now), &plain),
            paths::STATIONS => {
                self.kim.seal(SealPurpose::Station, &self.kim.station_header(station_key(), now), &plain)
            }
            _ => self.jo.assistant.seal(SealPurpose::Enrolment, &self.jo.header(now), &plain),
        };
        serde_json::to_vec(&sealed).expect("writes")
    }
}

/// Of a computer that is to become a station.
fn station_key() -> StationKey {
    StationSigner::from_bytes(&[1; 32]).key()
}

/// Whether a body came out good, after all.
fn is_good(good: &Good, body: &[u8]) -> bool {
    // A list of an object's values is none, though serde would take it for one.
    if body.trim_ascii_start().starts_with(b"[") {
        return false;
    }
    match good.path {
        paths::SIGN_IN | paths::STATIONS | paths::ENROLMENTS => {
            let sealed = |body: &[u8]| serde_json::from_slice::<Sealed>(body).ok();
            sealed(body).is_some_and(|other| sealed(good.body.as_bytes()) == Some(other))
        }
        paths::CALLS => serde_json::from_slice::<CallRequest>(body)
            .is_ok_and(|asked| Some(asked) == serde_json::from_str(&good.body).ok()),
        // Any call may be named: what is not one's own or over stays as it is.
        paths::END_CALL => serde_json::from_slice::<EndCallRequest>(body).is_ok(),
        // None is signed.
        paths::PROVIDER => false,
        // Whoever is asked about has no phone: what can be read is answered, and not refused.
        paths::APPROVALS => serde_json::from_slice::<ApprovalRequest>(body).is_ok(),
        paths::VERIFY => serde_json::from_slice::<VerifyRequest>(body)
            .is_ok_and(|question| !question.sign_in_name.contains('\0') && !question.code.contains('\0')),
        // Nothing at all is as good as an empty object.
        _ => {
            body.is_empty()
                || serde_json::from_slice::<Value>(body).is_ok_and(|value| value == serde_json::json!({}))
        }
    }
}

/// What may be answered, as the service's own description says.
async fn described(harness: &Harness) -> Value {
    harness.line.get(paths::OPENAPI).answer().await.read()
}

fn check(description: &Value, path: &str, answer: &Answer) -> Result<ErrorCode, String> {
    if !(400..500).contains(&answer.status) {
        return Err(format!("{} {}", answer.status, answer.text()));
    }
    let problem = answer.problem();
    // The description names the rest of a path without the router's star.
    let path = path.replace("{*", "{");
    let words = &description["paths"][path]["post"]["responses"][answer.status.to_string()]["description"];
    let is_described =
        words.as_str().is_some_and(|words| words.split(", ").any(|name| name == problem.code.name()));
    if is_described { Ok(problem.code) } else { Err(format!("{} is not described: {words}", problem.code)) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_hostile_bodies_are_refused_by_name_and_change_nothing() {
    let stage = Arc::new(Stage::set().await);
    let harness = &stage.harness;
    let description = Arc::new(described(harness).await);
    let before = harness.dump().await;
    let paths: Vec<&'static str> =
        table().iter().filter(|route| route.method == Method::POST).map(|route| route.path).collect();
    let goods: Arc<Vec<Good>> = Arc::new(paths.iter().map(|path| stage.good(path)).collect());
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..8 {
        let (stage, goods, description) = (Arc::clone(&stage), Arc::clone(&goods), Arc::clone(&description));
        senders.spawn(async move {
            let (mut wrong, mut met) = (Vec::new(), BTreeMap::new());
            for number in (sender..bodies()).step_by(8) {
                let mut random = Random::of(SEED ^ (u64::try_from(number).unwrap_or(0) << 20));
                let good = &goods[number % goods.len()];
                let (what, body) = stage.spoilt(&mut random, good);
                let mut request = stage.harness.line.post(good.path, body.clone()).at(HOME);
                if let Some(credential) = &good.credential {
                    request = request.showing(credential);
                }
                let answer = request.answer().await;
                match check(&description, good.path, &answer) {
                    Ok(code) => *met.entry(code.name()).or_insert(0) += 1,
                    Err(error) => {
                        let start = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
                        wrong.push(format!("{number} {} {what}: {error}\n  {start:?}", good.path));
                    }
                }
            }
            (wrong, met)
        });
    }
    let (mut wrong, mut met) = (Vec::new(), BTreeMap::new());
    for (of_one, met_by_one) in senders.join_all().await {
        wrong.extend(of_one);
        for (code, count) in met_by_one {
            *met.entry(code).or_insert(0) += count;
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), bodies(), wrong.join("\n"));
    println!("{} hostile bodies met {met:?}", bodies());
    for code in MET {
        assert!(met.contains_key(code.name()), "{code} was never met: {met:?}");
    }
    assert_eq!(harness.dump().await, before, "not even a count changed");

    // The control: what they were made from is good, and the comparison would have seen it.
    let Stage { jo, kim, kims_code, station_code, lee, key, .. } = &*stage;
    let now = harness.now();
    assert_eq!(
        verified(&harness.line, key, "lee", &lee.code(now), HOME).await.outcome,
        VerifyOutcome::Accepted
    );
    let good = [
        posted(&harness.line, paths::ENROLMENTS, &jo.submission(now)),
        posted(&harness.line, paths::SIGN_IN, &kim.sign_in(kims_code, now)),
        posted(&harness.line, paths::STATIONS, &kim.station(station_code, station_key(), now)),
        harness.line.post(paths::SIGN_OUT, "{}").showing(jo.session().as_str()),
    ];
    let mut last = before;
    for request in good {
        assert_eq!(request.at(HOME).answer().await.refusal(), None);
        let next = harness.dump().await;
        assert_ne!(next, last);
        last = next;
    }
}

/// A body of 100 MB, in pieces, to a service that reads 64 KiB; and what it answers.
async fn hundred_megabytes(harness: &Harness, head: &str, chunked: bool) -> String {
    const PIECE: usize = 64 * 1024;
    let stream = TcpStream::connect(harness.running.address).await.expect("connects");
    let (mut reading, mut writing) = stream.into_split();
    let head = head.to_owned();
    let sender = tokio::spawn(async move {
        let piece = if chunked {
            format!("{PIECE:x}\r\n{}\r\n", "[".repeat(PIECE)).into_bytes()
        } else {
            vec![b'['; PIECE]
        };
        writing.write_all(head.as_bytes()).await?;
        for _ in 0..100 * 1024 * 1024 / PIECE {
            writing.write_all(&piece).await?;
        }
        if chunked {
            writing.write_all(b"0\r\n\r\n").await?;
        }
        Ok::<_, std::io::Error>(writing)
    });
    let mut answer = Vec::new();
    let read = reading.read_to_end(&mut answer);
    // A connection that the service cuts after its answer is an end as well.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(60), read).await.expect("an end");
    let _ = sender.await.expect("no panic");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_hundred_megabytes_are_refused_announced_or_not_and_the_service_goes_on() {
    let harness = Harness::open().await;
    let before = harness.dump().await;
    for path in [paths::SIGN_IN, paths::ENROLMENTS] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
        );
        for (length, chunked) in [("Content-Length: 104857600", false), ("Transfer-Encoding: chunked", true)]
        {
            let answer = hundred_megabytes(&harness, &format!("{head}{length}\r\n\r\n"), chunked).await;
            assert!(answer.starts_with("HTTP/1.1 413"), "{path} {length}: {answer}");
            assert!(answer.contains("\"code\":\"body_too_large\""), "{path} {length}: {answer}");
        }
    }
    assert_eq!(harness.dump().await, before);
    assert_eq!(harness.line.get(paths::READY).answer().await.status, 200);
}
