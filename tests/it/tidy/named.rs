//! How long the pages of the root may be, and what the pages name beside the commands of the programs (`pages`): files of
//! this repository, and the commands of a developer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::Rule;
use super::pages::pages;
use super::source::{Source, root};

/// The most that a page of the root may have. What is more goes to docs/.
const MOST: &[(&str, Most)] = &[
    ("README.md", Most::Lines(150)),
    ("ARCHITECTURE.md", Most::Lines(120)),
    ("CONTRIBUTING.md", Most::Words(399)),
];

#[derive(Debug, Clone, Copy)]
enum Most {
    Lines(usize),
    Words(usize),
}

/// Folders of the repository in which paths begin.
const FOLDERS: &[&str] = &["src", "tests", "docs", "packaging", "assets", ".ci", ".cargo"];

#[test]
fn the_pages_of_the_root_are_short() {
    Rule {
        finds: |source| {
            let most = MOST.iter().find(|(name, _)| *name == source.path).map(|(_, most)| *most);
            let (has, may_have, what) = match most {
                Some(Most::Lines(most)) => (source.text.lines().count(), most, "lines"),
                Some(Most::Words(most)) => (source.text.split_whitespace().count(), most, "words"),
                None => return Vec::new(),
            };
            if has > may_have {
                vec![format!("{}: {has} {what}, at most {may_have}: move a part to docs/", source.path)]
            } else {
                Vec::new()
            }
        },
        caught: &[("README.md", LINES_151), ("ARCHITECTURE.md", LINES_121), ("CONTRIBUTING.md", WORDS_400)],
        passed: &[("docs/a.md", LINES_151), ("README.md", LINES_150), ("CONTRIBUTING.md", WORDS_399)],
    }
    .keep(&pages());
}

const LINES_121: &str = as_text(&[b'\n'; 121]);
const LINES_150: &str = as_text(&[b'\n'; 150]);
const LINES_151: &str = as_text(&[b'\n'; 151]);
const WORDS_399: &str = as_text({
    const WORDS: &[[u8; 2]] = &[*b"a "; 399];
    WORDS.as_flattened()
});
const WORDS_400: &str = as_text({
    const WORDS: &[[u8; 2]] = &[*b"a "; 400];
    WORDS.as_flattened()
});

/// Bytes of ASCII.
const fn as_text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[test]
fn every_file_that_is_named_is_there() {
    Rule {
        finds: missing_files,
        caught: &[
            ("docs/a.md", "See `src/domain/src/gone.rs`."),
            ("docs/a.md", "See `tests/gone/`."),
            ("docs/a.md", "See `window/gone.rs`."),
            ("docs/a.md", "See `GONE.md`."),
            ("docs/a.md", "See `src/{domain,gone}`."),
            ("docs/a.md", "```sh\npackaging/gone FOLDER\n```"),
        ],
        passed: &[
            (
                "docs/a.md",
                "See `src/domain/src/lib.rs`, `tests/it/`, `tests/it/*.rs` and `src/{domain,journey}`.",
            ),
            (
                "docs/a.md",
                "A store is `data/enrol.sqlite`, its settings `/etc/enrol/service.toml` or `service.toml`.",
            ),
            (
                "docs/a.md",
                "A release is frozen in `tests/releases/VERSION`; `src/domain/src/lib.rs:12` is a line.",
            ),
            (
                "README.md",
                "`Cargo.toml`, `GET /v1/policy`, `and/or`, `target/debug/enrol`, `x.rs` beside `x/`",
            ),
            ("docs/a.md", "```sh\ntests/run --full\n```"),
        ],
    }
    .keep(&pages());
}

fn missing_files(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (number, code, is_shell) in code(&source.text) {
        // Within a sentence a path stands alone; in a shell it is one of several words.
        let words = code
            .split_whitespace()
            .filter(|word| if is_shell { begins_in_a_folder(word) } else { *word == code });
        for word in words.filter(|word| is_missing(&source.path, word)) {
            found.push(format!("{}:{number}: {word} is not there; paths begin in the root", source.path));
        }
    }
    found
}

