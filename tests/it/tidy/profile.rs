//! Rule 12: assistants get the profile, never the rules. The crates on their side name no type of `domain` that stays in
//! the service, in tests neither.

use super::Rule;
use super::source::{Source, files, places};

/// The crates on the assistant's side.
const CRATES: &[&str] = &["src/assistant", "src/client", "src/journey", "src/protocol"];

/// The types of `domain` that hold what assistants do not get.
const RULES: &[&str] =
    &["Answering", "CallRule", "CodeRule", "Lifetimes", "Limits", "NumberRule", "Policy", "School"];

#[test]
fn assistants_know_the_profile_alone() {
    Rule {
        finds,
        caught: &[
            ("src/journey/src/a.rs", "use domain::Policy;"),
            ("src/client/src/a.rs", "use domain::{\n    Date, Limits,\n};"),
            ("src/protocol/src/a.rs", "pub policy: domain::Policy,"),
            ("src/assistant/src/a.rs", "#[cfg(test)]\nmod tests { use domain::{Date, School as Place}; }"),
            ("src/assistant/src/a.rs", "use domain::*;"),
        ],
        passed: &[
            ("src/journey/src/a.rs", "//! No domain::Policy.\nuse domain::{Profile, ProfileSchool};"),
            ("src/client/src/a.rs", "use reqwest::redirect::Policy;\nuse domain::Date;"),
            ("src/assistant/src/a.rs", "use domain::{Profile};\nfn f(place: Place) { Place::Policy }"),
        ],
    }
    .keep(&files(CRATES, ".rs"));
}

/// The control in the sources themselves: a type that is not there is kept from nobody.
#[test]
fn the_types_that_stay_in_the_service_are_there() {
    let domain = files(&["src/domain/src"], ".rs");
    for name in RULES {
        let is_there = domain.iter().any(|source| {
            ["struct ", "    "].iter().any(|before| source.code.contains(&format!("{before}{name} {{")))
        });
        assert!(is_there, "domain has no {name}");
    }
}

fn finds(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for at in places(&source.code, "domain::") {
        let rest = &source.code[at + "domain::".len()..];
        // One name, or a list of names.
        let end = if rest.starts_with('{') {
            rest.find('}')
        } else {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*')
        };
        let names = &rest[..end.unwrap_or(rest.len())];
        for name in RULES.iter().chain(&["*"]).filter(|name| !places(names, name).is_empty()) {
            found.push(source.finding(at, &format!("assistants know `domain::Profile`, not `{name}`")));
        }
    }
    found
}
