//! Somebody stops, or the service is stopped, while the phone rings: it stops ringing at once, and the call can be asked
//! for again.

use std::time::{Duration, Instant};

use tests::telephones::Behaviour;

use super::person::Person;
use super::trust::Trust;

/// Shorter than a phone rings by itself.
const AT_ONCE: Duration = Duration::from_secs(6);

#[test]
fn who_stops_while_the_phone_rings_is_not_called_any_more_and_comes_back_another_time() {
    let mut trust = Trust::opens();
    let telephone = trust.telephones.telephone(Behaviour::Rings);
    let mut person = Person::before_the_number(&trust, "sprice");
    person.gives_that_of(&telephone);

    // Back to the number.
    person.asks_for_a_call();
    telephone.rings(1);
    let begun = Instant::now();
    person.goes_back_to_the_number();
    telephone.is_over(1);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    person.gives_that_of(&telephone);

    // The service is stopped and started, as for a new version.
    person.asks_for_a_call();
    telephone.rings(2);
    let begun = Instant::now();
    assert_eq!(trust.service.stop(), Some(0), "{}", trust.service.said());
    telephone.is_over(2);
    trust.keep_what_was_said();
    trust.start_service();
    person.reads_problem("The call failed, and it is not your fault.");
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());

    // The assistant is closed.
    person.asks_for_a_call();
    telephone.rings(3);
    let begun = Instant::now();
    person.console.terminal.line("q");
    assert_eq!(person.console.terminal.ended(), Some(0), "{}", person.console.terminal.said());
    telephone.is_over(3);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());

    person.comes_back(&trust);
    person.gives_that_of(&telephone);
    person.is_called(&telephone, 4);
    person.sends();
    telephone.is_over(4);
    assert_eq!(trust.telephones.dialled().len(), 4);
    trust.is_clean(&[person.home()]);
}
