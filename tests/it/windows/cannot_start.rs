//! Where the Windows program cannot start: words, an exit code, and an event for IT.

use std::process::Stdio;

use tests::small_disk::SmallDisk;
use tests::wine::{Wine, enrol_exe};
use tests::x11::Screen;

/// Has wine say what it is given for the Event Log, which it does not keep.
pub(super) const EVENTS: &str = "-all,fixme+advapi,+eventlog";

/// Whether it was given an event of a number.
pub(super) fn was_told(said: &str, id: u32) -> bool {
    said.lines().any(|line| line.contains("ReportEvent") && line.contains(&format!("0x{id:08x}")))
}

#[test]
fn a_wrong_policy_a_missing_ca_file_and_a_folder_for_reading_alone_each_end_the_windows_program_with_words_a_code_and_an_event()
 {
    let screen = Screen::open(1000, 800);
    let wine = Wine::on(&screen);
    let refused = |arguments: &[&str]| {
        let mut enrol = wine.command(enrol_exe());
        enrol.args(["--server", "https://enrol.example.org"]).args(arguments).env("WINEDEBUG", EVENTS);
        let output = enrol.stdin(Stdio::null()).output().expect("wine starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };

    let (code, said) = refused(&["--ca-file", r"C:\missing.pem"]);
    assert!(code == Some(2) && said.contains(r"C:\missing.pem cannot be read"), "{code:?} {said}");
    assert!(was_told(&said, 220) && !was_told(&said, 100), "{said}");
    let (code, said) = refused(&["--site", "Elm room 12"]);
    assert!(code == Some(2) && said.contains("elm-room-12") && was_told(&said, 220), "{code:?} {said}");

    // wine has no Direct3D 12 that works, so one that is asked for nothing else has nothing to paint with.
    let (code, said) = refused(&["--renderer", "wgpu"]);
    assert!(
        code == Some(4) && said.contains("Direct3D 12 does not work on this computer"),
        "{code:?} {said}"
    );
    assert!(was_told(&said, 230) && !was_told(&said, 100), "{said}");

    let home = tempfile::tempdir().expect("a folder");
    let disk = SmallDisk::mount(&home.path().join("disk"), 64, 20);
    disk.only_for_reading();
    let (code, said) = refused(&["--data", &format!("Z:{}/disk/data", home.path().display())]);
    assert!(code == Some(1) && said.contains("cannot be used"), "{code:?} {said}");
    assert!(was_told(&said, 240), "{said}");
    let told = said.lines().find(|line| line.contains("The data folder cannot be used")).unwrap_or_default();
    assert!(!told.is_empty() && !told.contains("disk"), "the event has no path in it: {said}");

    let mut reg = wine.command("reg".as_ref());
    reg.args([
        "add",
        r"HKCU\Software\Policies\Enrol\Enrol",
        "/v",
        "Renderer",
        "/t",
        "REG_DWORD",
        "/d",
        "1",
        "/f",
    ]);
    assert!(reg.output().expect("wine starts").status.success());
    let (code, said) = refused(&[]);
    let names_it = r"Renderer in HKCU\Software\Policies\Enrol\Enrol: expected a text (REG_SZ)";
    assert!(code == Some(2) && said.contains(names_it) && was_told(&said, 220), "{code:?} {said}");
}
