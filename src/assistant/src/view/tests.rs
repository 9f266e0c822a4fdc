//! What the view promises, tried. Not here: the window, and anything that needs a service.

use journey::{Event, Page, PhoneChoice, Problem, RefusedWhy, SendFault, ServiceFault, SignInFault};

use super::samples::{NOW, PAGES, Walk, reference, signed_in, startup};
use super::*;

mod truth;

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
fn saved_and_accepted_are_told_apart() {
    let mut walk = Walk::to(Page::CheckAndSend);
    walk.on(Event::Next);
    assert!(walk.view().waiting.is_some());
    walk.on(Event::Saved(walk.last_attempt(), reference()));
    walk.on(Event::SendFailed(SendFault::Unreachable));
    let saved = walk.view();
    assert_eq!(saved.heading, "Not sent yet");
    assert!(words(&saved.blocks).contains("It is saved on this computer."));
    assert!(!saved.blocks.iter().any(|block| matches!(block, Block::Success { .. })), "nothing counts yet");
    assert!(words(&saved.blocks).contains("It will be sent when the network is back."));
    assert!(words(&saved.blocks).contains(&reference().grouped()));
    assert!(words(&saved.blocks).contains("If you close it, it is sent the next time you open it."));
    let forgotten = words(&walk.view_at(&Workstation { forgets: true, ..Workstation::default() }).blocks);
    assert!(forgotten.contains("This computer forgets it when you sign out."), "{forgotten}");
    assert!(!forgotten.contains("the next time you open it"), "{forgotten}");
    walk.on(Event::Accepted(reference()));
    assert_eq!(walk.view().heading, "Your sign-in security is set up");
}

#[test]
fn what_is_only_saved_is_no_way_to_sign_in_yet() {
    let mut walk = Walk::to(Page::CheckAndSend);
    walk.on(Event::Next);
    walk.on(Event::Saved(walk.last_attempt(), reference()));
    walk.on(Event::SendFailed(SendFault::Unreachable));
    let texts = Texts::english().expect("the words");
    let later = view(&walk.journey, &texts, &Workstation::default(), NOW.plus_secs(90 * 24 * 60 * 60));
    let text = words(&later.blocks);
    assert!(text.contains("It will be sent when the network is back."), "{text}");
    assert!(!text.contains("remote desktop"), "nothing is promised before it is sent: {text}");
}

#[test]
fn every_refusal_says_why_and_whom_to_ask() {
    use RefusedWhy as R;
    for why in [
        R::GrantExpired,
        R::GrantRevoked,
        R::AlreadyEnrolled,
        R::Conflict,
        R::GenerationPassed,
        R::KeyRetired,
        R::Other("service_fault".to_owned()),
    ] {
        let mut walk = Walk::to(Page::CheckAndSend);
        walk.on(Event::Next);
        walk.on(Event::Saved(walk.last_attempt(), reference()));
        walk.on(Event::SendFailed(SendFault::Refused(why)));
        let text = text_of(&walk);
        assert!(
            text.contains("Ask IT at your school for a new code") && text.contains(&reference().grouped()),
            "{text}"
        );
    }
}

#[test]
fn a_problem_is_in_title_field_and_announcement() {
    let mut walk = Walk::to(Page::WhoAreYou);
    walk.on(Event::Next);
    walk.on(Event::SignInFailed(walk.last_attempt(), SignInFault::TryLater { secs: 61 }));
    let view = walk.view();
    let problem = view.problem.expect("a problem");
    assert_eq!(problem.text, "There were too many tries. Wait 2 minutes, then try again.");
    assert_eq!(problem.field, Some(FieldId::EnrolmentCode));
    assert!(view.window_title.starts_with("Error: Who are you?, step 3 of 12, "));
    assert!(view.announce.contains(&problem.text));
    assert!(view.blocks.iter().any(|block| matches!(block, Block::Field { error: Some(_), .. })));
}

