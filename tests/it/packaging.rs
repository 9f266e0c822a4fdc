//! What is shipped beside the programs, as far as it can be tried here.
//!
//! Not here: the Debian packages, and the unit under systemd, in a Debian of their own (`tests/debian`).

mod monitoring;

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
    let ours = text.replace("/usr/bin/enrol-service", &here);
    // With the lines that only some want, and as it ships.
    let with_credentials = ours.replace("#LoadCredential", "LoadCredential");
    assert_ne!(with_credentials, ours);
    for text in [with_credentials, ours] {
        std::fs::write(&unit, text).expect("writes");
        let verified = run(tool("systemd-analyze", "systemd").args(["verify", "--man=no"]).arg(&unit));
        let said = String::from_utf8_lossy(&verified.stderr);
        assert!(said.trim().is_empty(), "{said}");
    }
    // Of 10; a service without any hardening has 9.6.
    run(tool("systemd-analyze", "systemd")
        .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
        .arg(&unit));
}

#[test]
fn the_policy_templates_name_what_the_assistant_reads_and_every_word_is_there() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/windows/policy");
    let read = |path: &str| std::fs::read_to_string(here.join(path)).expect("it is there");
    let (template, words) = (read("enrol.admx"), read("en-US/enrol.adml"));
    let after = |text: &str, sign: &str| -> Vec<String> {
        text.split(sign).skip(1).filter_map(|rest| rest.split(['"', ')']).next().map(str::to_owned)).collect()
    };
    let mut names = after(&template, "valueName=\"");
    names.sort();
    let mut read_by_the_assistant = assistant::settings::Rules::names().to_vec();
    read_by_the_assistant.sort_unstable();
    assert_eq!(names, read_by_the_assistant);
    let keys = after(&template, "key=\"");
    assert!(!keys.is_empty() && keys.iter().all(|key| key == r"Software\Policies\Enrol\Enrol"), "{keys:?}");
    let strings = after(&template, "$(string.");
    assert!(strings.len() > 10, "{strings:?}");
    for string in strings {
        assert!(words.contains(&format!("<string id=\"{string}\">")), "{string} has no words");
    }
    for presentation in after(&template, "$(presentation.") {
        assert!(words.contains(&format!("<presentation id=\"{presentation}\">")), "{presentation}");
    }
}
