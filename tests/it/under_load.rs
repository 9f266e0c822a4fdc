//! Two nodes behind HAProxy on PostgreSQL, one of them killed again and again, while many clients enrol people and have
//! their codes verified: nothing acknowledged is lost, and no code counts twice.
//!
//! Not here: figures (`cargo bench --profile quick --workspace --bench figures -- load`), and whether the judge finds
//! what is wrong (`tests::storm::judge` has tests of its own).

use std::time::Duration;

use tests::needs::in_full;
use tests::storm::{Kind, Outcome, Plan, run};

#[test]
fn nodes_are_killed_under_load_behind_haproxy_and_nothing_acknowledged_is_lost() {
    let secs = Duration::from_secs;
    let small = Plan {
        people: 48,
        clients: 16,
        lasts: secs(7),
        kill_every: secs(2),
        down: Duration::from_millis(300),
        durable: false,
    };
    let full = Plan {
        people: 1000,
        clients: 64,
        lasts: secs(600),
        kill_every: secs(30),
        down: secs(3),
        durable: true,
    };
    let plan = if in_full() { full } else { small };
    let outcome = run(&plan).unwrap_or_else(|error| panic!("{error:?}"));
    let Outcome { faults, times, again, outcomes, acknowledged, right, kills, .. } = &outcome;
    let counts: Vec<_> = times.iter().map(|(kind, times)| (kind.name(), times.len())).collect();
    println!("{counts:?}, {outcomes:?}; killed {kills:?}; sent again {again:?}");
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(*right, plan.people, "everybody's code is right");
    assert!(kills.iter().all(|kills| *kills > 0), "both died: {kills:?}");
    assert!(*acknowledged > plan.people, "{acknowledged}");
    for kind in [Kind::SignIn, Kind::Enrolment, Kind::Code] {
        assert!(times.get(&kind).is_some_and(|times| times.len() > plan.people), "{counts:?}");
    }
    // What no kill has cut shows nothing.
    assert!(!again.is_empty(), "nothing had to be sent again");
}
