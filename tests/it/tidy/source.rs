//! Files, and Rust seen without its comments, its texts and its tests.

use std::path::{Path, PathBuf};

/// One file.
pub(crate) struct Source {
    /// From the repository's root, with `/`.
    pub(crate) path: String,
    /// As it is.
    pub(crate) text: String,
    /// Rust only: comments and the insides of literals blanked, place for place.
    pub(super) code: String,
    /// Rust only: the same without what is compiled for tests.
    pub(crate) product: String,
    /// Rust only: the string literals outside tests.
    pub(crate) literals: Vec<Literal>,
}

/// A string literal.
pub(crate) struct Literal {
    /// Where it begins.
    pub(crate) at: usize,
    /// Its inside, escapes as written.
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let (path, text) = (path.to_owned(), text.to_owned());
        if !path.ends_with(".rs") {
            return Self { path, text, code: String::new(), product: String::new(), literals: Vec::new() };
        }
        let (code, mut literals) = without_comments_and_texts(&text);
        let product = if is_test_file(&path) { blank(&code) } else { without_tests(&code) };
        literals.retain(|literal| product.as_bytes().get(literal.at) == Some(&b'"'));
        Self { path, text, code, product, literals }
    }

    /// `path:line: why`, for a place in the text.
    pub(super) fn finding(&self, at: usize, why: &str) -> String {
        let line = self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        format!("{}:{line}: {why}", self.path)
    }

    /// What stands in the code before a place, back to the statement's beginning or a little further.
    pub(super) fn before(&self, at: usize) -> &str {
        let from =
            (at.saturating_sub(120)..=at).find(|from| self.product.is_char_boundary(*from)).unwrap_or(at);
        self.product.get(from..at).unwrap_or("")
    }
}

/// Every file below some folders whose name ends so, and files that are named themselves.
pub(crate) fn files(folders: &[&str], ending: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in folders {
        let path = root().join(folder);
        if path.is_file() {
            paths.push(path);
        } else {
            collect(&path, ending, &mut paths);
        }
    }
    paths.sort();
    let read = |path: &PathBuf| {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let from_root = path.strip_prefix(root()).unwrap_or(path);
        Source::new(&from_root.to_string_lossy().replace('\\', "/"), &text)
    };
    paths.iter().map(read).collect()
}

/// All of our Rust.
pub(super) fn rust() -> Vec<Source> {
    let files = files(&["src", "tests"], ".rs");
    assert!(files.len() > 50, "only {} files of Rust were found", files.len());
    files
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_owned()
}

/// Where a word stands in code, not as part of a longer one.
pub(crate) fn places(code: &str, word: &str) -> Vec<usize> {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let starts_in_word = is_part(word.chars().next());
    let ends_in_word = is_part(word.chars().last());
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(|at| !starts_in_word || !is_part(code[..*at].chars().next_back()))
        .filter(|at| !ends_in_word || !is_part(code[at + word.len()..].chars().next()))
        .collect()
}

fn collect(folder: &Path, ending: &str, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, ending, into);
        } else if path.to_string_lossy().ends_with(ending) {
            into.push(path);
        }
    }
}

fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/")
        || path.contains("/tests/")
        || path.contains("/testing/")
        || ["/tests.rs", "_tests.rs", "/testing.rs"].iter().any(|name| path.ends_with(name))
}

fn blank(code: &str) -> String {
    code.chars().flat_map(|c| std::iter::repeat_n(if c == '\n' { '\n' } else { ' ' }, c.len_utf8())).collect()
}

/// Blanks comments, the insides of strings and of character literals; byte for byte, so that places stay.
fn without_comments_and_texts(text: &str) -> (String, Vec<Literal>) {
    let bytes = text.as_bytes();
    let mut code = String::with_capacity(text.len());
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let (kept, inside, closing) = if rest.starts_with("//") {
            (0, rest.find('\n').unwrap_or(rest.len()), 0)
        } else if rest.starts_with("/*") {
            (0, length_of_comment(rest), 0)
        } else if let Some(hashes) = raw_hashes(text, at) {
            let closing = format!("\"{}", "#".repeat(hashes));
            let body = rest.get(hashes + 2..).unwrap_or("");
            (hashes + 2, body.find(&closing).unwrap_or(body.len()), closing.len())
        } else if let Some(inside) = rest.strip_prefix('"') {
            (1, length_to_quote(inside, '"'), 1)
        } else if is_char_literal(rest) {
            (1, length_to_quote(&rest[1..], '\''), 1)
        } else {
            let c = rest.chars().next().map_or(1, char::len_utf8);
            (c, 0, 0)
        };
        let (start, end) = (at + kept, (at + kept + inside).min(text.len()));
        let after = (end + closing).min(text.len());
        code.push_str(&text[at..start]);
        code.push_str(&blank(&text[start..end]));
        code.push_str(&text[end..after]);
        if text[at..start].ends_with('"') {
            literals.push(Literal { at: start - 1, text: text[start..end].to_owned() });
        }
        at = after;
    }
    (code, literals)
}

fn length_of_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The number of `#` of a raw string that begins here with its `r`.
fn raw_hashes(text: &str, at: usize) -> Option<usize> {
    let is_in_word =
        text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() && c != 'b' || c == '_');
    let after = text[at..].strip_prefix('r').filter(|_| !is_in_word)?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn length_to_quote(inside: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return at,
            _ => {}
        }
    }
    inside.len()
}

/// `'x'` or `'\n'`, and not the lifetime `'x`.
fn is_char_literal(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next() == Some('\'')
        && match chars.next() {
            Some('\\') => true,
            Some(_) => chars.next() == Some('\''),
            None => false,
        }
}

/// Blanks each item under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut product = code.to_owned();
    let mut from = 0;
    while let Some(place) = product[from..].find("#[cfg(test)]") {
        let start = from + place;
        let end = start + length_of_item(&product[start..]);
        product = format!("{}{}{}", &product[..start], blank(&product[start..end]), &product[end..]);
        from = end;
    }
    product
}

fn length_of_item(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            ';' if depth == 0 => return at + 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn comments_texts_and_tests_are_seen_through() {
    let text = "let a = \"// x { \\\" y\"; // egui\n/* a /* b */ c */ let r = r#\"say \"egui\"\"#;\nlet c = '\"'; fn f<'a>() {}\n#[cfg(test)]\nmod tests {\n    const T: &str = \"t\";\n}\nlet z = 'é';\n";
    let source = Source::new("src/x.rs", text);
    assert_eq!(source.code.len(), text.len());
    assert!(!source.code.contains("egui") && !source.code.contains(" y"));
    assert!(source.code.contains("fn f<'a>() {}") && source.code.contains("const T"));
    assert!(!source.product.contains("const T") && source.product.contains("let z"));
    let literals: Vec<&str> = source.literals.iter().map(|literal| literal.text.as_str()).collect();
    assert_eq!(literals, ["// x { \\\" y", "say \"egui\""]);
    assert_eq!(source.finding(text.find("let z").unwrap_or(0), "z"), "src/x.rs:8: z");
    assert_eq!(places("egui egui_x my_egui egui::x", "egui"), [0, 20]);
    assert_eq!(blank("é\n").len(), 3);
}
