//! What is drawn: the states whose geometry is tested, and those that are the same in it and look otherwise.

use domain::{CodeVerdict, Label, Step};
use journey::{CallEnding, Event, FieldId, Page, PhoneChoice, RefusedWhy, SaveFault, SendFault};

use crate::effects::scripted::sample_profile;
use crate::texts::Texts;
use crate::view::samples::{NOW, PAGES, Walk, reference};
use crate::view::{StartFailure, View, notice};
use crate::window::tests::geometry;

/// A page in a state.
pub(super) struct State {
    /// A file name.
    pub(super) name: String,
    pub(super) view: View,
    /// What stands in the fields.
    pub(super) typed: Vec<(FieldId, &'static str)>,
}

impl State {
    fn new(name: &str, view: View) -> Self {
        Self { name: slug(name), view, typed: Vec::new() }
    }

    pub(super) fn typed(self, field: FieldId, text: &'static str) -> Self {
        Self { typed: vec![(field, text)], ..self }
    }
}

/// All of them.
pub(super) fn states() -> Vec<State> {
    let mut states: Vec<State> =
        geometry::states().into_iter().map(|(name, view)| State::new(&name, view)).collect();
    states.extend(outcomes());
    states.extend(phones());
    states.extend(long_names());
    states.extend(sessions());
    states.extend(notices());
    for (field, page, text) in [
        (FieldId::EnrolmentCode, Page::WhoAreYou, "7KM4P-X92QF"),
        (FieldId::AppCode, Page::TestIt, "482 913"),
        (FieldId::PhoneNumber, Page::YourPhoneNumber, "07700 900 123"),
    ] {
        states.push(State::new(&format!("{page:?} typed"), Walk::to(page).view()).typed(field, text));
    }
    states
}

/// What comes after a right code, a call and a posting.
fn outcomes() -> Vec<State> {
    let after = |name: &str, page: Page, events: &dyn Fn(&mut Walk)| {
        let mut walk = Walk::to(page);
        events(&mut walk);
        State::new(name, walk.view())
    };
    let send = |walk: &mut Walk, fault: SendFault| {
        walk.on(Event::Next);
        walk.on(Event::Saved(walk.last_attempt(), reference()));
        walk.on(Event::SendFailed(fault));
    };
    vec![
        after("periods", Page::HowWeUseYourDetails, &|walk| walk.on(Event::ShowPeriods(true))),
        after("a bigger code", Page::ScanTheCode, &|walk| walk.on(Event::MakeBigger(true))),
        after("a right code", Page::TestIt, &|walk| {
            walk.on(Event::Next);
            walk.on(Event::CodeJudged(walk.last_attempt(), CodeVerdict::Right { step: Step::at(NOW) }));
        }),
        after("a call that worked", Page::AnswerTheCall, &|walk| {
            walk.on(Event::Next);
            walk.on(Event::CallEnded(walk.last_attempt(), CallEnding::Confirmed));
        }),
        after("a full disk", Page::CheckAndSend, &|walk| {
            walk.on(Event::Next);
            walk.on(Event::SaveFailed(walk.last_attempt(), SaveFault::DiskFull));
        }),
        after("saved, not sent", Page::CheckAndSend, &|walk| send(walk, SendFault::Unreachable)),
        after("refused", Page::CheckAndSend, &|walk| {
            send(walk, SendFault::Refused(RefusedWhy::AlreadyEnrolled));
        }),
    ]
}

/// Pages that are otherwise with other phones: the sample's is an iPhone.
fn phones() -> Vec<State> {
    let mut states = Vec::new();
    for phone in [PhoneChoice::Android, PhoneChoice::NotSure] {
        for page in [
            Page::GetTheApp,
            Page::AddAnAccount,
            Page::ScanTheCode,
            Page::TestIt,
            Page::YourPhoneNumber,
            Page::AnswerTheCall,
        ] {
            let mut walk = Walk::of(sample_profile(), phone, None);
            walk.forward_to(page);
            states.push(State::new(&format!("{page:?} {phone:?}"), walk.view()));
        }
    }
    states
}

/// The longest names that a policy can have, on every page that a person of such a trust can come to.
fn long_names() -> Vec<State> {
    let label = |text: &str| Label::new(text).expect("a label");
    let mut profile = sample_profile();
    profile.trust.name = label("The Wolverhampton and Willenhall Woodland Schools Partnership");
    let app = &mut profile.app;
    app.name = label("The Sign-in and Remote Desktop Authenticator for All Staffs");
    app.publisher = label("Wolverhampton Woodland Workshop of Software Publishing Ltd");
    app.account_type = label("Another account that is neither for work nor for a school");
    app.scan_label = label("Scan the square code on your other screen with the camera");
    let pages = PAGES.into_iter().filter(|page| {
        let is_aside =
            matches!(page, Page::CannotStart | Page::NotYou | Page::NoSmartphone | Page::CouldNotFinish);
        !is_aside && *page != Page::Starting
    });
    let long = |page| {
        let mut walk = Walk::of(profile.clone(), PhoneChoice::IPhone, None);
        walk.forward_to(page);
        State::new(&format!("{page:?} with long names"), walk.view())
    };
    pages.map(long).collect()
}

/// Pages that are otherwise where one person comes after another.
fn sessions() -> Vec<State> {
    let of = |page: Page| {
        let walk = Walk::to(page);
        let view = walk.view_of_a_session();
        (view != walk.view()).then(|| State::new(&format!("{page:?} in a session"), view))
    };
    PAGES.into_iter().filter_map(of).collect()
}

/// The pages of a program that does not start.
fn notices() -> Vec<State> {
    let texts = Texts::english().expect("the words");
    let of = |(name, is_not_set_up): (&str, bool)| {
        let reason = "/home/staff/a folder with a long name/enrol/data cannot be used: Read-only file system";
        let failure = StartFailure { is_not_set_up, reason: reason.to_owned() };
        State::new(name, notice(&failure, &texts))
    };
    [("not set up", true), ("not started", false)].map(of).into()
}

/// `TryLater { secs: 600 }` as `try-later-secs-600`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    let mut before = ' ';
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            let begins_word = c.is_ascii_uppercase() && before.is_ascii_lowercase();
            if begins_word && !slug.ends_with('-') {
                slug.push('-');
            }
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        before = c;
    }
    slug.trim_end_matches('-').to_owned()
}

#[test]
fn names_become_file_names() {
    assert_eq!(slug("ScanTheCode with help"), "scan-the-code-with-help");
    assert_eq!(slug("TryLater { secs: 600 }"), "try-later-secs-600");
    assert_eq!(slug("GetTheApp IPhone"), "get-the-app-iphone");
}
