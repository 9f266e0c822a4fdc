//! The real thing: the window on a real screen, driven by its keyboard alone, read by a phone that shares no code with us.
//!
//! Not here: what stands on each page (the assistant's own tests), and the screen reader's way.

use std::process::Command;

use tests::by_keyboard::{walk_to_the_sending, walk_to_the_test};
use tests::needs::wait_for;
use tests::phone::{Phone, now_secs};
use tests::programs::{Running, program};
use tests::relying_party::{signs_in_once, verify};
use tests::x11::Screen;

/// The word behind a sign on the first line that holds it.
fn word_after(line: &str, sign: &str) -> String {
    let rest = line.split_once(sign).expect("the sign").1;
    rest.split_whitespace().next().expect("a word").to_owned()
}

#[test]
fn an_enrolment_by_keyboard_alone_and_its_code_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let screen = Screen::open(1000, 800);
    let mut command = screen.command(Command::new(program("enrol-demo")));
    command.args(["--port", "0", "--data"]).arg(folder.path().join("demo"));
    let mut demo = Running::start(&mut command);
    let server = word_after(&demo.line_with("Service  "), "Service");
    let key = word_after(&demo.line_with("rp_"), "key");
    let codes = demo.line_with("(sprice)");
    let code = codes.split_whitespace().next().expect("a code").to_owned();

    let window = screen.window("Before you start, step 1 of 12");
    let phone = walk_to_the_test(&screen, &window, &code, 12);
    assert!(phone.uri.starts_with("otpauth://totp/Oaktree%20Learning%20Trust:sprice?secret="), "the label");
    // Right at no time within a day, but for one in two hundred secrets; then it is called old, and wrong all the same.
    let wrong = if phone.code() == "000000" { "111111" } else { "000000" };
    screen.type_text(wrong);
    screen.press(&["Return"]);
    screen.window("Error: Test it, step 8 of 12");
    // Back: the same picture holds the same secret.
    screen.press(&["alt+Left"]);
    screen.window("^Scan the code, step 7 of 12");
    assert_eq!(Phone::scan_screen(&screen).uri, phone.uri, "a wrong code and Back change nothing");
    screen.press_stop(3);
    // No terminal is there, so the practice phone answers by itself.
    walk_to_the_sending(&screen, &phone, "07700 900123");
    let used_secs = now_secs();
    screen.press_stop(1);
    screen.window("Your sign-in security is set up, step 12 of 12");

    // The code that proved the phone is spent; the next one counts once.
    signs_in_once(&server, &key, "sprice", &phone, used_secs);
    assert!(verify(&server, &key, "mnowak", &phone.code()).contains(r#""outcome":"not_enrolled""#));

    screen.press_stop(1);
    wait_for("the window's end", 20, || {
        screen.titles().iter().all(|title| !title.contains("step")).then_some(())
    });
    demo.signal("TERM");
    assert_eq!(demo.ended(20), Some(0), "{}", demo.said());
    let outbox = folder.path().join("demo").join("assistant").join("outbox");
    let left = std::fs::read_dir(&outbox).map(|entries| entries.count()).unwrap_or(0);
    assert_eq!(left, 0, "the outbox is empty");
}
