//! What the texts promises, tried. Not here: the window, and anything that needs a service.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;

mod reading_age;

const FTL: &str = include_str!("../../../../assets/locales/en-GB/assistant.ftl");

/// Id and words of every message.
fn messages() -> Vec<(String, String)> {
    let mut messages: Vec<(String, String)> = Vec::new();
    for line in FTL.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if line.starts_with(char::is_whitespace) {
            messages.last_mut().expect("a message before its lines").1.push_str(line);
        } else {
            let (id, words) = line.split_once(" =").expect("id = words");
            messages.push((id.to_owned(), words.trim().to_owned()));
        }
    }
    messages
}

/// Every string that this crate's sources hand to `fl!`.
fn used_in(folder: &Path, used: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            used_in(&path, used);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let source = std::fs::read_to_string(&path).expect("a source");
            for call in source.split("fl!(").skip(1) {
                let id = call.split('"').nth(1).expect("an id");
                used.insert(id.to_owned());
            }
        }
    }
}

#[test]
fn every_message_is_used_and_exists_once() {
    let mut used = BTreeSet::new();
    used_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
    let mut seen = BTreeSet::new();
    for (id, _) in messages() {
        assert!(seen.insert(id.clone()), "{id} is there twice");
        // Regions are looked up by the policy's letters.
        assert!(used.contains(&id) || id.starts_with("region-"), "{id} is used nowhere");
    }
}

#[test]
fn the_words_keep_to_the_rules() {
    let banned = [
        "please",
        "sorry",
        "invalid",
        "just",
        "simply",
        "easy",
        "easily",
        "click",
        "clicks",
        "tap",
        "press",
        "mfa",
        "authenticate",
        "authentication",
        "credential",
        "credentials",
        "enrol",
        "enrolment",
        "token",
        "server",
    ];
    for (id, words) in messages().into_iter().filter(|(id, _)| id != "program-name") {
        for word in words.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
            // The keys of a phone are pressed.
            let is_of_a_call = word == "press"
                && (id.starts_with("call-")
                    || id.contains("-call-")
                    || id.starts_with("help-missed-digits")
                    || id.starts_with("help-nine"));
            assert!(is_of_a_call || !banned.contains(&word), "{id}: {word:?} is not a word of ours");
        }
        assert_eq!(words.matches("**").count() % 2, 0, "{id}: bold begins and does not end");
        if id.contains("-step-") {
            for sentence in words.split(['.', '?']) {
                let count = sentence.split_whitespace().count();
                assert!(count <= 15, "{id}: {count} words in one step");
            }
        } else if !id.starts_with("details-promise") {
            for sentence in words.split(['.', '?', '!']) {
                let count =
                    sentence.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count();
                assert!(count <= 22, "{id}: {count} words in one sentence");
            }
        }
    }
}

/// What a message calls a number that is none of a phone: digits are pressed and typed, and a person has a reference.
fn false_numbers(messages: &[(String, String)]) -> Vec<String> {
    let of_phones = [
        "number-",
        "problem-number-",
        "problem-call-",
        "details-",
        "check-",
        "call-",
        "progress-",
        "help-",
        "picture-call-",
    ];
    let is_wrong = |(id, words): &&(String, String)| {
        let words = words.to_lowercase();
        let counts =
            |word: &str| word.starts_with("number") && !of_phones.iter().any(|start| id.starts_with(start));
        let pressed =
            ["press the 2 numbers", "6 numbers", "10 numbers", "numbers from your app", "new numbers"];
        words.split(|c: char| !c.is_alphabetic()).any(counts)
            || pressed.iter().any(|wrong| words.contains(wrong))
    };
    messages.iter().filter(is_wrong).map(|(id, words)| format!("{id}: {words}")).collect()
}

