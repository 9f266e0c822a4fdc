//! A function whose name asks something changes nothing: `is_…` and `has_…` await no write.

use super::Rule;
use super::source::{Source, rust};

/// How the names of functions begin that change what is kept. A question awaits none of them.
const CHANGES: &[&str] = &[
    "add", "append", "begin", "cancel", "change", "claim", "clear", "commit", "create", "delete", "end",
    "erase", "execute", "extend", "forget", "insert", "mark", "move", "note", "persist", "prune", "put",
    "record", "remove", "replace", "reseal", "restore", "revoke", "save", "set", "store", "take", "touch",
    "update", "upsert", "write",
];

/// How statements begin that change rows.
const STATEMENTS: &[&str] = &["insert", "update", "delete", "replace", "drop", "create", "alter"];

#[test]
fn a_question_awaits_no_write() {
    Rule {
        finds,
        caught: &[
            (
                "src/engine/src/a.rs",
                "async fn is_first(tx: &mut Tx) -> bool {\n    if old { tx.move_setting(\"a\", &x(1)).await? } else { false }\n}",
            ),
            ("src/engine/src/a.rs", "pub(crate) async fn has_left(&self) { self.store.write(async |tx| { 1 }).await }"),
            ("src/store/src/a.rs", "async fn is_new(c: &mut C) { query(Q)\n        .bind(1)\n        .execute(c)\n        .await }"),
            ("src/store/src/a.rs", "async fn is_new(c: &mut C) { query(\"Update a set b = 1 returning c\").fetch_one(c).await }"),
        ],
        passed: &[
            ("src/store/src/a.rs", "async fn is_new(c: &mut C) -> bool { query(\"select 1\").fetch_one(c).await }"),
            ("src/engine/src/a.rs", "async fn is_new(tx: &mut Tx) -> bool { tx.setting(mark(1)).await }\nasync fn mark_new(tx: &mut Tx) { tx.insert_row(1).await }"),
            ("src/engine/src/a.rs", "fn is_within(at: &str) -> bool { at.is_empty() }"),
            ("src/engine/src/a.rs", "async fn is_new(&self) -> bool { self.settings().await }"),
            ("src/engine/src/a.rs", "#[cfg(test)]\nmod tests { async fn is_new() { insert().await } }"),
        ],
    }
    .keep(&rust());
}

fn finds(source: &Source) -> Vec<String> {
    let code = &source.product;
    let mut found = Vec::new();
    for (at, _) in code.match_indices("async fn ") {
        let name = &code[at + "async fn ".len()..];
        if !name.starts_with("is_") && !name.starts_with("has_") {
            continue;
        }
        let name = name.split(['(', '<']).next().unwrap_or_default();
        let Some(length) = code[at..].find('{').and_then(|open| length_of_body(&code[at..], open)) else {
            continue;
        };
        let body = at..at + length;
        for (awaits, _) in code[body.clone()].match_indices(".await") {
            let called = name_of_call(code[..at + awaits].trim_end());
            let first = called.split('_').next().unwrap_or_default();
            if CHANGES.contains(&first) {
                found.push(source.finding(at + awaits, &format!("{name} asks, and awaits {called}")));
            }
        }
        for literal in source.literals.iter().filter(|literal| body.contains(&literal.at)) {
            let first = literal.text.split_whitespace().next().unwrap_or_default().to_lowercase();
            if STATEMENTS.contains(&first.as_str()) {
                found.push(
                    source.finding(literal.at, &format!("{name} asks, and its statement changes rows")),
                );
            }
        }
    }
    found
}

/// Up to the end of the block that opens at a place.
fn length_of_body(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, sign) in code[open..].char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(open + at + 1),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The name of the function whose call ends here.
fn name_of_call(code: &str) -> &str {
    let mut depth = 0_usize;
    for (at, sign) in code.char_indices().rev() {
        match sign {
            ')' => depth += 1,
            '(' if depth == 1 => {
                let before = code[..at].trim_end();
                let from =
                    before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |place| place + 1);
                return &before[from..];
            }
            '(' => depth -= 1,
            _ if depth == 0 => return "",
            _ => {}
        }
    }
    ""
}
