//! What a person has set Windows up to see, as far as wine has it: the size of text, and the scale of the monitor.
//!
//! Not here: contrast themes, dark colours, and monitors with scales of their own, which wine 8 does not have.

use tests::needs::wait_for;
use tests::programs::Running;
use tests::wine::{Wine, enrol_exe};
use tests::x11::Screen;

/// Of the bar at the top, before there is a policy.
const BRAND: &str = "#0f385c";

#[test]
fn the_window_has_the_scale_of_the_monitor() {
    let screen = Screen::open(2000, 1600);
    let wine = Wine::on(&screen);
    let mut reg = wine.command("reg".as_ref());
    // 96 is 100 %.
    reg.args(["add", r"HKCU\Control Panel\Desktop", "/v", "LogPixels", "/t", "REG_DWORD", "/d", "192", "/f"]);
    assert!(reg.output().expect("wine starts").status.success());
    let mut command = wine.command(enrol_exe());
    let mut enrol = Running::start(command.args(["--server", "http://127.0.0.1:9"]));
    let window = screen.window_of(&mut enrol, "We cannot start yet");
    wait_for("900 points of 2 pixels", 30, || (screen.size(&window).0 == 1800).then_some(()));
    // The bar is 56 points high, less what stands in it.
    wait_for("a bar of 2 pixels a point", 30, || {
        (150_000..201_601).contains(&screen.pixels_of(BRAND)).then_some(())
    });
    assert!(!enrol.has_ended(), "{}", enrol.said());
}

#[test]
fn a_screen_too_small_for_the_usual_window_is_filled() {
    // As many points as 1920x1080 at 150 %.
    let screen = Screen::open(1280, 720);
    let wine = Wine::on(&screen);
    let mut command = wine.command(enrol_exe());
    let mut enrol = Running::start(command.args(["--server", "http://127.0.0.1:9"]));
    let window = screen.window_of(&mut enrol, "We cannot start yet");
    wait_for("a window as wide as the screen", 30, || (screen.size(&window).0 == 1280).then_some(()));
    assert!(!enrol.has_ended(), "{}", enrol.said());
}

#[test]
fn a_session_fills_the_screen_and_text_grows_when_its_person_comes_back_from_windows_settings() {
    let screen = Screen::open(1000, 800);
    let wine = Wine::on(&screen);
    // Nobody answers there, so the page stays.
    let mut command = wine.command(enrol_exe());
    let mut enrol = Running::start(command.args(["--server", "http://127.0.0.1:9", "--mode", "session"]));
    let window = screen.window_of(&mut enrol, "We cannot start yet");
    wait_for("a window as wide as the screen", 30, || (screen.size(&window).0 == 1000).then_some(()));
    // The bar is 56 points high, less what stands in it.
    wait_for("the usual bar", 30, || (45_000..56_001).contains(&screen.pixels_of(BRAND)).then_some(()));

    let mut reg = wine.command("reg".as_ref());
    reg.args(["add", r"HKCU\Software\Microsoft\Accessibility", "/v", "TextScaleFactor", "/t", "REG_DWORD"]);
    assert!(reg.args(["/d", "225", "/f"]).output().expect("wine starts").status.success());
    screen.minimise(&window);
    wait_for("a window out of the way", 30, || (screen.pixels_of(BRAND) == 0).then_some(()));
    screen.focus(&window);
    // A line is 63 points high now.
    wait_for("the bar of large text", 30, || {
        (65_000..90_000).contains(&screen.pixels_of(BRAND)).then_some(())
    });
    assert_eq!(screen.size(&window).0, 1000);
    assert!(!enrol.has_ended(), "{}", enrol.said());
}