#[test]
fn every_problem_has_words_of_its_own() {
    let walk = Walk::to(Page::TestIt);
    let texts = Texts::english().expect("the words");
    let faults = [
        ServiceFault::Unreachable,
        ServiceFault::NotTrusted,
        ServiceFault::UnknownIdentity,
        ServiceFault::BadSignature,
        ServiceFault::OlderPolicy,
        ServiceFault::Unexpected,
        ServiceFault::NothingToSetUp,
    ];
    let slips = [
        domain::CodeSlip::Empty,
        domain::CodeSlip::Length(9),
        domain::CodeSlip::Character('o'),
        domain::CodeSlip::Character('\u{202e}'),
        domain::CodeSlip::Check,
    ];
    let sign_ins = [
        SignInFault::Unknown,
        SignInFault::Used,
        SignInFault::UsedUp,
        SignInFault::Expired,
        SignInFault::Revoked,
        SignInFault::Replaced,
        SignInFault::OnlyAtSchool,
        SignInFault::BeginAnew,
        SignInFault::OnlyAtStation,
        SignInFault::NoStation,
        SignInFault::TryLater { secs: 30 },
        SignInFault::AlreadyEnrolled,
        SignInFault::RulesChanged,
    ];
    let others = [
        Problem::ChoosePhone,
        Problem::CodeNotSixDigits { is_empty: true, tries: 1 },
        Problem::CodeNotSixDigits { is_empty: false, tries: 1 },
        Problem::CodeOld { secs: 240, tries: 1 },
        Problem::CodeEarly { secs: 240, tries: 1 },
        Problem::PhoneClock { minutes: 60, tries: 2 },
        Problem::PhoneClock { minutes: -60, tries: 2 },
        Problem::ComputerClock { secs: 95, tries: 1 },
        Problem::ComputerClock { secs: -95, tries: 1 },
        Problem::CodeNoMatch { tries: 1 },
        Problem::Save(journey::SaveFault::DiskFull),
        Problem::Save(journey::SaveFault::Other),
        Problem::Slip(journey::SlipFault::NoFolder),
        Problem::Slip(journey::SlipFault::NotAllowed),
        Problem::Slip(journey::SlipFault::DiskFull),
        Problem::Slip(journey::SlipFault::NoViewer),
        Problem::Slip(journey::SlipFault::Other),
        Problem::TookTooLong(journey::Wait::Save),
    ];
    let all = faults.into_iter().map(Problem::Service).chain(slips.into_iter().map(Problem::CodeSlip));
    let mut seen = std::collections::BTreeSet::new();
    for problem in all.chain(sign_ins.into_iter().map(Problem::SignIn)).chain(others) {
        let text = problems::view(&problem, &walk.journey, &texts).text;
        assert!(
            text.ends_with('.') && !text.contains('\u{202e}') && seen.insert(text.clone()),
            "{problem:?}: {text}"
        );
    }
}

