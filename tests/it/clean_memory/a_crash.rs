//! A crash while the key is on the page: neither the window nor the service leaves a core, also where one would be kept,
//! and nothing of the key is in what is left.
//!
//! Where cores go differs (`/proc/sys/kernel/core_pattern`: a file, or a program that is handed them), so whether there is
//! one is not looked for: the system tells it with the end of the process. Not here: what a panic says, which the unit
//! tests of `process` try in the assistant and in the service.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use service::config::EXAMPLE_POLICY;
use tests::memory::{core_limits, owners};
use tests::needs::{tool, wait_for};
use tests::programs::{Running, allowing_cores, begun_with};
use tests::search::Needles;
use tests::service::Service;

use super::Sought;
use super::reading::Reading;

/// What a program without secrets carries in its place.
const CARRIED: &str = "an ordinary program carries this";

#[test]
fn a_crash_while_the_key_is_shown_leaves_no_core_also_where_one_would_be_kept() {
    let mut service = Service::not_started("", EXAMPLE_POLICY);
    service.may_leave_cores();
    service.start_again(&[]);
    let code = service.issue_code("ayusuf");
    let mut at = Reading::starts(&service);
    let key = Sought::key(&at.walk_to_the_key(&code));
    key.is_in(at.enrol.id());

    // The control: another program that was started in the same way, and does nothing about it.
    let (before, beside) = (SystemTime::now(), tempfile::tempdir().expect("a folder"));
    let mut sleeps = tool("sleep", "coreutils");
    sleeps.arg("600").env("CARRIED", CARRIED).current_dir(beside.path());
    let mut plain = Running::start(&mut begun_with(&allowing_cores(), &sleeps));
    wait_for("the shell to become the program", 20, || {
        let name = std::fs::read_to_string(format!("/proc/{}/comm", plain.id())).ok()?;
        (name.trim() == "sleep").then_some(())
    });
    assert!(core_limits(plain.id()).iter().all(|limit| limit != "0"));
    assert_ne!(owners(plain.id()), (0, 0), "seen by its owners, it may be dumped");
    for id in [at.enrol.id(), service.id()] {
        // The limit forbids a core that would be a file; where cores are handed to a program, only the flag forbids one.
        assert_eq!(core_limits(id), ["0"; 2], "it has given up the right to a core");
        assert_eq!(owners(id), (0, 0), "it may not be dumped");
    }
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").expect("a pattern");
    let pattern = pattern.trim();
    assert!(plain.leaves_a_core(), "nothing leaves a core on this system ({pattern:?}), so nothing is shown");
    if !pattern.starts_with(['|', '/']) {
        assert_ne!(
            Needles::of_text(CARRIED).found_below(beside.path()),
            [""; 0],
            "the search looks into cores"
        );
    }
    assert!(!at.enrol.leaves_a_core(), "the window left a core");
    assert!(!service.running().leaves_a_core(), "the service left a core");
    for folder in [at.data.path(), service.home()] {
        assert_eq!(key.needles.found_below(folder), [""; 0]);
    }
    for file in left_since(before, pattern) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert_eq!(key.needles.found_in(&bytes), [""; 0], "{}", file.display());
    }
}

/// What looks like a crash's and was written since: where temporary files go, in this folder, and where cores go.
fn left_since(since: SystemTime, pattern: &str) -> Vec<PathBuf> {
    let own = Path::new(pattern).parent().filter(|folder| folder.is_absolute()).map(Path::to_owned);
    let folders = [std::env::temp_dir(), Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()];
    let folders = folders.into_iter().chain(own);
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
    let is_new = |file: &std::fs::DirEntry| {
        file.metadata().is_ok_and(|about| about.is_file() && about.modified().is_ok_and(|at| at >= since))
    };
    let is_left = |name: &str| ["core", "enrol", "crash"].iter().any(|word| name.contains(word));
    files
        .filter(|file| is_new(file) && is_left(&file.file_name().to_string_lossy()))
        .map(|file| file.path())
        .collect()
}
