//! The window and the service: what they hold of a key, a code and a number, and what is left of it.
//!
//! Not here: a crash (`a_crash`); the number in the service, of which ten digits stay on a worker's stack after a
//! practice call.

use tests::phone::now_secs;
use tests::relying_party::verify;
use tests::service::Service;

use super::Sought;
use super::reading::Reading;

/// National digits of a number that nobody has.
const NUMBER: &str = "7700900461";

#[test]
fn a_key_is_in_memory_while_it_is_shown_and_nothing_of_it_after_start_again_and_send() {
    let service = Service::start_training();
    let codes = [service.issue_code("ayusuf"), service.issue_code("bbaker")];
    let client = service.add_client("Remote desktop");
    let mut at = Reading::starts(&service);
    let id = at.enrol.id();

    let first_phone = at.walk_to_the_key(&codes[0]);
    let first = Sought::key(&first_phone);
    first.is_in(id);
    for heading in ["Add an account", "Get the app", "Which phone do you have?", "Is this you?"] {
        at.reader.press("link", "Back");
        at.reader.find("heading", heading);
    }
    at.reader.press("button", "No, this is not me");
    at.reader.find("heading", "You need your own code");
    first.is_gone("the key after \"This is not me\"", id);
    Sought::text(&codes[0]).is_gone("the code from IT", id);

    // Somebody else's session in the same window.
    at.reader.press("button", "Start again");
    let phone = at.walk_to_the_key(&codes[1]);
    let second = Sought::key(&phone);
    second.is_in(id);
    first.is_gone("the key of the person before", id);
    at.next("Type the key");
    let (proof, used_secs) = (phone.code(), now_secs());
    at.reader.type_into("text", "On this computer, type the 6 digits", &proof);
    at.next("Your app is set up");
    at.reader.find("heading", "Your phone number");
    at.reader.type_into("text", "On this computer, type your phone number", &format!("0{NUMBER}"));
    at.reader.find("label", "We will ring 07700 900461");
    at.next("Your phone number");
    at.reader.press("button", "Call me");
    at.next("Your phone number is tested");
    at.reader.find("heading", "Check and send");
    let number = Sought::number(NUMBER);
    second.is_in(id);
    number.is_in(id);
    at.reader.press("button", "Send");
    at.reader.find("heading", "Your sign-in security is set up");
    first.is_gone("the first key after Send", id);
    second.is_gone("the key after Send", id);
    number.is_gone("the number after Send", id);

    // The service has received, sealed, opened and judged.
    let next = phone.code_at(used_secs + 30);
    let answer = verify(&service.url(""), &client, "bbaker", &next);
    assert!(answer.contains(r#""outcome":"accepted""#), "{answer}");
    Sought::text("Oaktree Learning Trust").is_in(service.id());
    second.is_gone("the key in the service", service.id());
    Sought::text(&codes[1]).is_gone("the code from IT in the service", service.id());

    for sought in [&first, &second] {
        for folder in [at.data.path(), service.home()] {
            assert_eq!(sought.needles.found_below(folder), [""; 0]);
        }
    }
}
