//! The pages of documentation: short sentences and paragraphs, links that lead somewhere, commands that exist, and for
//! each block of commands either a test that runs it or a line that says what it needs.
//!
//! Not here: running the commands (`docs`). The pages of `docs/reference` are made from the programs, so their words
//! are not judged.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use super::Rule;
use super::source::{Source, files, root};

/// Words of a paragraph, a bullet or a cell at most.
const PARAGRAPH: usize = 90;

/// Words of a sentence at most. The aim is 25.
const SENTENCE: usize = 35;

/// Where the commands of the service are listed, made from its help.
const COMMANDS: &str = "docs/reference/cli.md";

/// What may stand after the fence of a block. `sh` is run by a test; `sh,needs` is shown with what it needs.
const LANGUAGES: &[&str] = &["sh", "sh,needs", "toml", "json", "xml", "text", "mermaid", "rust", "markdown"];

/// The groups of commands. A word of them may begin what stands in the text without the program's name.
const GROUPS: &[&str] = &["code", "client", "station", "calls", "person", "audit", "key"];

/// Every page.
pub(crate) fn pages() -> Vec<Source> {
    let mut pages = files(&["docs", "packaging"], ".md");
    for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"] {
        let text =
            std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        pages.push(Source::new(name, &text));
    }
    pages
}

#[test]
fn sentences_and_paragraphs_are_short() {
    fn finds(source: &Source) -> Vec<String> {
        let mut found = Vec::new();
        for (line, text) in prose(&source.text) {
            let mut say = |words: usize, what: &str| {
                found.push(format!("{}:{line}: a {what} of {words} words", source.path));
            };
            let words = count(&text);
            if words > PARAGRAPH {
                say(words, "paragraph");
            }
            for sentence in sentences(&text).into_iter().map(count).filter(|words| *words > SENTENCE) {
                say(sentence, "sentence");
            }
        }
        found
    }
    let long = "word ".repeat(SENTENCE + 1);
    let many = "Two words. ".repeat(PARAGRAPH / 2 + 1);
    let fence = format!("```text\n{long}\n```\n- `{long}` is code\n");
    for text in [&long, &many, &format!("- {long}"), &format!("| a | {long} |")] {
        assert!(!finds(&Source::new("a.md", text)).is_empty(), "{text}");
    }
    Rule {
        finds,
        caught: &[("a.md", LONG_SENTENCE)],
        passed: &[("a.md", "# A heading\n\nShort. And short.\n\n| a | b |\n|---|---|\n")],
    }
    .keep(&pages().into_iter().filter(|page| !is_made(page)).collect::<Vec<_>>());
    assert_eq!(finds(&Source::new("a.md", &fence)), [""; 0], "code is not counted");
}

const LONG_SENTENCE: &str = "one two three four five six seven eight nine ten one two three four five six seven eight nine \
                             ten one two three four five six seven eight nine ten one two three four five six.";

#[test]
fn every_link_leads_somewhere() {
    fn finds(source: &Source) -> Vec<String> {
        let mut found = Vec::new();
        for (line, text) in text_lines(&source.text) {
            let text = without_code(text);
            for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let (path, heading) = target.split_once('#').unwrap_or((target, ""));
                if target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
                let file =
                    if path.is_empty() { root().join(&source.path) } else { root().join(folder).join(path) };
                let is_there = file.exists()
                    && (heading.is_empty()
                        || std::fs::read_to_string(&file)
                            .is_ok_and(|page| headings(&page).contains(heading)));
                if !is_there {
                    found.push(format!("{}:{line}: {target} leads nowhere", source.path));
                }
            }
        }
        found
    }
    Rule {
        finds,
        caught: &[
            ("docs/a.md", "See [b](b-that-is-not-there.md)."),
            ("docs/a.md", "[x](../README.md#no-such-heading)"),
        ],
        passed: &[
            ("docs/a.md", "[a](../README.md#try-it), [b](https://example.org/x) and `[c](d.md)`"),
            ("docs/a.md", "```text\n[c](d.md)\n```\n"),
        ],
    }
    .keep(&pages());
}

