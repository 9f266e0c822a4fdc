//! A whole enrolment in the window of the Windows program, by keyboard alone, against the real service, whose practice
//! phone answers the test call.
//!
//! Not here: the same on Linux (`window`).

use std::path::{Path, PathBuf};

use super::cannot_start::{EVENTS, was_told};
use tests::by_keyboard::{NEXT, wait_for_next, walk_to_the_test};
use tests::needs::wait_for;
use tests::phone::now_secs;
use tests::programs::Running;
use tests::relying_party::signs_in_once;
use tests::service::Service;
use tests::wine::{Wine, enrol_exe};
use tests::x11::Screen;

#[test]
fn an_enrolment_in_the_window_of_the_windows_program() {
    let service = Service::start_training();
    let client = service.add_client("gateway");
    let code = service.issue_code("asample");
    let screen = Screen::open(1000, 800);
    let wine = Wine::on(&screen);
    let mut command = wine.command(enrol_exe());
    command.args(["--server", &format!("http://{}", service.address())]);
    command.args(["--server-key", service.identity_key(), "--site", "elm-room-12"]);
    let mut enrol = Running::start(command.env("WINEDEBUG", EVENTS));

    let window = screen.window_of(&mut enrol, "Before you start, step 1 of");
    let phone = walk_to_the_test(&screen, &window, &code, 12);
    screen.type_text(&phone.code());
    screen.window("Your app is set up, step 8 of");
    screen.press_stop(1);
    screen.window("Your phone number, step 9 of");
    let used_secs = now_secs();
    screen.type_text("07700900461");
    screen.press(&["Return"]);
    screen.window("Answer the test call, step 10 of");
    screen.press_stop(1);
    screen.window("Your phone number is tested, step 10 of");
    screen.press_stop(1);
    screen.window("Check and send, step 11 of");
    screen.press_stop(1);
    screen.window("Your sign-in security is set up, step 12 of 12");
    assert_eq!(service.count("select count(*) from enrolments"), 1, "it arrived");
    assert_eq!(service.count("select count(*) from methods"), 2, "app and phone");
    signs_in_once(&format!("http://{}", service.address()), &client, "asample", &phone, used_secs);

    screen.press_stop(1);
    assert_eq!(enrol.ended(30), Some(0), "{}", enrol.said());
    wait_for("events of the start and of what was sent", 10, || {
        let said = enrol.said();
        (was_told(&said, 100) && was_told(&said, 110)).then_some(())
    });
    let kept: Vec<String> = below(&wine.drive().join("users"));
    assert!(kept.iter().any(|path| path.contains("/AppData/Local/enrol/data/")), "{kept:?}");
    assert!(!kept.iter().any(|path| path.contains("/Roaming/enrol")), "nothing roams: {kept:?}");
}

/// By Vulkan, since wine has no Direct3D 12 that works: the same renderer with another backend, for tests alone. Where it
/// does not work the program ends, as it is asked for no other.
#[test]
fn wgpu_paints_the_window_of_the_windows_program() {
    let service = Service::start();
    let screen = Screen::open(1000, 800);
    let wine = Wine::on(&screen);
    let mut command = wine.command(enrol_exe());
    command.args(["--server", &format!("http://{}", service.address())]);
    command
        .args(["--server-key", service.identity_key(), "--renderer", "wgpu"])
        .env("WGPU_BACKEND", "vulkan");
    // Letters have many shades; an empty screen or window has none.
    assert!(screen.colours() < 20);
    let mut enrol = Running::start(&mut command);
    screen.window_of(&mut enrol, "Before you start, step 1 of");
    wait_for("a painted page", 60, || (screen.colours() > 100).then_some(()));
    // By mouse, since everything else here goes by keyboard.
    wait_for_next(&screen);
    screen.click_on(NEXT);
    screen.window("How we use your details, step 2 of");
    assert!(!enrol.has_ended(), "{}", enrol.said());
}

/// Everything in a folder and the folders in it.
pub(super) fn below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            found.push(entry.path().display().to_string());
            // Not through links: wine makes some into the home of whoever runs it.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            }
        }
    }
    found
}
