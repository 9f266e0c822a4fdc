//! Rule 5, as far as names show it. The searches of memory, files and logs are scenarios of their own.

use super::Rule;
use super::source::{Source, files, places, rust};

/// Types that hold a secret itself. None derives `Debug`, which would print it.
const SECRET_TYPES: &[&str] = &[
    "TotpSecret",
    "SixDigits",
    "EnrolmentCode",
    "GrantToken",
    "SessionToken",
    "EnvelopePrivateKey",
    "IdentitySigner",
    "TypedText",
    "Keeper",
    "VerifyRequest",
    "Call",
    "OneDigit",
    "DigitToPress",
    "PhoneNumber",
    "TwoDigits",
    "CallDigits",
    "PracticeCall",
    "KeyBytes",
    "NamedKey",
    "Keys",
    "Passphrase",
];

/// What must not be named where everything is shown, logged or recorded.
const NEVER_IN_A_JOURNEY: &[&str] = &[
    "TotpSecret",
    "SixDigits",
    "EnrolmentCode",
    "GrantToken",
    "SessionToken",
    "Zeroizing",
    "PhoneNumber",
    "judge_code",
    "otpauth_uri",
];

#[test]
fn no_secret_derives_debug() {
    Rule {
        finds: derived_debug,
        caught: &[
            ("src/domain/src/a.rs", "#[derive(Clone, Debug)]\npub struct TotpSecret([u8; 20]);"),
            (
                "src/domain/src/a.rs",
                "#[derive(\n    Debug,\n)]\n#[serde(transparent)]\npub struct SessionToken(String);",
            ),
        ],
        passed: &[
            ("src/domain/src/a.rs", "#[derive(Zeroize)]\npub struct TotpSecret([u8; 20]);"),
            (
                "src/domain/src/a.rs",
                "#[derive(Debug)]\npub struct Other;\n#[derive(Zeroize)]\npub struct Keeper {}",
            ),
            ("src/domain/src/a.rs", "#[derive(Debug)]\npub struct NumberId(u32);"),
        ],
    }
    .keep(&rust());
    let all = rust();
    for name in SECRET_TYPES {
        let is_there = all.iter().any(|file| !places(&file.product, &format!("struct {name}")).is_empty());
        assert!(is_there, "{name} is not there any more: name what took its place");
    }
}

#[test]
fn the_journey_and_the_views_speak_in_ids() {
    Rule {
        finds: named_secrets,
        caught: &[
            ("src/journey/src/event.rs", "pub enum Event { Made(TotpSecret) }"),
            ("src/assistant/src/view.rs", "key: Zeroizing<String>,"),
            ("src/assistant/src/view.rs", "fn f(code: &SixDigits) {}"),
            ("src/journey/src/event.rs", "use domain::{\n    EnrolmentCode, Person};"),
        ],
        passed: &[
            ("src/journey/src/event.rs", "//! never a TotpSecret\npub enum Event { Made(SecretId) }"),
            ("src/assistant/src/view.rs", "enum FieldKind {\n    EnrolmentCode,\n    SixDigits,\n}"),
            ("src/assistant/src/view.rs", "kind: FieldKind::SixDigits, way: SignInWay::EnrolmentCode"),
            ("src/journey/src/effect.rs", "Effect::ClearField(FieldId::EnrolmentCode)"),
        ],
    }
    .keep(&files(&["src/journey/src", "src/assistant/src/view", "src/assistant/src/view.rs"], ".rs"));
}

fn named_secrets(source: &Source) -> Vec<String> {
    let words = NEVER_IN_A_JOURNEY
        .iter()
        .flat_map(|word| places(&source.product, word).into_iter().map(|at| (at, *word)));
    let found = words.filter(|(at, word)| !is_variant(&source.product, *at, word));
    found.map(|(at, _)| source.finding(at, "a secret belongs in the keeper")).collect()
}

/// A variant of an enum of ours that bears a secret's name and holds none.
fn is_variant(code: &str, at: usize, word: &str) -> bool {
    let line_start = code[..at].rfind('\n').map_or(0, |place| place + 1);
    let line = code[line_start..].lines().next().unwrap_or("").trim();
    line.trim_end_matches(',') == word
        || ["FieldId::", "FieldKind::", "SignInWay::"].iter().any(|of| code[..at].ends_with(of))
}

fn derived_debug(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for name in SECRET_TYPES {
        for at in places(&source.product, &format!("struct {name}")) {
            // The attributes of this item: back to the end of the one before.
            let before = &source.product[..at];
            let from = before.rfind([';', '}']).map_or(0, |place| place + 1);
            if !places(&before[from..], "Debug").is_empty() {
                found.push(source.finding(at, &format!("{name} would be printed by its derived Debug")));
            }
        }
    }
    found
}
