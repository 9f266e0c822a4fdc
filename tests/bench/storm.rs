//! The load: a thousand people and 64 clients on two nodes that are killed in turn, behind HAProxy, on PostgreSQL.
//!
//! Not here: how it is done and judged (`tests::storm`).

use std::collections::BTreeMap;
use std::time::Duration;

use tests::storm::{Outcome, Plan, Resident, run};

use crate::report::{Report, mib, ms, quantile};

/// A process that lived for less says nothing about its memory.
const SHORTEST_LIFE: Duration = Duration::from_secs(4 * 60);

/// So much more memory in the last quarter of a life than in the second.
const MOST_GROWTH: f64 = 1.10;

/// Does all of it.
pub(crate) fn measure(report: &mut Report, minutes: u32) -> anyhow::Result<()> {
    let plan = Plan {
        people: 1000,
        clients: 64,
        lasts: Duration::from_secs(60) * minutes,
        kill_every: Duration::from_secs(30),
        down: Duration::from_secs(3),
        durable: true,
    };
    let Plan { people, clients, .. } = plan;
    report.part(&format!(
        "Load: {people} people, {clients} clients, two nodes on PostgreSQL behind HAProxy, one killed every {} s, {minutes} min",
        plan.kill_every.as_secs()
    ));
    let outcome = run(&plan)?;
    answers(report, &outcome);
    truth(report, &outcome, people);
    memory(report, &outcome);
    Ok(())
}

fn answers(report: &Report, outcome: &Outcome) {
    let Outcome { lasted, times, longest, again, outcomes, codes_given, kills, .. } = outcome;
    let all: usize = times.values().map(Vec::len).sum();
    report.figure(
        "lasted, and kills of the two nodes",
        format!("{:.0} s, {} and {}", lasted.as_secs_f64(), kills[0], kills[1]),
    );
    report.figure("requests answered", format!("{all}, {:.0}/s", per_second(all, *lasted)));
    for (kind, times) in times {
        let [p50, p99, max] = [0.5, 0.99, 1.0].map(|part| ms(quantile(times, part)));
        let line = format!("{}, p50 {p50}, p99 {p99}, max {max}", times.len());
        report.figure(kind.name(), line);
        let longest = longest.get(kind).copied().unwrap_or_default();
        report.figure(&format!("{}, longest wait with all that was sent again", kind.name()), ms(longest));
    }
    report.figure("codes given out by IT meanwhile, in a third process", codes_given);
    for (what, count) in outcomes {
        report.figure(&format!("codes answered {what}"), count);
    }
    for (why, count) in again {
        report.figure(&format!("sent again, {why}"), count);
    }
}

fn truth(report: &mut Report, outcome: &Outcome, people: usize) {
    let Outcome { faults, acknowledged, right, .. } = outcome;
    for fault in faults.iter().take(20) {
        report.figure("WRONG", fault);
    }
    let found = format!("{} wrong of {acknowledged} enrolments", faults.len());
    report.target("acknowledged is kept, no code twice, the audit whole", found, "0", faults.is_empty());
    report.target("people whose code is right afterwards", right, people, *right == people);
}

/// By the minute of the longest life of a process; and whether its last quarter holds more than its second.
fn memory(report: &mut Report, outcome: &Outcome) {
    let mut lives: BTreeMap<(usize, usize), Vec<&Resident>> = BTreeMap::new();
    for seen in &outcome.memory {
        lives.entry(seen.process).or_default().push(seen);
    }
    let age = |life: &[&Resident]| life.last().map(|seen| seen.age).unwrap_or_default();
    for (node, name) in [(0, "one"), (1, "two")] {
        let peak = outcome.memory.iter().filter(|seen| seen.process.0 == node).map(|seen| seen.bytes).max();
        report.figure(&format!("most memory of node {name}, over all its lives"), mib(peak.unwrap_or(0)));
    }
    let Some(life) = lives.values().max_by_key(|life| age(life)) else { return };
    let minutes = age(life).as_secs() / 60 + 1;
    let mean = |from: Duration, to: Duration| {
        let bytes: Vec<u64> =
            life.iter().filter(|seen| from <= seen.age && seen.age < to).map(|seen| seen.bytes).collect();
        bytes.iter().sum::<u64>() / u64::try_from(bytes.len()).unwrap_or(1).max(1)
    };
    let minute = Duration::from_secs(60);
    let by_minute: Vec<String> = (0..u32::try_from(minutes).unwrap_or(0))
        .map(|number| mib(mean(minute * number, minute * (number + 1))))
        .collect();
    report.figure("memory in each minute of the longest life", by_minute.join(", "));
    let whole = age(life);
    if whole < SHORTEST_LIFE {
        report.figure("memory stays flat", "not judged: no process lived for four minutes");
        return;
    }
    let (early, late) = (mean(whole / 4, whole / 2), mean(whole / 4 * 3, whole));
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let growth = late as f64 / early as f64;
    report.target(
        "memory, last quarter of that life over its second",
        format!("{} to {}, {growth:.3}x", mib(early), mib(late)),
        format!("{MOST_GROWTH}x"),
        growth <= MOST_GROWTH,
    );
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
