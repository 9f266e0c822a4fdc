//! Started twice in a session, there is one window, and it comes to the front.
//!
//! Not here: two sessions of one person, which wine does not have.

use std::process::Stdio;

use tests::desk::Desk;
use tests::needs::wait_for;
use tests::programs::Running;
use tests::service::Service;
use tests::wine::{Wine, enrol_exe};

#[test]
fn who_starts_the_windows_program_twice_gets_the_window_that_is_open() {
    let service = Service::start();
    let desk = Desk::open(1000, 800);
    let wine = Wine::on(&desk);
    let command = || {
        let mut command = wine.command(enrol_exe());
        command.args(["--server", &format!("http://{}", service.address())]);
        command.args(["--server-key", service.identity_key()]);
        command
    };
    let title = "Before you start, step 1 of";
    let mut first = Running::start(&mut command());
    let window = desk.window_of(&mut first, title);
    desk.minimise(&window);
    wait_for("a window out of the way", 30, || (!desk.shows(title)).then_some(()));

    let second = command().output().expect("wine starts");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(0), "{said}");
    assert_eq!(desk.window(title), window, "the same window is back");
    assert!(!first.has_ended(), "{}", first.said());

    // A terminal is no window to be sent to.
    let third = command().arg("--console").stdin(Stdio::null()).output().expect("wine starts");
    let said = String::from_utf8_lossy(&third.stderr).into_owned();
    assert!(third.status.code() == Some(3) && said.contains("already open"), "{:?} {said}", third.status);

    desk.focus(&window);
    desk.press(&["ctrl+q"]);
    assert_eq!(first.ended(30), Some(0), "{}", first.said());
    let mut fourth = Running::start(&mut command());
    desk.window_of(&mut fourth, title);
}
