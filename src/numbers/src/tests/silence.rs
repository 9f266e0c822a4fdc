//! No digit of a number is logged, at any level. The number library writes whole numbers at trace level; the feature
//! of `log` that this crate asks for takes that out of the program.

use std::sync::Mutex;

use domain::{ProfileNumbers, Region};
use log::{LevelFilter, Log, Metadata, Record};

use crate::judge;

/// Records what is logged.
struct RecordingLogger(Mutex<Vec<String>>);

static LOGGED: RecordingLogger = RecordingLogger(Mutex::new(Vec::new()));

impl Log for RecordingLogger {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let mut logged = self.0.lock().expect("nobody failed while writing");
        logged.push(format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

#[test]
fn no_digit_of_a_number_is_logged() {
    log::set_logger(&LOGGED).expect("the only logger of these tests");
    log::set_max_level(LevelFilter::Trace);
    log::debug!(target: "control", "07700 900123");
    log::trace!(target: "control", "07700 900123");
    for (typed, is_number) in [
        ("07700 900123", true),
        ("+44 1632 960001", true),
        ("0909 879 0123", false),
        ("+1 201 555 0123", false),
        ("077009001234", false),
        ("07", false),
        ("+44", false),
    ] {
        assert_eq!(judge(typed, Region::GB, &ProfileNumbers::default()).is_ok(), is_number, "{typed}");
    }
    let logged = LOGGED.0.lock().expect("nobody failed while writing");
    let (control, other): (Vec<&String>, Vec<&String>) =
        logged.iter().partition(|line| line.starts_with("control"));
    assert_eq!(control.len(), 1, "debug is kept, trace is compiled out");
    let digits: Vec<_> =
        other.iter().filter(|line| line.contains(|character: char| character.is_ascii_digit())).collect();
    assert!(digits.is_empty(), "{digits:?}");
}
