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
    use platform::testing::crash_in_children;

    #[test]
    fn a_guarded_process_dumps_no_core_and_says_of_a_panic_only_where_it_happened() {
        if let Some([said]) = crash_in_children(module_path!(), [super::guard_process]) {
            assert!(said.contains("This program has met a fault at "), "{said}");
        }
    }
}
