//! A backup that was made while people enrolled is put in place: everybody in it still signs in, and what came after
//! it is missed. Here on SQLite, and on PostgreSQL in a file of its own.
//!
//! Not here: what is wrong with a backup that was changed (the service's own tests).

mod on_postgres;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{EnrolmentCode, Timestamp};
use protocol::{IdentityKey, VerifyOutcome, paths};
use tests::needs::{eventually, in_full};
use tests::phone::now_secs;
use tests::service::Service;

use crate::access::harness::{Asking as _, HOME, Line};
use crate::access::people::{Assistant, SignedIn, posted, verified};

fn now() -> Timestamp {
    Timestamp::from_secs(i64::try_from(now_secs()).expect("a time"))
}

/// Carries out a command that is refused; what it says.
fn refused(service: &Service, arguments: &[&str]) -> String {
    let output = service.command().args(arguments).output().expect("starts");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A service that was backed up while people enrolled.
struct BackedUp {
    service: Service,
    identity: IdentityKey,
    /// A relying party's.
    key: String,
    folder: PathBuf,
    /// Everybody, by their names, in the order in which they came.
    enrolled: Vec<(String, SignedIn)>,
    /// So many had their receipt when the backup began, and when it was done.
    before: usize,
    after: usize,
}

impl BackedUp {
    /// The backup is made when a third has a receipt, and the others go on.
    async fn meanwhile(service: Service, people: usize) -> Self {
        let key = service.add_client("rds");
        let identity: IdentityKey = service.identity_key().parse().expect("a key");
        let line = Line::to(&service.url(""));
        let codes: Vec<(String, EnrolmentCode)> = (0..people)
            .map(|number| {
                let name = format!("person{number}");
                let code = service.issue_code(&name);
                (name, EnrolmentCode::parse(&code).expect("a code"))
            })
            .collect();
        let folder = service.home().join("backup");
        let accepted = AtomicUsize::new(0);
        let enrolling = async {
            let mut enrolled: Vec<(String, SignedIn)> = Vec::new();
            for (name, code) in &codes {
                let assistant = Assistant::start(&line, &identity, now()).await;
                let person = assistant.signed_in(code, now(), HOME).await;
                let post = posted(&line, paths::ENROLMENTS, &person.submission(now())).at(HOME);
                assert_eq!(post.answer().await.refusal(), None);
                enrolled.push((name.clone(), person));
                accepted.fetch_add(1, Ordering::SeqCst);
            }
            enrolled
        };
        let backing_up = async {
            while accepted.load(Ordering::SeqCst) < people / 3 {
                tokio::task::yield_now().await;
            }
            let before = accepted.load(Ordering::SeqCst);
            let mut command: Command = service.command();
            command.args(["backup", text(&folder)]);
            let done =
                tokio::task::spawn_blocking(move || command.output()).await.expect("runs").expect("starts");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            (before, accepted.load(Ordering::SeqCst))
        };
        let (enrolled, (before, after)) = tokio::join!(enrolling, backing_up);
        assert!(before >= people / 3 && before < people, "{before}");
        Self { service, identity, key, folder, enrolled, before, after }
    }

    /// A head that is newer than the backup, in a file.
    fn newer_head(&self) -> PathBuf {
        let head = self.service.home().join("head.json");
        std::fs::write(&head, self.service.run(&["audit", "head"])).expect("writes");
        head
    }

    /// After it was put in place and started: whoever had a receipt before it was made signs in, nobody who came after;
    /// how many are known.
    async fn everybody_in_it_signs_in(&self) -> usize {
        let line = Line::to(&self.service.url(""));
        let mut known = 0;
        for (place, (name, person)) in self.enrolled.iter().enumerate() {
            // One step ahead of the one that proved the phone.
            let code = person.code(now().plus_secs(30));
            let answer = verified(&line, &self.key, name, &code, HOME).await;
            let is_known = answer.outcome == VerifyOutcome::Accepted;
            assert!(
                is_known || place >= self.before,
                "{name} was enrolled before the backup: {:?}",
                answer.outcome
            );
            assert!(!is_known || place <= self.after, "{name} came after the backup");
            known += usize::from(is_known);
        }
        assert!((self.before..=self.after + 1).contains(&known), "{} {known} {}", self.before, self.after);
        // Whoever saw the newer policy takes this one for newer still.
        Assistant::start(&line, &self.identity, now()).await;
        known
    }
}

/// What a service's metrics say when it was restored, once they say it.
async fn restored_at(service: &Service) -> String {
    let line = Line::to(&service.url(""));
    eventually("the metrics to say of a restore", 30, || async {
        let page = line.get(paths::METRICS).answer().await.text();
        let at = page.lines().find_map(|line| line.strip_prefix("enrol_restored_timestamp_seconds "));
        at.map(str::to_owned)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_a_store_was_put_back_is_in_the_metrics_after_every_start() {
    let mut service = Service::start();
    let folder = service.home().join("backup");
    service.run(&["backup", text(&folder)]);
    assert_eq!(service.stop(), Some(0));
    service.run(&["restore", text(&folder), "--replace", "--reason", "the disk broke"]);
    service.start_again(&[]);
    let at = restored_at(&service).await;
    // Told, so that it is not new at the next start.
    let told = "select count(*) from settings where name = 'alerts_logged' and cast(value as integer) >=
        (select sequence from audit where instr(body, cast('\"restored\"' as blob)) > 0)";
    tests::needs::wait_for("the alert to be told", 30, || (service.count(told) == 1).then_some(()));
    for _ in 0..2 {
        assert_eq!(service.stop(), Some(0));
        service.start_again(&[]);
        assert_eq!(restored_at(&service).await, at);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_in_a_backup_made_meanwhile_signs_in_after_it_is_restored_and_the_newer_head_finds_it() {
    let people = if in_full() { 400 } else { 24 };
    let mut made = BackedUp::meanwhile(Service::start(), people).await;
    let (head, folder) = (made.newer_head(), made.folder.clone());
    let check = made.service.run(&["restore", text(&folder), "--check"]);
    assert!(check.contains("sealed records") && check.contains("Nothing was changed"), "{check}");
    let manifest = folder.join("manifest.json");
    made.service.run(&["audit", "verify", "--head", text(&manifest)]);

    let restore = ["restore", text(&folder), "--replace", "--reason", "the disk broke"];
    let said = refused(&made.service, &restore);
    assert!(said.contains("stop the service first"), "{said}");
    assert_eq!(made.service.stop(), Some(0));
    assert!(refused(&made.service, &restore[..2]).contains("there is a store already"));
    let restored = made.service.run(&restore);
    assert!(restored.contains("It is in place"), "{restored}");

    made.service.start_again(&[]);
    assert_eq!(made.service.identity_key().parse::<IdentityKey>().expect("a key"), made.identity);
    let known = made.everybody_in_it_signs_in().await;
    println!("{known} of {people} people are in the backup, {} had their receipt when it began", made.before);

    let service = &made.service;
    assert!(refused(service, &["audit", "verify", "--head", text(&head)]).contains("was cut or rebuilt"));
    assert!(service.run(&["audit", "verify", "--head", text(&manifest)]).starts_with("Whole: "));
    service.run(&["person", "erase", "person0", "--reason", "asked"]);
    assert!(service.run(&["audit", "verify", "--head", text(&manifest)]).starts_with("Whole: "));
}
