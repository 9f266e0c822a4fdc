//! The live effects against a made-up service on a socket of this computer.

use std::{
    collections::VecDeque,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex, mpsc},
};

use domain::{EnrolmentId, Reference};
use journey::{Attempt, RefusedWhy, SaveFault, SendFault, ServiceFault};
use platform::testing::wait_for;
use protocol::{
    ApiProblem, AuditHead, Bytes32, ClockDocument, EnrolmentHeader, ErrorCode, IdentitySigner, Purpose,
    ReceiptDocument, RefusalDocument, Sealed, Signed, paths,
};

use super::*;
use crate::effects::scripted::{SAMPLE_NOW, sample_document, sample_enrolment, sample_enrolment_of};

/// How the made-up service answers a submission.
#[derive(Clone, Copy)]
enum Reply {
    Receipt(u8),
    /// As anybody on the way could say it.
    Problem(ErrorCode),
    /// Signed, with which key and whether of this very submission.
    Refusal(ErrorCode, u8, bool),
    /// A page of the school's filter.
    Page(u16),
    Redirect,
    Endless,
}

struct FakeService {
    address: ServiceUrl,
    submissions: Arc<Mutex<Vec<EnrolmentId>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
}

fn signer(seed: u8) -> IdentitySigner {
    IdentitySigner::from_bytes(&[seed; 32])
}

impl FakeService {
    /// Answers submissions in this order, the last reply for ever.
    fn start(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address =
            format!("http://{}", listener.local_addr().expect("an address")).parse().expect("loopback");
        let service = Self {
            address,
            submissions: Arc::default(),
            replies: Arc::new(Mutex::new(replies.iter().copied().collect())),
        };
        let (submissions, replies) = (Arc::clone(&service.submissions), Arc::clone(&service.replies));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &submissions, &replies);
            }
        });
        service
    }

    fn received(&self) -> Vec<EnrolmentId> {
        self.submissions.lock().expect("no panic").clone()
    }
}

fn serve(
    mut stream: std::net::TcpStream,
    submissions: &Mutex<Vec<EnrolmentId>>,
    replies: &Mutex<VecDeque<Reply>>,
) {
    let mut reader = BufReader::new(stream.try_clone().expect("clones"));
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).expect("a line");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let path = first.split(' ').nth(1).unwrap_or_default();
    let signed = |purpose, document: &dyn Fn() -> Signed| {
        (200, serde_json::to_string(&document()).expect("writes"), purpose)
    };
    let (status, body, _) = if path == paths::POLICY {
        signed(Purpose::Policy, &|| {
            Signed::sign(Purpose::Policy, &sample_document(), &signer(1)).expect("signs")
        })
    } else if let Some(nonce) = path.strip_prefix(&format!("{}?nonce=", paths::CLOCK)) {
        let clock = ClockDocument { now: SAMPLE_NOW, nonce: nonce.to_owned(), school: None };
        signed(Purpose::Clock, &|| Signed::sign(Purpose::Clock, &clock, &signer(1)).expect("signs"))
    } else {
        let sealed: Sealed = serde_json::from_slice(&body).expect("an envelope");
        let enrolment = protocol::header::<EnrolmentHeader>(&sealed).expect("a header").enrolment;
        submissions.lock().expect("no panic").push(enrolment);
        let mut replies = replies.lock().expect("no panic");
        let reply =
            if replies.len() > 1 { replies.pop_front() } else { replies.front().copied() }.expect("a reply");
        match reply {
            Reply::Receipt(seed) => {
                let receipt = ReceiptDocument {
                    service: sample_document().service,
                    enrolment,
                    reference: Reference::of(enrolment),
                    accepted_at: SAMPLE_NOW,
                    audit: AuditHead { sequence: 1, hash: Bytes32([0; 32]), at: SAMPLE_NOW },
                };
                signed(Purpose::Receipt, &|| {
                    Signed::sign(Purpose::Receipt, &receipt, &signer(seed)).expect("signs")
                })
            }
            Reply::Problem(code) => (
                code.status(),
                serde_json::to_string(&ApiProblem::from(code)).expect("writes"),
                Purpose::Receipt,
            ),
            Reply::Refusal(code, seed, of_this_one) => {
                let post =
                    if of_this_one { sealed.fingerprint() } else { sample_enrolment(99).1.fingerprint() };
                let document = RefusalDocument { post, code };
                let signed = Signed::sign(Purpose::Refusal, &document, &signer(seed)).expect("signs");
                let problem = ApiProblem { signed: Some(signed), ..ApiProblem::from(code) };
                (code.status(), serde_json::to_string(&problem).expect("writes"), Purpose::Refusal)
            }
            Reply::Page(status) => (status, "<html>Blocked</html>".to_owned(), Purpose::Receipt),
            Reply::Redirect => (307, String::new(), Purpose::Receipt),
            Reply::Endless => (200, "x".repeat(3_000_000), Purpose::Receipt),
        }
    };
    // A client that takes no more of an endless answer is gone.
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nLocation: {path}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

