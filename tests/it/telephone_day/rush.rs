//! 08:30: two hundred people want a call at once, on a line that takes ten. Everybody sees their place, and it falls;
//! who asked first is called first, and nobody twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use protocol::{CallEvent, CallStep};

use tests::needs::in_full;

use super::process::{Peak, status};
use super::town::{AT_ONCE, Town, home_of, number_of};
use crate::access::people::SignedIn;

const PEOPLE: usize = 200;
const LINES: usize = 10;

/// Times that everybody asks, each time for another number.
fn rounds() -> usize {
    if in_full() { 5 } else { 2 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_who_want_a_call_at_once_wait_in_order_and_see_their_place() {
    let town = Arc::new(Town::open(10, &[], "pace 80\n* right", "info").await);
    let comers = Arc::clone(&town);
    let people = Town::each(PEOPLE, AT_ONCE, move |number| {
        let town = Arc::clone(&comers);
        async move { Arc::new(town.signed_in(&format!("person{number}"), &home_of(number)).await) }
    })
    .await;
    // The first opens connections; the next fill the database's caches, a few MiB, and then need no more.
    let mut peaks = Vec::new();
    for round in 0..rounds() {
        let (peak, figures) = rush(&town, &people, round).await;
        println!("{PEOPLE} people on {LINES} lines: {figures}");
        peaks.push(peak);
    }
    assert!(peaks[1..].iter().all(|peak| *peak < peaks[0] + 8 * 1024), "memory, KiB: {peaks:?}");

    // First asked, first called; nobody twice; never more at once than there are lines.
    let service = &town.service;
    let orders = ["turn", "placed_at, turn"]
        .map(|order| service.rows(&format!("select id from calls order by {order}")));
    assert_eq!(orders[0], orders[1], "called in the order in which they asked");
    let said = service.said();
    let rings: Vec<(&str, usize)> = said
        .lines()
        .filter_map(|line| line.strip_prefix("rang ")?.split_once(" at once "))
        .map(|(digits, live)| (digits, live.parse().expect("a count")))
        .collect();
    let mut by_phone: BTreeMap<&str, usize> = BTreeMap::new();
    for (digits, _) in &rings {
        *by_phone.entry(digits).or_default() += 1;
    }
    assert_eq!(by_phone.len(), PEOPLE * rounds());
    assert!(by_phone.values().all(|times| *times == 1), "every phone rings once: {by_phone:?}");
    assert_eq!(rings.iter().map(|(_, live)| *live).max(), Some(LINES), "all lines, and no more");
}

/// All ask at once and follow their call to its end. Gives the service's memory at most, in KiB, and the figures.
async fn rush(town: &Town, people: &[Arc<SignedIn>], round: usize) -> (u64, String) {
    let process = town.service.id();
    let (before, peak, begun) = (status(process, "VmRSS"), Peak::of(process, "VmRSS"), Instant::now());
    let asker = town.asker();
    let histories: Vec<Vec<CallEvent>> = Town::each(PEOPLE, PEOPLE, |number| {
        let (asker, person) = (asker.clone(), Arc::clone(&people[number]));
        async move {
            let at = home_of(number);
            let call = asker.call(&person, number_of(round * PEOPLE + number), &at).await.expect("a call");
            asker.followed(person.session().as_str(), call, &at).await
        }
    })
    .await;
    let (took, highest) = (begun.elapsed().as_secs_f64(), peak.highest());
    for (number, events) in histories.iter().enumerate() {
        follows_the_rules(number, events);
    }
    let longest = histories.iter().filter_map(|events| events[0].ahead).max();
    assert!(longest.is_some_and(|ahead| ahead >= 100), "it was a rush: {longest:?} were ahead");
    let (after, events) = (status(process, "VmRSS"), histories.iter().map(Vec::len).sum::<usize>());
    let figures =
        format!("{took:.1} s, {events} events, memory {before} KiB before, {highest} at most, {after} after");
    (highest, figures)
}

/// Numbered without a gap; the place only falls; then one call, and the end that its keys made.
fn follows_the_rules(person: usize, events: &[CallEvent]) {
    let numbers: Vec<u32> = events.iter().map(|event| event.number).collect();
    let expected: Vec<u32> = (1..).take(events.len()).collect();
    assert_eq!(numbers, expected, "person {person}");
    let waiting = events.iter().take_while(|event| event.what == CallStep::Waiting).count();
    let places: Vec<u32> = events[..waiting].iter().map(|event| event.ahead.expect("a place")).collect();
    assert!(places.windows(2).all(|two| two[1] < two[0]), "person {person}: {places:?}");
    assert!(waiting > 0, "person {person} saw a place");
    let called: Vec<CallStep> = events[waiting..].iter().map(|event| event.what).collect();
    assert_eq!(
        called,
        [CallStep::Dialling, CallStep::Ringing, CallStep::Answered, CallStep::Confirmed],
        "person {person}"
    );
}
