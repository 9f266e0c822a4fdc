//! The words of `assets/locales`, and the phone numbers of every example.

use super::Rule;
use super::source::{Source, files, places};

/// Words that talk down, blame or belong to a mouse. The reasons are in the head of the locale file.
const BANNED: &[&str] = &[
    "click", "clicks", "clicked", "clicking", "please", "sorry", "invalid", "just", "simply", "easy",
    "easily",
];

/// Ofcom's numbers for drama: nobody is called when somebody tries an example.
const DRAMA: &[(&str, std::ops::RangeInclusive<u32>)] =
    &[("07700", 900_000..=900_999), ("01632", 960_000..=960_999)];

#[test]
fn the_words_are_plain_and_kind() {
    Rule {
        finds: banned_words,
        caught: &[
            ("assets/locales/en-GB/a.ftl", "next = Click **Next**"),
            ("assets/locales/en-GB/a.ftl", "a = One\nlong =\n    This is\n    simply done."),
            (
                "assets/locales/en-GB/a.ftl",
                "a =\n    { $n ->\n        [one] Please wait\n       *[other] Wait\n    }",
            ),
        ],
        passed: &[
            ("assets/locales/en-GB/a.ftl", "# Never \"click\" or \"please\".\nplease-wait = Select **Next**"),
            ("assets/locales/en-GB/a.ftl", "a = It was adjusted. { $invalid }"),
        ],
    }
    .keep(&files(&["assets/locales"], ".ftl"));
}

#[test]
fn every_example_of_a_number_is_a_drama_number() {
    let mut all = files(&["assets/locales"], ".ftl");
    all.extend(files(&["assets"], ".toml"));
    all.extend(super::pages::pages());
    Rule {
        finds: real_numbers,
        caught: &[
            ("a.ftl", "phone = Call 01223 456 789"),
            ("a.toml", "phone = \"+44 20 7946 0000\""),
            ("a.md", "07700 901000"),
            ("a.md", "(01632) 950-000"),
        ],
        passed: &[
            ("a.ftl", "phone = Call 01632 960 001 or 07700 900123"),
            ("a.toml", "phone = \"+44 7700 900 999\"\nsecs = 1795500000\naddress = \"192.0.2.64/26\""),
            ("a.md", "0 to 9, 2026-11-24 and 0.37.0"),
        ],
    }
    .keep(&all);
}

/// One word for one thing: the policy that all nodes go by is the active policy.
#[test]
fn a_policy_is_active_and_nothing_is_in_force() {
    let mut all: Vec<Source> = super::source::rust();
    all.extend(super::pages::pages());
    all.retain(|source| source.path != "tests/it/tidy/words.rs");
    Rule {
        finds: |source| {
            let text = source.text.to_lowercase().replace('_', " ");
            let found = places(&text, "in force").into_iter();
            found.map(|at| source.finding(at, "a policy is active, and other things count")).collect()
        },
        caught: &[
            ("a.md", "The policy in force is shown."),
            ("src/engine/src/a.rs", "fn f(in_force: bool) {}"),
            ("a.md", "In force: serial 3"),
        ],
        passed: &[
            ("a.md", "The active policy is enforced, in forced order."),
            ("src/a.rs", "let enforce = 1;"),
        ],
    }
    .keep(&all);
}

fn banned_words(source: &Source) -> Vec<String> {
    let shown = values(&source.text).to_lowercase();
    let place =
        |word: &&'static str| places(&shown, word).into_iter().map(|at| (at, *word)).collect::<Vec<_>>();
    let found = BANNED.iter().flat_map(place);
    found.map(|(at, word)| source.finding(at, &format!("\"{word}\" is a word that we do not use"))).collect()
}

/// A Fluent file with comments, ids and placeables blanked, place for place.
fn values(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let start = if line.starts_with('#') {
            line.len()
        } else if line.starts_with([' ', '\n']) {
            0
        } else {
            line.find('=').map_or(0, |place| place + 1)
        };
        shown.push_str(&" ".repeat(start.saturating_sub(1)));
        shown.push_str(if start == 0 {
            ""
        } else if line.ends_with('\n') && start == line.len() {
            "\n"
        } else {
            " "
        });
        shown.push_str(&line[start..]);
    }
    without_variables(&shown)
}

/// Blanks `$name`: a variable is not a word.
fn without_variables(text: &str) -> String {
    let mut is_variable = false;
    let blank = |c: char| {
        is_variable = c == '$' || (is_variable && (c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        if is_variable { ' ' } else { c }
    };
    text.chars().map(blank).collect()
}

fn real_numbers(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (at, number) in numbers(&source.text) {
        if !is_drama(&number) {
            found.push(source.finding(at, &format!("{number} could be somebody's; use a drama number")));
        }
    }
    found
}

fn is_drama(number: &str) -> bool {
    DRAMA.iter().any(|(code, range)| {
        let rest = number.strip_prefix(code).filter(|rest| rest.len() == 6);
        rest.and_then(|rest| rest.parse().ok()).is_some_and(|rest| range.contains(&rest))
    })
}

/// Whatever a person in the United Kingdom would take for a number to call: 0 or +44, then nine or ten digits,
/// with spaces, dashes and brackets between them.
fn numbers(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut last_end = 0;
    for (at, c) in text.char_indices() {
        let is_in_one =
            text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || ".-/:+".contains(c));
        if at < last_end || is_in_one || !(c == '0' || c == '+') {
            continue;
        }
        let is_part = |c: &char| c.is_ascii_digit() || " -()+".contains(*c);
        let run: String = text[at..].chars().take_while(is_part).collect();
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        let national =
            if c == '+' { digits.strip_prefix("44").map(|rest| format!("0{rest}")) } else { Some(digits) };
        if let Some(national) = national.filter(|national| (10..=11).contains(&national.len())) {
            found.push((at, national));
            last_end = at + run.len();
        }
    }
    found
}
