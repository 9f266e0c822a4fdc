//! The conversations as tables: the keys, and the actions that follow.

use domain::PromptLanguage;

use super::*;
use crate::{
    prompt::text_of,
    testing::{said_script as said, shown_script as shown, test_script as test},
};

/// Plays keys, where `.` is silence. Returns the action after each key, and the ending. The actions are `-` nothing, `l`
/// listen, `p` play, `t` try again and `e` end.
fn play(script: Script, keys: &str) -> (String, Option<Ending>) {
    let mut conversation = Conversation::new(script);
    let mut seen = String::new();
    let mut end = None;
    assert!(matches!(conversation.on(ConversationEvent::Answered), ConversationAction::Play(_)));
    for key in keys.chars() {
        let event = if key == '.' { ConversationEvent::Silence } else { ConversationEvent::Key(key) };
        seen.push(match conversation.on(event) {
            ConversationAction::Nothing => '-',
            ConversationAction::Listen => 'l',
            ConversationAction::Play(parts) => {
                assert!(!parts.is_empty());
                'p'
            }
            ConversationAction::TryAgain(_) => 't',
            ConversationAction::End(parts, ending) => {
                assert!(!parts.is_empty());
                end = Some(ending);
                'e'
            }
        });
    }
    (seen, end)
}

#[track_caller]
fn hold(script: &Script, table: &[(&str, &str, Option<Ending>)]) {
    for (heard, seen, end) in table {
        assert_eq!(play(script.clone(), heard), ((*seen).to_owned(), *end), "{heard:?}");
    }
}

#[test]
fn a_test_call_wants_the_two_digits_on_the_page() {
    hold(
        &test("47"),
        &[
            ("47", "le", Some(Ending::Confirmed)),
            ("4.47", "lple", Some(Ending::Confirmed)),
            ("#47", "-le", Some(Ending::Confirmed)),
            ("*47", "ple", Some(Ending::Confirmed)),
            ("4*47", "lple", Some(Ending::Confirmed)),
            ("A47", "-le", Some(Ending::Confirmed)),
            ("4847", "ltle", Some(Ending::Confirmed)),
            ("48#47", "lt-le", Some(Ending::Confirmed)),
            ("4#47", "ltle", Some(Ending::Confirmed)),
            ("7474", "ltle", Some(Ending::NotConfirmed)),
            ("48.47", "ltple", Some(Ending::Confirmed)),
            ("48..", "ltpe", Some(Ending::NotConfirmed)),
            ("747447", "ltle--", Some(Ending::NotConfirmed)),
        ],
    );
}

#[test]
fn nine_pressed_twice_stops_calls_and_nothing_else_does() {
    let stop = Some(Ending::Stopped);
    hold(
        &test("47"),
        &[
            ("99", "pe", stop),
            // A hash key by habit is no answer.
            ("9#9", "p-e", stop),
            ("4899", "ltpe", stop),
            ("4.99", "lppe", stop),
            ("9", "p", None),
            ("9#", "p-", None),
            ("9.", "pp", None),
            ("9*", "pp", None),
            ("0", "l", None),
            // Silence and the star key lead back to the question: the next 9 is a first one.
            ("9.9", "ppp", None),
            ("9*9", "ppp", None),
            ("9.9.", "pppe", Some(Ending::NoKeys)),
            ("949", "plt", None),
            ("94#99", "pltpe", stop),
        ],
    );
}

#[test]
fn a_nine_by_mistake_uses_no_try() {
    let confirmed = Some(Ending::Confirmed);
    hold(
        &test("47"),
        &[
            ("947", "ple", confirmed),
            ("9#47", "p-le", confirmed),
            ("9.47", "pple", confirmed),
            ("9*47", "pple", confirmed),
            ("948947", "pltple", confirmed),
            ("948948", "pltple", Some(Ending::NotConfirmed)),
        ],
    );
    // An older node may have queued a call with a 9 in the second place.
    hold(&test("09"), &[("09", "le", confirmed), ("909", "ple", confirmed), ("90", "pl", None)]);
}

#[test]
fn the_first_nine_is_answered_by_what_a_second_does_and_how_to_go_on() {
    let mut conversation = Conversation::new(test("47"));
    conversation.on(ConversationEvent::Answered);
    let ConversationAction::Play(parts) = conversation.on(ConversationEvent::Key('9')) else {
        panic!("the voice asks once more");
    };
    assert_eq!(
        text_of(&parts, PromptLanguage::English),
        "To stop all calls to this number, press 9 again. To go on, press the two digits that you see on your screen."
    );
    assert_eq!(conversation.key_timeout(), FIRST_KEY);
}

