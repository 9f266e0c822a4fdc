//! The order of the pages, from the policy's methods; and where to stand, from what is known.

use domain::MethodKind;

use crate::{Facts, Page};

/// Before the methods.
const FIRST: [Page; 3] = [Page::BeforeYouStart, Page::HowWeUseYourDetails, Page::WhoAreYou];

/// After the methods.
const LAST: [Page; 2] = [Page::CheckAndSend, Page::Done];

/// The pages that set up one method. Its first page follows the sign-in or the method before.
fn of_method(kind: MethodKind) -> &'static [Page] {
    match kind {
        MethodKind::AuthenticatorApp => {
            &[Page::WhatPhone, Page::GetTheApp, Page::AddAnAccount, Page::ScanTheCode, Page::TestIt]
        }
        MethodKind::PhoneCall => &[Page::YourPhoneNumber, Page::AnswerTheCall],
    }
}

/// Every numbered page in order. "Is this you?" is part of "Who are you?".
fn steps(facts: &Facts) -> Vec<Page> {
    let methods = facts.methods();
    let middle = methods.iter().flat_map(|kind| {
        let pages = of_method(*kind);
        // Of a method that was passed over, the page where one may think again is left.
        &pages[..if facts.is_skipped(*kind) { 1 } else { pages.len() }]
    });
    let middle = middle.copied();
    FIRST.into_iter().chain(middle).chain(LAST).collect()
}

/// Step n of m; `None` for pages beside the way.
pub(crate) fn progress(facts: &Facts, page: Page) -> Option<(usize, usize)> {
    let numbered = if page == Page::IsThisYou { Page::WhoAreYou } else { page };
    let steps = steps(facts);
    let place = steps.iter().position(|step| *step == numbered)?;
    Some((place + 1, steps.len()))
}

/// The numbered page after one.
pub(crate) fn after(facts: &Facts, page: Page) -> Option<Page> {
    let steps = steps(facts);
    let place = steps.iter().position(|step| *step == page)?;
    steps.get(place + 1).copied()
}

/// The page to which **Back** leads, also from pages beside the way.
pub(crate) fn before(facts: &Facts, page: Page) -> Option<Page> {
    match page {
        Page::IsThisYou => Some(Page::WhoAreYou),
        Page::NoSmartphone => Some(Page::WhatPhone),
        Page::Starting | Page::CannotStart | Page::NotYou | Page::Done | Page::CouldNotFinish => None,
        Page::BeforeYouStart
        | Page::HowWeUseYourDetails
        | Page::WhoAreYou
        | Page::WhatPhone
        | Page::GetTheApp
        | Page::AddAnAccount
        | Page::ScanTheCode
        | Page::TestIt
        | Page::YourPhoneNumber
        | Page::AnswerTheCall
        | Page::CheckAndSend => {
            let steps = steps(facts);
            let place = steps.iter().position(|step| *step == page)?;
            let before = steps.get(place.checked_sub(1)?).copied()?;
            Some(if before == Page::WhoAreYou { Page::IsThisYou } else { before })
        }
    }
}

/// Where to stand with what is known: the first page whose question has no answer yet.
pub fn first_unmet(facts: &Facts) -> Page {
    if facts.profile.is_none() {
        return Page::Starting;
    }
    if facts.reached.is_none_or(|page| page < Page::WhoAreYou) {
        return Page::BeforeYouStart;
    }
    if facts.signed_in.is_none() {
        return Page::WhoAreYou;
    }
    let unproved = facts.methods().into_iter().find(|kind| !facts.is_settled(*kind));
    match unproved {
        Some(MethodKind::AuthenticatorApp) => first_unmet_of_app(facts),
        Some(MethodKind::PhoneCall) if facts.number.is_some() => Page::AnswerTheCall,
        Some(MethodKind::PhoneCall) => Page::YourPhoneNumber,
        None => Page::CheckAndSend,
    }
}

/// With an entry of last time in the app, the phone is known to have it: only the code is new.
fn first_unmet_of_app(facts: &Facts) -> Page {
    if facts.phone.is_none() && !facts.old_entry_in_app {
        Page::WhatPhone
    } else if facts.secret.is_none() {
        Page::ScanTheCode
    } else {
        Page::TestIt
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{day, ford, profile};
    use crate::{NumberId, Phone, Proof, SecretId};

    fn known() -> Facts {
        Facts { profile: Some(profile()), day: Some(day()), ..Facts::default() }
    }

    #[test]
    fn the_pages_are_numbered_and_who_are_you_is_one_step() {
        let facts = known();
        assert_eq!(progress(&facts, Page::BeforeYouStart), Some((1, 12)));
        assert_eq!(progress(&facts, Page::WhoAreYou), Some((3, 12)));
        assert_eq!(progress(&facts, Page::IsThisYou), Some((3, 12)));
        assert_eq!(progress(&facts, Page::Done), Some((12, 12)));
        assert_eq!(progress(&facts, Page::NoSmartphone), None);
    }

    #[test]
    fn each_fact_moves_the_first_unmet_page() {
        let mut facts = Facts::default();
        assert_eq!(first_unmet(&facts), Page::Starting);
        facts = known();
        assert_eq!(first_unmet(&facts), Page::BeforeYouStart);
        facts.reached = Some(Page::WhoAreYou);
        assert_eq!(first_unmet(&facts), Page::WhoAreYou);
        facts.signed_in = Some(ford());
        assert_eq!(first_unmet(&facts), Page::WhatPhone);
        facts.phone = Some(Phone::IPhone);
        assert_eq!(first_unmet(&facts), Page::ScanTheCode);
        facts.secret = Some(SecretId(1));
        assert_eq!(first_unmet(&facts), Page::TestIt);
        facts.proved = vec![Proof::App(SecretId(1))];
        assert_eq!(first_unmet(&facts), Page::YourPhoneNumber);
        facts.number = Some(NumberId(1));
        assert_eq!(first_unmet(&facts), Page::AnswerTheCall);
        facts.proved.push(Proof::Call(NumberId(1)));
        assert_eq!(first_unmet(&facts), Page::CheckAndSend);
        facts.secret = Some(SecretId(2));
        assert_eq!(first_unmet(&facts), Page::TestIt, "a proof of another secret counts for nothing");
    }
}
