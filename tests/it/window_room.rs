//! The window and its frame stay within what is free of the screen, at every scale, and a session fills it.
//!
//! Not here: what the pages show at such sizes (the window's own tests).

use std::process::Command;

use tests::needs::{wait_for, wait_for_or};
use tests::programs::{Running, program};
use tests::x11::Screen;

/// Of the bar at the top, which is as wide as the window.
const BAR: &str = "#0f385c";

/// Starts the assistant, which reaches no service, at a scale in percent.
fn start(screen: &Screen, percent: u32, arguments: &[&str]) -> (Running, String, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = screen.command(Command::new(program("enrol")));
    command.args(["--server", "http://127.0.0.1:9", "--data"]).arg(folder.path()).args(arguments);
    command.env("WINIT_X11_SCALE_FACTOR", (f64::from(percent) / 100.0).to_string());
    let mut enrol = Running::start(&mut command);
    let window = screen.window_of(&mut enrol, "Set up sign-in security");
    (enrol, window, folder)
}

/// Waits until the window and its frame lie in a part of the screen, and stay there.
fn stays_within(screen: &Screen, window: &str, [width, height]: [i32; 2], what: &str) {
    let is_within =
        |[left, top, right, bottom]: [i32; 4]| left >= 0 && top >= 0 && right <= width && bottom <= height;
    let mut times = 0;
    wait_for_or(
        15,
        || {
            times = if is_within(screen.frame(window)) { times + 1 } else { 0 };
            (times >= 6).then_some(())
        },
        || panic!("{what}: {:?} is not within {width}x{height}", screen.frame(window)),
    );
}

#[test]
fn the_window_with_its_frame_lies_within_the_screen_at_every_scale() {
    for (width, height, percent) in [
        (1366, 768, 150),
        (1366, 768, 175),
        (1280, 800, 150),
        (1920, 1080, 200),
        (1366, 768, 125),
        (1920, 1080, 150),
        (1024, 600, 100),
    ] {
        let screen = Screen::open(width, height);
        let (_enrol, window, _folder) = start(&screen, percent, &[]);
        let (width, height) = (width.cast_signed(), height.cast_signed());
        stays_within(&screen, &window, [width, height], &format!("{width}x{height} at {percent} %"));
    }
}

#[test]
fn a_panel_is_not_covered() {
    let screen = Screen::open_with_panel(1366, 768, 48);
    let (_enrol, window, _folder) = start(&screen, 150, &[]);
    stays_within(&screen, &window, [1366, 768 - 48], "beside a panel of 48 pixels");
}

#[test]
fn a_window_that_has_room_keeps_its_usual_size() {
    let screen = Screen::open(1366, 768);
    let (_enrol, window, _folder) = start(&screen, 100, &[]);
    stays_within(&screen, &window, [1366, 768], "1366x768");
    assert_eq!(screen.size(&window), (900, 720));
}

#[test]
fn a_session_fills_the_screen_with_a_window_manager_and_without() {
    for (screen, what) in
        [(Screen::open(1366, 768), "openbox"), (Screen::open_unmanaged(1366, 768), "no window manager")]
    {
        let (_enrol, _window, _folder) = start(&screen, 100, &["--mode", "session"]);
        // By what is painted: the bar is 56 high, less its words, and as wide as the screen less a frame.
        wait_for(&format!("the bar over the whole screen with {what}"), 20, || {
            (screen.pixels_of(BAR) > 1360 * 48).then_some(())
        });
    }
}
