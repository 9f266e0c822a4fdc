//! The service killed at points spread over accepting, and started again on the same files.

use tests::needs::{in_full, wait_for};
use tests::strace::{Call, Strace, calls};

use super::{World, spread, wait_for_empty_outbox};

/// The threads whose system calls are counted, and how many points, in CI and in full: those that read and write the
/// database, and those that hear and answer.
const WAYS: [(&str, (usize, usize)); 2] = [("sqlx-sqlite", (8, 60)), ("tokio", (4, 20))];

/// Memory comes when it is needed: of these a run makes more or fewer by chance.
const CHANCE: &str = "mprotect";

#[test]
fn a_service_killed_at_any_point_of_accepting_keeps_all_of_it_or_nothing() {
    let mut world = World::start();
    let (mut killed, mut kept_by_then, mut looked) = (0, 0, 0);
    for (number, (threads, (few, many))) in WAYS.into_iter().enumerate() {
        let calls = calls_of(&mut world, threads, &format!("measured-{number}"));
        for (point, call) in spread(&calls, if in_full() { many } else { few }).iter().enumerate() {
            // A run may make a call less than the one that was measured, and come through: then once more.
            for round in 0..2 {
                let name = format!("person-{number}-{point}-{round}");
                let looks = point % 2 == 0;
                let Some(kept) = kill(&mut world, threads, call, &name, looks) else { continue };
                killed += 1;
                looked += u64::from(looks);
                kept_by_then += kept;
                break;
            }
        }
    }
    println!("killed at {killed} points; of {looked} that were looked at, {kept_by_then} had kept it");
    assert!(killed >= if in_full() { 50 } else { 8 }, "only {killed} points were met");
    if in_full() {
        assert!(kept_by_then > 0 && kept_by_then < looked, "points on both sides of the commit");
    }
    world.assert_whole();
}

/// An enrolment with the service killed at a call and started again; it is to end as if nothing had happened. Gives what
/// of it was kept before the kill, if that was looked at; `None` when the call never came.
fn kill(world: &mut World, threads: &str, call: &Call, name: &str, looks: bool) -> Option<u64> {
    let when = format!("killed at {call} of {threads}");
    let mut console = world.assistant(name);
    console.walk_to_send(&world.service.issue_code(name));
    let trap = Strace::kill_at(world.service.running().id(), threads, call);
    console.send();
    let came_through = wait_for(&format!("the kill, {when}"), 60, || {
        if world.service.running().has_ended() {
            return Some(false);
        }
        console.terminal.said().contains("Your sign-in security is set up").then_some(true)
    });
    let mut kept = 0;
    if !came_through {
        if looks {
            world.wire.cut();
        }
        world.service.start_again(&[]);
        world.wire.lead_to(world.service.address());
        if looks {
            // What is there now was kept before the kill: all of it or nothing.
            kept = world.enrolments(name);
            world.assert_whole();
            world.wire.restore();
        }
    }
    console.page("Your sign-in security is set up");
    wait_for_empty_outbox(&console, &when);
    world.assert_enrolled_once(name, console.data(), &when);
    trap.let_go();
    if came_through {
        // The call may have come when the person had been told already: whether it did, the next one finds a service.
        world.service.stop();
        world.service.start_again(&[]);
        world.wire.lead_to(world.service.address());
    }
    (!came_through).then_some(kept)
}

/// What these threads call while an enrolment is accepted and nothing else happens. Threads that take turns count each by
/// itself, so the call of one stands for the same call of another.
fn calls_of(world: &mut World, threads: &str, name: &str) -> Vec<Call> {
    let mut console = world.assistant(name);
    console.walk_to_send(&world.service.issue_code(name));
    let trace = world.home.path().join("trace");
    let watch = Strace::watch(world.service.running().id(), threads, &trace);
    console.send();
    console.page("Your sign-in security is set up");
    let lines = watch.let_go();
    let mut threads: Vec<&str> = lines.iter().filter_map(|line| Some(line.split_once(' ')?.0)).collect();
    threads.sort_unstable();
    threads.dedup();
    let mut all = Vec::new();
    for thread in threads {
        let own: Vec<String> = lines
            .iter()
            .filter_map(|line| line.strip_prefix(thread).map(|line| line.trim_start().to_owned()))
            .collect();
        for call in calls(&own) {
            if call.name != CHANCE && !all.contains(&call) {
                all.push(call);
            }
        }
    }
    all
}
