//! Standard output.

use std::io::Write as _;

use anyhow::Context as _;

/// Prints a text and a line break. The error means that standard output is closed.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).context("standard output cannot be written to")
}
