//! What the view promises, tried. Not here: the window, and anything that needs a service.

use journey::{Event, Page, PhoneChoice, ServiceFault};

use super::samples::{NOW, PAGES, Walk, signed_in, startup};
use super::*;

mod ending;
mod faults;
mod truth;

/// Everything that may be wrong with the service.
const SERVICE_FAULTS: &[ServiceFault] = &[
    ServiceFault::Unreachable,
    ServiceFault::NotTrusted,
    ServiceFault::UnknownIdentity,
    ServiceFault::BadSignature,
    ServiceFault::OlderPolicy,
    ServiceFault::Unexpected,
    ServiceFault::NothingToSetUp,
];

/// Every word between heading and buttons, in order.
fn words(blocks: &[Block]) -> String {
    let mut all = Vec::new();
    for block in blocks {
        match block {
            Block::Para(text) | Block::Quiet(text) | Block::Warning(text) | Block::Inset { text, .. } => {
                all.push(plain(text))
            }
            Block::Heading2(text) => all.push(text.clone()),
            Block::Item { title, detail, .. } => {
                all.push(plain(title));
                all.extend(detail.as_deref().map(plain));
            }
            Block::Steps { title, lines, .. } => {
                all.push(title.clone());
                all.extend(lines.iter().map(|line| plain(line)));
            }
            Block::Success { title, label, value } => {
                all.extend([title.clone(), label.clone(), value.clone()])
            }
            Block::Choice { options, .. } => all.extend(options.iter().map(|option| option.label.clone())),
            Block::Field { label, hint, error, .. } => {
                all.push(label.clone());
                all.extend(hint.clone());
                all.extend(error.clone());
            }
            Block::EnrolmentQr { beside, .. } | Block::LinkQr { beside, .. } => all.push(words(beside)),
            Block::Key { label, .. } => all.push(label.clone()),
            Block::Number { label, otherwise, .. } => all.extend([label.clone(), otherwise.clone()]),
            Block::WillCall { label } => all.push(label.clone()),
            Block::CallDigits { title, text, alt } => all.extend([title, text, alt].map(String::clone)),
            Block::Stages(stages) => stages.iter().for_each(|stage| {
                all.push(stage.label.clone());
                all.extend(stage.detail.clone());
            }),
            Block::Find { label, options, .. } => {
                all.push(label.clone());
                all.extend(options.iter().map(|option| option.card.label.clone()));
            }
            Block::Row { label, value, .. } => all.extend([label.clone(), value.clone()]),
            Block::Links(actions) => all.extend(actions.iter().map(|action| action.label.clone())),
            Block::WebLink { label, .. } => all.push(label.clone()),
            Block::Slip(slip) => {
                all.extend([slip.heading.clone(), plain(&slip.ask), slip.note.clone()]);
                all.extend(slip.actions.iter().map(|action| action.label.clone()));
            }
            Block::Phones(phones) => {
                all.extend(phones.caption.iter().map(|caption| caption.words().to_owned()))
            }
        }
    }
    all.join(" ")
}

fn text_of(walk: &Walk) -> String {
    words(&walk.view().blocks)
}

#[test]
fn every_page_builds_with_heading_help_and_a_title() {
    for page in PAGES {
        let view = Walk::to(page).view();
        assert_eq!(view.page, page);
        assert!(!view.heading.is_empty() && view.window_title.contains(&view.heading), "{page:?}");
        assert!(view.window_title.ends_with(&view.app_name) && !view.announce.is_empty(), "{page:?}");
        assert!(!view.announce.contains("?."), "{page:?}: {}", view.announce);
        assert!(!view.help.items.is_empty() && !view.help.contact.is_empty(), "{page:?}");
        assert_eq!(view.actions.is_empty(), page == Page::Starting, "{page:?}");
        for (place, action) in view.actions.iter().enumerate() {
            let is_primary = action.style == ActionStyle::Primary;
            assert_eq!(is_primary, place == 0, "{page:?}");
        }
    }
}

