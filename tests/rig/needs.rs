//! Tools from outside. A missing one is a failure that names its package, never a skipped test.

use std::process::{Command, Output, Stdio};

pub use platform::testing::{eventually, wait_for, wait_for_or};

/// A command by its name, checked to be there.
///
/// # Panics
/// When it is missing; the message names the Debian package.
pub fn tool(name: &str, package: &str) -> Command {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {name}")])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    assert!(found, "{name} is missing: install the package {package} (tests/run does)");
    Command::new(name)
}

/// Whether the tests run as the superuser.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// The same as the superuser, by sudo without a question where this is another user.
///
/// # Panics
/// When it is missing, or sudo would ask for a password.
pub fn as_root(name: &str, package: &str) -> Command {
    let found = tool(name, package);
    if is_root() {
        return found;
    }
    let may = tool("sudo", "sudo").args(["-n", "true"]).status().is_ok_and(|status| status.success());
    assert!(may, "{name} has to be run by the superuser: start the tests as root, or let sudo ask nothing");
    let mut command = Command::new("sudo");
    command.args(["-n", name]);
    command
}

/// Variables under which a program lives so many days later. Its timers run as ever.
///
/// # Panics
/// When the library that does this is missing.
pub fn days_later(days: u32) -> [(&'static str, String); 3] {
    secs_from_now(i64::from(days) * 24 * 60 * 60)
}

/// The same so many seconds later, or earlier.
///
/// # Panics
/// When the library that does this is missing.
pub fn secs_from_now(secs: i64) -> [(&'static str, String); 3] {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let library = folders
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.exists())
        .expect("libfaketimeMT.so.1 is missing: install the package libfaketime (tests/run does)");
    [
        ("LD_PRELOAD", library.to_string_lossy().into_owned()),
        ("FAKETIME", format!("{secs:+}")),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]
}

/// Whether the big counts are wanted in full.
pub fn in_full() -> bool {
    std::env::var_os("TESTS_FULL").is_some_and(|value| !value.is_empty())
}

/// Runs a command to its end and hands back what it said.
///
/// # Panics
/// When it cannot be started or fails.
pub fn run(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().expect("the command starts");
    assert!(
        output.status.success(),
        "{command:?} failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
