//! What a test waits for, and what it throws away. It waits for a condition and never for a time: that nothing has come within
//! a pause proves little. One wait asks again and again, and says what did not come (`platform::testing`).

use super::Rule;
use super::source::{Source, places, rust};

/// Where a test, or what it starts, sleeps all the same: the path, and why.
const SLEEPS: &[(&str, &str)] = &[
    ("src/platform/src/testing/waits.rs", "here is the one wait for a condition"),
    ("src/engine/src/tests/calls_at_once.rs", "a provider that takes its time"),
    ("src/engine/src/tests/world.rs", "SQLite has no list of who waits for a lock"),
    ("src/service/src/server/connections.rs", "a client that says something now and then"),
    ("src/store/src/testing.rs", "starts and ends PostgreSQL, and reports its log when that fails"),
    ("src/store/src/tests.rs", "a write lasts a moment, so that others join its batch"),
    ("src/telephony/src/practice/tests.rs", "the clock of these tests is paused, and jumps"),
    ("src/telephony/src/provider/tests.rs", "a wait for a condition, in a crate that does not know platform"),
    ("src/telephony/src/provider/tests/fake_provider.rs", "a provider's pace"),
    ("tests/bench/windows.rs", "measures a window at rest"),
    ("tests/bench/wine.rs", "measures a window at rest"),
    ("tests/it/decoders.rs", "watches for a decoder that hangs"),
    ("tests/it/keys_change/load.rs", "the pace of a load"),
    ("tests/it/themes.rs", "looks at the page a second time: another colour may follow"),
    ("tests/it/telephone_calls/line.rs", "how long the connection stays cut"),
    ("tests/it/telephone_day/held.rs", "measures again and again; comes again when the service asks for it"),
    ("tests/it/telephone_day/process.rs", "measures again and again"),
    ("tests/rig/handset.rs", "the pace of a finger, and of a person who hangs up"),
    ("tests/rig/storm/asking.rs", "the pauses of a client that tries again"),
    ("tests/rig/storm/nodes.rs", "how long a node stays down, and the pace of its watcher"),
];

#[test]
fn a_test_waits_for_a_condition_and_not_for_a_time() {
    Rule {
        finds: |source| {
            if SLEEPS.iter().any(|(path, _)| *path == source.path) {
                return Vec::new();
            }
            let why = "wait for a condition: platform::testing has `eventually` and `wait_for`";
            sleeps(source).into_iter().map(|at| source.finding(at, why)).collect()
        },
        caught: &[
            ("tests/it/a.rs", "async fn f() { tokio::time::sleep(Duration::from_secs(1)).await; }"),
            ("src/a/src/tests/b.rs", "fn f() { std::thread::sleep(PAUSE); }"),
            ("src/a/src/b.rs", "#[cfg(test)]\nmod tests { fn f() { sleep(PAUSE); } }"),
        ],
        passed: &[
            ("src/a/src/b.rs", "fn f() { std::thread::sleep(PAUSE); }\n#[cfg(test)]\nmod tests {}"),
            ("tests/it/a.rs", "// sleep(1)\nfn f() { wait_for(\"a sleep(1)\", 10, || fell_asleep(1)); }"),
        ],
    }
    .keep(&rust());
}

#[test]
fn whoever_may_sleep_does() {
    let files = rust();
    let is_needed = |path: &str| files.iter().any(|file| file.path == path && !sleeps(file).is_empty());
    let idle: Vec<&str> = SLEEPS.iter().map(|(path, _)| *path).filter(|path| !is_needed(path)).collect();
    assert_eq!(idle, [""; 0], "take these out of the list");
    assert!(!is_needed("src/a/src/not_there.rs"));
}

/// Where the code of tests sleeps.
fn sleeps(source: &Source) -> Vec<usize> {
    let is_of_tests = |at: &usize| source.product.as_bytes().get(*at) == Some(&b' ');
    places(&source.code, "sleep(").into_iter().filter(is_of_tests).collect()
}

#[test]
fn a_result_that_a_test_throws_away_has_its_reason_above() {
    Rule {
        finds: |source| {
            // What tests start is ended here in many ways. A way that did not work is seen at the next start.
            let starts = ["tests/rig/", "tests/bench/", "tests/practice/", "src/store/src/testing.rs"];
            if starts.iter().any(|folder| source.path.starts_with(folder)) {
                return Vec::new();
            }
            let is_of_tests = |at: &usize| source.product.as_bytes().get(*at) == Some(&b' ');
            let has_reason = |at: &usize| {
                let mut above = source.text[..*at].lines().rev().skip(1).take(2);
                above.any(|line| line.trim_start().starts_with("//"))
            };
            let thrown = places(&source.code, "let _ =").into_iter().filter(is_of_tests);
            thrown
                .filter(|at| !has_reason(at))
                .map(|at| source.finding(at, "look at what it says, or write above why it says nothing"))
                .collect()
        },
        caught: &[
            ("tests/it/a.rs", "fn f() {\n    let _ = g();\n}"),
            (
                "src/a/src/tests.rs",
                "async fn f() {\n    // Why.\n    g();\n    h();\n    let _ = store.write(1).await;\n}",
            ),
            ("src/a/src/b.rs", "#[cfg(test)]\nmod tests {\n    fn f() { let _ = g(); }\n}"),
        ],
        passed: &[
            ("tests/it/a.rs", "fn f() {\n    // It may be gone.\n    let _ = g();\n    let _held = h();\n}"),
            ("src/a/src/b.rs", "fn f() {\n    let _ = g();\n}"),
            ("tests/rig/a.rs", "fn f() {\n    let _ = child.kill();\n}"),
        ],
    }
    .keep(&rust());
}

#[test]
fn a_test_that_is_left_out_says_why() {
    Rule {
        finds: |source| {
            let why = "write #[ignore = \"who runs it, and when\"]";
            places(&source.code, "#[ignore]").into_iter().map(|at| source.finding(at, why)).collect()
        },
        caught: &[("src/a/src/tests.rs", "#[test]\n#[ignore]\nfn f() {}")],
        passed: &[("src/a/src/tests.rs", "#[test]\n#[ignore = \"tests/freeze runs it\"]\nfn f() {}")],
    }
    .keep(&rust());
}
