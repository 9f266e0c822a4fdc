//! How this installation calls people: its telephone line, and how fast it takes calls.
//!
//! Not here: the line itself (`telephony`), and the rules of calls, which are the policy's.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// The table `[calls]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    /// What places the calls.
    pub line: LineKind,
    /// Calls at once, over all services that share the line.
    #[serde(default = "ten")]
    pub lines: u32,
    /// Calls begun in one second, over all services that share the line.
    #[serde(default = "one")]
    pub a_second: u32,
}

/// What places the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// Nothing: a phone that answers by itself and presses the right keys. For training alone.
    Practice,
}

fn ten() -> u32 {
    10
}

fn one() -> u32 {
    1
}

impl Calls {
    /// The error is a setting and what is expected of it.
    pub(super) fn check(&self, listen: SocketAddr, training: bool) -> Result<(), (&'static str, String)> {
        let Self { line, lines, a_second } = self;
        match line {
            LineKind::Practice if !training => {
                return Err((
                    "calls.line",
                    "the practice line rings nobody, and whoever asks passes its test; expected another line, or training = true at the top of this file where that is meant".to_owned(),
                ));
            }
            LineKind::Practice if !listen.ip().is_loopback() => {
                return Err(("calls.line", practice_elsewhere(listen)));
            }
            LineKind::Practice => {}
        }
        for (setting, value) in [("calls.lines", lines), ("calls.a_second", a_second)] {
            if !(1..=1_000).contains(value) {
                return Err((setting, format!("{value} is not possible; expected 1 to 1000")));
            }
        }
        Ok(())
    }
}

/// Why a practice line is refused beyond this computer.
pub(crate) fn practice_elsewhere(listen: SocketAddr) -> String {
    format!(
        "the practice line is for training on one computer, and {listen} is open to others; expected listen = \"127.0.0.1:8620\", or another line"
    )
}
