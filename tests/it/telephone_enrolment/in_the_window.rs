//! The window, by a screen reader and a telephone: somebody who does not see the page hears how far the call has come,
//! and which digits to press.
//!
//! Not here: the pages before the number one by one (`screen_reader`).

use std::process::Command;

use tests::phone::Phone;
use tests::programs::{Running, program};
use tests::reader::{Buses, Reader};
use tests::telephones::Behaviour;
use tests::x11::Screen;

use super::person::written;
use super::trust::Trust;

#[test]
fn who_does_not_see_the_page_hears_what_to_press_and_how_far_the_call_has_come() {
    let trust = Trust::opens();
    let telephone = trust.telephones.telephone(Behaviour::Rings);
    let code = trust.service.issue_code("ayusuf");
    let home = tempfile::tempdir().expect("a folder");
    let screen = Screen::open(1000, 800);
    let buses = Buses::start();
    let mut reader = Reader::start(&buses, &screen);
    let mut command = buses.command(screen.command(Command::new(program("enrol"))));
    let server = format!("http://{}", trust.network.address());
    command.args(["--server", &server, "--server-key", trust.service.identity_key(), "--data"]);
    let mut enrol = Running::start(command.arg(home.path()));
    to_the_number(&mut reader, &code);

    reader.type_into("text", "On this computer, type your phone number", &written(telephone.number()));
    reader.find("label", &format!("We will ring {}", written(telephone.number())));
    reader.press("button", "Next");
    reader.find("frame", "Answer the test call, step 10 of 12");
    reader.press("button", "Call me");
    let digits = reader.find("label", "Digits to press: ").name;
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    reader.hears("Your phone is ringing. Answer it.");
    telephone.hang_up();
    reader.hears("Your phone was busy. End the other call");
    reader.find("frame", "Error: Answer the test call, step 10 of 12");

    reader.press("button", "Call me again");
    let again = reader.find("label", "Digits to press: ").name;
    let again: String = again.chars().filter(char::is_ascii_digit).collect();
    assert_eq!([digits.len(), again.len()], [2, 2], "two digits each time");
    telephone.rings(2);
    telephone.answer();
    reader.hears("You answered. Now press the 2 digits on your phone.");
    telephone.press(&again);
    reader.find("frame", "Your phone number is tested, step 10 of 12");
    reader.press("button", "Next");
    reader.find("frame", "Check and send, step 11 of 12");
    reader.press("button", "Send");
    reader.find("heading", "Your sign-in security is set up");
    trust.is_clean(&[home.path()]);
    reader.press("button", "Finish");
    assert_eq!(enrol.ended(20), Some(0), "{}", enrol.said());
}

/// Through the pages of the app to the page that asks for a number.
fn to_the_number(reader: &mut Reader, code: &str) {
    let next = |reader: &mut Reader, heading: &str| {
        reader.find("heading", heading);
        reader.press("button", "Next");
    };
    next(reader, "Before you start");
    next(reader, "How we use your details");
    reader.type_into("text", "Code from IT", code);
    next(reader, "Who are you?");
    reader.press("button", "Yes, this is me");
    reader.press("radio button", "Android");
    next(reader, "Which phone do you have?");
    next(reader, "Get the app");
    next(reader, "Add an account");
    reader.press("link", "I cannot scan it");
    let is_key = |name: &str| name.split(' ').count() == 8 && name.split(' ').all(|group| group.len() == 4);
    reader.find("heading", "Type the key");
    let page = reader.page();
    let key = page.iter().find(|thing| thing.role == "label" && is_key(&thing.name)).expect("a key");
    let app = Phone::typed(&key.name);
    next(reader, "Type the key");
    reader.type_into("text", "On this computer, type the 6 digits", &app.code());
    next(reader, "Your app is set up");
    reader.find("heading", "Your phone number");
}
