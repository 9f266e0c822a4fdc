//! Two processes of the real service on one PostgreSQL: what counts once counts once for both together.

use std::collections::BTreeMap;
use std::fmt::Debug;

use domain::{EnrolmentCode, Timestamp};
use protocol::{ErrorCode, IdentityKey, Signed, VerifyOutcome, paths};
use store::testing::{Dump, Postgres, dump};
use store::{Store, StoreOptions};
use tests::needs::eventually;
use tests::people::{Ready, enrolled, office};
use tests::phone::now_secs;
use tests::service::Service;

use super::harness::{AT_ELM, Asking as _, HOME, Line};
use super::people::{Assistant, SignedIn, posted, stranger_code, verified};

const AT_ONCE: usize = 100;

struct Twins {
    first: Service,
    _second: Service,
    lines: [Line; 2],
    identity: IdentityKey,
    store: Store,
    _server: Postgres,
}

impl Twins {
    async fn start() -> Self {
        let server = Postgres::shared().unwrap_or_else(|error| panic!("{error}"));
        let url = server.database().expect("a database");
        let settings = format!("store = {url:?}\ntrusted_proxies = [\"127.0.0.1/32\"]");
        let first = Service::start_with(&settings, &[]);
        let keys = first.home().join("keys/keys.toml").display().to_string();
        let second = Service::start_with(&settings, &[("ENROL_KEYS", &keys)]);
        assert_eq!(first.identity_key(), second.identity_key(), "one service, twice");
        let lines = [first.url(""), second.url("")].map(|url| Line::to(&url));
        let identity = first.identity_key().parse().expect("a key");
        let store = Store::open(&url, &StoreOptions::default()).await.expect("opens");
        Self { first, _second: second, lines, identity, store, _server: server }
    }

    async fn signed_in(&self, name: &str) -> SignedIn {
        let code = EnrolmentCode::parse(&self.first.issue_code(name)).expect("a code");
        let assistant = Assistant::start(&self.lines[0], &self.identity, now()).await;
        assistant.signed_in(&code, now(), AT_ELM).await
    }

    /// How each of them is judged, asked about at the two processes in turn, for whatever address.
    async fn judged(&self, key: &str, people: &[Ready], code: fn(&Ready) -> String) -> Vec<VerifyOutcome> {
        let mut outcomes = Vec::new();
        for (number, person) in people.iter().enumerate() {
            let from = format!("203.0.113.{}", number + 1);
            // After a wrong one the person waits for a second.
            let outcome = eventually("a judgement", 60, || async {
                let line = &self.lines[number % 2];
                let outcome = verified(line, key, &person.sign_in_name, &code(person), &from).await.outcome;
                (outcome != VerifyOutcome::TryLater).then_some(outcome)
            });
            outcomes.push(outcome.await);
        }
        outcomes
    }

    /// How often the two processes together have told and counted an alert.
    async fn counted(&self, alert: &str) -> u32 {
        let sign = format!("enrol_alerts_total{{alert=\"{alert}\"}} ");
        let mut sum = 0;
        for line in &self.lines {
            let page = line.get(paths::METRICS).answer().await.text();
            let counted =
                page.lines().find_map(|line| line.strip_prefix(&sign)).expect("there from the start");
            sum += counted.parse::<u32>().expect("a number");
        }
        sum
    }

    async fn kept(&self) -> Dump {
        dump(&self.store).await.expect("the store reads")
    }

    fn audit_is_whole(&self) {
        let said = self.first.run(&["audit", "verify"]);
        assert!(said.starts_with("Whole: "), "{said}");
    }
}

fn now() -> Timestamp {
    Timestamp::from_secs(i64::try_from(now_secs()).expect("a time"))
}