#[test]
fn every_block_of_commands_is_run_or_says_what_it_needs() {
    fn finds(source: &Source) -> Vec<String> {
        let mut found = Vec::new();
        let (mut is_open, mut before) = (false, "");
        for (number, line) in source.text.lines().enumerate() {
            let line = line.trim();
            let mut say = |what: &str| found.push(format!("{}:{}: {what}", source.path, number + 1));
            if let Some(language) = line.strip_prefix("```") {
                is_open = !is_open;
                if is_open && !LANGUAGES.contains(&language) {
                    say("commands are in a block of sh or sh,needs");
                }
                if is_open && language == "sh,needs" && !before.starts_with("Needs: ") {
                    say("the line above says what it needs, and begins with \"Needs: \"");
                }
            } else if !is_open && !line.is_empty() {
                before = line;
            }
        }
        found
    }
    Rule {
        finds,
        caught: &[
            ("a.md", "```bash\nls\n```\n"),
            ("a.md", "```\nls\n```\n"),
            ("a.md", "Root.\n\n```sh,needs\nls\n```\n"),
        ],
        passed: &[(
            "a.md",
            "```sh\nls\n```\n\nNeeds: root.\n\n```sh,needs\nls\n```\n\n```toml\na = 1\n```\n",
        )],
    }
    .keep(&pages());
}

#[test]
fn every_command_that_is_named_exists() {
    static KNOWN: LazyLock<String> = LazyLock::new(|| {
        std::fs::read_to_string(root().join(COMMANDS)).unwrap_or_else(|error| panic!("{COMMANDS}: {error}"))
    });
    fn finds(source: &Source) -> Vec<String> {
        let mut found = Vec::new();
        for (line, command) in commands(&source.text) {
            let known = help_of(&KNOWN, &command);
            let missing = match known {
                None => Some(command.join(" ")),
                Some(help) => {
                    command.iter().find(|word| word.starts_with("--") && !has_flag(help, word)).cloned()
                }
            };
            if let Some(missing) = missing {
                found.push(format!("{}:{line}: {missing}: there is no such command or flag", source.path));
            }
        }
        found
    }
    Rule {
        finds,
        caught: &[
            ("a.md", "Run `enrol-service kode issue`."),
            ("a.md", "Run `key mend`."),
            ("a.md", "Run `enrol --no-such-flag`."),
            ("a.md", "`restore FOLDER --no-such-flag`"),
            ("a.md", "```sh\nenrol-service person leave a --because x\n```\n"),
        ],
        passed: &[
            (
                "a.md",
                "`enrol-service code issue --replace` and `key rotate vault`, `enrol --check-connection`",
            ),
            ("a.md", "`enrol-service --version`, `key = \"a\"`, `code`, `enrol-service` and `key_missing`"),
        ],
    }
    .keep(&pages().into_iter().filter(|page| !is_made(page)).collect::<Vec<_>>());
}

/// Made from the programs.
fn is_made(page: &Source) -> bool {
    page.path.starts_with("docs/reference/") || page.path == "docs/security/data-inventory.md"
}

/// The lines that are no code, with their numbers.
fn text_lines(page: &str) -> Vec<(usize, &str)> {
    let (mut is_code, mut is_comment) = (false, false);
    let mut lines = Vec::new();
    for (number, line) in page.lines().enumerate() {
        let is_fence = line.trim().starts_with("```");
        is_code ^= is_fence;
        is_comment |= line.contains("<!--");
        if !is_code && !is_fence && !is_comment {
            lines.push((number + 1, line));
        }
        is_comment &= !line.contains("-->");
    }
    lines
}

/// Paragraphs, bullets and cells, with the line at which each begins.
fn prose(page: &str) -> Vec<(usize, String)> {
    let mut units: Vec<(usize, String)> = Vec::new();
    let (mut goes_on, mut last) = (false, 0);
    for (number, line) in text_lines(page) {
        let line = line.trim();
        goes_on &= number == last + 1;
        last = number;
        if line.is_empty() || line.starts_with('#') {
            goes_on = false;
        } else if line.starts_with('|') {
            units.extend(line.trim_matches('|').split('|').map(|cell| (number, without_code(cell))));
            goes_on = false;
        } else if let (true, false, Some((_, unit))) = (goes_on, is_bullet(line), units.last_mut()) {
            *unit = format!("{unit} {}", without_code(line));
        } else {
            units.push((number, without_code(line)));
            goes_on = true;
        }
    }
    units
}

