//! `deny`: the rules of `deny.toml`, with known weaknesses.
//!
//! Not here: the rules that need no database. The tidy rules hold them too (`tests/it/tidy/dependencies.rs`).

use std::process::Stdio;

use anyhow::bail;

use crate::cargo::{cargo, cargo_in, root};

/// Said where the database of known weaknesses cannot be had.
const NO_DATABASE: &str = "licences, bans and sources are right, but known weaknesses were NOT looked at: \
the database of advisories cannot be fetched (https://github.com/RustSec/advisory-db). \
Run this where the database can be reached before you release";

/// Has cargo-deny check everything, or says how to get it. With arguments it checks what they say.
pub(crate) fn deny(arguments: &[String]) -> anyhow::Result<()> {
    if !succeeds(&["deny", "--version"]) {
        bail!("cargo-deny is not installed. To install it: cargo install cargo-deny --locked");
    }
    if !arguments.is_empty() {
        return cargo(["deny", "check"].into_iter().chain(arguments.iter().map(String::as_str)));
    }
    cargo(["deny", "check", "licenses", "bans", "sources"])?;
    if !succeeds(&["deny", "fetch", "db"]) {
        bail!(NO_DATABASE);
    }
    cargo(["deny", "check", "advisories"])
}

fn succeeds(words: &[&str]) -> bool {
    let mut command = cargo_in(&root());
    command.args(words).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