fn live(service: &FakeService, data: &DataFolder) -> LiveEffects {
    let options = LiveOptions {
        server: service.address.clone(),
        server_key: None,
        data: data.clone(),
        ca_file: None,
        proxy: ProxyChoice::Direct,
        on_accepted: None,
        on_stuck: None,
        on_station_fault: None,
    };
    LiveEffects::start(options).expect("starts")
}

fn folder() -> (tempfile::TempDir, DataFolder) {
    let home = tempfile::tempdir().expect("a folder");
    let data = DataFolder::hold(&home.path().join("data")).expect("free");
    (home, data)
}

#[track_caller]
fn next(live: &mut LiveEffects) -> Answer {
    wait_for("an answer", 20, || live.answers())
}

fn open(live: &mut LiveEffects) {
    live.run(Work::FetchPolicy(Attempt(1)));
    let answer = next(live);
    assert!(matches!(answer, Answer::PolicyFetched(Attempt(1), _)), "{answer:?}");
}

fn save(live: &mut LiveEffects, number: u8) -> EnrolmentId {
    let (enrolment, sealed) = sample_enrolment(number);
    live.run(Work::Save(Attempt(2), enrolment, Box::new(sealed)));
    let answer = next(live);
    assert!(matches!(answer, Answer::Saved(Attempt(2))), "{answer:?}");
    enrolment
}

fn waiting(data: &DataFolder) -> usize {
    fs::read_dir(data.outbox()).expect("lists").count()
}

#[test]
fn an_enrolment_is_saved_then_sent_and_leaves_the_outbox_for_a_receipt() {
    let (_home, data) = folder();
    let service = FakeService::start(&[Reply::Receipt(1)]);
    let mut live = live(&service, &data);
    open(&mut live);
    let drift = live.now().millis_since(SAMPLE_NOW);
    assert!((0..5_000).contains(&drift), "the service's time is used: {drift}");
    let enrolment = save(&mut live, 1);
    let answer = next(&mut live);
    assert!(
        matches!(&answer, Answer::Accepted(id, reference) if *id == enrolment && *reference == Reference::of(enrolment)),
        "{answer:?}"
    );
    assert_eq!((waiting(&data), service.received()), (0, vec![enrolment]));
}

#[test]
fn a_receipt_of_another_key_leaves_the_entry_where_it_is() {
    let (_home, data) = folder();
    let service = FakeService::start(&[
        Reply::Receipt(2),
        Reply::Redirect,
        Reply::Endless,
        Reply::Problem(ErrorCode::ServiceBusy),
        Reply::Receipt(1),
    ]);
    let mut live = live(&service, &data);
    open(&mut live);
    let enrolment = save(&mut live, 1);
    for reply in ["another key", "a redirect", "an endless answer", "a busy service"] {
        let answer = next(&mut live);
        assert!(
            matches!(answer, Answer::SendFailed(id, SendFault::Unreachable) if id == enrolment),
            "{reply}: {answer:?}"
        );
        assert_eq!(waiting(&data), 1, "{reply}");
        live.run(Work::SendNow);
    }
    assert!(matches!(next(&mut live), Answer::Accepted(..)));
    assert_eq!(waiting(&data), 0);
}

#[test]
fn what_is_refused_for_good_is_set_aside_and_the_rest_is_sent() {
    let (_home, data) = folder();
    let service = FakeService::start(&[Reply::Refusal(ErrorCode::GrantRevoked, 1, true), Reply::Receipt(1)]);
    let mut live = live(&service, &data);
    open(&mut live);
    let refused = save(&mut live, 1);
    let answer = next(&mut live);
    assert!(
        matches!(answer, Answer::SendFailed(id, SendFault::Refused(RefusedWhy::GrantRevoked)) if id == refused),
        "{answer:?}"
    );
    assert!(data.set_aside().join(format!("{refused}.json")).exists());
    let sent = save(&mut live, 2);
    assert!(matches!(next(&mut live), Answer::Accepted(id, _) if id == sent));
}

