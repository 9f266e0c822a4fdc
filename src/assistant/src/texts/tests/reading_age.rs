//! How old one has to be to read the messages: the school grade of Flesch and Kincaid, from the lengths of words and sentences.

use super::messages;

/// Grade 6 is read at the age of 11.
const MOST: f64 = 6.0;

/// The formula says little of fewer words.
const FEWEST_WORDS: usize = 8;

/// Syllables of a word that is not a term.
const LONGEST_WORD: usize = 3;

/// Terms that staff know or that the pages explain, and a plain word whose letters mislead the count. Each counts as a word
/// of one syllable.
const TERMS: &[&str] =
    &["authenticator", "automatic", "computer", "reference", "security", "somebody", "voicemail"];

/// What is too hard: its id, and why.
fn too_hard(messages: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (id, words) in messages.iter().filter(|(id, _)| !id.starts_with("region-")) {
        let text = plain(words);
        let sentences: Vec<Vec<&str>> =
            text.split(['.', '?', '!', ':']).map(words_of).filter(|words| !words.is_empty()).collect();
        let all: Vec<&str> = sentences.concat();
        found.extend(
            all.iter()
                .filter(|word| syllables(word) > LONGEST_WORD)
                .map(|word| format!("{id}: {word:?} is a long word")),
        );
        if all.len() >= FEWEST_WORDS {
            let grade = grade(sentences.len(), all.len(), all.iter().map(|word| syllables(word)).sum());
            if grade > MOST {
                found.push(format!("{id}: grade {grade:.1}: {words}"));
            }
        }
    }
    found
}

/// Years at school before a text is read with ease.
#[expect(clippy::cast_precision_loss, reason = "a message has few words")]
fn grade(sentences: usize, words: usize, syllables: usize) -> f64 {
    let words_each = words as f64 / sentences as f64;
    let syllables_each = syllables as f64 / words as f64;
    0.39 * words_each + 11.8 * syllables_each - 15.59
}

/// Without the marks of Fluent: what is filled in is one short word, and each form of a plural is a sentence.
fn plain(words: &str) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some(at) = rest.find(['{', '[']) {
        text.push_str(&rest[..at]);
        let opened = &rest[at..];
        let end = if opened.starts_with('[') { "]" } else { "->" };
        let close = opened.find('}').map(|at| at + 1);
        let selects = opened.starts_with('[') || opened.find("->").is_some_and(|at| Some(at) < close);
        let (mark, length) =
            if selects { (". ", opened.find(end).map(|at| at + end.len())) } else { (" it ", close) };
        text.push_str(mark);
        rest = &opened[length.unwrap_or(opened.len())..];
    }
    text + rest
}

fn words_of(sentence: &str) -> Vec<&str> {
    let is_outside = |character: char| !character.is_alphabetic() && !['\'', '’'].contains(&character);
    sentence.split(is_outside).filter(|word| word.contains(char::is_alphabetic)).collect()
}

/// Groups of vowels, without those that are not heard.
fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    if TERMS.contains(&word.trim_end_matches('s')) {
        return 1;
    }
    let letters: Vec<char> = word.chars().filter(|character| character.is_alphabetic()).collect();
    let is_vowel = |letter: &char| "aeiouy".contains(*letter);
    let groups = letters
        .iter()
        .enumerate()
        .filter(|(place, letter)| is_vowel(letter) && (*place == 0 || !is_vowel(&letters[place - 1])))
        .count();
    let is_silent = match letters.as_slice() {
        [.., before, 'l', 'e'] if !is_vowel(before) => false,
        [.., before, 'e'] => !is_vowel(before),
        [.., before, 'e', 'd'] => !is_vowel(before) && !['t', 'd'].contains(before),
        [.., before, 'e', 's'] => !is_vowel(before) && !['s', 'x', 'z', 'c', 'g', 'h'].contains(before),
        _ => false,
    };
    (groups - usize::from(is_silent && groups > 1)).max(1)
}

#[test]
fn every_message_is_read_at_the_age_of_11() {
    assert_eq!(too_hard(&messages()), [""; 0]);
}

#[test]
fn hard_words_and_long_sentences_are_found() {
    let of = |words: &str| too_hard(&[("planted".to_owned(), words.to_owned())]);
    for hard in [
        "Authentication of your credentials necessitates verification.",
        "Before you select the button beneath the panel, ensure the application has finished installing.",
        "{ $count ->    [one] One.   *[other] Consider contacting several of our other technical colleagues today.    }",
    ] {
        assert_ne!(of(hard), [""; 0], "{hard}");
    }
    assert_eq!(of("Open { $app } on your phone. Then select **Next** on this computer."), [""; 0]);
}

#[test]
fn syllables_are_counted_as_they_are_heard() {
    for (word, count) in [
        ("code", 1),
        ("codes", 1),
        ("locked", 1),
        ("tested", 2),
        ("table", 2),
        ("number", 2),
        ("camera", 3),
        ("the", 1),
        ("extension", 3),
        ("Computer", 1),
    ] {
        assert_eq!(syllables(word), count, "{word}");
    }
}
