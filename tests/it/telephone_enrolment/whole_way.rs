//! From the first page to the reference, with the voice that ships.

use tests::needs::wait_for;
use tests::phone::now_secs;
use tests::relying_party::verify;
use tests::sound::Sound;
use tests::telephones::Behaviour;

use super::person::{Person, written};
use super::trust::Trust;

/// What the voice says until somebody who has understood presses the digits.
const HEARD: &[&str] = &["test-hello", "names/oaktree-learning-trust", "test-why"];

#[test]
fn a_phone_rings_is_answered_and_its_owner_is_set_up_with_app_and_call() {
    let mut trust = Trust::with_the_voice_that_ships();
    let telephone = trust.telephones.telephone(Behaviour::Rings);
    let number = telephone.number().to_owned();
    let key = trust.service.add_client("Remote desktop");
    let mut person = Person::before_the_number(&trust, "sprice");

    let national = &number["+44".len()..];
    let page = person.gives(&format!("+44 (0){} {}-{}", &national[..4], &national[4..7], &national[7..]));
    assert!(page.contains(&format!("Your number: {}", written(&number))), "{page}");
    let digits = person.asks_for_a_call();
    person.reads("Your phone is ringing. Answer it.");
    telephone.answer();
    person.reads("You answered. Now press the 2 digits on your phone.");
    let heard_secs = || telephone.heard().map_or(0.0, |heard| heard.secs());
    let opening = trust.prompts.sound_of(HEARD);
    wait_for("the voice", 40, || (heard_secs() > opening.secs()).then_some(()));
    telephone.press(&digits);
    let check = person.is_tested();
    assert!(
        check.contains("Microsoft Authenticator, tested") && check.contains(&written(&number)),
        "{check}"
    );
    person.console.send();
    let done = person.console.page("Your sign-in security is set up");
    assert!(done.contains("Your reference, if you ask IT for help: "), "{done}");
    telephone.is_over(1);

    // What was heard is the prompt, up to the keys, and the goodbye.
    let heard = telephone.heard().expect("something was heard");
    let goodbye = trust.prompts.sound_of(&["confirmed"]);
    let secs = opening.secs() + goodbye.secs();
    assert!((-0.5..2.0).contains(&(heard.secs() - secs)), "{} s instead of {secs} s", heard.secs());
    let loud = heard.loudness() / opening.loudness();
    assert!((0.5..2.0).contains(&loud), "{loud} times as loud");
    // The last tenth of a second, a silence, is not heard any more.
    let heard = heard.then(Sound::silence(0.3));
    let (opening, goodbye) = (heard.likeness(&opening), heard.likeness(&goodbye));
    assert!(opening > 0.9 && goodbye > 0.9, "like the prompt: {opening}, like the goodbye: {goodbye}");
    assert_eq!(trust.telephones.dialled(), [number]);

    let methods = trust.service.rows("select kind, state, generation from methods order by kind");
    assert_eq!(methods, "authenticator-app|tested|1\nphone-call|tested|1");
    let code = person.app.code_at(now_secs() + 30);
    let server = trust.service.url("");
    for outcome in [r#""outcome":"accepted""#, r#""outcome":"refused""#] {
        let answer = verify(&server, &key, "sprice", &code);
        assert!(answer.contains(outcome), "{answer}");
    }
    trust.is_clean(&[person.home()]);
    person.console.terminal.line("");
    assert_eq!(person.console.terminal.ended(), Some(0), "{}", person.console.terminal.said());
    assert_eq!(trust.service.stop(), Some(0), "{}", trust.service.said());
}