#[test]
fn after_go_live_the_last_page_says_now() {
    let walk = Walk::to(Page::Done);
    let texts = Texts::english().expect("the words");
    let later = view(&walk.journey, &texts, &Workstation::default(), NOW.plus_secs(90 * 24 * 60 * 60));
    let text = words(&later.blocks);
    assert!(text.contains("You can sign in to remote desktop from home now."), "{text}");
    assert!(
        text.contains("Wait until the app shows new digits"),
        "the service has used those of the test: {text}"
    );
    assert!(!text_of(&walk).contains("Wait until the app shows new digits"), "they are long gone by then");
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
fn the_slip_says_what_to_do_later_and_holds_nothing_secret() {
    let mut walk = Walk::to(Page::CheckAndSend);
    let texts = Texts::english().expect("the words");
    let of = |walk: &Walk, workstation: &Workstation| slip(&walk.journey, &texts, workstation, NOW);
    let own = Workstation::default();
    assert_eq!(of(&walk, &own), None, "nothing is sent");
    walk.forward_to(Page::Done);
    let slip = of(&walk, &own).expect("a slip");
    let all: String = slip.when.iter().chain(&slip.help).map(|line| plain(line) + " ").collect();
    assert_eq!((slip.trust.as_str(), &slip.reference), ("Oaktree Learning Trust", &reference().grouped()));
    assert!(slip.name.ends_with(&slip.reference) && slip.made == "Set up on 24 November 2026 at Elm Academy");
    for part in [
        "From 5 January 2027, remote desktop asks for the 6 digits from your app, or rings your phone.",
        "You will not be asked inside any of our schools.",
        "New phone? Keep the old one",
        "Lost your phone? Tell IT at your school the same day.",
        "Questions? Ask IT at your school, or call 01632 960 001.",
        "Write to help@oaktree.example.",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    let whole = format!("{slip:?}");
    let person = signed_in().person;
    for secret in [person.name.as_str(), person.sign_in_name.as_str(), "07700"] {
        assert!(!whole.contains(secret), "{secret}");
    }
    assert!(!all.contains("practice"));
}

#[test]
fn saving_is_offered_only_where_the_file_stays_the_persons_and_printing_everywhere() {
    use crate::workstation::Mode;
    let walk = Walk::to(Page::Done);
    let session = Workstation { mode: Mode::Session, ..Workstation::default() };
    let forgets = Workstation { forgets: true, ..Workstation::default() };
    for (workstation, expected) in
        [(Workstation::default(), vec!["Print", "Save"]), (session, vec!["Print"]), (forgets, vec!["Print"])]
    {
        let view = walk.view_at(&workstation);
        let slip = view
            .blocks
            .iter()
            .find_map(|block| if let Block::Slip(slip) = block { Some(slip) } else { None });
        let labels: Vec<_> =
            slip.expect("a slip").actions.iter().map(|action| action.label.as_str()).collect();
        assert_eq!(labels, expected, "{workstation:?}");
    }
}

#[test]
fn what_became_of_the_slip_is_on_the_page_and_said_and_a_fault_says_that_all_is_well() {
    let mut walk = Walk::to(Page::Done);
    walk.on(Event::SaveSlip(journey::SlipPlace::Documents));
    assert_eq!(walk.view().waiting.as_deref(), Some("We are getting it ready."));
    let path = "/home/sprice/Documents/Sign-in security.html";
    walk.on(Event::SlipSaved(walk.last_attempt(), path.to_owned()));
    let said = format!("Saved. You find it here: {path}");
    assert!(text_of(&walk).contains(&said) && walk.view().announce == said, "{}", walk.view().announce);
    assert!(text_of(&walk).contains("Save it on the desktop"));
    walk.on(Event::PrintSlip);
    assert!(!text_of(&walk).contains(path), "that was another one");
    walk.on(Event::SlipOpened(walk.last_attempt()));
    assert!(text_of(&walk).contains("It is open in your browser."), "{}", text_of(&walk));
    use journey::SlipFault as F;
    for fault in [F::NoFolder, F::NotAllowed, F::DiskFull, F::NoViewer, F::Other] {
        walk.on(Event::PrintSlip);
        walk.on(Event::SlipFailed(walk.last_attempt(), fault));
        let view = walk.view();
        let problem = view.problem.expect("a problem").text;
        assert!(problem.contains("Write down your reference. You are set up all the same."), "{problem}");
        assert!(view.blocks.iter().any(|block| matches!(block, Block::Success { .. })), "{fault:?}");
    }
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

/// Calls to a number that were stopped stay stopped: the page says so, who can lift that, and offers another number
/// alone.
#[test]
fn once_calls_are_stopped_the_page_says_what_stands_and_who_can_lift_it() {
    use journey::{CallEnding, CallFault};
    let ended = |ending| {
        let mut walk = Walk::to(Page::AnswerTheCall);
        walk.on(Event::Next);
        walk.on(Event::CallEnded(walk.last_attempt(), ending));
        walk
    };
    let mut refused = Walk::to(Page::AnswerTheCall);
    refused.on(Event::Next);
    refused.on(Event::CallFailed(refused.last_attempt(), CallFault::Stopped));
    let cases = [
        (ended(CallEnding::Stopped), "You pressed 9 twice, so we will not ring this number for 30 days."),
        (ended(CallEnding::StoppedBefore), "Somebody asked us not to ring this number. Use another number."),
        (refused, "Somebody asked us not to ring this number. Use another number."),
    ];
    for (walk, problem) in cases {
        let view = walk.view();
        assert_eq!(plain_digits(&view.problem.as_ref().expect("a problem").text), problem);
        let help = &walk.journey.facts().profile.as_ref().expect("a profile").help;
        let text = text_of(&walk);
        assert!(
            text.contains(help.team.as_str())
                && text.contains(help.phone.as_ref().expect("a number").as_str()),
            "{text}"
        );
        assert!(!text.contains("Call me"), "{text}");
        let labels: Vec<&str> = view.actions.iter().map(|action| action.label.as_str()).collect();
        assert_eq!(labels, ["Use another number"]);
    }
    let mut other = ended(CallEnding::NoAnswer);
    assert!(text_of(&other).contains("Call me again"));
    other.on(Event::Back);
    assert!(other.view().problem.is_none());
}

/// Without the marks that keep the direction of inserted words.
fn plain_digits(text: &str) -> String {
    text.chars().filter(|sign| !matches!(sign, '\u{2068}' | '\u{2069}')).collect()
}
