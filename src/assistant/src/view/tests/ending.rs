//! The pages at the end: what is saved or sent, from when it counts, and the slip to keep.

use journey::{Event, Page, SendFault};

use super::{text_of, words};
use crate::texts::Texts;
use crate::view::samples::{NOW, Walk, reference, signed_in};
use crate::view::{Block, plain, slip, view};
use crate::workstation::Workstation;

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