#[test]
fn page_1_says_where_codes_count_before_anybody_types_one() {
    for (r#where, expected) in [
        (domain::CodeWhere::Anywhere, None),
        (domain::CodeWhere::SchoolNetwork, Some("Do this at school.")),
        (domain::CodeWhere::Station, Some("Do this on a computer that IT set up for this.")),
    ] {
        let mut startup = startup();
        std::sync::Arc::make_mut(&mut startup.profile).codes.r#where = r#where;
        let mut walk = Walk::new(None);
        walk.on(Event::PolicyArrived(walk.last_attempt(), Box::new(startup)));
        assert_eq!(walk.journey.page(), Page::BeforeYouStart);
        let said = text_of(&walk);
        assert_eq!(said.contains("Do this"), expected.is_some(), "{said}");
        assert!(expected.is_none_or(|words| said.contains(words)), "{said}");
    }
}

#[test]
fn a_program_that_cannot_start_says_whom_to_ask_and_what_they_have_to_know() {
    let texts = Texts::english().expect("the words");
    for is_not_set_up in [true, false] {
        let reason = "no service is named. Set **ServerUrl**".to_owned();
        let view = notice(&StartFailure { is_not_set_up, reason: reason.clone() }, &texts);
        let said = words(&view.blocks);
        assert!(said.contains("IT at your school") && said.contains("You did nothing wrong"), "{said}");
        assert!(said.ends_with(&reason), "as it is: {said}");
        assert!(view.window_title.starts_with(&view.heading) && view.announce.contains(&view.heading));
        assert!(view.problem.is_none() && view.back.is_none() && view.help.items.is_empty());
        let text = notice_text(&StartFailure { is_not_set_up, reason: reason.clone() }, &texts);
        assert!(text.starts_with(&view.heading) && text.ends_with(&reason), "{text}");
        assert!(text.contains("Show this page to IT at your school."), "{text}");
        let [close] = view.actions.as_slice() else { panic!("one button") };
        assert_eq!((close.event.clone(), close.style), (Event::Finish, ActionStyle::Primary));
    }
}

#[test]
fn in_a_session_no_page_of_a_person_closes_the_window() {
    for page in PAGES {
        let view = Walk::to(page).view_of_a_session();
        let closes = view.actions.iter().any(|action| action.event == Event::Finish);
        assert_eq!(closes, page == Page::CannotStart, "{page:?}");
        let ends = matches!(page, Page::NotYou | Page::NoSmartphone | Page::Done | Page::CouldNotFinish);
        assert_eq!(view.actions.iter().any(|action| action.event == Event::NextPerson), ends, "{page:?}");
    }
}

#[test]
fn a_page_holds_no_six_digits_and_no_missing_words() {
    for page in PAGES {
        let shown = format!("{:?}", Walk::to(page).view());
        let digits = shown.as_bytes().windows(6).any(|six| six.iter().all(u8::is_ascii_digit));
        // The stores' links have numbers of their own.
        assert!(page == Page::GetTheApp || !digits, "{page:?}");
        assert!(
            !shown.contains("No localization") && !shown.contains("{$") && !shown.contains("{ $"),
            "{shown}"
        );
    }
}

#[test]
fn a_page_of_steps_is_short() {
    for choice in [PhoneChoice::IPhone, PhoneChoice::Android, PhoneChoice::NotSure] {
        let mut walk = Walk::to(Page::WhatPhone);
        walk.on(Event::PhoneChosen(choice));
        walk.on(Event::Next);
        for page in [Page::GetTheApp, Page::AddAnAccount, Page::ScanTheCode, Page::TestIt] {
            walk.forward_to(page);
            let text = text_of(&walk);
            let count = text.split_whitespace().count();
            assert!(count <= 60, "{page:?}, {choice:?}: {count} words: {text}");
        }
    }
}

