//! Those who pretend to be the service, as the real assistant meets them: it stops, in words of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use assistant::driver::Driver;
use assistant::effects::{Answer, DataFolder, Effects, LiveEffects, LiveOptions, Work, proxy::ProxyChoice};
use journey::{Attempt, Page, SendFault};
use protocol::{
    ClockDocument, EnvelopePrivateKey, IdentitySigner, PolicyDocument, Purpose, ReceiptDocument, Signed,
    paths,
};
use tests::mitm::Mitm;
use tests::needs::wait_for;

use super::harness::{Asking as _, HOME, Harness, example_policy};
use super::people::{Assistant, posted};

const UNKNOWN: &str = "This is not the service that this computer knows. Stop here and tell IT.";
const CHANGED: &str = "What the service sent was changed on the way. Stop here and tell IT.";
const OLDER: &str = "The service sent older rules than before. Stop here and tell IT.";

/// One computer: a data folder, and what stands between it and the service.
struct Computer {
    home: tempfile::TempDir,
    mitm: Mitm,
}

impl Computer {
    fn before(service: SocketAddr) -> Self {
        Self { home: tempfile::tempdir().expect("a folder"), mitm: Mitm::before(service) }
    }

    fn options(&self, key: Option<protocol::IdentityKey>) -> LiveOptions {
        LiveOptions {
            server: format!("http://{}", self.mitm.address()).parse().expect("loopback"),
            server_key: key,
            data: self.folder(),
            ca_file: None,
            proxy: ProxyChoice::Direct,
            on_accepted: None,
            on_stuck: None,
            on_station_fault: None,
        }
    }

    /// A tool that another scenario starts at this moment holds every open file for an instant, this lock included.
    fn folder(&self) -> DataFolder {
        wait_for("the data folder", 10, || DataFolder::hold(&self.home.path().join("data")).ok())
    }

    /// Starts the assistant and waits until it stands on a page of its own.
    fn start(&self, key: Option<protocol::IdentityKey>) -> Driver<LiveEffects> {
        let mut driver = assistant::cli::driver(self.options(key)).expect("starts");
        wait_for("a first page", 30, || {
            driver.poll();
            (driver.view().page != Page::Starting).then_some(())
        });
        driver
    }

    /// Starts the assistant, which must stop in these words and ask nobody for anything.
    fn stops(&self, what: &str, key: Option<protocol::IdentityKey>, words: &str) {
        self.mitm.take_passed();
        let mut driver = self.start(key);
        let view = driver.view().clone();
        assert_eq!(view.page, Page::CannotStart, "{what}");
        assert_eq!(view.problem.as_ref().map(|problem| problem.text.as_str()), Some(words), "{what}");
        // No button leads past it.
        let actions: Vec<_> = view.actions.iter().chain(&view.back).cloned().collect();
        for action in actions {
            driver.on(action.event);
            wait_for("an answer", 30, || {
                driver.poll();
                (driver.view().page != Page::Starting).then_some(())
            });
            assert!(driver.closed() || driver.view().page == Page::CannotStart, "{what}: {}", action.label);
        }
        for passed in self.mitm.take_passed() {
            let harmless = passed.asked == format!("GET {}", paths::POLICY)
                || passed.asked.starts_with(&format!("GET {}?nonce=", paths::CLOCK));
            assert!(harmless, "{what}: {}", passed.asked);
        }
    }

    fn goes_on(&self, what: &str, key: Option<protocol::IdentityKey>) {
        let driver = self.start(key);
        assert_eq!(driver.view().page, Page::BeforeYouStart, "{what}: {:?}", driver.view().problem);
    }

    /// What a path's answer becomes.
    fn change(&self, path: &'static str, mut bend: impl FnMut(Signed) -> Signed + Send + 'static) {
        self.mitm.change(move |asked, body| {
            if !asked.starts_with(path) {
                return body;
            }
            let signed = serde_json::from_slice(&body).expect("a signed document");
            serde_json::to_vec(&bend(signed)).expect("writes")
        });
    }

    fn honest(&self) {
        self.mitm.change(|_, body| body);
    }
}

fn stranger() -> IdentitySigner {
    IdentitySigner::from_bytes(&[42; 32])
}

