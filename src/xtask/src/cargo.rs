//! Other programs, started in the repository's root.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    // xtask is built in the checkout that it works on.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// A program that is to run in a checkout. It does not see what cargo told xtask about its own package: the build script
/// of ring watches these variables, so that half of the workspace would be compiled again.
pub(crate) fn command(program: impl AsRef<OsStr>, checkout: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(checkout);
    for (name, _) in std::env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
        {
            command.env_remove(name);
        }
    }
    command
}

/// The cargo that started xtask, or the one of the search path.
pub(crate) fn cargo_in(checkout: &Path) -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), checkout)
}

/// Runs cargo to its end.
pub(crate) fn cargo<'a>(words: impl IntoIterator<Item = &'a str>) -> anyhow::Result<()> {
    finish(cargo_in(&root()).args(words))
}

/// Runs a script of this repository to its end.
pub(crate) fn script(path: &str, words: &[&str]) -> anyhow::Result<()> {
    finish(command("bash", &root()).arg(path).args(words))
}

/// Runs a command to its end. An exit code other than 0 is an error.
pub(crate) fn finish(command: &mut Command) -> anyhow::Result<()> {
    let said = said(command);
    let status = command.status().with_context(|| format!("{said} does not start"))?;
    if !status.success() {
        bail!("{said}: {status}");
    }
    Ok(())
}

/// A command as it is typed.
pub(crate) fn said(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
