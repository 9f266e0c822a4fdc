//! A test that crashes in processes of its own, to see what the guards of a process let out.

use std::process::Command;

use rustix::process::{DumpableBehavior, Resource, Rlimit, dumpable_behavior, getrlimit};

/// Says to a test in which child process it is, by a number.
const CHILD: &str = "ENROL_TEST_CHILD";

/// A payload of a panic, as somebody may have typed it.
const PAYLOAD: &str = "the code WRXKB-MNPQZ";

/// Runs the calling test again in child processes, each under a limit that allows core dumps. In the first, nothing
/// guards the process; in each other one, one of `guards` does. Then every child panics with a payload that looks secret.
///
/// Returns what each guarded child wrote to standard error. Returns `None` in a child, whose test ends with that. The test
/// must be the only one of its module, whose path it gives.
///
/// # Panics
///
/// When the unguarded child does not show the payload, when a guarded one shows it or not where it panicked, and when a
/// guard leaves core dumps possible.
pub fn crash_in_children<const N: usize>(module_path: &str, guards: [fn(); N]) -> Option<[String; N]> {
    if let Some(number) = std::env::var_os(CHILD) {
        let number: usize = number.to_string_lossy().parse().expect("a number");
        crash(number.checked_sub(1).map(|guard| guards[guard]));
        return None;
    }
    let unguarded = run_child(module_path, 0);
    assert!(unguarded.contains(PAYLOAD), "the control: {unguarded}");
    let mut number = 0;
    Some(guards.map(|_| {
        number += 1;
        let said = run_child(module_path, number);
        assert!(said.contains("crash.rs:"), "the place: {said}");
        assert!(!said.contains("the code") && !said.contains("WRXKB"), "{said}");
        said
    }))
}

/// What the one test of a module writes to standard error as a child.
fn run_child(module_path: &str, number: usize) -> String {
    let program = std::env::current_exe().expect("this program");
    let (_, module) = module_path.split_once("::").expect("a module of a crate");
    let output = Command::new("sh")
        .args(["-c", "ulimit -S -c unlimited && exec \"$0\" \"$1\" --nocapture"])
        .arg(program)
        .arg(module)
        .env(CHILD, number.to_string())
        .env_remove("ENROL_LOG")
        .output()
        .expect("the shell starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}{said}", String::from_utf8_lossy(&output.stdout));
    said
}

fn crash(guard: Option<fn()>) {
    let cores = || (getrlimit(Resource::Core), dumpable_behavior().expect("the system says it"));
    assert_ne!(cores().0.current, Some(0), "the control: it may leave a core at first");
    assert_eq!(cores().1, DumpableBehavior::Dumpable);
    if let Some(guard) = guard {
        guard();
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        assert_eq!(cores(), (none, DumpableBehavior::NotDumpable));
    }
    assert!(std::thread::spawn(|| panic!("{PAYLOAD}")).join().is_err());
}
