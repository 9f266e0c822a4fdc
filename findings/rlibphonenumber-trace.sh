#!/usr/bin/env bash
# rlibphonenumber writes every whole telephone number that it is given to the log, at trace level.
#
# Version:  rlibphonenumber 2.2.15 with log 0.4.35 (crates.io).
# Guess:    A parser that is handed personal data logs none of it.
# Happens:  One parse and one question for the type write the digits several times through the crate `log`.
#           A program that logs by RUST_LOG=trace, or bridges `log` into `tracing`, then logs people's numbers.
# Seen on 30 November 2026, the first of the lines:
#   TRACE [...]::phonenumberutil_internal: Possible country calling code for number '07911123456': 44
#   numbers in the log: 5 lines at TRACE, 0 above
# Enrol:    builds `log` with max_level_debug, which takes the trace level out of every program: Cargo.toml. The story
#           tests/it/nobody_let_in/leaks.rs searches the service's log for numbers, among all else.
# Needs:    cargo. One to two minutes, nearly all of it compiling.
set -euo pipefail

command -v cargo > /dev/null || { echo "cannot run: cargo is missing" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
cat > "$work/Cargo.toml" <<'END'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
log = "=0.4.35"

[dependencies.rlibphonenumber]
version = "=2.2.15"
default-features = false
features = ["builtin_metadata", "global_static", "protox", "regex"]

[profile.dev]
debug = false

[workspace]
END
cat > "$work/src/main.rs" <<'END'
use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

struct Shown;

impl log::Log for Shown {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        println!("{} {}: {}", record.level(), record.target(), record.args());
    }
    fn flush(&self) {}
}

fn main() {
    log::set_logger(&Shown).expect("the first");
    log::set_max_level(log::LevelFilter::Trace);
    // An example of many manuals.
    let number = PHONE_NUMBER_UTIL.parse("07911 123456", Some(Region::GB)).expect("a number");
    PHONE_NUMBER_UTIL.get_number_type(&number);
}
END
CARGO_TARGET_DIR=$work/target nice cargo run -q --manifest-path "$work/Cargo.toml" > "$work/log" ||
  { echo "cannot run: the probe does not build" >&2; exit 2; }

at_trace=$(grep -c '^TRACE .*7911123456' "$work/log" || true)
above=$(grep -v '^TRACE ' "$work/log" | grep -c 7911123456 || true)
grep -m 1 7911123456 "$work/log" || true
echo "numbers in the log: $at_trace lines at TRACE, $above above"
[ "$above" = 0 ] || { echo "changed: numbers are logged above trace level, which is worse than stated" >&2; exit 1; }
[ "$at_trace" -gt 0 ] || { echo "changed: numbers are no longer logged" >&2; exit 1; }
echo "as stated: whole numbers are logged at trace level"