#[test]
fn every_step_is_one_breath() {
    for page in PAGES {
        let view = Walk::to(page).view();
        let mut blocks = view.blocks;
        while let Some(block) = blocks.pop() {
            match block {
                Block::Steps { lines, .. } => {
                    for sentence in lines
                        .iter()
                        .flat_map(|line| plain(line).split(". ").map(str::to_owned).collect::<Vec<_>>())
                    {
                        assert!(sentence.split_whitespace().count() <= 15, "{page:?}: {sentence}");
                    }
                }
                Block::EnrolmentQr { beside, .. } | Block::LinkQr { beside, .. } => blocks.extend(beside),
                Block::Para(_)
                | Block::Quiet(_)
                | Block::Heading2(_)
                | Block::Item { .. }
                | Block::Inset { .. }
                | Block::Warning(_)
                | Block::Success { .. }
                | Block::Choice { .. }
                | Block::Field { .. }
                | Block::Key { .. }
                | Block::Row { .. }
                | Block::Number { .. }
                | Block::WillCall { .. }
                | Block::CallDigits { .. }
                | Block::Stages(_)
                | Block::Find { .. }
                | Block::Links(_)
                | Block::Slip(_)
                | Block::Phones(_)
                | Block::WebLink { .. } => {}
            }
        }
    }
}

#[test]
fn the_lines_of_the_instruction_have_their_place() {
    let table: [(Page, &[&str]); 10] = [
        (
            Page::BeforeYouStart,
            &[
                // Online banking and CPOMS stand for checks that people know: one of them is enough.
                "a code from your phone, as your bank does",
                "It checks that it is you.",
                "Microsoft Authenticator",
                "We will also ring your phone once to test it: a mobile or a landline.",
                "a key fob",
                "You are at Elm Academy. In our schools nothing changes.",
                "If you stop, you can begin again.",
                "5 minutes",
            ],
        ),
        (
            Page::HowWeUseYourDetails,
            &[
                "School staff cannot see your phone number or the secret behind your app's codes.",
                "run by Oaktree Learning Trust IT Services.",
                "your password",
            ],
        ),
        (Page::WhoAreYou, &["code that IT gave you"]),
        (Page::IsThisYou, &["We found: Sam Sample, Elm Academy."]),
        (
            Page::GetTheApp,
            &["Find Microsoft Authenticator by Microsoft Corporation.", "Select Get.", "I already have it"],
        ),
        (Page::AddAnAccount, &["select Other (Google, Facebook, etc.).", "Select +", "Scan a QR code"]),
        (Page::TestIt, &["Find the 6 digits under Oaktree Learning Trust."]),
        (Page::CheckAndSend, &["Sam Sample", "Microsoft Authenticator, tested"]),
        (
            Page::Done,
            &[
                "From 5 January 2027, remote desktop asks for the 6 digits from your app, or rings your phone.",
                "You will not be asked inside any of our schools.",
                "Your reference",
                "New phone?",
                "01632 960 001",
            ],
        ),
        (Page::NoSmartphone, &["Ask IT at your school about a key fob."]),
    ];
    for (page, lines) in table {
        let text = text_of(&Walk::to(page));
        for line in lines {
            assert!(text.contains(line), "{page:?} lacks {line:?}: {text}");
        }
    }
    let mut details = Walk::to(Page::HowWeUseYourDetails);
    assert!(!text_of(&details).contains("90 days"), "the long list waits for who asks");
    details.on(Event::ShowPeriods(true));
    for line in [
        "Until you set up again, or 30 days after you have left",
        "90 days",
        "2 years",
        "As long as Oaktree Learning Trust IT Services keeps them",
    ] {
        assert!(text_of(&details).contains(line), "{line:?}: {}", text_of(&details));
    }
    let mut scan = Walk::to(Page::AddAnAccount);
    scan.on(Event::Next);
    assert!(scan.view().waiting.is_some() && !scan.view().actions[0].enabled, "no secret yet");
    scan.on(Event::SecretMade(SecretId(1)));
    assert!(text_of(&scan).contains("Point the camera at the square code."));
    assert!(!text_of(&scan).contains("old entry"));
    scan.on(Event::ShowKey(true));
    assert!(scan.view().blocks.iter().any(|block| matches!(block, Block::Key { .. })));
}