/// The document as it was, signed by a stranger.
fn signed_by_a_stranger<T: serde::Serialize + serde::de::DeserializeOwned>(
    purpose: Purpose,
    signed: &Signed,
    bend: impl FnOnce(&mut T),
) -> Signed {
    let mut document: T = serde_json::from_str(&signed.body).expect("the document");
    bend(&mut document);
    Signed::sign(purpose, &document, &stranger()).expect("signs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_service_is_not_believed_whether_its_key_was_given_or_remembered() {
    let (ours, theirs) = (Harness::open().await, Harness::open().await);
    let key = Some(ours.running.identity_key);
    let computer = Computer::before(theirs.running.address);
    computer.stops("another service, the key given", key, UNKNOWN);

    let computer = Computer::before(ours.running.address);
    computer.goes_on("ours, seen for the first time", None);
    computer.mitm.lead_to(theirs.running.address);
    computer.stops("another service, ours remembered", None, UNKNOWN);
    computer.stops("another service, ours given and remembered", key, UNKNOWN);
    // Theirs, with our key written on it.
    let pinned = ours.running.identity_key;
    computer.change(paths::POLICY, move |signed| Signed { key: pinned, ..signed });
    computer.stops("another service that claims our key", None, CHANGED);
    computer.honest();
    computer.mitm.lead_to(ours.running.address);
    computer.goes_on("ours again", None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_that_was_changed_on_the_way_stops_the_assistant() {
    let harness = Harness::open().await;
    let key = Some(harness.running.identity_key);
    let computer = Computer::before(harness.running.address);
    // The worst of them: an envelope key of the stranger's own, so that secrets would be sealed to the stranger.
    let own_key = || EnvelopePrivateKey::from_bytes(&[9; 32]).envelope_key("e1").expect("a key");
    computer.change(paths::POLICY, move |signed| {
        let mut document: PolicyDocument = serde_json::from_str(&signed.body).expect("a policy");
        document.envelope_key = own_key();
        Signed { body: serde_json::to_string(&document).expect("writes"), ..signed }
    });
    computer.stops("the envelope's key changed", key, CHANGED);
    computer.change(paths::POLICY, move |signed| {
        signed_by_a_stranger::<PolicyDocument>(Purpose::Policy, &signed, |document| {
            document.envelope_key = own_key();
        })
    });
    computer.stops("the same, signed by a stranger", key, UNKNOWN);
    computer.change(paths::POLICY, |signed| Signed { body: format!("{} ", signed.body), ..signed });
    computer.stops("one space more", key, CHANGED);
    for (what, bend) in [
        ("a bit of the signature", (|signature: &mut Vec<u8>| signature[5] ^= 1) as fn(&mut Vec<u8>)),
        ("no signature", Vec::clear),
        ("a signature too long", |signature| signature.push(0)),
        ("a signature of nothing", |signature| signature.fill(0)),
    ] {
        computer.change(paths::POLICY, move |mut signed| {
            bend(&mut signed.signature.0);
            signed
        });
        computer.stops(what, key, CHANGED);
    }
    computer.honest();
    computer.goes_on("unchanged", key);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_policy_is_not_taken_back() {
    let harness = Harness::open().await;
    let old: Signed = harness.line.get(paths::POLICY).answer().await.read();
    let Harness { running, folder, .. } = harness;
    running.stop().await.expect("stops");
    // IT makes the rules stricter: the same service, its second policy.
    let mut policy = example_policy();
    policy.codes.r#where = domain::CodeWhere::SchoolNetwork;
    let harness = Harness::open_on(Arc::clone(&folder), policy).await;
    let key = harness.running.identity_key;
    let serial = |signed: &Signed| signed.open::<PolicyDocument>(Purpose::Policy, &key).expect("ours").serial;
    let new: Signed = harness.line.get(paths::POLICY).answer().await.read();
    assert!(serial(&old) < serial(&new), "both are the service's own");

    let computer = Computer::before(harness.running.address);
    computer.goes_on("the newer rules", None);
    computer.change(paths::POLICY, move |_| old.clone());
    computer.stops("the older rules, replayed", None, OLDER);
    computer.stops("the older rules, the key given", Some(key), OLDER);
    computer.honest();
    computer.goes_on("the newer rules again", None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_forged_or_was_recorded_stops_the_assistant() {
    let harness = Harness::open().await;
    let key = Some(harness.running.identity_key);
    let computer = Computer::before(harness.running.address);
    let recorded: Signed =
        harness.line.get(&format!("{}?nonce=0123456789abcdef", paths::CLOCK)).answer().await.read();
    computer.change(paths::CLOCK, move |_| recorded.clone());
    computer.stops("an answer to another question", key, CHANGED);
    computer.change(paths::CLOCK, |signed| {
        let mut clock: ClockDocument = serde_json::from_str(&signed.body).expect("a clock");
        clock.now = clock.now.plus_secs(-90 * 86_400);
        Signed { body: serde_json::to_string(&clock).expect("writes"), ..signed }
    });
    computer.stops("another time", key, CHANGED);
    computer.change(paths::CLOCK, |signed| {
        signed_by_a_stranger::<ClockDocument>(Purpose::Clock, &signed, |clock| clock.school = None)
    });
    computer.stops("signed by a stranger", key, UNKNOWN);
    // Ours, but signed for another purpose.
    let policy: Signed = harness.line.get(paths::POLICY).answer().await.read();
    computer.change(paths::CLOCK, move |_| policy.clone());
    computer.stops("the policy in the clock's place", key, CHANGED);
    computer.honest();
    computer.goes_on("unchanged", key);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_receipt_makes_no_enrolment_vanish() {
    let harness = Harness::open().await;
    let computer = Computer::before(harness.running.address);
    let me = Assistant::start(&harness.line, &harness.running.identity_key, harness.now()).await;
    let me = me.signed_in(&harness.code_for("jo").await, harness.now(), HOME).await;
    let enrolment = me.assistant.enrolment;
    let outbox = computer.home.path().join("data/outbox");
    let waiting = || std::fs::read_dir(&outbox).expect("an outbox").count();

    // The true receipt of somebody else's enrolment.
    let kim = me.assistant.another(harness.now());
    let kim = kim.signed_in(&harness.code_for("kim").await, harness.now(), HOME).await;
    let kims: Signed =
        posted(&harness.line, paths::ENROLMENTS, &kim.submission(harness.now())).answer().await.read();

    let mut effects =
        LiveEffects::start(computer.options(Some(harness.running.identity_key))).expect("starts");
    effects.run(Work::FetchPolicy(Attempt(1)));
    assert!(matches!(next(&mut effects), Answer::PolicyFetched(..)));
    // The policy is signed as well, and is no receipt.
    let policy: Signed = harness.line.get(paths::POLICY).answer().await.read();
    type Forge = Box<dyn FnMut(Signed) -> Signed + Send>;
    let forgeries: Vec<(&str, Forge)> = vec![
        (
            "signed by a stranger",
            Box::new(|signed| signed_by_a_stranger::<ReceiptDocument>(Purpose::Receipt, &signed, |_| ())),
        ),
        (
            "another reference",
            Box::new(|signed| Signed {
                body: signed.body.replace("\"reference\":\"", "\"reference\":\"X"),
                ..signed
            }),
        ),
        ("another's", Box::new(move |_| kims.clone())),
        ("the policy", Box::new(move |_| policy.clone())),
    ];
    let sealed = me.submission(harness.now());
    for (number, (what, forge)) in forgeries.into_iter().enumerate() {
        computer.change(paths::ENROLMENTS, forge);
        if number == 0 {
            effects.run(Work::Save(Attempt(2), enrolment, Box::new(sealed.clone())));
            assert!(matches!(next(&mut effects), Answer::Saved(..)));
        } else {
            // By itself it tries again every few seconds: what that brought is about the forgery before.
            while effects.answers().is_some() {}
            effects.run(Work::SendNow);
        }
        let answer = next(&mut effects);
        assert!(
            matches!(&answer, Answer::SendFailed(id, SendFault::Unreachable) if *id == enrolment),
            "{what}: {answer:?}"
        );
        assert_eq!(waiting(), 1, "{what}: it stays until the service itself signs");
    }
    computer.honest();
    effects.run(Work::SendNow);
    let accepted = wait_for("the true receipt", 30, || {
        let answer = effects.answers()?;
        if let Answer::Accepted(id, _) = answer {
            return Some(id);
        }
        assert!(matches!(answer, Answer::SendFailed(..)), "{answer:?}");
        None
    });
    assert_eq!(accepted, enrolment);
    assert_eq!(waiting(), 0);
}

fn next(effects: &mut LiveEffects) -> Answer {
    wait_for("an answer", 30, || effects.answers())
}