/// Every piece of code in a sentence, and every line for a shell, with the line's number.
fn code(page: &str) -> Vec<(usize, &str, bool)> {
    let mut found = Vec::new();
    let mut block = None;
    for (number, line) in (1..).zip(page.lines()) {
        if let Some(language) = line.trim().strip_prefix("```") {
            block = if block.is_none() { Some(language) } else { None };
        } else if block.is_some_and(|language| language.starts_with("sh")) {
            found.push((number, line.trim(), true));
        } else if block.is_none() {
            found.extend(line.split('`').skip(1).step_by(2).map(|code| (number, code, false)));
        }
    }
    found
}

fn begins_in_a_folder(word: &str) -> bool {
    word.split_once('/').is_some_and(|(first, _)| FOLDERS.contains(&first))
}

/// Whether a word looks like a path of this repository, and none is there.
fn is_missing(page: &str, word: &str) -> bool {
    let word = word.split_once(':').map_or(word, |(path, _)| path).trim_end_matches('/');
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "._-/*{},".contains(c);
    let is_ours = begins_in_a_folder(word)
        || word.contains('/') && word.ends_with(".rs")
        || !word.contains('/') && word.ends_with(".md");
    if !is_ours || word.starts_with('/') || !word.chars().all(is_sign) {
        return false;
    }
    let beside = root().join(page).parent().map_or_else(root, Path::to_owned);
    alternatives(word).iter().any(|path| !is_there(&root(), path) && !is_there(&beside, path))
}

/// `a/{b,c}` is `a/b` and `a/c`.
fn alternatives(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return vec![path.to_owned()] };
    inside.split(',').flat_map(|one| alternatives(&format!("{before}{one}{after}"))).collect()
}

/// Up to the first part that stands for many, such as `*` and `VERSION`.
fn is_there(from: &Path, path: &str) -> bool {
    let stands_for_many = |part: &&str| {
        part.contains('*') || part.starts_with("NNN") || part.chars().all(|c| c.is_ascii_uppercase())
    };
    from.join(path.split('/').take_while(|part| !stands_for_many(part)).collect::<PathBuf>()).exists()
}

/// The help text of each command of `cargo xtask`, by the words that lead to it. `crate::snapshots` holds them against the
/// program.
static XTASK: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let path = root().join("tests/it/snapshots/xtask-help.snap");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let helps = text.split("\n$ xtask").skip(1).filter_map(|help| help.split_once(" --help\n"));
    helps.map(|(command, help)| (command.trim().to_owned(), help.to_owned())).collect()
});

#[test]
fn every_command_of_a_developer_that_is_named_is_there() {
    Rule {
        finds: |source| {
            let mut found = Vec::new();
            for (number, code, _) in code(&source.text) {
                for command in code.split("cargo xtask ").skip(1) {
                    if let Some(why) = unknown(command) {
                        found.push(format!("{}:{number}: cargo xtask {command}: {why}", source.path));
                    }
                }
            }
            found
        },
        caught: &[
            ("docs/a.md", "Run `cargo xtask gone`."),
            ("docs/a.md", "Run `cargo xtask docs --gone`."),
            ("docs/a.md", "```sh\ncargo fmt && cargo xtask edit-loop --gone DIR\n```"),
        ],
        passed: &[
            ("docs/a.md", "`cargo xtask check`, `cargo xtask COMMAND`, `cargo xtask --help`, `cargo xtask docs --check`"),
            ("docs/a.md", "```sh\ncargo xtask edit-loop --tree DIR --rounds=5 # as --gone was\n```"),
            ("docs/a.md", "`cargo xtask scenario console -- --nocapture`, `cargo xtask release --twice FOLDER`"),
        ],
    }
    .keep(&pages());
}

/// What a command of `cargo xtask` has that it does not know.
fn unknown(command: &str) -> Option<String> {
    let mut words = command.split_whitespace().take_while(|word| !["--", "#", "&&", "|", ";"].contains(word));
    let first = words.next().unwrap_or_default();
    if first.starts_with('-') || first.chars().all(|c| c.is_ascii_uppercase()) {
        return None;
    }
    let Some(help) = XTASK.get(first) else { return Some(format!("no command {first}")) };
    // A command that hands on what it is given says so with this word.
    let hands_on = help.contains("\nUsage:") && help.contains("[ARGUMENTS]...\n");
    let mut flags =
        words.filter(|word| word.starts_with("--")).map(|word| word.split('=').next().unwrap_or(word));
    let missing = flags.find(|flag| !help.split([' ', ',', '\n']).any(|word| word == *flag))?;
    (!hands_on).then(|| format!("no {missing}"))
}
