//! The service of today starts on what an earlier release wrote, on the day after that release was frozen: whoever is
//! enrolled signs in, what is on its way is accepted, the audit is whole up to the head that the release signed.

use std::process::Output;

use domain::{EnrolmentCode, Timestamp};
use protocol::{IdentityKey, VerifyOutcome, paths};
use tests::needs::{run, secs_from_now, tool};
use tests::phone::{Phone, now_secs};
use tests::service::Service;

use super::frozen::{Database, Enrolled, Facts, Frozen, HEAD, KEYS, Kind, POLICY, SETTINGS, private};
use crate::access::harness::{Asking as _, HOME, Line};
use crate::access::people::{Assistant, posted, verified};

/// A day after the release was frozen. The codes that count then do so at any later run.
const LATER: i64 = 24 * 60 * 60;

/// The day after, by the clock of everything that is started with it.
struct Day {
    offset_secs: i64,
    variables: [(&'static str, String); 3],
}

impl Day {
    fn after(facts: &Facts) -> Self {
        let offset_secs = facts.frozen_at_secs + LATER - seconds();
        Self { offset_secs, variables: secs_from_now(offset_secs) }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_secs(seconds() + self.offset_secs)
    }

    fn start(&self, service: &mut Service) {
        let variables: Vec<(&str, &str)> =
            self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        service.start_again(&variables);
    }

    fn output(&self, service: &Service, arguments: &[&str]) -> Output {
        let variables = self.variables.iter().map(|(name, value)| (*name, value.as_str()));
        service.command().args(arguments).envs(variables).output().expect("starts")
    }

    #[track_caller]
    fn run(&self, service: &Service, arguments: &[&str]) -> String {
        let output = self.output(service, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn seconds() -> i64 {
    i64::try_from(now_secs()).expect("a time")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sqlite_store_of_an_earlier_release_is_taken_over_with_all_that_is_in_it() {
    taken_over(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_store_of_an_earlier_release_is_taken_over_with_all_that_is_in_it() {
    taken_over(Kind::Postgres).await;
}

async fn taken_over(kind: Kind) {
    for frozen in Frozen::all().into_iter().filter(|frozen| frozen.kind == kind) {
        let (facts, (mut service, database)) = (frozen.facts(), frozen.laid_out());
        let day = Day::after(&facts);
        day.start(&mut service);
        let line = Line::to(&service.url(""));
        for person in &facts.enrolled {
            signs_in_once(&line, &facts, person, day.now()).await;
        }
        let (name, post) = &facts.on_its_way;
        let receipt = posted(&line, paths::ENROLMENTS, post).at(HOME).answer().await;
        assert_eq!(receipt.refusal(), None, "{name}'s enrolment was on its way");
        let again = posted(&line, paths::ENROLMENTS, post).at(HOME).answer().await;
        assert_eq!(again.text(), receipt.text(), "the same receipt");
        // An assistant that pinned the key which has been replaced since; and somebody new.
        let issue = ["code", "issue", "--name", "New", "--sign-in-name", "new", "--school", "elm"];
        let code = day.run(&service, &issue);
        let code = EnrolmentCode::parse(code.lines().next().expect("a line")).expect("a code");
        let pinned: IdentityKey = facts.pinned.parse().expect("a key");
        assert_ne!(service.identity_key(), facts.pinned);
        let new = Assistant::start(&line, &pinned, day.now()).await.signed_in(&code, day.now(), HOME).await;
        let post = posted(&line, paths::ENROLMENTS, &new.submission(day.now())).at(HOME);
        assert_eq!(post.answer().await.refusal(), None);

        let head = frozen.path(HEAD).display().to_string();
        let whole = day.run(&service, &["audit", "verify", "--head", &head]);
        assert!(whole.starts_with("Whole: "), "{whole}");
        let kept = day.run(&service, &["person", "export", &facts.enrolled[0].sign_in_name]);
        assert!(kept.contains(&facts.enrolled[0].sign_in_name), "{kept}");
        // Those of then but for the number of the call that rang, the one that was on its way, and the new one.
        let records = facts.records - 1 + 2;
        let opens = day.run(&service, &["restore", "--in-place", "--check", "--head", &head]);
        assert!(opens.contains(&format!("{records} sealed records")), "{opens}");
        let sealed = day.run(&service, &["key", "rotate", "vault"]);
        assert!(sealed.contains(&format!("Records sealed anew: {}.", records)), "{sealed}");
        assert_eq!(service.stop(), Some(0));
        refused_when_newer(&service, &day, database.as_ref());
    }
}

async fn signs_in_once(line: &Line, facts: &Facts, person: &Enrolled, now: Timestamp) {
    let Enrolled { sign_in_name, secret } = person;
    let code = Phone::of_secret(secret).code_at(now.secs().unsigned_abs());
    let first = verified(line, &facts.client_key, sign_in_name, &code, HOME).await.outcome;
    assert_eq!(first, VerifyOutcome::Accepted, "{sign_in_name}");
    let second = verified(line, &facts.client_key, sign_in_name, &code, HOME).await.outcome;
    assert_eq!(second, VerifyOutcome::Refused, "{sign_in_name}: a code counts once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_an_earlier_release_made_is_proved_and_put_in_place() {
    for frozen in Frozen::all().into_iter().filter(|frozen| frozen.kind == Kind::Sqlite) {
        let facts = frozen.facts();
        let day = Day::after(&facts);
        let mut service = Service::not_started(SETTINGS, &frozen.text(POLICY));
        let keys = service.home().join("keys/keys.toml");
        std::fs::write(&keys, frozen.text(KEYS)).expect("writes");
        private(&keys);
        let backup = frozen.backup_in(service.home());
        let backup = backup.to_str().expect("UTF-8");
        let check = day.run(&service, &["restore", backup, "--check"]);
        assert!(check.contains(&format!("{} sealed records", facts.records)), "{check}");
        day.run(&service, &["restore", backup]);
        day.start(&mut service);
        let line = Line::to(&service.url(""));
        for person in &facts.enrolled {
            signs_in_once(&line, &facts, person, day.now()).await;
        }
        let head = frozen.path(HEAD).display().to_string();
        assert!(day.run(&service, &["audit", "verify", "--head", &head]).starts_with("Whole: "));
    }
}

/// The tables of a program that is newer than this: neither served nor touched, and it is said what to do.
fn refused_when_newer(service: &Service, day: &Day, database: Option<&Database>) {
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 select 9999, 'newer', success, checksum, 0 from _sqlx_migrations where version = 1";
    sql(service, database, newer);
    for (command, code) in
        [(&["serve"][..], 3), (&["serve", "--check-config"], 3), (&["migrate"], 1), (&["audit", "head"], 3)]
    {
        let refused = day.output(service, command);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(
            said.contains("a newer version of this program") && said.contains("install"),
            "{command:?}: {said}"
        );
        assert_eq!(refused.status.code(), Some(code), "{command:?}: somebody has to change something");
    }
    // A step that was changed after its release.
    sql(service, database, "delete from _sqlx_migrations where version = 9999");
    assert!(day.run(service, &["audit", "verify"]).starts_with("Whole: "), "nothing was touched");
    let nothing = if database.is_some() { "'\\x00'" } else { "x'00'" };
    sql(service, database, &format!("update _sqlx_migrations set checksum = {nothing} where version = 1"));
    let refused = day.output(service, &["serve"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("step 1") && !refused.status.success(), "{said}");
}

fn sql(service: &Service, database: Option<&Database>, text: &str) {
    match database {
        Some(on) => run(on.psql().args(["-c", text])),
        None => run(tool("sqlite3", "sqlite3").arg(service.data().join("enrol.sqlite")).arg(text)),
    };
}
