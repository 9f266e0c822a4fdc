//! What is shipped beside the programs, as far as it can be tried here.
//!
//! Not here: that systemd starts it. There is no systemd running where the tests run.

use std::path::Path;

use tests::needs::{run, tool};
use tests::programs::program;

#[test]
fn the_systemd_unit_is_understood_and_leaves_the_service_little_to_reach() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/systemd/enrol-service.service");
    let text = std::fs::read_to_string(shipped).expect("the unit is there");
    let folder = tempfile::tempdir().expect("a folder");
    let unit = folder.path().join("enrol-service.service");
    let here = program("enrol-service").display().to_string();
    assert!(text.contains("ExecStart=/usr/bin/enrol-service serve"));
    std::fs::write(&unit, text.replace("/usr/bin/enrol-service", &here)).expect("writes");
    let verified = run(tool("systemd-analyze", "systemd").args(["verify", "--man=no"]).arg(&unit));
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(said.trim().is_empty(), "{said}");
    // Of 10; a service without any hardening has 9.6.
    run(tool("systemd-analyze", "systemd")
        .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
        .arg(&unit));
}
