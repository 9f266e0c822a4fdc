//! The page with the square code, alone, in the real window: an independent decoder reads it at every scale and theme.
//!
//! Not here: the way to that page, and modules as whole pixels (`window/qr.rs` has a test of its own).

use std::path::Path;

use tests::needs::{run, tool, wait_for};
use tests::phone::Phone;
use tests::programs::{Running, program};
use tests::x11::Screen;

/// Points, as people have it at first.
const SIZE: (u32, u32) = (900, 720);

#[test]
fn the_code_is_read_at_100_150_and_200_percent_light_and_dark() {
    let mut links = Vec::new();
    for percent in [100, 150, 200] {
        let screen = Screen::open(SIZE.0 * percent / 100 + 40, SIZE.1 * percent / 100 + 60);
        for theme in ["light", "dark"] {
            let what = format!("{percent} % {theme}");
            let phone = shown(&screen, "scan-the-code", percent, theme, |picture| {
                wait_for(&format!("a code that can be read at {what}"), 30, || {
                    screen.picture(picture);
                    Phone::scan(picture)
                })
            });
            links.push((what, phone.uri));
        }
    }
    let (_, first) = &links[0];
    assert!(first.starts_with("otpauth://totp/"), "{first}");
    for (what, link) in &links {
        assert_eq!(link, first, "{what}");
    }
}

#[test]
fn a_page_without_a_code_has_none_to_read() {
    let screen = Screen::open(SIZE.0 + 40, SIZE.1 + 60);
    shown(&screen, "test-it", 100, "light", |picture| {
        wait_for("the page to be painted", 30, || {
            screen.picture(picture);
            (colours(picture) > 20).then_some(())
        });
        assert!(Phone::scan(picture).is_none());
    });
}

/// Opens one page of the gallery and hands over a place for pictures.
fn shown<T>(screen: &Screen, page: &str, percent: u32, theme: &str, then: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scale = f64::from(percent) / 100.0;
    let mut command = screen.command(std::process::Command::new(program("examples/gallery")));
    command.args([page, theme]).env("WINIT_X11_SCALE_FACTOR", scale.to_string());
    let mut gallery = Running::start(&mut command);
    let window = screen.window_of(&mut gallery, "Set up sign-in security");
    // The scale is the system's; a window that did not follow it would show nothing new.
    wait_for(&format!("a window at {percent} %"), 10, || {
        (screen.size(&window).0 == SIZE.0 * percent / 100).then_some(())
    });
    then(&folder.path().join("screen.png"))
}

/// How many colours a picture has: an empty window has few.
fn colours(picture: &Path) -> usize {
    let output = run(tool("identify", "imagemagick").args(["-format", "%k"]).arg(picture));
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(0)
}
