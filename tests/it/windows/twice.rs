//! Started twice in a session, there is one window, and it comes to the front.
//!
//! Not here: two sessions of one person, which wine does not have.

use std::process::Stdio;

use tests::needs::wait_for;
use tests::programs::Running;
use tests::service::Service;
use tests::wine::{Wine, enrol_exe};
use tests::x11::Screen;

#[test]
fn who_starts_the_windows_program_twice_gets_the_window_that_is_open() {
    let service = Service::start();
    let screen = Screen::open(1000, 800);
    let wine = Wine::on(&screen);
    let command = || {
        let mut command = wine.command(enrol_exe());
        command.args(["--server", &format!("http://{}", service.address())]);
        command.args(["--server-key", service.identity_key()]);
        command
    };
    let title = "Before you start, step 1 of";
    let mut first = Running::start(&mut command());
    let window = screen.window_of(&mut first, title);
    screen.minimise(&window);
    wait_for("a window out of the way", 30, || (!screen.shows(title)).then_some(()));

    let second = command().output().expect("wine starts");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(0), "{said}");
    assert_eq!(screen.window(title), window, "the same window is back");
    assert!(!first.has_ended(), "{}", first.said());

    // A terminal is no window to be sent to.
    let third = command().arg("--console").stdin(Stdio::null()).output().expect("wine starts");
    let said = String::from_utf8_lossy(&third.stderr).into_owned();
    assert!(third.status.code() == Some(3) && said.contains("already open"), "{:?} {said}", third.status);

    screen.focus(&window);
    screen.press(&["ctrl+q"]);
    assert_eq!(first.ended(30), Some(0), "{}", first.said());
    let mut fourth = Running::start(&mut command());
    screen.window_of(&mut fourth, title);
}