#[test]
fn a_number_is_a_phones_and_what_is_typed_or_pressed_are_digits() {
    assert_eq!(false_numbers(&messages()), [""; 0]);
    for (id, planted) in [
        ("test-hint", "Type the number that you see."),
        ("could-not-conflict", "There is another with the same number."),
        ("call-press", "You answered. Now press the 2 numbers."),
    ] {
        assert_eq!(false_numbers(&[(id.to_owned(), planted.to_owned())]).len(), 1, "{id}");
    }
}

#[test]
fn the_promise_stands_word_for_word() {
    let promise = "**School staff cannot see your phone number or the secret behind your app's codes.** No page, report or \
                   file shows them to anyone, and that includes IT. They are locked on a computer run by \
                   { $operator }. They are used only to check that it is you. Only a break-in to that computer \
                   could reveal them. { $operator } guards it. IT can see your name, your school, which ways you \
                   set up, and when.";
    let (_, words) = messages().into_iter().find(|(id, _)| id == "details-promise").expect("the promise");
    assert_eq!(words, promise);
    // Where there is only one of the two, it is the same promise of that one.
    for (id, one) in [
        ("details-promise-app", "the secret behind your app's codes"),
        ("details-promise-number", "your phone number"),
    ] {
        let both = "your phone number or the secret behind your app's codes";
        let expected = [
            (both, one),
            ("shows them", "shows it"),
            ("They are locked", "It is locked"),
            ("They are used", "It is used"),
            ("reveal them", "reveal it"),
            ("guards it", "guards that computer"),
        ];
        let expected = expected.iter().fold(promise.to_owned(), |text, (of, by)| {
            assert!(text.contains(of), "{of}");
            text.replace(of, by)
        });
        let (_, words) = messages().into_iter().find(|(found, _)| found == id).expect("the promise");
        assert_eq!(words, expected);
    }
}

/// The characters that a text lists from "0, O" on.
fn listed(text: &str) -> BTreeSet<char> {
    let (_, rest) = text.split_once("0, O").unwrap_or_else(|| panic!("nothing is listed: {text}"));
    let list = format!("0, O{rest}");
    list.split([',', ' ', '.'])
        .filter(|word| !matches!(*word, "" | "or"))
        .map_while(|word| word.chars().next().filter(|_| word.len() == 1))
        .collect()
}

#[test]
fn the_characters_that_no_code_has_are_the_same_wherever_they_are_listed() {
    const README: &str = include_str!("../../../../README.md");
    const HELP_DESK: &str = include_str!("../../../../docs/operate/help-desk.md");
    let is_in_none = |character: &char| {
        let typed = format!("{character}2222-22222");
        matches!(domain::EnrolmentCode::parse(&typed), Err(domain::CodeSlip::Character(_)))
    };
    let expected: BTreeSet<char> = ('0'..='9').chain('A'..='Z').filter(is_in_none).collect();
    assert_eq!(expected.len(), 7, "{expected:?}");
    let line = |page: &'static str, words: &str| {
        page.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("no line with {words:?}"))
    };
    let (_, help) = messages().into_iter().find(|(id, _)| id == "help-code-refused-a").expect("the help");
    for text in [&help, line(README, "has a reference"), line(HELP_DESK, "Neither has")] {
        assert_eq!(listed(text), expected, "{text}");
    }
}

#[test]
fn dates_and_times_are_said_as_people_say_them() {
    let texts = Texts::english().expect("the words");
    assert_eq!(texts.date("2027-01-05".parse().expect("a day")), "5 January 2027");
    assert_eq!(texts.days(730), "2 years");
    assert_eq!(texts.days(365), "1 year");
    assert_eq!(texts.days(30), "30 days");
    assert_eq!(texts.days(1), "1 day");
    assert_eq!(texts.secs(1), "1 second");
    assert_eq!(texts.secs(60), "1 minute");
    assert_eq!(texts.secs(-240), "4 minutes");
    assert_eq!(texts.secs(13 * 3600), "13 hours");
}
