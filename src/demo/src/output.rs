//! Standard output.

use std::io::Write as _;

use anyhow::Context as _;

/// Prints a text and a line break. Who reads it may leave early; the error means that a disk is full, for example.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = platform::UntilClosed::new(std::io::stdout().lock());
    writeln!(out, "{text}").and_then(|()| out.flush()).context("standard output cannot be written to")
}
