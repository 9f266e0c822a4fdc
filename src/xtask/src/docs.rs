//! `docs`: the pages of `docs/reference` that are made from the programs, and the documentation of all crates.
//!
//! A new page is one more entry of `reference::PAGES`. With `--check` nothing is written: a page that differs is an error.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};
use clap::Args;

use xtask::reference::{PAGES, Page};

use crate::cargo::{cargo, cargo_in, finish, root, said};

#[derive(Debug, Args)]
pub(crate) struct Docs {
    /// Compare the reference pages with what would be made, and write nothing.
    #[arg(long)]
    check: bool,
}

impl Docs {
    /// Makes or compares the pages, then has rustdoc read every crate.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let Self { check } = self;
        pages(PAGES, &root(), check)?;
        // What is private is documented too: these crates are read by those who change them.
        finish(
            cargo_in(&root())
                .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    }
}

fn pages(pages: &[Page], root: &Path, check: bool) -> anyhow::Result<()> {
    let programs = Programs::built()?;
    let output = |words: &[&str]| programs.output(words);
    let mut differ = Vec::new();
    for Page { path, make } in pages {
        let made = make(&output).with_context(|| format!("making {path}"))?;
        let is_same = compare_or_write(&root.join(path), &made, check)?;
        if !is_same && check {
            differ.push(*path);
        } else if !is_same {
            println!("{path}: written");
        }
    }
    if !differ.is_empty() {
        bail!("not what the programs say: {}. To write them: cargo xtask docs", differ.join(", "));
    }
    Ok(())
}

/// Whether a file has this text already. If not it is written, unless this is only a check.
fn compare_or_write(file: &Path, made: &str, check: bool) -> anyhow::Result<bool> {
    let is_same = std::fs::read_to_string(file).is_ok_and(|text| text == made);
    if !is_same && !check {
        let folder = file.parent().context("a page lies in a folder")?;
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        std::fs::write(file, made).with_context(|| file.display().to_string())?;
    }
    Ok(is_same)
}

/// The real programs, from whose output pages are made.
struct Programs;

impl Programs {
    fn built() -> anyhow::Result<Self> {
        // As the scenarios have them built: with other features most crates would be compiled again.
        cargo(["build", "--quiet", "--workspace", "--bins", "--examples", "--locked"])?;
        Ok(Self)
    }

    /// What a program prints, for example `["enrol-service", "default-config"]`. It sees no variables, since a help text
    /// shows their values.
    fn output(&self, words: &[&str]) -> anyhow::Result<String> {
        let (name, arguments) = words.split_first().context("no program is named")?;
        let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
        let mut command = Command::new(folder.join("debug").join(name));
        let output =
            command.env_clear().args(arguments).output().with_context(|| format!("starting {name}"))?;
        if !output.status.success() {
            bail!("{}: {}", said(&command), String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_differs_is_written_and_only_named_by_a_check() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("reference/cli.md");
        assert!(!compare_or_write(&file, "new", true)?);
        assert!(!file.exists());
        assert!(!compare_or_write(&file, "new", false)?);
        assert!(compare_or_write(&file, "new", true)?);
        assert!(!compare_or_write(&file, "newer", true)?);
        assert_eq!(std::fs::read_to_string(&file)?, "new");
        Ok(())
    }
}
