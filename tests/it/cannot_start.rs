//! Where the assistant cannot start it says why, ends with a code that tells the kind, and leaves nothing half done.
//!
//! Not here: the policies of Windows, and its Event Log.

use std::process::Command;

use tests::needs::wait_for;
use tests::programs::{Running, program};
use tests::small_disk::SmallDisk;
use tests::x11::Screen;

const SERVER: [&str; 2] = ["--server", "https://enrol.example.org"];

/// The assistant without settings of whoever runs the tests, and without their screen.
fn enrol() -> Command {
    let mut enrol = Command::new(program("enrol"));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("ENROL_")) {
            enrol.env_remove(name);
        }
    }
    enrol.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    enrol
}

fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let output = enrol().args(SERVER).args(arguments).output().expect("starts");
    assert!(output.stdout.is_empty(), "nothing is shown");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_wrong_flag_a_missing_or_spoilt_ca_file_and_a_folder_for_reading_alone_each_end_it_with_words_and_a_code()
{
    let home = tempfile::tempdir().expect("a folder");
    let inside = |name: &str| home.path().join(name).display().to_string();
    let data = inside("data");

    let (code, said) = refused(&["--data", &data, "--mode", "kiosk"]);
    assert!(code == Some(2) && said.contains("[possible values: self, session]"), "{code:?} {said}");
    assert!(!home.path().join("data").exists(), "nothing is made before the settings are right");

    let (code, said) = refused(&["--data", &data, "--theme", "pink"]);
    let themes = "'pink' for '--theme <NAME>'\n  [possible values: system, light, dark]";
    assert!(code == Some(2) && said.contains(themes) && !said.contains("ENROL_THEME"), "{code:?} {said}");
    let output = enrol().args(SERVER).env("ENROL_THEME", "pink").output().expect("starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains(themes), "{said}");
    assert!(said.contains("it comes from the variable ENROL_THEME"), "{said}");

    let (code, said) = refused(&["--data", &data, "--ca-file", &inside("missing.pem")]);
    assert!(code == Some(2) && said.contains("missing.pem cannot be read (No such file"), "{code:?} {said}");
    std::fs::write(home.path().join("spoilt.pem"), "-----BEGIN PEAS-----").expect("writes");
    let (code, said) = refused(&["--data", &data, "--ca-file", &inside("spoilt.pem")]);
    assert!(code == Some(2) && said.contains("-----BEGIN CERTIFICATE-----"), "{code:?} {said}");

    assert!(!home.path().join("data").exists(), "nothing is made before they can be used");

    let disk = SmallDisk::mount(&home.path().join("disk"), 64, 20);
    disk.only_for_reading();
    let (code, said) = refused(&["--data", &inside("disk/data")]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("disk/data cannot be used: Read-only file system"), "{said}");
}

#[test]
fn started_by_an_icon_it_shows_what_is_missing_in_a_window_and_ends_with_the_same_code() {
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("data").display().to_string();
    let missing = home.path().join("missing.pem").display().to_string();
    let wrong_file = [&SERVER[..], &["--data", &data, "--ca-file", &missing]].concat();
    for (arguments, heading, reason) in [
        (&[][..], "This computer is not ready for this yet", "no service is named"),
        (&wrong_file, "This program cannot start", "missing.pem cannot be read"),
    ] {
        let screen = Screen::open(1000, 800);
        let mut enrol = Running::start(screen.command(enrol()).args(arguments));
        screen.window_of(&mut enrol, heading);
        wait_for("the page to be painted", 30, || (screen.colours() > 20).then_some(()));
        assert!(!enrol.has_ended(), "it stays until somebody has read it");
        screen.press_stop(1);
        assert_eq!(enrol.ended(20), Some(2), "{}", enrol.said());
        assert!(enrol.said().contains(reason), "as before: {}", enrol.said());
    }
    assert!(!home.path().join("data").exists(), "nothing is made");
}

#[test]
fn a_command_for_it_with_a_slip_in_it_opens_no_window_and_ends() {
    let screen = Screen::open(1000, 800);
    for arguments in
        [&["--check-conection"][..], &["check-connection"], &["--mode", "kiosk", "--show-policy"]]
    {
        let mut enrol = Running::start(screen.command(enrol()).args(arguments));
        assert_eq!(enrol.ended(20), Some(2), "{arguments:?}: {}", enrol.said());
    }
}