#[test]
fn who_comes_back_is_told_so_and_scans_anew() {
    let mut walk = Walk::new(Some(Page::TestIt));
    walk.forward_to(Page::WhoAreYou);
    assert!(text_of(&walk).contains("Last time you got to Test it."));
    walk.forward_to(Page::ScanTheCode);
    walk.on(Event::SecretMade(SecretId(1)));
    assert!(
        text_of(&walk).contains("The old entry in your app no longer works. Delete it, then scan this one.")
    );
}

#[test]
fn a_code_that_was_used_before_is_warned_of_with_time_and_place_as_far_as_they_are_known() {
    use journey::LastUse;
    let earlier = |hours: i64| NOW.plus_secs(-3600 * hours - 16 * 60);
    for (last_used, words) in [
        (None, "Somebody used this code before. Not you? Tell IT."),
        (
            Some(LastUse { at: earlier(1), is_here: true }),
            "This code was used today at 10:44 on this computer. Not you? Tell IT.",
        ),
        (
            Some(LastUse { at: earlier(1), is_here: false }),
            "This code was used today at 10:44. Not you? Tell IT.",
        ),
        (
            Some(LastUse { at: earlier(25), is_here: true }),
            "This code was used on 23 November 2026 at 10:44 on this computer. Not you? Tell IT.",
        ),
        (
            Some(LastUse { at: earlier(25), is_here: false }),
            "This code was used on 23 November 2026 at 10:44. Not you? Tell IT.",
        ),
    ] {
        let mut walk = Walk::to(Page::WhoAreYou);
        walk.on(Event::Next);
        let used = journey::SignedIn { used_before: true, last_used, ..signed_in() };
        walk.on(Event::SignedIn(walk.last_attempt(), Box::new(used)));
        assert!(text_of(&walk).contains(words), "{}", text_of(&walk));
    }
    // What counts is whether it was used, not that there is a time.
    let mut walk = Walk::to(Page::WhoAreYou);
    walk.on(Event::Next);
    let used = journey::SignedIn { last_used: Some(LastUse { at: NOW, is_here: true }), ..signed_in() };
    walk.on(Event::SignedIn(walk.last_attempt(), Box::new(used)));
    assert!(!text_of(&walk).contains("Tell IT"));
}

#[test]
fn the_way_to_type_the_key_is_quoted_from_the_app_where_its_words_are_known() {
    let words_under = |change: &dyn Fn(&mut domain::AuthenticatorApp)| {
        let mut profile = crate::effects::scripted::sample_profile();
        change(&mut profile.app);
        let mut walk = Walk::of(profile, PhoneChoice::IPhone, None);
        walk.forward_to(Page::ScanTheCode);
        walk.on(Event::ShowKey(true));
        text_of(&walk)
    };
    let label = |text: &str| domain::Label::new(text).expect("a label");
    let known = words_under(&|app| app.manual_label = None);
    assert!(known.contains("Select Or enter code manually."), "{known}");
    let other = words_under(&|app| (app.name, app.manual_label) = (label("2FAS"), None));
    assert!(other.contains("Find the way to type a code by hand. Select it."), "{other}");
    let own = words_under(&|app| (app.name, app.manual_label) = (label("2FAS"), Some(label("Enter key"))));
    assert!(own.contains("Select Enter key.") && !own.contains("by hand"), "{own}");
}

#[test]
fn no_smartphone_is_an_answer_like_the_others() {
    let walk = Walk::to(Page::WhatPhone);
    let options = walk
        .view()
        .blocks
        .into_iter()
        .find_map(|block| if let Block::Choice { options, .. } = block { Some(options) } else { None });
    let options = options.expect("a choice");
    assert_eq!(options.len(), 4);
    assert!(options.iter().all(|option| !option.selected), "nothing is selected at first");
}
