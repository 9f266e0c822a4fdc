//! People who come one after another.

use super::*;
use crate::workstation::{Mode, Workstation};

#[test]
fn in_a_session_the_last_page_leads_to_the_next_person_and_no_page_is_remembered() {
    let site = "elm-room-12".parse().expect("a site");
    let workstation = Workstation { mode: Mode::Session, site: Some(site), ..Workstation::default() };
    let texts = Texts::english().expect("words");
    let mut driver = Driver::at(workstation, Scripted::obliging(), texts, Some(Page::TestIt));
    driver.poll();
    assert_eq!(
        driver.journey().and_then(|journey| journey.facts().reached),
        Some(Page::BeforeYouStart),
        "nobody is welcomed back"
    );
    walk_to_scan(&mut driver);
    driver.on(Event::Next);
    let code = phone_code(&driver, 0);
    type_in(&mut driver, FieldId::AppCode, &code);
    have_the_number_called(&mut driver);
    driver.on(Event::Next);
    driver.poll();
    let sealed = driver.effects_mut().requested.iter().find_map(|work| {
        if let Work::Save(_, _, sealed) = work {
            protocol::header::<EnrolmentHeader>(sealed).ok()
        } else {
            None
        }
    });
    assert_eq!(sealed.and_then(|header| header.station).as_deref(), Some("elm-room-12"));

    let [next] = driver.view().actions.as_slice() else { panic!("one way on") };
    assert_eq!(next.label, "Next person");
    let next = next.event.clone();
    driver.on(next);
    driver.poll();
    assert!(!driver.closed());
    assert_eq!(page(&driver), Page::BeforeYouStart);
    let facts = driver.journey().expect("a journey").facts();
    assert!(facts.signed_in.is_none() && facts.receipt.is_none());
    assert!(!driver.keeper().holds_secret() && !is_shown(&driver, "07700 900123"));
    let asked = &driver.effects_mut().requested;
    assert!(asked.iter().any(|work| matches!(work, Work::SignOut)), "the session is the last person's");
    assert!(!asked.iter().any(|work| matches!(work, Work::RememberPage(..))));
    assert!(matches!(asked.first(), Some(Work::ForgetPage)), "nor one that was remembered before");

    // What becomes of the last enrolment is nothing for whoever sits there now.
    let (answers, lost) = (driver.notices.len(), driver.submitted);
    assert_eq!((answers, lost), (0, None));
}
