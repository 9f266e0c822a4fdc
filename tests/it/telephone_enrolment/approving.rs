//! Later, somebody signs in and is called: they press what is shown to them, or say that it was not them.

use tests::relying_party::approve;
use tests::telephones::Behaviour;

use super::person::Person;
use super::trust::Trust;

/// What the relying party shows.
const SHOWN: &str = "83";

#[test]
fn a_sign_in_is_approved_on_the_phone_and_one_that_was_not_theirs_stops_the_next() {
    let trust = Trust::opens();
    let telephone = trust.telephones.telephone(Behaviour::Rings);
    let key = trust.service.add_client("Remote desktop");
    let mut person = Person::before_the_number(&trust, "sprice");
    person.gives_that_of(&telephone);
    person.is_called(&telephone, 1);
    person.sends();
    telephone.is_over(1);

    let server = trust.service.url("");
    let asked = |request: &str| approve(&server, &key, "sprice", request, SHOWN);
    let request = |number: usize| format!("0190a5f0-0000-7000-8000-{number:012}");
    let outcome = |outcome: &str| format!(r#""outcome":"{outcome}""#);

    // Asked twice with one key, as over a bad connection: the phone rings once, and both hear the answer.
    let answers = std::thread::scope(|scope| {
        let both = [(), ()].map(|()| scope.spawn(|| asked(&request(1))));
        telephone.rings(2);
        telephone.answer();
        telephone.press(&format!("{SHOWN}#"));
        both.map(|one| one.join().expect("an answer"))
    });
    for answer in answers {
        assert!(answer.contains(&outcome("approved")), "{answer}");
    }
    telephone.is_over(2);

    let refused = std::thread::scope(|scope| {
        let answer = scope.spawn(|| asked(&request(2)));
        telephone.rings(3);
        telephone.answer();
        telephone.press("0#");
        answer.join().expect("an answer")
    });
    assert!(refused.contains(&outcome("refused")), "{refused}");
    telephone.is_over(3);

    let next = asked(&request(3));
    assert!(next.contains(&outcome("stopped")), "{next}");
    assert_eq!(trust.telephones.dialled().len(), 3, "one test and two sign-ins");
    trust.service.run(&["calls", "clear", "sprice", "--reason", "a new password"]);
    let cleared = asked(&request(4));
    assert!(cleared.contains(&outcome("try_later")), "peace for half an hour: {cleared}");
    assert_eq!(trust.telephones.dialled().len(), 3);
    trust.is_clean(&[person.home()]);
}
