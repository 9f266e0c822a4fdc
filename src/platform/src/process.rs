//! Guards of a process that holds secrets: no core dumps, and no payload of a panic on the screen or in a log.
//!
//! Not here: the log, and limits of open files.

use std::{io, panic::Location};

/// What the system refused. The process goes on without that guard.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The limit of a core's size stays as it was.
    #[error("core dumps could not be forbidden: {0}")]
    CoreLimit(io::Error),
    /// The process can still be dumped through a pipe, and attached to.
    #[error("the process could not be made undumpable: {0}")]
    Dumpable(io::Error),
}

/// Forbids core dumps and reports of crashes, which hold memory. To be called before a secret is read. Returns what
/// the system refused; there is nothing to do about it but to tell.
#[cfg(unix)]
pub fn forbid_core_dumps() -> Vec<GuardError> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let mut refused = Vec::new();
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
        refused.push(GuardError::CoreLimit(error.into()));
    }
    // The limit does not hold where the kernel pipes dumps to a program; this does, and keeps the user's other
    // processes from attaching.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
    {
        refused.push(GuardError::Dumpable(error.into()));
    }
    refused
}

/// Forbids reports of crashes, which hold memory. To be called before a secret is read.
#[cfg(windows)]
pub fn forbid_core_dumps() -> Vec<GuardError> {
    crate::windows::no_crash_reports();
    Vec::new()
}

/// Does nothing: this system offers nothing that is known here.
#[cfg(not(any(unix, windows)))]
pub fn forbid_core_dumps() -> Vec<GuardError> {
    Vec::new()
}

/// Makes every panic of the process tell `report` where it happened, and nobody its payload, which may quote what was
/// typed or sent.
pub fn hide_panic_payloads(report: impl Fn(Option<&Location<'_>>) + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |panic| report(panic.location())));
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::testing::crash_in_children;

    #[test]
    fn a_guarded_process_dumps_no_core_and_says_of_a_panic_only_where_it_happened() {
        let guard = || {
            assert!(forbid_core_dumps().is_empty());
            hide_panic_payloads(|at| {
                let place = at.map_or_else(String::new, ToString::to_string);
                let _ = writeln!(io::stderr(), "a fault at {place}");
            });
        };
        if let Some([said]) = crash_in_children(module_path!(), [guard]) {
            assert!(said.contains("a fault at "), "{said}");
        }
    }
}
