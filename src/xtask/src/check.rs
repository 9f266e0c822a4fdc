//! `check`: what a developer runs before a commit. It installs nothing, and needs nothing that is installed.

mod unit_tests;

use crate::cargo::cargo;
use crate::steps::Steps;

/// Carries out every step until one fails.
pub(crate) fn check() -> anyhow::Result<()> {
    let mut steps = Steps::default();
    steps.step("format", || cargo(["fmt", "--all", "--check"]))?;
    steps.step("clippy", || {
        cargo(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
    })?;
    steps.step("tidy tests", || {
        cargo(["test", "--workspace", "--locked", "--quiet", "--test", "it", "--", "tidy::"])
    })?;
    let left = steps.step("unit tests", unit_tests::run)?;
    if left > 0 {
        println!("{left} unit tests need a program that is not installed: `cargo xtask test` installs it.");
    }
    Ok(())
}
