//! The assistant killed at points spread over saving and sending.

use std::fmt;

use tests::console::{Console, outbox};
use tests::needs::{in_full, wait_for};
use tests::strace::{Call, Strace, calls};

use super::{World, spread, wait_for_empty_outbox, waits};

/// Where the kill falls.
#[derive(Clone, Copy)]
struct Way {
    /// The thread whose system calls are counted.
    thread: &'static str,
    /// The network is cut before **Send**.
    is_cut: bool,
    /// How many points, in CI and in full.
    points: (usize, usize),
}

/// The thread that saves and sends, with and without a network, and the one that seals and draws.
const WAYS: [Way; 3] = [
    Way { thread: "effects", is_cut: false, points: (4, 50) },
    Way { thread: "effects", is_cut: true, points: (4, 30) },
    Way { thread: "enrol", is_cut: false, points: (3, 10) },
];

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { thread, is_cut, points: _ } = self;
        write!(f, "{thread}, the network {}", if *is_cut { "cut" } else { "up" })
    }
}

#[test]
fn an_assistant_killed_at_any_point_of_posting_loses_nothing_and_enrols_nobody_twice() {
    let world = World::start();
    let (mut killed, mut waited, mut begun_anew) = (0, 0, 0);
    for (number, way) in WAYS.into_iter().enumerate() {
        let calls = calls_of(&world, way, &format!("measured-{number}"));
        let (few, many) = way.points;
        for (point, call) in spread(&calls, if in_full() { many } else { few }).iter().enumerate() {
            let when = format!("killed at {call} of {way}");
            let name = format!("person-{number}-{point}");
            let code = world.service.issue_code(&name);
            let data = world.home.path().join(&name);
            killed += usize::from(kill(&world, way, call, &name, &code, &when));
            let waits = waits(&data);
            waited += usize::from(waits);
            let again = start_again(&world, &name, waits, point % 2 == 0, &when);
            if world.enrolments(&name) == 0 {
                // Nothing was saved, and nobody was told so: the same code begins anew.
                begun_anew += 1;
                let mut again = again;
                again.walk_to_send(&code);
                again.send();
                again.page("Your sign-in security is set up");
            }
            world.assert_enrolled_once(&name, &data, &when);
        }
    }
    println!("killed at {killed} points; {waited} entries waited; {begun_anew} began anew");
    // A run may make a few calls less than the one that was measured, and come through.
    assert!(killed >= if in_full() { 50 } else { 8 }, "only {killed} points were met");
    assert!(waited > 0 && begun_anew > 0, "points on both sides of 'saved'");
    world.assert_whole();
}

/// The system calls of a thread between **Send** and the last page, when nothing happens to it.
fn calls_of(world: &World, way: Way, name: &str) -> Vec<Call> {
    let mut console = world.assistant(name);
    console.walk_to_send(&world.service.issue_code(name));
    let watch = Strace::watch(console.terminal.id(), way.thread, &world.home.path().join("trace"));
    if way.is_cut {
        world.wire.cut();
    }
    console.send();
    console.page(if way.is_cut { "Not sent yet" } else { "Your sign-in security is set up" });
    world.wire.restore();
    let mut calls = calls(&watch.let_go());
    // The first is the wait that strace's coming broke off: it comes before **Send**.
    calls.remove(0);
    calls
}

/// Walks to **Send**, sets the trap and sends. Whether the trap killed it; if not, it came to its end before.
fn kill(world: &World, way: Way, call: &Call, name: &str, code: &str, when: &str) -> bool {
    let mut console = world.assistant(name);
    console.walk_to_send(code);
    let _trap = Strace::kill_at(console.terminal.id(), way.thread, call);
    if way.is_cut {
        world.wire.cut();
    }
    console.send();
    let came_through = wait_for(&format!("the kill, {when}"), 60, || {
        if console.terminal.has_ended() {
            return Some(false);
        }
        (outbox(console.data()).is_empty() && console.terminal.said().contains("Your reference"))
            .then_some(true)
    });
    if came_through {
        console.terminal.line("q");
    }
    let killed = console.terminal.ended().is_none();
    if way.is_cut {
        world.wire.restore();
    }
    let is_kept = world.enrolments(name) == 1 || waits(console.data());
    assert!(is_kept || !console.said_saved(), "{when}: the person was told 'saved', and it is not");
    killed
}

/// Starts it again, `without` a network at first, and waits until what waits is sent.
fn start_again(world: &World, name: &str, waits: bool, without: bool, when: &str) -> Console {
    if without {
        world.wire.cut();
        let mut offline = world.assistant(name);
        offline.page("We cannot start yet");
        assert!(
            !waits || !outbox(offline.data()).is_empty(),
            "{when}: what waits is kept while it cannot be sent"
        );
        world.wire.restore();
        if !waits {
            offline.terminal.line("q");
            assert_eq!(offline.terminal.ended(), Some(0), "{when}");
            return world.assistant(name);
        }
        wait_for_empty_outbox(&offline, when);
        return offline;
    }
    let again = world.assistant(name);
    wait_for_empty_outbox(&again, when);
    again
}
