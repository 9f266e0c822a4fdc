//! Thousands of sign-ins wait for their call at the same moment: each costs the service a task and a connection, not a
//! thread, and everybody else is answered as ever. The program is the one that ships.
//!
//! In full: two thousand at the pace that ships, ten lines and a call a second; most are told after a minute that nobody
//! decided. Else fewer, on more lines, and all approve.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use protocol::{ApprovalOutcome, ApprovalRequest, ApprovalResponse, ErrorCode, VerifyOutcome, paths};
use tests::needs::in_full;
use uuid::Uuid;

use super::process::{Peak, status};
use super::town::{AT_ONCE, Town, home_of, number_of};
use crate::access::harness::{Asking as _, HOME, Line};
use crate::access::people::verified;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn held_sign_ins_cost_tasks_not_threads_and_keep_nobody_else_waiting() {
    let (people, lines) = if in_full() { (2_000, 10) } else { (200, 1_000) };
    let town =
        Town::open(1_000, &[("trust_day = 2000", "trust_day = 10000")], "pace 1\n* right", "info").await;
    let mut town = enrolled(town, people).await;
    let settings = town.service.home().join("service.toml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    let pace = if in_full() { "a_second = 1" } else { "a_second = 1000" };
    let text = text.replace("lines = 1000", &format!("lines = {lines}")).replace("a_second = 1000", pace);
    std::fs::write(&settings, text).expect("settings");
    town.service.stop();
    town.service.becomes_the_one_that_ships();
    // Fewer than are held: as a rule a system gives a thousand, and a program takes more.
    town.service.is_given_open_files(u32::try_from(people / 2).expect("a count"));
    town.service.start_again(&[]);
    let (key, process) = (town.service.add_client("Remote desktop"), town.service.id());
    let line = Line::to(&town.service.url(""));

    // A crowd that is answered at once opens all that opens on demand: connections, caches.
    let warm = Line::to(&town.service.url(""));
    let (asking, others) = (key.clone(), line.clone());
    Town::each(200, 200, move |number| {
        let (line, key) = (warm.clone(), asking.clone());
        async move { verified(&line, &key, &format!("nobody{number}"), "123456", HOME).await.outcome }
    })
    .await;
    let (threads, memory) = (status(process, "Threads"), status(process, "VmRSS"));
    let (most_threads, most_memory) = (Peak::of(process, "Threads"), Peak::of(process, "VmRSS"));
    let (answered, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(BTreeMap::new())));
    let held = {
        let (answered, refused, key) = (Arc::clone(&answered), Arc::clone(&refused), key.clone());
        tokio::spawn(Town::each(people, people, move |number| {
            let (line, key) = (line.clone(), key.clone());
            let (answered, refused) = (Arc::clone(&answered), Arc::clone(&refused));
            async move {
                let outcome = approval(&line, &key, number, &refused).await;
                answered.fetch_add(1, Ordering::Relaxed);
                outcome
            }
        }))
    };
    // While they wait, everybody else is answered.
    let (mut took, mut most_held) = (Vec::new(), 0);
    let begun = Instant::now();
    while !held.is_finished() {
        if answered.load(Ordering::Relaxed) == 0 {
            most_held = most_held.max(
                town.service.count("select count(*) from calls where state <> 'ended' and kind = 'approval'"),
            );
        }
        if usize::try_from(most_held).expect("a count") == people {
            let asked = Instant::now();
            assert_eq!(others.get(paths::HEALTH).answer().await.status, 200);
            let outcome = verified(&others, &key, "nobody", "123456", HOME).await.outcome;
            assert_eq!(outcome, VerifyOutcome::NotEnrolled);
            took.push(asked.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let metrics = others.get(paths::METRICS).answer().await.text();
    let shed: Vec<&str> =
        metrics.lines().filter(|line| line.contains("shed") && line.contains('{')).collect();
    let outcomes = held.await.expect("no fault");
    took.sort_unstable();
    let (middle, longest) = (took[took.len() / 2], took[took.len() - 1]);
    let (most_threads, most_memory) = (most_threads.highest(), most_memory.highest());
    let each = (most_memory - memory) * 1024 / u64::try_from(people).expect("a count");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for outcome in outcomes {
        *counts.entry(format!("{outcome:?}")).or_default() += 1;
    }
    println!(
        "{most_held} of {people} held at once, all answered after {:.1} s: {counts:?}; refused before they were taken: {:?}, {shed:?}; \
         threads {threads}, then {most_threads}; memory {memory} KiB, then {most_memory}: {each} bytes each; \
         /health and /v1/verify meanwhile, together: {middle:?}, at most {longest:?}, {} times",
        begun.elapsed().as_secs_f64(),
        refused.lock().expect("no panic holds it"),
        took.len(),
    );
    assert_eq!(usize::try_from(most_held).expect("a count"), people);
    // Each is written down as it is asked; the places that nobody sees are not.
    let asked = "select count(*) from call_events e join calls c on c.id = e.call where kind = 'approval' and what = 'waiting'";
    assert_eq!(town.service.count(asked), most_held);
    assert!(most_threads <= threads + 4, "no thread for anybody who waits");
}

/// Everybody is set up, with a number that was tested.
async fn enrolled(town: Town, people: usize) -> Town {
    let town = Arc::new(town);
    let all = Arc::clone(&town);
    let refusals = Town::each(people, AT_ONCE, move |number| {
        let town = Arc::clone(&all);
        async move {
            let (asker, at) = (town.asker(), home_of(number));
            let person = town.signed_in(&format!("person{number}"), &at).await;
            let call = asker.call(&person, number_of(number), &at).await.expect("a call");
            asker.followed(person.session().as_str(), call, &at).await;
            asker.enrols(&person, Some(number_of(number)), &at).await
        }
    })
    .await;
    assert!(refusals.iter().all(Option::is_none), "{refusals:?}");
    Arc::into_inner(town).expect("nobody else has it")
}

/// Asks as a relying party does, again when it is told to come later, until there is an outcome.
async fn approval(
    line: &Line,
    key: &str,
    number: usize,
    refused: &Mutex<BTreeMap<&'static str, usize>>,
) -> ApprovalOutcome {
    let request = ApprovalRequest {
        key: Uuid::from_u128(u128::try_from(number).expect("a number")),
        sign_in_name: format!("person{number}"),
        what: "remote desktop".to_owned(),
        address: Some(HOME.parse().expect("an address")),
        shown_digits: None,
    };
    let body = serde_json::to_vec(&request).expect("writes");
    loop {
        let answer = line.post(paths::APPROVALS, body.clone()).showing(key).answer().await;
        let Some(code) = answer.refusal() else {
            let ApprovalResponse { outcome, .. } = answer.read();
            return outcome;
        };
        assert!(matches!(code, ErrorCode::TryLater | ErrorCode::ServiceBusy), "{code:?}");
        *refused.lock().expect("no panic holds it").entry(code.name()).or_default() += 1;
        let secs = answer.problem().retry_after_secs.unwrap_or(1);
        tokio::time::sleep(Duration::from_secs(secs.into())).await;
    }
}
