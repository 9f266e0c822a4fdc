//! `deny`: the rules of `deny.toml`.

use std::process::Stdio;

use anyhow::bail;

use crate::cargo::{cargo, cargo_in, root};

/// Runs `cargo deny check`, or says how to get it.
pub(crate) fn deny(arguments: &[String]) -> anyhow::Result<()> {
    let mut version = cargo_in(&root());
    version.args(["deny", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    if !version.status().is_ok_and(|status| status.success()) {
        bail!("cargo-deny is not installed. To install it: cargo install cargo-deny --locked");
    }
    cargo(["deny", "check"].into_iter().chain(arguments.iter().map(String::as_str)))
}
