//! The unit tests of all crates. One that fails for a program that is not installed says which Debian package has it;
//! by these words it is told from one that found a fault.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use anyhow::{Context as _, bail};

use crate::cargo::{cargo_in, root};

/// What a test says when a program is missing (`tests::needs::tool` and the PostgreSQL of the store's tests).
const MISSING: &str = "install the package";

/// Runs them all, and gives the number of those that need a program which is not installed.
pub(crate) fn run() -> anyhow::Result<usize> {
    let mut tests = cargo_in(&root());
    tests.args(["test", "--workspace", "--locked", "--lib", "--bins", "--no-fail-fast"]);
    let mut running = tests.stdout(Stdio::piped()).spawn().context("cargo does not start")?;
    let mut report = String::new();
    for line in BufReader::new(running.stdout.take().context("no output")?).lines() {
        let line = line?;
        if !line.ends_with(" ... ok") {
            println!("{line}");
        }
        report.push_str(&line);
        report.push('\n');
    }
    let has_passed = running.wait()?.success();
    match judge(&report, has_passed) {
        Some(left) => Ok(left),
        None => bail!("unit tests failed"),
    }
}

/// The number of tests that miss a program; `None` when anything else failed.
fn judge(report: &str, has_passed: bool) -> Option<usize> {
    if has_passed {
        return Some(0);
    }
    let began = report.lines().filter(|line| line.starts_with("running ")).count();
    let ended = report.lines().filter(|line| line.starts_with("test result: ")).count();
    let failed =
        report.lines().filter(|line| line.starts_with("test ") && line.ends_with(" ... FAILED")).count();
    let missing =
        said_by_failed(report).values().filter(|said| said.to_lowercase().contains(MISSING)).count();
    // A program that crashed ends without a result, and one that does not compile begins nothing.
    (began == ended && failed > 0 && failed == missing).then_some(missing)
}

/// What each failed test said, by the program's place in the report and the test's name.
fn said_by_failed(report: &str) -> BTreeMap<(usize, &str), String> {
    let mut all = BTreeMap::new();
    let (mut program, mut test) = (0, None);
    for line in report.lines() {
        if line.starts_with("running ") {
            program += 1;
            test = None;
        }
        if line == "failures:" || line.starts_with("test result: ") {
            test = None;
        } else if let Some(name) =
            line.strip_prefix("---- ").and_then(|line| line.strip_suffix(" stdout ----"))
        {
            test = Some((program, name));
        } else if let Some(test) = test {
            let said: &mut String = all.entry(test).or_default();
            said.push_str(line);
            said.push('\n');
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::judge;

    const ONE_MISSING: &str = "
running 2 tests
test a::works ... ok
test a::postgres ... FAILED

failures:

---- a::postgres stdout ----

thread 'a::postgres' panicked at src/a.rs:1:1:
PostgreSQL is not installed here. Install the package postgresql


failures:
    a::postgres

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
";

    #[test]
    fn a_test_without_its_program_is_counted_and_no_fault() {
        assert_eq!(judge(ONE_MISSING, false), Some(1));
        assert_eq!(judge("", true), Some(0));
    }

    #[test]
    fn every_other_failure_is_a_fault() {
        let fault = ONE_MISSING.replace("Install the package postgresql", "assertion failed");
        assert_eq!(judge(&fault, false), None);
        assert_eq!(judge(&format!("{ONE_MISSING}{fault}"), false), None, "beside one that is none");
        assert_eq!(judge("", false), None, "it does not compile");
        let crashed = format!("{ONE_MISSING}\nrunning 1 test\n");
        assert_eq!(judge(&crashed, false), None, "a program that crashed");
    }
}
