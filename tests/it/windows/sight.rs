//! What a person has set Windows up to see, as far as wine has it: the size of text.
//!
//! Not here: contrast themes, which wine does not have; light and dark, which egui asks for by itself.

use tests::desk::Desk;
use tests::needs::wait_for;
use tests::programs::Running;
use tests::wine::{Wine, enrol_exe};

/// Of the bar at the top, before there is a policy.
const BRAND: &str = "#0f385c";

#[test]
fn a_session_fills_the_screen_and_text_grows_when_its_person_comes_back_from_windows_settings() {
    let desk = Desk::open(1000, 800);
    let wine = Wine::on(&desk);
    // Nobody answers there, so the page stays.
    let mut command = wine.command(enrol_exe());
    let mut enrol = Running::start(command.args(["--server", "http://127.0.0.1:9", "--mode", "session"]));
    let window = desk.window_of(&mut enrol, "We cannot start yet");
    wait_for("a window as wide as the screen", 30, || (desk.size(&window).0 == 1000).then_some(()));
    // The bar is 56 points high, less what stands in it.
    wait_for("the usual bar", 30, || (45_000..56_001).contains(&desk.pixels_of(BRAND)).then_some(()));

    let mut reg = wine.command("reg".as_ref());
    reg.args(["add", r"HKCU\Software\Microsoft\Accessibility", "/v", "TextScaleFactor", "/t", "REG_DWORD"]);
    assert!(reg.args(["/d", "225", "/f"]).output().expect("wine starts").status.success());
    desk.minimise(&window);
    wait_for("a window out of the way", 30, || (desk.pixels_of(BRAND) == 0).then_some(()));
    desk.focus(&window);
    // A line is 63 points high now.
    wait_for("the bar of large text", 30, || (65_000..90_000).contains(&desk.pixels_of(BRAND)).then_some(()));
    assert_eq!(desk.size(&window).0, 1000);
    assert!(!enrol.has_ended(), "{}", enrol.said());
}
