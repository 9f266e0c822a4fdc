//! The names that a file takes from elsewhere in its crate, read from its code.

/// A path as it is written, and the name under which its last part is known; `*` for all that is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) path: Vec<String>,
    pub(super) alias: String,
}

/// What a file imports, and which paths it names beside.
#[derive(Debug, Default)]
pub(super) struct Uses {
    pub(super) imports: Vec<Use>,
    pub(super) named: Vec<Use>,
}

impl Uses {
    /// Reads code whose comments, texts and tests are blanked.
    pub(super) fn of(code: &str) -> Self {
        let words = words(code);
        let (mut uses, mut at) = (Self::default(), 0);
        while at < words.len() {
            let is_path = words.get(at + 1) == Some(&"::")
                && is_name(words[at])
                && !words[..at].ends_with(&["::"])
                // How far a name is seen, as in `pub(in crate::a)`.
                && !words[..at].ends_with(&["(", "in"]);
            let into = match words[at] {
                "use" => &mut uses.imports,
                _ if is_path => &mut uses.named,
                _ => {
                    at += 1;
                    continue;
                }
            };
            let start = if words[at] == "use" { at + 1 } else { at };
            at = leaves(&words, start, &[], into).max(at + 1);
        }
        uses
    }
}

/// Reads one tree of paths from a place on, and gives the place after it.
fn leaves(words: &[&str], mut at: usize, before: &[String], into: &mut Vec<Use>) -> usize {
    let mut path = before.to_vec();
    while let Some(word) = words.get(at) {
        match *word {
            "{" => {
                at += 1;
                while words.get(at).is_some_and(|word| *word != "}") {
                    at = if words[at] == "," { at + 1 } else { leaves(words, at, &path, into).max(at + 1) };
                }
                return at + 1;
            }
            "*" => {
                into.push(Use { path, alias: "*".to_owned() });
                return at + 1;
            }
            name if is_name(name) => {
                if name != "self" || path.is_empty() {
                    path.push(name.to_owned());
                }
                at += 1;
                if words.get(at) == Some(&"::") {
                    at += 1;
                    continue;
                }
                let mut alias = path.last().cloned().unwrap_or_default();
                if words.get(at) == Some(&"as") {
                    alias = words.get(at + 1).copied().unwrap_or_default().to_owned();
                    at += 2;
                }
                into.push(Use { path, alias });
                return at;
            }
            // `Vec::<T>::new` and the like: what comes before counts.
            _ => break,
        }
    }
    if !path.is_empty() {
        into.push(Use { alias: path.last().cloned().unwrap_or_default(), path });
    }
    at
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::`, and every other sign by itself.
fn words(code: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let length = if rest.starts_with("::") {
            2
        } else if is_part(first) {
            rest.find(|c| !is_part(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        words.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    words
}

/// Names that are defined in code.
pub(super) fn defined(code: &str) -> Vec<String> {
    const KEYWORDS: &[&str] = &["struct", "enum", "union", "fn", "trait", "type", "const", "static"];
    let words = words(code);
    let pairs = words.windows(2).filter(|pair| KEYWORDS.contains(&pair[0]) && is_name(pair[1]));
    pairs.map(|pair| pair[1].to_owned()).collect()
}

#[test]
fn trees_and_paths_are_read() {
    let code = "use crate::{a::{self, B as C}, d::*}; pub use e::F; fn f() { super::g::h::<T>(); std::mem::take(x) }";
    let uses = Uses::of(code);
    let written = |uses: &[Use]| -> Vec<String> {
        uses.iter().map(|one| format!("{} as {}", one.path.join("::"), one.alias)).collect()
    };
    assert_eq!(written(&uses.imports), ["crate::a as a", "crate::a::B as C", "crate::d as *", "e::F as F"]);
    assert_eq!(written(&uses.named), ["super::g::h as h", "std::mem::take as take"]);
    assert_eq!(defined("pub struct A; const fn b() {} static mut X: u8 = 0;"), ["A", "fn", "b", "mut"]);
}
