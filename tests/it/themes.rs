//! Light or dark, and whether things move, as the desktop's portal says, on a real bus. Light where nobody says anything.
//!
//! Not here: which colours those are (`window/tokens.rs`), and Windows and macOS, whose toolkit tells the theme.

use std::process::Command;
use std::sync::mpsc;

use assistant::effects::appearance::{Appearance, AppearanceReader, ColourScheme};
use tests::needs::wait_for;
use tests::portal::Portal;
use tests::programs::{Running, program};
use tests::reader::Buses;
use tests::x11::Screen;

/// The colours of the page, light and dark.
const LIGHT: &str = "#ffffff";
const DARK: &str = "#15191c";

/// Starts the assistant, which reaches no service, on a bus with such a portal, and gives the colour of its page.
fn page_colour(scheme: Option<Option<u32>>, arguments: &[&str]) -> &'static str {
    let screen = Screen::open(1000, 800);
    let buses = Buses::start_unread();
    let _portal = scheme.map(|scheme| Portal::start(&buses, scheme));
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = buses.command(screen.command(Command::new(program("enrol"))));
    command.args(["--server", "http://127.0.0.1:9", "--data"]).arg(folder.path()).args(arguments);
    let mut enrol = Running::start(&mut command);
    screen.window_of(&mut enrol, "Set up sign-in security");
    wait_for("a page that is mostly of one colour, and stays so", 30, || {
        let most = |colour| (screen.pixels_of(colour) > 300_000).then_some(colour);
        let seen = most(LIGHT).or_else(|| most(DARK))?;
        std::thread::sleep(std::time::Duration::from_millis(700));
        (most(seen) == Some(seen)).then_some(seen)
    })
}

#[test]
fn the_window_is_dark_when_the_portal_says_so_and_light_otherwise() {
    assert_eq!(page_colour(Some(Some(1)), &[]), DARK);
    for (scheme, what) in [
        (Some(Some(2)), "light"),
        (Some(Some(0)), "no preference"),
        (Some(None), "a portal that never answers"),
        (None, "no portal"),
    ] {
        assert_eq!(page_colour(scheme, &[]), LIGHT, "{what}");
    }
}

#[test]
fn the_flag_counts_more_than_the_desktop() {
    assert_eq!(page_colour(Some(Some(1)), &["--theme", "light"]), LIGHT);
    assert_eq!(page_colour(Some(Some(2)), &["--theme", "dark"]), DARK);
}

#[test]
fn nothing_moves_when_the_portal_says_so_in_either_of_its_words() {
    for (still, is_still) in
        [(Some("reduced-motion"), true), (Some("enable-animations"), true), (None, false)]
    {
        let buses = Buses::start_unread();
        let _portal = Portal::start_with(&buses, Some(1), still);
        let reader = AppearanceReader::on_bus(buses.address());
        let (woken, wakes) = mpsc::channel();
        reader.wake_with(Box::new(move || {
            // Nobody listens any more once all has been seen.
            let _ = woken.send(());
        }));
        reader.ask();
        let expected = Appearance { scheme: ColourScheme::Dark, reduced_motion: is_still };
        for _ in 0..if is_still { 2 } else { 1 } {
            wakes.recv_timeout(std::time::Duration::from_secs(20)).expect("an answer");
        }
        assert_eq!(reader.appearance(), expected, "{still:?}");
    }
}
