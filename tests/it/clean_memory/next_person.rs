//! A session by IT: one person after another at the same window, and nothing of the last one's key for the next.

use tests::phone::Phone;
use tests::service::Service;

use super::Sought;
use super::reading::Reading;

/// From the key to the last page; the key is there until it is sent.
fn sends(at: &mut Reading, phone: &Phone, key: &Sought) {
    at.next("Type the key");
    at.reader.type_into("text", "On this computer, type the 6 digits", &phone.code());
    at.next("Your app is set up");
    at.reader.find("heading", "Check and send");
    key.is_in(at.enrol.id());
    at.reader.press("button", "Send");
    at.reader.find("heading", "Your sign-in security is set up");
}

#[test]
fn in_a_session_nothing_of_the_last_persons_key_is_there_for_the_next() {
    let service = Service::start();
    let codes = [service.issue_code("ayusuf"), service.issue_code("bbaker")];
    let mut at = Reading::starts_with(&service, &["--mode", "session"]);
    let id = at.enrol.id();
    let mut before: Vec<Sought> = Vec::new();
    for code in &codes {
        let phone = at.walk_to_the_key(code);
        let key = Sought::key(&phone);
        key.is_in(id);
        for last in &before {
            last.is_gone("the last person's key while the next one's is shown", id);
        }
        sends(&mut at, &phone, &key);
        at.reader.press("button", "Next person");
        at.reader.find("heading", "Before you start");
        key.is_gone("the key after \"Next person\"", id);
        Sought::text(code).is_gone("the code from IT after \"Next person\"", id);
        before.push(key);
    }
    for key in &before {
        assert_eq!(key.needles.found_below(at.data.path()), [""; 0]);
    }
}