#[test]
fn a_refusal_that_the_service_did_not_sign_ends_nothing() {
    let (_home, data) = folder();
    let replies = [
        Reply::Problem(ErrorCode::GrantRevoked),
        Reply::Problem(ErrorCode::BodyTooLarge),
        Reply::Problem(ErrorCode::EnvelopeUnreadable),
        Reply::Page(403),
        Reply::Page(200),
        Reply::Page(413),
        Reply::Page(500),
        Reply::Refusal(ErrorCode::GrantRevoked, 2, true),
        Reply::Refusal(ErrorCode::GrantRevoked, 1, false),
    ];
    let service = FakeService::start(&[&replies[..], &[Reply::Receipt(1)]].concat());
    let mut live = live(&service, &data);
    open(&mut live);
    let enrolment = save(&mut live, 1);
    for (number, _) in replies.iter().enumerate() {
        let answer = next(&mut live);
        assert!(
            matches!(answer, Answer::SendFailed(id, SendFault::Unreachable) if id == enrolment),
            "answer {number}: {answer:?}"
        );
        assert_eq!(waiting(&data), 1, "answer {number}");
        live.run(Work::SendNow);
    }
    assert!(matches!(next(&mut live), Answer::Accepted(id, _) if id == enrolment));
}

#[test]
fn who_looks_after_the_computer_is_reported_once_when_an_enrolment_waits_for_an_hour() {
    for (waits_secs, is_reported) in [(60, false), (2 * 60 * 60, true)] {
        let (_home, data) = folder();
        let service = FakeService::start(&[Reply::Page(503)]);
        let (stuck, reports) = mpsc::channel();
        let options = LiveOptions {
            server: service.address.clone(),
            server_key: None,
            data: data.clone(),
            ca_file: None,
            proxy: ProxyChoice::Direct,
            on_accepted: None,
            on_stuck: Some(Arc::new(move || stuck.send(()).expect("the test listens"))),
            on_station_fault: None,
        };
        let mut live = LiveEffects::start(options).expect("starts");
        open(&mut live);
        let (enrolment, sealed) = sample_enrolment_of(1, SAMPLE_NOW.plus_secs(-waits_secs));
        live.run(Work::Save(Attempt(2), enrolment, Box::new(sealed)));
        assert!(matches!(next(&mut live), Answer::Saved(Attempt(2))));
        // What is told of a try is told before the next one.
        for _ in 0..3 {
            assert!(matches!(next(&mut live), Answer::SendFailed(..)));
            live.run(Work::SendNow);
        }
        assert_eq!(reports.try_iter().count(), usize::from(is_reported), "after {waits_secs} seconds");
    }
}

#[test]
fn what_waits_is_sent_at_the_next_start_before_anything_is_asked() {
    let (_home, data) = folder();
    let service = FakeService::start(&[Reply::Problem(ErrorCode::ServiceFault), Reply::Receipt(1)]);
    let enrolment = {
        let mut live = live(&service, &data);
        open(&mut live);
        let enrolment = save(&mut live, 1);
        assert!(matches!(next(&mut live), Answer::SendFailed(..)));
        enrolment
    };
    fs::write(data.outbox().join("spoilt.json"), "{").expect("writes");
    let mut live = live(&service, &data);
    assert!(matches!(next(&mut live), Answer::SetAside(name) if name == "spoilt.json"));
    assert!(matches!(next(&mut live), Answer::Accepted(id, _) if id == enrolment));
    assert_eq!(service.received(), [enrolment, enrolment], "the same enrolment, twice asked");
}

#[test]
fn without_a_network_it_says_so_and_another_identity_is_not_believed() {
    let (_home, data) = folder();
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let options = |server, key| LiveOptions {
        server,
        server_key: key,
        data: data.clone(),
        ca_file: None,
        proxy: ProxyChoice::Direct,
        on_accepted: None,
        on_stuck: None,
        on_station_fault: None,
    };
    let nowhere = format!("http://{closed}").parse().expect("loopback");
    let mut live = LiveEffects::start(options(nowhere, None)).expect("starts");
    live.run(Work::FetchPolicy(Attempt(1)));
    assert!(matches!(next(&mut live), Answer::PolicyFailed(Attempt(1), ServiceFault::Unreachable)));
    drop(live);
    let service = FakeService::start(&[Reply::Receipt(1)]);
    let mut live =
        LiveEffects::start(options(service.address.clone(), Some(signer(2).key()))).expect("starts");
    live.run(Work::FetchPolicy(Attempt(1)));
    assert!(matches!(next(&mut live), Answer::PolicyFailed(Attempt(1), ServiceFault::UnknownIdentity)));
}

#[test]
fn a_disk_that_takes_nothing_is_reported_and_nothing_is_sent() {
    let (_home, data) = folder();
    let service = FakeService::start(&[Reply::Receipt(1)]);
    let mut live = live(&service, &data);
    open(&mut live);
    // Root may write anywhere, so a missing folder stands in for a disk that says no.
    fs::remove_dir(data.outbox()).expect("empty");
    let (enrolment, sealed) = sample_enrolment(1);
    live.run(Work::Save(Attempt(2), enrolment, Box::new(sealed)));
    assert!(matches!(next(&mut live), Answer::SaveFailed(Attempt(2), SaveFault::Other)));
    assert!(service.received().is_empty());
}
