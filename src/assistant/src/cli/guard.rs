//! What the process does for the secrets it holds, before anything else.
//!
//! Not here: how (`platform::process`).

use std::io::Write as _;

/// Turns core dumps off and makes panics say only where they happened. Called once, first of all.
pub fn guard_process() {
    // Where the system refuses, an enrolment goes on all the same.
    let _ = platform::process::forbid_core_dumps();
    platform::process::hide_panic_payloads(|at| {
        let place = at.map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let _ = writeln!(std::io::stderr(), "This program has met a fault{place} and cannot go on.");
    });
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    use rustix::process::{DumpableBehavior, Resource, Rlimit, dumpable_behavior, getrlimit};

    /// Says to this test that it is the process that it has started.
    const STARTED: &str = "ENROL_TEST_STARTED";

    /// As somebody may have typed it.
    const PAYLOAD: &str = "the code WRXKB-MNPQZ";

    #[test]
    fn a_guarded_process_dumps_no_core_and_says_of_a_panic_only_where_it_happened() {
        if let Some(how) = std::env::var_os(STARTED) {
            return started(how == "guarded");
        }
        let [plain, guarded] = ["plain", "guarded"].map(said_by);
        assert!(plain.contains(PAYLOAD), "the control: {plain}");
        assert!(
            guarded.contains("This program has met a fault at ") && guarded.contains("guard.rs:"),
            "{guarded}"
        );
        assert!(!guarded.contains("code") && !guarded.contains("WRXKB"), "{guarded}");
    }

    /// What this test says on standard error as a process of its own, under a limit that allows cores.
    fn said_by(how: &str) -> String {
        let own = std::env::current_exe().expect("this program");
        // The one test of this module.
        let (_, module) = module_path!().split_once("::").expect("a module of a crate");
        let output = Command::new("sh")
            .args(["-c", "ulimit -S -c unlimited && exec \"$0\" \"$1\" --nocapture"])
            .arg(own)
            .arg(module)
            .env(STARTED, how)
            .output()
            .expect("the shell starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{}{said}", String::from_utf8_lossy(&output.stdout));
        said
    }

    fn started(is_guarded: bool) {
        let cores = || (getrlimit(Resource::Core), dumpable_behavior().expect("it is told"));
        assert_ne!(cores().0.current, Some(0), "the control: it may leave a core at first");
        assert_eq!(cores().1, DumpableBehavior::Dumpable);
        if is_guarded {
            super::guard_process();
            let none = Rlimit { current: Some(0), maximum: Some(0) };
            assert_eq!(cores(), (none, DumpableBehavior::NotDumpable));
        }
        assert!(std::thread::spawn(fails).join().is_err());
    }

    fn fails() {
        panic!("{PAYLOAD}");
    }
}
