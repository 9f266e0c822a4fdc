//! The screen reader's way: a whole enrolment by roles and names, pressing and typing, through AT-SPI alone.
//!
//! Not here: heading level and invalid state, which AT-SPI does not show (the window's own tests have them).

use std::process::Command;

use tests::phone::{Phone, now_secs};
use tests::programs::{Running, program};
use tests::reader::{Buses, Reader, Thing};
use tests::relying_party::signs_in_once;
use tests::service::Service;
use tests::x11::Screen;

#[test]
fn an_enrolment_by_screen_reader_and_its_code_counts_once() {
    let service = Service::start();
    let code = service.issue_code("ayusuf");
    let key = service.add_client("Remote desktop");
    let data = tempfile::tempdir().expect("a folder");
    let screen = Screen::open(1000, 800);
    let buses = Buses::start();
    let mut reader = Reader::start(&buses, &screen);
    let mut command = buses.command(screen.command(Command::new(program("enrol"))));
    command.args(["--server", &service.url(""), "--server-key", service.identity_key(), "--data"]);
    let mut enrol = Running::start(command.arg(data.path()));

    // The first page is there before anybody listens; a reader reads a new window by itself.
    shows(&mut reader, "Before you start", 1);
    let next = reader.press("button", "Next");
    assert!(is(&next, "enabled"), "{next:?}");
    turned_to(&mut reader, "How we use your details", 2);
    reader.press("button", "Next");

    turned_to(&mut reader, "Who are you?", 3);
    let field = reader.type_into("text", "Code from IT", "ABCDE");
    assert!(is(&field, "editable"), "{field:?}");
    assert_eq!(field.description, "It looks like XXXXX-XXXXX. Small letters work too.");
    reader.press("button", "Next");
    reader.hears("The code must be 10 letters and digits. You typed 5.");
    reader.find("frame", "Error: Who are you?, step 3 of 10");
    let field = reader.find("text", "Code from IT");
    assert!(field.description.starts_with("The code must be 10 letters and digits."), "{field:?}");
    // Where there is a problem the field has the keyboard, all of it selected.
    assert!(is(&field, "focused"), "{field:?}");
    reader.type_into("text", "Code from IT", &code);
    reader.press("button", "Next");

    turned_to(&mut reader, "Is this you?", 3);
    reader.find("label", "We found: ayusuf, Elm Academy.");
    reader.press("button", "Yes, this is me");
    turned_to(&mut reader, "Which phone do you have?", 4);
    let android = reader.press("radio button", "Android");
    assert!(!is(&android, "checked"), "nothing is chosen beforehand: {android:?}");
    let android = reader.find("radio button", "Android");
    assert!(is(&android, "checked"), "{android:?}");
    assert!(!is(&reader.find("radio button", "iPhone"), "checked"));
    reader.press("button", "Next");
    turned_to(&mut reader, "Get the app", 5);
    reader.find("image", "Square code that opens Microsoft Authenticator in the store");
    reader.press("button", "Next");
    turned_to(&mut reader, "Add an account", 6);
    reader.press("button", "Next");

    turned_to(&mut reader, "Scan the code", 7);
    reader.find("image", "Square code that links your app");
    reader.press("link", "I cannot scan it");
    reader.find("heading", "Type the key");
    let phone = Phone::typed(&key_on(&mut reader));
    reader.press("button", "Spell out the key");
    let spelt: String = phone.secret().chars().take(4).flat_map(|sign| [sign, ' ']).collect();
    reader.hears(&spelt);
    reader.press("button", "Next");

    turned_to(&mut reader, "Test it", 8);
    let (proof, used_secs) = (phone.code(), now_secs());
    let field = reader.type_into("text", "On this computer, type the 6 digits", &proof);
    assert_eq!(field.description, "They change every 30 seconds.");
    turned_to(&mut reader, "Your app is set up", 8);
    reader.press("button", "Next");
    turned_to(&mut reader, "Check and send", 9);
    reader.press("button", "Send");
    turned_to(&mut reader, "Your sign-in security is set up", 10);
    nameless(&reader.page());
    signs_in_once(&service.url(""), &key, "ayusuf", &phone, used_secs);
    reader.press("button", "Finish");
    assert_eq!(enrol.ended(20), Some(0), "{}", enrol.said());
}

/// A page has turned, and was announced.
fn turned_to(reader: &mut Reader, heading: &str, step: usize) {
    let announced = shows(reader, heading, step);
    reader.hears(&announced);
}

/// A page is there: its heading, its title as the window's name, its status. Gives the status.
fn shows(reader: &mut Reader, heading: &str, step: usize) -> String {
    reader.find("heading", heading);
    reader.find("frame", &format!("{heading}, step {step} of 10"));
    nameless(&reader.page());
    let words = format!("{heading}. Step {step} of 10.").replace("?.", "?");
    assert_eq!(reader.find("status", heading).name, words);
    words
}

/// Nothing that can be used is without a name.
fn nameless(page: &[Thing]) {
    for thing in page {
        let is_used = ["button", "link", "radio button", "text", "image", "heading"].contains(&&*thing.role);
        assert!(!is_used || !thing.name.is_empty(), "{thing:?} has no name");
    }
}

/// The key as the page shows it: eight groups of four.
fn key_on(reader: &mut Reader) -> String {
    let page = reader.page();
    let is_key = |name: &str| {
        name.split(' ').count() == 8
            && name
                .split(' ')
                .all(|group| group.len() == 4 && group.chars().all(|c| matches!(c, 'A'..='Z' | '2'..='7')))
    };
    let key = page.iter().find(|thing| thing.role == "label" && is_key(&thing.name));
    key.unwrap_or_else(|| panic!("no key on the page: {page:#?}")).name.clone()
}

fn is(thing: &Thing, state: &str) -> bool {
    thing.states.iter().any(|other| other == state)
}
