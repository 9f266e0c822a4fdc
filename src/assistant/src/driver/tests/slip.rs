//! The slip, and the code that somebody used before.

use super::*;
use crate::workstation::{Mode, Workstation};
use domain::Timestamp;
use journey::SlipPlace;

/// At the last page.
fn done(workstation: Workstation, practice: bool) -> (Driver<Scripted>, Vec<String>) {
    let mut driver = Driver::at(workstation, Scripted::silent(), Texts::english().expect("words"), None);
    let Some(Work::FetchPolicy(attempt)) =
        driver.effects_mut().requested.iter().find(|work| matches!(work, Work::FetchPolicy(_)))
    else {
        panic!("the policy is asked for");
    };
    let attempt = *attempt;
    let mut opened = sample_fetched_policy();
    opened.document.practice = practice;
    driver.effects_mut().answers.push_back(Answer::PolicyFetched(attempt, Box::new(opened)));
    driver.effects_mut().obliging = true;
    driver.poll();
    walk_to_scan(&mut driver);
    let id = driver.journey().and_then(|journey| journey.facts().secret).expect("a secret");
    let mut secrets = vec![enrolment_code(), "07700 900123".to_owned(), "07700900123".to_owned()];
    driver.keeper().key_in_fours(id, &mut |key| secrets.extend([key.to_owned(), key.replace(' ', "")]));
    driver.on(Event::Next);
    let code = phone_code(&driver, 0);
    type_in(&mut driver, FieldId::AppCode, &code);
    secrets.push(code);
    have_the_number_called(&mut driver);
    driver.on(Event::Next);
    driver.poll();
    assert_eq!(page(&driver), Page::Done);
    (driver, secrets)
}

fn slips(driver: &mut Driver<Scripted>) -> Vec<SlipFile> {
    let of = |work: &Work| {
        if let Work::SaveSlip(_, _, file) | Work::PrintSlip(_, file) = work {
            Some(file.clone())
        } else {
            None
        }
    };
    driver.effects_mut().requested.iter().filter_map(of).collect()
}

#[test]
fn a_slip_has_the_reference_and_no_secret_number_or_name_and_says_when_it_is_practice() {
    for practice in [false, true] {
        let (mut driver, secrets) = done(Workstation::default(), practice);
        driver.on(Event::SaveSlip(SlipPlace::Documents));
        driver.poll();
        driver.on(Event::PrintSlip);
        driver.poll();
        let slips = slips(&mut driver);
        let reference =
            driver.journey().and_then(|journey| journey.facts().receipt.clone()).expect("a reference");
        assert_eq!(slips.len(), 2);
        for slip in &slips {
            assert!(
                slip.html.contains(&reference.grouped()) && slip.name.ends_with(".html"),
                "{}",
                slip.name
            );
            assert_eq!(slip.html.contains("This is practice."), practice);
            let person = sample_welcome().person;
            let names = [person.name.as_str(), person.sign_in_name.as_str()];
            for secret in secrets.iter().map(String::as_str).chain(names) {
                assert!(!slip.html.contains(secret) && !slip.name.contains(secret), "{secret}");
            }
        }
        assert!(!slips[0].html.contains("<script") && slips[1].html.contains("print()"));
        assert!(driver.view().announce.contains("It is open in your browser."), "{}", driver.view().announce);
    }
}

#[test]
fn where_people_come_one_after_another_nothing_is_saved_and_the_next_one_takes_the_printed_slip_away() {
    let (mut driver, _) = done(Workstation { mode: Mode::Session, ..Workstation::default() }, false);
    driver.on(Event::SaveSlip(SlipPlace::Documents));
    driver.poll();
    assert_eq!(slips(&mut driver), [], "nothing may stay on this computer");
    assert!(driver.view().problem.is_some());
    driver.on(Event::PrintSlip);
    driver.poll();
    assert_eq!(slips(&mut driver).len(), 1);
    driver.on(Event::NextPerson);
    let is_last = |work: &&Work| matches!(work, Work::ForgetSlip | Work::PrintSlip(..));
    let last = driver.effects_mut().requested.iter().rfind(is_last);
    assert!(matches!(last, Some(Work::ForgetSlip)), "{last:?}");
}

/// Signs in with a code that the service says was used at a time, and gives what the page makes of it.
fn sign_in_again(
    driver: &mut Driver<Scripted>,
    last: Option<Timestamp>,
    now: Option<Timestamp>,
) -> Option<bool> {
    driver.effects_mut().obliging = false;
    type_in(driver, FieldId::EnrolmentCode, &enrolment_code());
    driver.on(Event::Next);
    let attempt = driver
        .effects_mut()
        .requested
        .iter()
        .rev()
        .find_map(|work| if let Work::SignIn(attempt, _) = work { Some(*attempt) } else { None });
    let welcome = crate::effects::Welcome {
        used_before: last.is_some(),
        last_used_at: last,
        signed_in_at: now,
        ..sample_welcome()
    };
    let answer = Answer::SignedIn(attempt.expect("signed in"), Box::new(welcome));
    driver.effects_mut().answers.push_back(answer);
    driver.poll();
    assert_eq!(page(driver), Page::IsThisYou);
    let signed_in =
        driver.journey().and_then(|journey| journey.facts().signed_in.clone()).expect("signed in");
    signed_in.last_used.map(|last| last.is_here)
}

fn at_who_are_you(workstation: Workstation) -> Driver<Scripted> {
    let texts = Texts::english().expect("words");
    let mut driver = Driver::at(workstation, Scripted::obliging(), texts, None);
    driver.poll();
    driver.on(Event::Next);
    driver.on(Event::Next);
    assert_eq!(page(&driver), Page::WhoAreYou);
    driver
}

#[test]
fn a_code_was_used_here_when_this_computer_knows_that_very_sign_in() {
    let at = |secs: i64| Some(Timestamp::from_secs(1_799_000_000 + secs));
    let mut driver = at_who_are_you(Workstation::default());
    assert_eq!(
        sign_in_again(&mut driver, at(0), at(60)),
        Some(false),
        "another computer's, for all it knows"
    );
    driver.on(Event::Back);
    assert_eq!(sign_in_again(&mut driver, at(60), at(90)), Some(true), "its own, of this start");
    let remembered = driver.effects_mut().requested.iter().rev().find_map(|work| {
        if let Work::RememberPage(reached, _) = work { Some(reached.signed_in_at) } else { None }
    });
    assert_eq!(remembered, Some(at(90)), "for the next start");
    driver.on(Event::Back);
    // An older service says neither.
    assert_eq!(sign_in_again(&mut driver, None, None), None);

    let mut next = at_who_are_you(Workstation::default());
    next.know_sign_in(at(90).expect("a time"));
    assert_eq!(sign_in_again(&mut next, at(90), at(120)), Some(true), "its own, of an earlier start");

    let session = Workstation { mode: Mode::Session, ..Workstation::default() };
    let mut session = at_who_are_you(session);
    session.know_sign_in(at(90).expect("a time"));
    assert_eq!(
        sign_in_again(&mut session, at(90), at(120)),
        Some(false),
        "nothing is known of an earlier person"
    );
}