/// Asks a hundred times at once, each process half of them, and counts the answers.
async fn at_once<T, F>(twins: &Twins, ask: impl Fn(Line, usize) -> F) -> BTreeMap<String, usize>
where
    T: Debug + Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..AT_ONCE {
        asking.spawn(ask(twins.lines[number % 2].clone(), number));
    }
    let mut counts = BTreeMap::new();
    for answer in asking.join_all().await {
        *counts.entry(format!("{answer:?}")).or_insert(0) += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_sign_in_code_sent_a_hundred_times_at_once_to_two_processes_lets_in_once() {
    let twins = Twins::start().await;
    let key = twins.first.add_client("rds");
    let people = if tests::needs::in_full() { 30 } else { 5 };
    for number in 0..people {
        let name = format!("person{number}");
        let person = twins.signed_in(&name).await;
        let post = posted(&twins.lines[1], paths::ENROLMENTS, &person.submission(now()));
        assert_eq!(post.answer().await.refusal(), None);
        // The code of the enrolment is used up; the next counts already.
        let code = person.code(now().plus_secs(30));
        let counts = at_once(&twins, |line, number| {
            let (key, name, code) = (key.clone(), name.clone(), code.clone());
            // Tries at school and outside count apart, so two are looked at side by side.
            let from = if number % 4 < 2 { AT_ELM } else { HOME };
            async move { verified(&line, &key, &name, &code, from).await.outcome }
        })
        .await;
        let count = |outcome: VerifyOutcome| counts.get(&format!("{outcome:?}")).copied().unwrap_or(0);
        assert_eq!(count(VerifyOutcome::Accepted), 1, "{counts:?}");
        assert_eq!(count(VerifyOutcome::NotEnrolled), 0, "{counts:?}");
        assert!(count(VerifyOutcome::Refused) >= 1, "the other side was looked at too: {counts:?}");
        assert_eq!(counts.values().sum::<usize>(), AT_ONCE, "{counts:?}");
    }
    twins.audit_is_whole();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_enrolment_posted_a_hundred_times_at_once_to_two_processes_is_kept_once() {
    let twins = Twins::start().await;
    let person = twins.signed_in("jo").await;
    let sealed = person.submission(now());
    let receipts = at_once(&twins, |line, _| {
        let request = posted(&line, paths::ENROLMENTS, &sealed);
        async move { request.answer().await.read::<Signed>() }
    })
    .await;
    assert_eq!(receipts.len(), 1, "everybody gets the same receipt: {receipts:?}");
    let kept = twins.kept().await;
    assert_eq!((kept["enrolments"].len(), kept["methods"].len()), (1, 1));
    twins.audit_is_whole();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_enrolment_code_redeemed_a_hundred_times_at_once_gives_five_rights_and_no_more() {
    let twins = Twins::start().await;
    let code = EnrolmentCode::parse(&twins.first.issue_code("jo")).expect("a code");
    let assistant = Assistant::start(&twins.lines[0], &twins.identity, now()).await;
    let answers = at_once(&twins, |line, _| {
        let request = posted(&line, paths::SIGN_IN, &assistant.another(now()).sign_in(&code, now()));
        async move { request.answer().await.refusal() }
    })
    .await;
    // Who holds the code is told ten times that it is used up, by both processes together; then to wait.
    let expected = [(None, 5), (Some(ErrorCode::CodeUsed), 10), (Some(ErrorCode::TryLater), 85)]
        .map(|(refusal, times)| (format!("{refusal:?}"), times));
    assert_eq!(answers, BTreeMap::from(expected));
    assert_eq!(twins.kept().await["grants"].len(), 5);
    twins.audit_is_whole();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_guess_at_each_of_many_people_is_one_alert_of_two_processes_and_honest_slips_are_none() {
    const ALERT: &str = "many-people-guessed";
    let twins = Twins::start().await;
    let key = twins.first.add_client("rds");
    let office = office(twins.first.home()).await.expect("opens");
    let people = enrolled(&office, "staff", 50).await.expect("people");
    let (honest, guessed_at) = people.split_at(25);
    let wrong = |person: &Ready| person.wrong_code(now());
    let right = |person: &Ready| person.next_code(now());
    for some in honest.chunks(10) {
        assert_eq!(twins.judged(&key, some, wrong).await, vec![VerifyOutcome::Refused; some.len()]);
        assert_eq!(twins.judged(&key, some, right).await, vec![VerifyOutcome::Accepted; some.len()]);
    }
    let said = twins.first.run(&["alerts"]);
    assert!(said.starts_with("No alerts"), "{said}");

    let all = guessed_at.len();
    for _ in 0..2 {
        assert_eq!(twins.judged(&key, guessed_at, wrong).await, vec![VerifyOutcome::Refused; all]);
    }
    let said = twins.first.run(&["alerts"]);
    assert_eq!((said.matches(ALERT).count(), said.lines().count()), (1, 1), "{said}");
    assert_eq!(twins.judged(&key, guessed_at, right).await, vec![VerifyOutcome::Accepted; all]);
    eventually("the alert", 60, || async { (twins.counted(ALERT).await > 0).then_some(()) }).await;
    assert_eq!(twins.counted(ALERT).await, 1, "told by one of the two");
    twins.audit_is_whole();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_count_guesses_together() {
    let twins = Twins::start().await;
    let assistant = Assistant::start(&twins.lines[0], &twins.identity, now()).await;
    let mut unknown = 0;
    for _ in 0..2 {
        let answers = at_once(&twins, |line, _| {
            let sealed = assistant.another(now()).sign_in(&stranger_code(), now());
            let request = posted(&line, paths::SIGN_IN, &sealed).at(AT_ELM);
            async move { request.answer().await.refusal() }
        })
        .await;
        unknown += answers.get(&format!("{:?}", Some(ErrorCode::CodeUnknown))).copied().unwrap_or(0);
    }
    assert_eq!(unknown, 100, "the limit of one school, whichever process is asked");
    twins.audit_is_whole();
}
