//! Calls that come to nothing: the page says why in its own words, "Call me again" passes in the end, and nothing is left.

use tests::telephones::{Behaviour, Handset};

use super::person::{Person, other_than};
use super::trust::Trust;

#[test]
fn however_a_call_comes_to_nothing_the_page_says_why_and_the_next_one_passes() {
    let trust = Trust::opens();
    let scenarios: [fn(&Trust) -> Person; 4] =
        [pressed_wrongly, not_reached_at_once, answered_by_a_machine, stopped_by_two_nines];
    let people: Vec<Person> = std::thread::scope(|scope| {
        let trust = &trust;
        let running: Vec<_> =
            scenarios.into_iter().map(|scenario| scope.spawn(move || scenario(trust))).collect();
        running.into_iter().map(|scenario| scenario.join().expect("each scenario comes to its end")).collect()
    });
    let proofs = trust.service.rows("select count(*) from methods where kind = 'phone-call'");
    assert_eq!(proofs, people.len().to_string());
    let homes: Vec<_> = people.iter().map(Person::home).collect();
    trust.is_clean(&homes);
}

/// Wrong digits to the end; in the next call wrong ones, and then the right ones.
fn pressed_wrongly(trust: &Trust) -> Person {
    let mut person = Person::before_the_number(trust, "mnowak");
    let telephone = trust.telephones.telephone(Behaviour::Answers);
    person.gives_that_of(&telephone);
    let digits = person.asks_for_a_call();
    person.reads("You answered.");
    telephone.press(other_than(&digits));
    person.reads("Those were not the digits. Press the 2 digits that you see here.");
    telephone.press(other_than(&digits));
    person.reads_problem("Those were not the digits on this page.");
    let digits = person.asks_for_a_call();
    person.reads("You answered.");
    telephone.press(other_than(&digits));
    person.reads("Those were not the digits. Press the 2 digits that you see here.");
    telephone.press(&digits);
    person.sends();
    person
}

/// Busy; rings, and nobody is there; answered, and hung up too early. Each time they ask again.
fn not_reached_at_once(trust: &Trust) -> Person {
    let mut person = Person::before_the_number(trust, "sprice");
    let telephone = trust.telephones.telephone(Behaviour::Rings);
    person.gives_that_of(&telephone);

    person.asks_for_a_call();
    telephone.rings(1);
    telephone.hang_up();
    person.reads_problem("Your phone was busy.");

    person.asks_for_a_call();
    person.reads("Your phone is ringing. Answer it.");
    person.reads_problem("Nobody answered.");
    telephone.is_over(2);

    person.asks_for_a_call();
    telephone.rings(3);
    telephone.answer();
    person.reads("You answered.");
    telephone.hang_up();
    person.reads_problem("The call ended before you pressed the digits.");

    person.is_called(&telephone, 4);
    person.sends();
    assert_eq!(calls_to(trust, &telephone), 4);
    person
}

/// Voicemail; then a number that nobody has, by mistake; then the first one again, answered in time.
fn answered_by_a_machine(trust: &Trust) -> Person {
    let mut person = Person::before_the_number(trust, "akhan");
    let telephone = trust.telephones.telephone(Behaviour::Voicemail);
    person.gives_that_of(&telephone);
    person.asks_for_a_call();
    person.reads("You answered.");
    person.reads_problem("Nobody pressed the digits. If voicemail answered, answer faster next time.");

    person.goes_back_to_the_number();
    person.gives(&trust.telephones.unused_number());
    person.asks_for_a_call();
    person.reads_problem("We could not reach that number.");

    person.goes_back_to_the_number();
    person.gives_that_of(&telephone);
    let digits = person.asks_for_a_call();
    person.reads("You answered.");
    telephone.press(&digits);
    person.sends();
    assert_eq!(calls_to(trust, &telephone), 2);
    person
}

/// One nine by mistake costs nothing. Two stop the calls; IT lifts that, and the same number passes.
fn stopped_by_two_nines(trust: &Trust) -> Person {
    let mut person = Person::before_the_number(trust, "egreen");
    let telephone = trust.telephones.telephone(Behaviour::Answers);
    person.gives_that_of(&telephone);
    person.asks_for_a_call();
    person.reads("You answered.");
    telephone.press("9");
    telephone.press("00");
    person.reads("Those were not the digits. Press the 2 digits that you see here.");
    telephone.press("9");
    telephone.press("9");
    let page = person.console.page("There is a problem").replace("\n  ", " ");
    assert!(page.contains("You pressed 9 twice, so we will not ring this number for 30 days."), "{page}");
    assert!(page.contains("Do you want us to ring this number again?"), "{page}");
    assert!(page.contains("Enter: Use another number") && !page.contains("Call me"), "{page}");
    telephone.is_over(1);

    trust.service.run(&["calls", "lift", "egreen", "--reason", "pressed by mistake"]);
    person.console.terminal.line("");
    person.console.page("Your phone number");
    person.gives_that_of(&telephone);
    person.is_called(&telephone, 2);
    person.sends();
    assert_eq!(calls_to(trust, &telephone), 2);
    person
}

fn calls_to(trust: &Trust, telephone: &Handset) -> usize {
    trust.telephones.dialled().iter().filter(|number| *number == telephone.number()).count()
}
