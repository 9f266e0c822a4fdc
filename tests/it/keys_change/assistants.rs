//! The keys that assistants know are changed while what they saved waits to be sent.

use tests::console::{Console, outbox, set_aside};
use tests::needs::wait_for;
use tests::net::Wire;
use tests::service::Service;

#[test]
fn what_waits_under_old_keys_is_accepted_and_old_and_new_assistants_know_the_service() {
    let mut service = Service::start();
    let wire = Wire::to(service.address());
    let home = tempfile::tempdir().expect("a folder");
    let old = service.identity_key().to_owned();
    let mut console = Console::start(&home.path().join("waits"), wire.address(), &old);
    console.walk_to_send(&service.issue_code("waits"));
    wire.cut();
    console.send();
    console.page("Not sent yet");
    service.run(&["key", "rotate", "envelope"]);
    // Nobody serves, so nobody has to hear of it first.
    assert_eq!(service.stop(), Some(0));
    service.run(&["key", "rotate", "identity", "--reason", "yearly"]);
    let forgotten = service.run(&["key", "list"]);
    let signed =
        forgotten.lines().find(|line| line.contains("signed until")).expect("the old key").to_owned();
    let id = signed.split_whitespace().nth(1).expect("an id");
    service.run(&["key", "forget", "identity", id, "--reason", "yearly"]);
    service.start_again(&[]);
    assert_ne!(service.identity_key(), old);
    wire.lead_to(service.address());
    wire.restore();
    // It runs since before the change, with the old key pinned and an envelope to the old key.
    wait_for("the outbox to empty", 60, || outbox(console.data()).is_empty().then_some(()));
    assert!(set_aside(console.data()).is_empty());
    drop(console);
    let new = service.identity_key().to_owned();
    for (name, data, key) in [
        ("again", "waits", &old),
        ("moved", "waits", &new),
        ("fresh-old", "fresh-old", &old),
        ("fresh-new", "fresh-new", &new),
    ] {
        let mut console = Console::start(&home.path().join(data), wire.address(), key);
        console.walk_to_send(&service.issue_code(name));
        console.send();
        console.page("Your sign-in security is set up");
        wait_for("the outbox to empty", 60, || outbox(console.data()).is_empty().then_some(()));
    }
    assert_eq!(service.count("select count(*) from enrolments"), 5);
}

#[test]
fn what_waits_under_a_key_that_somebody_else_may_have_is_set_aside_and_the_person_starts_again() {
    let service = Service::start();
    let wire = Wire::to(service.address());
    let home = tempfile::tempdir().expect("a folder");
    let mut console = Console::start(&home.path().join("waits"), wire.address(), service.identity_key());
    console.walk_to_send(&service.issue_code("waits"));
    wire.cut();
    console.send();
    console.page("Not sent yet");
    let said = service.run(&["key", "rotate", "envelope", "--compromised", "--reason", "laptop lost"]);
    assert!(said.contains("(waits)"), "{said}");
    wire.restore();
    let reason = wait_for("the entry to be set aside", 60, || {
        let mut files = set_aside(console.data()).into_iter();
        files.find(|file| file.to_string_lossy().ends_with(".reason.json"))
    });
    assert!(std::fs::read_to_string(reason).expect("reads").contains("key_retired"));
    wait_for("the outbox to empty", 60, || outbox(console.data()).is_empty().then_some(()));
    drop(console);
    let mut again = Console::start(&home.path().join("waits"), wire.address(), service.identity_key());
    again.walk_to_send(&service.issue_code("waits"));
    again.send();
    again.page("Your sign-in security is set up");
    assert_eq!(service.count("select count(*) from enrolments"), 1);
}
