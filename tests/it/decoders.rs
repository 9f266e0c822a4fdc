//! Every decoder that meets the outside is given what no honest program sends: it reads it or refuses it, and never panics,
//! hangs or swallows the memory. A few thousand inputs each; with `TESTS_FULL=1` a million each:
//! `TESTS_FULL=1 cargo test --workspace --locked --test it -- decoders --nocapture`. `TESTS_DECODER=call` beside it tries
//! only those that have this in their names.
//!
//! The inputs are good ones that were spoilt, from a seed: the number that a failure names plays it again. Not here: the
//! service behind its endpoints (`access::hostile`), and guidance by coverage, which wants another toolchain.

mod answers;
mod requests;
mod spoiling;
mod target;
mod written;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::access::random::Random;
use target::Target;

const SEED: u64 = 20_261_124;

/// No input may take longer: a reader that needs more than this for 64 KiB is not linear. Generous, since others run beside.
const LONGEST: Duration = Duration::from_secs(3);

/// When nothing has come back for so long, it never will.
const HANGS: Duration = Duration::from_secs(30);

/// The whole process may grow by so much, with every other test that runs beside.
const MOST_MEBIBYTES: u64 = 512;

fn inputs() -> u64 {
    if tests::needs::in_full() { 1_000_000 } else { 5_000 }
}

/// What came of one target.
struct Outcome {
    name: &'static str,
    read: u64,
    longest: Duration,
    faults: Vec<String>,
}

#[test]
fn what_no_honest_program_asks_of_the_service_is_read_or_refused_without_a_fault() {
    all_read_or_refuse(requests::all());
}

#[test]
fn what_no_honest_service_answers_is_read_or_refused_without_a_fault() {
    all_read_or_refuse(answers::all());
}

#[test]
fn what_is_written_or_typed_wrongly_is_read_or_refused_without_a_fault() {
    all_read_or_refuse(written::all());
}

#[expect(clippy::print_stdout, reason = "whoever runs the million wants to know how it went")]
fn all_read_or_refuse(mut targets: Vec<Target>) {
    if let Ok(only) = std::env::var("TESTS_DECODER") {
        let mut all = [requests::all(), answers::all(), written::all()].into_iter().flatten();
        assert!(all.any(|target| target.name.contains(&only)), "no decoder has {only:?} in its name");
        targets.retain(|target| target.name.contains(&only));
    }
    let targets = Arc::new(targets);
    for target in targets.iter() {
        for (place, seed) in target.seeds.iter().enumerate() {
            assert!((target.reads)(seed), "the control: seed {place} of {} is good", target.name);
        }
    }
    let before = peak_mebibytes();
    let (next, done) = (Arc::new(AtomicU64::new(0)), Arc::new(Mutex::new(Vec::new())));
    let beats: Arc<[AtomicU64; 2]> = Arc::default();
    let workers: Vec<_> = (0..beats.len())
        .map(|worker| {
            let (targets, next, done, beats) =
                (Arc::clone(&targets), Arc::clone(&next), Arc::clone(&done), Arc::clone(&beats));
            std::thread::spawn(move || {
                while let Some(target) =
                    targets.get(usize::try_from(next.fetch_add(1, Ordering::SeqCst)).unwrap_or(usize::MAX))
                {
                    let outcome = tried(target, &beats[worker]);
                    done.lock().expect("no panic holds it").push(outcome);
                }
            })
        })
        .collect();
    let mut heard = (Instant::now(), beats.each_ref().map(|beat| beat.load(Ordering::Relaxed)));
    while workers.iter().any(|worker| !worker.is_finished()) {
        std::thread::sleep(Duration::from_millis(50));
        let now = beats.each_ref().map(|beat| beat.load(Ordering::Relaxed));
        let all_went_on = workers
            .iter()
            .enumerate()
            .all(|(worker, thread)| thread.is_finished() || now[worker] != heard.1[worker]);
        if all_went_on {
            heard = (Instant::now(), now);
        }
        assert!(heard.0.elapsed() < HANGS, "a decoder hangs: (target << 32) + input of each worker {now:?}");
    }
    let done = done.lock().expect("no panic holds it");
    let grown = peak_mebibytes().saturating_sub(before);
    for Outcome { name, read, longest, .. } in done.iter() {
        println!("{name}: {} inputs, {read} read, the longest took {longest:?}", inputs());
    }
    println!("the peak of memory grew by {grown} MiB");
    let faults: Vec<&String> = done.iter().flat_map(|outcome| &outcome.faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(done.len(), targets.len());
    for Outcome { name, read, longest, .. } in done.iter() {
        assert!(*longest < LONGEST, "{name}: {longest:?}");
        // Otherwise the first check refuses all of them, and nothing behind it was tried.
        assert!(*read > 0, "{name}: not one of the inputs was read");
    }
    assert!(grown < MOST_MEBIBYTES, "{grown} MiB");
}

/// Gives a target its inputs, and tells the watch how far it is.
fn tried(target: &Target, beat: &AtomicU64) -> Outcome {
    let Target { name, number, reads, .. } = target;
    let mut outcome = Outcome { name, read: 0, longest: Duration::ZERO, faults: Vec::new() };
    for input in 0..inputs() {
        beat.store((number << 32) + input + 1, Ordering::Relaxed);
        let mut random = Random::of(SEED ^ (number << 40) ^ (input << 4));
        let bytes = spoiling::spoilt(&mut random, target);
        let start = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| reads(&bytes))) {
            Ok(was_read) => outcome.read += u64::from(was_read),
            Err(_) => outcome.faults.push(format!("{name}, input {input}: {:?}", shown(&bytes))),
        }
        outcome.longest = outcome.longest.max(start.elapsed());
    }
    outcome
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)]).into_owned()
}

/// What the process has held at most (`VmHWM`).
fn peak_mebibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the line");
    line.split_whitespace().next().and_then(|kibibytes| kibibytes.parse::<u64>().ok()).expect("a number")
        / 1024
}