#[test]
fn a_call_must_be_able_to_say_its_question_and_its_way_to_refuse() {
    let says = |script: Script, part: Sentence| {
        Conversation::new(script).must_say().contains(&PromptPart::Sentence(part))
    };
    for part in [Sentence::TestAsk, Sentence::TestStop, Sentence::TestStopAgain] {
        assert!(says(test("47"), part), "{part:?}");
    }
    for part in [Sentence::FromOutside, Sentence::ApprovalSaid, Sentence::AndHash, Sentence::ApprovalNotMe] {
        assert!(says(said(4), part), "{part:?}");
    }
    assert!(Conversation::new(said(4)).must_say().contains(&PromptPart::Digit(4)));
    assert!(says(shown("47"), Sentence::ApprovalShown) && !says(shown("47"), Sentence::TestStopAgain));
    // What is said after the decision, or after a wrong try, is not among it.
    assert!(!says(test("47"), Sentence::Confirmed) && !says(test("47"), Sentence::TestWrong));
}

#[test]
fn voicemail_presses_nothing_and_confirms_nothing() {
    hold(&test("47"), &[("..", "pe", Some(Ending::NoKeys)), ("#.#.", "-p-e", Some(Ending::NoKeys))]);
    hold(&said(4), &[("..", "pe", Some(Ending::NoKeys)), ("4.4.", "lple", Some(Ending::NoKeys))]);
}

#[test]
fn an_approval_wants_the_digit_and_hash_and_has_one_try() {
    hold(
        &said(4),
        &[
            ("4#", "le", Some(Ending::Approved)),
            ("4", "l", None),
            ("#", "-", None),
            ("4.4#", "lple", Some(Ending::Approved)),
            ("*4#", "ple", Some(Ending::Approved)),
            ("0#", "le", Some(Ending::NotMe)),
            ("5#4#", "le--", Some(Ending::NotConfirmed)),
            ("9#", "le", Some(Ending::NotConfirmed)),
            ("44#", "lle", Some(Ending::NotConfirmed)),
            ("00#", "lle", Some(Ending::NotMe)),
            ("4444444#", "llllllle", Some(Ending::NotConfirmed)),
        ],
    );
}

#[test]
fn an_approval_with_digits_on_the_screen_wants_both() {
    hold(
        &shown("70"),
        &[
            ("70#", "lle", Some(Ending::Approved)),
            ("0#", "le", Some(Ending::NotMe)),
            ("00#", "lle", Some(Ending::NotMe)),
            ("7#", "le", Some(Ending::NotConfirmed)),
            ("700#", "llle", Some(Ending::NotConfirmed)),
        ],
    );
}

#[test]
fn the_voice_says_first_who_calls_and_why_and_never_the_digits_of_a_screen() {
    let opening = |script: Script| match Conversation::new(script).on(ConversationEvent::Answered) {
        ConversationAction::Play(parts) => text_of(&parts, PromptLanguage::English),
        ConversationAction::Nothing
        | ConversationAction::Listen
        | ConversationAction::TryAgain(_)
        | ConversationAction::End(..) => String::new(),
    };
    assert_eq!(
        opening(test("47")),
        "Hello. This is a test call from Ash Grove Trust. You asked for it on your computer, to set up sign-in \
         security. Press the two digits that you see on your screen. If you did not ask for this call, press 9 twice, \
         and we stop calling this number. To hear this again, press the star key."
    );
    assert_eq!(
        opening(said(4)),
        "Hello. This is a call from Ash Grove Trust. Somebody is signing in as you, to remote desktop from outside \
         school. If this is you, press four and then the hash key. If this is not you, press 0, and then the hash \
         key. To hear this again, press the star key."
    );
    let shown = opening(shown("83"));
    assert!(shown.contains("two digits that you see") && !shown.contains("eight") && !shown.contains('8'));
}

#[test]
fn a_line_waits_longer_for_the_first_key_than_for_the_next() {
    let mut conversation = Conversation::new(test("47"));
    conversation.on(ConversationEvent::Answered);
    assert_eq!(conversation.key_timeout(), FIRST_KEY);
    conversation.on(ConversationEvent::Key('4'));
    assert_eq!(conversation.key_timeout(), NEXT_KEY);
    assert_eq!(
        [test("47"), said(4), shown("47")].map(|script| Conversation::new(script).max_keys()),
        [2, 2, 3]
    );
}

#[test]
fn of_all_sequences_of_five_keys_only_the_right_ones_are_accepted() {
    const KEYS: &[u8] = b"0479*#.";
    let passing = [(test("47"), "47"), (said(4), "4#"), (shown("47"), "47#")];
    for (script, right) in passing {
        let (mut passed, mut stopped) = (0, 0);
        for number in 0..KEYS.len().pow(5) {
            let keys: String =
                (0..5).map(|place| char::from(KEYS[number / KEYS.len().pow(place) % KEYS.len()])).collect();
            let (seen, ending) = play(script.clone(), &keys);
            let heard = &keys[..seen.find('e').map_or(keys.len(), |end| end + 1)];
            match ending {
                Some(Ending::Confirmed | Ending::Approved) => {
                    assert!(heard.ends_with(right), "{heard} passed for {right}");
                    passed += 1;
                }
                Some(Ending::Stopped) => {
                    let without_hash = heard.replace('#', "");
                    assert!(without_hash.ends_with("99"), "{heard} stopped the calls");
                    stopped += 1;
                }
                _ => {}
            }
        }
        assert!(passed > 0);
        assert_eq!(stopped > 0, right == "47", "a test call alone can be stopped by 9");
    }
}
