//! Rule 1: `domain`, `journey` and `numbers` do no I/O, no async, read no clock, make no randomness.

use super::Rule;
use super::source::{Source, files, places};

/// What reaches for the world.
const WORLDLY: &[&str] = &[
    "std::fs",
    "std::net::TcpStream",
    "std::net::UdpSocket",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "std::time",
    "SystemTime",
    "Instant",
    "tokio",
    "async",
    ".await",
    "getrandom",
    "rand",
    "OsRng",
    "thread_rng",
    "new_v4",
    "now_v7",
    "now_v1",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
    "dbg!",
    "check_current",
    "generate_current",
    "Timestamp::now",
    "Zoned::now",
    "include_bytes!",
    "static mut",
    "thread_local!",
];

#[test]
fn domain_journey_and_numbers_are_pure() {
    Rule {
        finds,
        caught: &[
            ("src/domain/src/a.rs", "use std::fs;\nfn f() {}"),
            ("src/journey/src/a.rs", "fn f() { let now = std::time::Instant::now(); }"),
            ("src/journey/src/a.rs", "async fn f() {}"),
            ("src/journey/src/a.rs", "use jiff::Zoned;\nfn f() { Zoned::now(); }"),
            ("src/numbers/src/a.rs", "fn f() { println!(\"{number}\"); }"),
            ("src/domain/src/a.rs", "fn f() { uuid::Uuid::new_v4(); }"),
        ],
        passed: &[
            (
                "src/domain/src/a.rs",
                "//! no std::fs, no clock\nuse std::fmt;\nfn random(asynchronous: u8) {}",
            ),
            ("src/domain/src/a.rs", "#[cfg(test)]\nmod tests { use std::time::Instant; }"),
        ],
    }
    .keep(&files(&["src/domain/src", "src/journey/src", "src/numbers/src"], ".rs"));
}

fn finds(source: &Source) -> Vec<String> {
    let place = |word: &&'static str| {
        places(&source.product, word).into_iter().map(|at| (at, *word)).collect::<Vec<_>>()
    };
    let found = WORLDLY.iter().flat_map(place);
    found.map(|(at, word)| source.finding(at, &format!("`{word}` has no place in a pure crate"))).collect()
}
