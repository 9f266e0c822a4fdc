//! Rule 6: colours and texts come from `assets/`.

use super::Rule;
use super::source::{Literal, Source, files, places};

/// Where pages are described and drawn.
const SHOWN: &[&str] = &[
    "src/assistant/src/window",
    "src/assistant/src/window.rs",
    "src/assistant/src/view",
    "src/assistant/src/view.rs",
    "src/assistant/src/console",
    "src/assistant/src/console.rs",
];

/// Ways to make a colour of numbers.
const MAKES_COLOUR: &[&str] = &[
    "from_rgb",
    "from_rgba_unmultiplied",
    "from_rgba_premultiplied",
    "from_rgb_additive",
    "from_gray",
    "from_black_alpha",
    "from_white_alpha",
    "hex_color!",
];

/// A QR code is pure black on pure white in every theme, and nothing is nothing.
const NAMED_COLOURS: &[&str] = &["BLACK", "WHITE", "TRANSPARENT", "PLACEHOLDER"];

/// What reads a literal that no person who enrols ever sees.
const NOT_SHOWN: &[&str] = &[
    "expect(",
    "panic!(",
    "unreachable!(",
    "assert!(",
    "assert_eq!(",
    "debug_assert!(",
    "trace!(",
    "debug!(",
    "info!(",
    "warn!(",
    "error!(",
    "#[error(",
    "reason =",
    "context(",
    "include_str!(",
    "include_bytes!(",
    "custom(",
    "concat!(",
];

/// What shows a literal, however short.
const SHOWS: &[&str] = &[
    "label(",
    "button(",
    "heading(",
    "RichText::new(",
    "Label::new(",
    "Button::new(",
    "hint_text(",
    "on_hover_text(",
    "set_label(",
    "set_description(",
    "small(",
    "strong(",
    "monospace(",
    "hyperlink_to(",
    "link(",
    "selectable_label(",
];

#[test]
fn colours_come_from_the_tokens() {
    Rule {
        finds: colours,
        caught: &[
            ("src/assistant/src/window/a.rs", "let c = Color32::from_rgb(15, 56, 92);"),
            ("src/assistant/src/window/a.rs", "let c = egui::Color32::from_gray( 0x20 );"),
            ("src/assistant/src/window/a.rs", "let c = Color32::RED;"),
            ("src/assistant/src/window/a.rs", "let c = colour(\"#0f385c\");"),
            ("src/assistant/src/view/a.rs", "let c = [0x0f];\nlet c = \"#0F385C\";"),
        ],
        passed: &[
            ("src/assistant/src/window/a.rs", "let c = Color32::from_rgb(red, green, blue); // #0f385c"),
            (
                "src/assistant/src/window/a.rs",
                "painter.rect(r, Color32::WHITE); let t = Color32::TRANSPARENT;",
            ),
            ("src/assistant/src/window/a.rs", "format!(\"{text} is no colour: write #rrggbb\")"),
            ("src/assistant/src/window/a.rs", "#[cfg(test)]\nmod tests { const C: &str = \"#0f385c\"; }"),
        ],
    }
    .keep(&files(SHOWN, ".rs"));
}

#[test]
fn texts_come_from_the_locales() {
    Rule {
        finds: texts,
        caught: &[
            ("src/assistant/src/window/a.rs", "ui.label(\"Next\");"),
            ("src/assistant/src/window/a.rs", "let heading = \"Scan the code\";"),
            ("src/assistant/src/view/a.rs", "Block::Para(rich(format!(\"Hello, {name} of {school}\")))"),
            ("src/assistant/src/window/a.rs", "ui.add(egui::Button::new(\n    \"Send\"))"),
        ],
        passed: &[
            ("src/assistant/src/window/a.rs", "let next = texts.next();\nids.get(\"status-node\");"),
            (
                "src/assistant/src/window/a.rs",
                "x.expect(\"the fonts are built in\"); #[error(\"no display is there\")]",
            ),
            ("src/assistant/src/window/a.rs", "tracing::warn!(%error, \"the window could not be opened\");"),
            ("src/assistant/src/view/a.rs", "fl!(loader, \"title-step\", heading = heading)"),
            ("src/assistant/src/window/a.rs", "ui.label(\"·\"); println(\"\\u{1b}[2J\");"),
        ],
    }
    .keep(&said_to_people());
}

/// What draws and words the pages, without what only tests or IT's terminal see: made-up people, and the reasons
/// for which no window opens, which go to standard error as every other error does.
fn said_to_people() -> Vec<Source> {
    let others = ["src/assistant/src/view/samples.rs", "src/assistant/src/window/error.rs"];
    files(SHOWN, ".rs").into_iter().filter(|source| !others.contains(&source.path.as_str())).collect()
}

fn colours(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for maker in MAKES_COLOUR {
        for at in places(&source.product, maker) {
            let arguments = source.product[at + maker.len()..].trim_start_matches(['(', ' ', '\n']);
            if arguments.starts_with(|c: char| c.is_ascii_digit() || c == '"') {
                found.push(source.finding(at, "a colour belongs in assets/theme"));
            }
        }
    }
    for at in places(&source.product, "Color32::") {
        let name =
            source.product[at + "Color32::".len()..].split(|c: char| !c.is_alphanumeric() && c != '_').next();
        let name = name.unwrap_or("");
        if name.starts_with(|c: char| c.is_ascii_uppercase()) && !NAMED_COLOURS.contains(&name) {
            found.push(source.finding(at, "a colour belongs in assets/theme"));
        }
    }
    let hex = source.literals.iter().filter(|literal| has_hex_colour(&literal.text));
    found.extend(hex.map(|literal| source.finding(literal.at, "a colour belongs in assets/theme")));
    found
}

fn has_hex_colour(text: &str) -> bool {
    text.split('#').skip(1).any(|after| {
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits == 6 || digits == 8
    })
}

fn texts(source: &Source) -> Vec<String> {
    let is_text = |literal: &&Literal| {
        let before = source.before(literal.at);
        // The call or the macro that takes the literal is the last one left open.
        let statement = before.rsplit([';', '{', '}']).next().unwrap_or("");
        let is_read_by = |words: &[&str]| words.iter().any(|word| statement.contains(word));
        let is_shown = SHOWS.iter().any(|word| statement.trim_end().ends_with(word));
        !is_read_by(NOT_SHOWN) && (has_two_words(&literal.text) || (is_shown && has_letters(&literal.text)))
    };
    let found = source.literals.iter().filter(is_text);
    found
        .map(|literal| {
            source.finding(literal.at, &format!("a text belongs in assets/locales: {:?}", literal.text))
        })
        .collect()
}

/// Two words side by side, placeholders apart.
fn has_two_words(text: &str) -> bool {
    let is_word = |word: &&str| {
        let bare = word.trim_matches(|c: char| c.is_ascii_punctuation());
        bare.chars().count() > 1
            && bare.chars().all(char::is_alphabetic)
            && !word.starts_with('{')
            && !word.starts_with('\\')
    };
    text.split_whitespace().filter(is_word).count() >= 2
}

fn has_letters(text: &str) -> bool {
    let outside = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
    outside.flat_map(str::chars).any(char::is_alphabetic)
}
