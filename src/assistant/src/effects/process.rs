//! What the process does for the secrets it holds: no core dumps, and no payload of a panic on the screen.

/// Turns core dumps off and makes panics say only where they happened. Called once, first of all.
pub fn guard_memory() {
    no_core_dumps();
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write as _;
        let place =
            panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        // The payload may hold what was typed.
        let _ = writeln!(std::io::stderr(), "This program has met a fault{place} and cannot go on.");
    }));
}

#[cfg(unix)]
fn no_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // The limit does not hold where the kernel pipes dumps to a program; this does.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(windows)]
fn no_core_dumps() {
    super::windows::no_crash_reports();
}

#[cfg(not(any(unix, windows)))]
fn no_core_dumps() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn no_core_is_dumped() {
        super::no_core_dumps();
        let limits = std::fs::read_to_string("/proc/self/limits").expect("limits");
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("the line");
        assert_eq!(core.split_whitespace().nth(4), Some("0"));
    }
}