fn is_bullet(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || (digits.len() < line.len() && digits.starts_with(". "))
}

/// Each piece of code as one word.
fn without_code(line: &str) -> String {
    line.split('`').enumerate().map(|(nth, part)| if nth % 2 == 0 { part } else { "code" }).collect()
}

fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let after = text[at + c.len_utf8()..].strip_prefix(' ').and_then(|rest| rest.chars().next());
        if ".!?".contains(c) && after.is_some_and(|c| c.is_uppercase() || "\"[(*".contains(c)) {
            found.push(&text[from..=at]);
            from = at + 1;
        }
    }
    found.push(&text[from..]);
    found
}

fn count(text: impl AsRef<str>) -> usize {
    text.as_ref().split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// The names by which headings are linked to.
fn headings(page: &str) -> BTreeSet<String> {
    let name = |line: &str| {
        let heading = line.trim_start_matches('#').strip_prefix(' ')?.to_lowercase();
        let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
        Some(heading.trim().chars().filter(kept).collect::<String>().replace(' ', "-"))
    };
    let headings = text_lines(page).into_iter().filter(|(_, line)| line.starts_with('#'));
    headings.filter_map(|(_, line)| name(line)).collect()
}

/// The command lines of our programs in code, each as its words, without the service's name.
fn commands(page: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let mut is_shell = false;
    for (number, line) in page.lines().enumerate() {
        if let Some(language) = line.trim().strip_prefix("```") {
            is_shell = language.starts_with("sh");
            continue;
        }
        let spans = line.split('`').skip(1).step_by(2).filter(|_| !is_shell);
        for code in spans.chain(Some(line.trim()).filter(|_| is_shell)) {
            // What stands in a substitution is a command as well.
            for part in code.split(['|', ';', '(']) {
                let words: Vec<String> =
                    part.split_whitespace().map(|word| word.trim_end_matches(')').to_owned()).collect();
                if is_ours(&words, is_shell) {
                    found.push((number + 1, words));
                }
            }
        }
    }
    found
}

fn is_ours(words: &[String], is_shell: bool) -> bool {
    let is_word = |word: Option<&String>| {
        word.is_some_and(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
    };
    match words.first().map(String::as_str) {
        Some("enrol-service" | "enrol" | "enrol-demo") => words.len() > 1,
        Some("serve" | "restore") if !is_shell => words.iter().any(|word| word.starts_with("--")),
        Some(group) => GROUPS.contains(&group) && !is_shell && is_word(words.get(1)),
        None => false,
    }
}

/// The help of a command, where the list of commands has it.
fn help_of<'h>(known: &'h str, words: &[String]) -> Option<&'h str> {
    let (program, arguments) = match words.split_first()? {
        (program, arguments) if program.starts_with("enrol") => (program.as_str(), arguments),
        _ => ("enrol-service", words),
    };
    let subcommands = arguments.iter().take_while(|word| {
        word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
    });
    let mut names: Vec<&str> = subcommands.map(String::as_str).collect();
    // Behind the commands arguments may stand that look like them: `key rotate vault`.
    loop {
        let heading = format!("\n## `{}`\n", [&[program], names.as_slice()].concat().join(" "));
        if let Some((_, help)) = known.split_once(&heading) {
            let help = help.split("\n## ").next().unwrap_or(help);
            // Behind a group of commands only a flag may stand.
            let is_known = arguments.get(names.len()).is_none_or(|next| next.starts_with('-'));
            return Some(help).filter(|help| is_known || !help.contains("\nCommands:\n"));
        }
        names.pop()?;
    }
}

fn has_flag(help: &str, flag: &str) -> bool {
    let flag = flag.split('=').next().unwrap_or(flag);
    flag == "--help"
        || flag == "--version"
        || help.split([' ', ',', '\n', '[', ']', '=']).any(|word| word == flag)
}
