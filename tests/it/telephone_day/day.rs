//! A whole day: people sign in, write their numbers in every way, are called, enrol, sign in and say what was not
//! them, IT does its work, and a day passes. Afterwards no number is anywhere.
//!
//! A thousand people and three thousand test calls in full. Simulated: the phones, and the hours, which pass in a
//! minute; the next day is the system's clock a day later.

mod people;
mod places;

use std::sync::Arc;
use std::time::Instant;

use protocol::paths;
use tests::needs::{days_later, in_full};
use tests::numbers::Numbers;

use super::town::Town;
use crate::access::harness::Asking as _;
use places::{Places, told};

/// Of nobody who is called; it is the name of one who is not, so that the search has something to find.
const PLANTED: &str = "7700900999";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_days_calls_no_number_is_in_database_log_audit_metrics_backup_or_answers() {
    let people = if in_full() { 1_000 } else { 60 };
    let begun = Instant::now();
    let changes =
        [("trust_day = 2000", &*format!("trust_day = {}", people * 4)), ("ring_secs = 25", "ring_secs = 10")];
    let town = Town::open(1_000, &changes, &people::plan(people), "trace").await;
    let key = town.service.add_client("Remote desktop");
    let mut commands = told(
        &town.service,
        &["code", "issue", "--name", &format!("0{PLANTED}"), "--sign-in-name", "planted", "--school", "elm"],
    );
    let town = Arc::new(town);
    let lives = Arc::clone(&town);
    let done = Town::each(people, 300, move |person| {
        let (town, key) = (Arc::clone(&lives), key.clone());
        async move { people::lives(&town, &key, person).await }
    })
    .await;
    let mut town = Arc::into_inner(town).expect("nobody else has it");
    let calls: usize = done.iter().map(|done| done.calls).sum();
    let approvals: usize = done.iter().map(|done| done.approvals).sum();
    let rang = town.service.said().lines().filter(|line| line.starts_with("rang ")).count();
    assert_eq!(calls, people * 3);
    let took = begun.elapsed();

    // IT's work of the day.
    for (person, done) in done.iter().enumerate() {
        let name = format!("person{person}");
        let verb = if done.says_not_me { "clear" } else { "lift" };
        if person < 60 && (done.says_not_me || done.pressed_nine) {
            commands.extend(told(&town.service, &["calls", verb, &name, "--reason", "asked them"]));
        }
    }
    let backup = town.service.home().join("backup");
    for arguments in [
        &["calls", "status"][..],
        &[
            "code",
            "issue",
            "--name",
            "The person person2",
            "--sign-in-name",
            "person2",
            "--school",
            "elm",
            "--replace",
            "--reason",
            "new phone",
        ],
        &["client", "add", "VPN"],
        &["audit", "verify"],
        &["audit", "head"],
        &["backup", backup.to_str().expect("a path")],
        &["openapi"],
    ] {
        commands.extend(told(&town.service, arguments));
    }
    assert_eq!(town.service.count("select count(*) from pending_numbers"), 0, "no number waits for anything");

    let asker = town.asker();
    let mut places = Places::default();
    places.folder("data, while it runs", &town.service.data());
    places.folder("backup", &backup);
    places.text("every row", town.service.rows(".dump"));
    places.text("the audit", town.service.rows("select cast(body as text) from audit order by sequence"));
    places.text("commands", String::from_utf8_lossy(&commands));
    for path in [paths::METRICS, paths::HEALTH, paths::READY, paths::POLICY] {
        places.text(path, asker.line.get(path).answer().await.text());
    }
    places.text("answers", String::from_utf8_lossy(&asker.answers()));
    assert_eq!(town.service.stop(), Some(0));
    places.log("the day's log", &town.service.said());
    // The next day: what is only kept for a day is deleted.
    let later = days_later(1);
    let later: Vec<(&str, &str)> = later.iter().map(|(name, value)| (*name, value.as_str())).collect();
    town.service.start_again(&later);
    town.service.running().line_with("what was kept long enough is deleted");
    assert_eq!(town.service.stop(), Some(0));
    places.folder("data, a day later", &town.service.data());
    places.log("the next day's log", &town.service.said());

    let all: Vec<String> = (0..people).map(people::national).collect();
    let numbers = Numbers::of(all.iter().map(String::as_str));
    assert_eq!(places.found(&numbers), [""; 0]);
    // The control: in every place any of them would be found, and the one that was planted is.
    for national in [&all[0], &all[people - 1]] {
        assert_eq!(places.missed(&numbers, national), [""; 0]);
    }
    let planted = places.found(&Numbers::of([PLANTED]));
    for place in ["data, while it runs", "backup", "every row", "data, a day later"] {
        assert!(planted.iter().any(|found| found.starts_with(place)), "{place}: {planted:?}");
    }
    println!(
        "{people} people, {calls} test calls and {approvals} sign-ins by call ({rang} rings) in {:.0} s; searched: {}; all in {:.0} s",
        took.as_secs_f64(),
        places.sizes(),
        begun.elapsed().as_secs_f64(),
    );
}
