//! What breaks in the middle of a call: Asterisk, the connection to it, the service. The page says so in the right words,
//! nothing is left ringing, nobody is rung who has not asked again, and asking again passes.

use tests::needs::wait_for;
use tests::telephones::Behaviour;

use super::person::Person;
use super::trust::Trust;

const FAULT: &str = "The call failed, and it is not your fault.";

#[test]
fn when_asterisk_or_the_way_to_it_breaks_the_page_says_so_and_asking_again_passes() {
    let mut trust = Trust::opens();
    let telephone = trust.telephones.telephone(Behaviour::Rings);
    let mut person = Person::before_the_number(&trust, "sprice");
    person.gives_that_of(&telephone);

    // Asterisk is killed while the phone rings. Who asks again waits until it is back, and is called then.
    person.asks_for_a_call();
    person.reads("Your phone is ringing. Answer it.");
    trust.telephones.kill_asterisk();
    person.reads_problem(FAULT);
    // Nothing tells a phone that its caller is dead.
    telephone.hang_up();
    telephone.is_over(1);
    person.asks_for_a_call();
    person.reads("We ring you in a moment.");
    trust.telephones.start_asterisk();
    telephone.rings(2);

    // It is killed while somebody talks.
    telephone.answer();
    person.reads("You answered.");
    trust.telephones.kill_asterisk();
    person.reads_problem(FAULT);
    telephone.hang_up();
    telephone.is_over(2);
    trust.telephones.start_asterisk();

    // The connection is cut: Asterisk lives, and must not let the call go on.
    person.asks_for_a_call();
    telephone.rings(3);
    telephone.answer();
    person.reads("You answered.");
    trust.line.cut();
    person.reads_problem(FAULT);
    trust.line.restore();
    telephone.is_over(3);

    person.is_called(&telephone, 4);
    person.sends();
    telephone.is_over(4);
    assert_eq!(trust.telephones.dialled().len(), 4, "rung as often as was asked");
    trust.is_clean(&[person.home()]);
}

#[test]
fn when_the_service_is_killed_the_page_says_so_nobody_is_rung_without_asking_and_asking_again_passes() {
    let mut trust = Trust::opens();
    let talking = trust.telephones.telephone(Behaviour::Answers);
    let ringing = trust.telephones.telephone(Behaviour::Rings);
    let mut people = ["sprice", "mnowak"].map(|name| Person::before_the_number(&trust, name));
    for (person, telephone) in people.iter_mut().zip([&talking, &ringing]) {
        person.gives_that_of(telephone);
        person.asks_for_a_call();
    }
    people[0].reads("You answered.");
    people[1].reads("Your phone is ringing. Answer it.");
    trust.kill_service();
    trust.start_service();
    // What the dead service left on Asterisk is hung up by the new one.
    talking.is_over(1);
    ringing.is_over(1);
    for person in &mut people {
        person.reads_problem(FAULT);
    }
    assert_eq!(trust.telephones.dialled().len(), 2, "nobody is rung again by itself");

    for (person, telephone) in people.iter_mut().zip([&talking, &ringing]) {
        person.is_called(telephone, 2);
        person.sends();
        telephone.is_over(2);
    }
    assert_eq!(trust.telephones.dialled().len(), 4);
    let homes: Vec<_> = people.iter().map(Person::home).collect();
    trust.is_clean(&homes);
}

#[test]
fn without_a_prompt_no_call_passes_and_the_log_names_it() {
    let trust = Trust::opens();
    let telephone = trust.telephones.telephone(Behaviour::Answers);
    let mut person = Person::before_the_number(&trust, "sprice");
    person.gives_that_of(&telephone);

    // Taken away while the line is connected: the phone rings, and the right digits decide nothing.
    trust.prompts.take_away("test-ask");
    let digits = person.asks_for_a_call();
    telephone.rings(1);
    telephone.press(&digits);
    person.reads_problem(FAULT);
    telephone.is_over(1);
    let said = trust.service.said();
    assert!(said.contains("sound:enrol/en/test-ask"), "the log names it:\n{said}");

    // Connected again, the line knows before anybody's phone rings.
    trust.line.cut();
    trust.line.restore();
    wait_for("the line to miss the prompt", 20, || {
        let said = trust.service.said();
        let line = said.lines().find(|line| line.contains("Asterisk lacks sounds"));
        line.is_some_and(|line| line.contains("en/test-ask")).then_some(())
    });
    person.asks_for_a_call();
    person.reads_problem(FAULT);
    assert_eq!(trust.telephones.dialled().len(), 1, "nobody is rung for a call without its question");

    trust.prompts.put_back("test-ask");
    person.is_called(&telephone, 2);
    person.sends();
    telephone.is_over(2);
    trust.is_clean(&[person.home()]);
}
