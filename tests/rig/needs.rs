//! Tools from outside. A missing one is a failure that names its package, never a skipped test.

use std::process::{Command, Output, Stdio};

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

/// Asks again and again until `ready` has an answer; conditions are waited for, not seconds.
///
/// # Panics
/// When nothing came within `within_secs`.
pub fn wait_for<T>(what: &str, within_secs: u64, mut ready: impl FnMut() -> Option<T>) -> T {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(within_secs);
    loop {
        if let Some(answer) = ready() {
            return answer;
        }
        assert!(std::time::Instant::now() < end, "waited {within_secs} s in vain for {what}");
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
}
