//! The file of alert rules, read as the little YAML that it is written in: a line that is anything else is a fault.
//!
//! Not here: the queries in it (`asked`).

use std::collections::BTreeSet;

/// One rule.
#[derive(Debug, Default)]
pub(super) struct Rule {
    pub(super) alert: String,
    pub(super) expr: String,
    /// All that it tells people.
    pub(super) says: String,
    has: BTreeSet<String>,
}

const HEAD: [&str; 3] = ["groups:", "  - name: enrol", "    rules:"];
const ALWAYS: [&str; 6] = ["alert", "expr", "labels", "annotations", "summary", "what_to_do"];

/// Reads the file, or says which line is none of its kind.
pub(super) fn read(text: &str) -> Result<Vec<Rule>, String> {
    let is_line = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut lines = text.lines().filter(is_line);
    for expected in HEAD {
        if lines.next() != Some(expected) {
            return Err(format!("expected {expected:?}"));
        }
    }
    let mut rules: Vec<Rule> = Vec::new();
    for line in lines {
        let wrong = |why: &str| format!("{line}: {why}");
        let is_first = line.starts_with("      - alert: ");
        let (depth, key, value) = parts(if is_first { line.replacen('-', " ", 1) } else { line.to_owned() })
            .ok_or_else(|| wrong("expected a name, a colon and a value"))?;
        if is_first {
            rules.push(Rule::default());
        }
        let rule = rules.last_mut().ok_or_else(|| wrong("it belongs to no rule"))?;
        let is_good = match (depth, key.as_str()) {
            (8, "alert") => is_first && value.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            (8, "expr") => is_plain(&value),
            (8, "for") => {
                value.strip_suffix(['s', 'm', 'h']).is_some_and(|number| number.parse::<u32>().is_ok())
            }
            (8, "labels") => ["{severity: page}", "{severity: ticket}"].contains(&value.as_str()),
            (8, "annotations") => value.is_empty(),
            (10, "summary" | "what_to_do") => is_quoted(&value) && rule.has.contains("annotations"),
            _ => false,
        };
        if !is_good || !rule.has.insert(key.clone()) {
            return Err(wrong("not as Prometheus wants it"));
        }
        match key.as_str() {
            "alert" => rule.alert = value,
            "expr" => rule.expr = value,
            "summary" | "what_to_do" => rule.says += &value,
            _ => {}
        }
    }
    let names: BTreeSet<&str> = rules.iter().map(|rule| rule.alert.as_str()).collect();
    let lacking = rules.iter().find(|rule| !ALWAYS.iter().all(|key| rule.has.contains(*key)));
    match lacking {
        Some(rule) => Err(format!("{} has {:?} alone", rule.alert, rule.has)),
        None if names.len() < rules.len() => Err("two rules have one name".to_owned()),
        None => Ok(rules),
    }
}

/// How far a line is indented, its key and its value.
fn parts(line: String) -> Option<(usize, String, String)> {
    let depth = line.len() - line.trim_start_matches(' ').len();
    let (key, value) = line[depth..].split_once(':')?;
    let value = value.strip_prefix(' ').or(value.is_empty().then_some(value))?;
    Some((depth, key.to_owned(), value.to_owned()))
}

/// Whether YAML takes it as it stands, without quotes.
fn is_plain(value: &str) -> bool {
    let starts = value.starts_with(|sign: char| sign.is_ascii_alphanumeric());
    starts && !value.contains(": ") && !value.contains(" #") && !value.ends_with(':') && value.trim() == value
}

/// Whether it stands in quotes, and nothing in it ends them.
fn is_quoted(value: &str) -> bool {
    let inside = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    inside.is_some_and(|inside| !inside.is_empty() && !inside.contains(['"', '\\']))
}

#[test]
fn a_file_that_prometheus_would_not_take_is_told() {
    const GOOD: &str = "# Rules.\ngroups:\n  - name: enrol\n    rules:\n      - alert: A\n        expr: up{job=\"x\"} == 0\n        for: 2m\n        labels: {severity: page}\n        annotations:\n          summary: \"a: b\"\n          what_to_do: \"c\"\n";
    assert_eq!(read(GOOD).expect("good").len(), 1);
    let twice = GOOD.split_once("rules:\n").expect("rules").1;
    assert!(read(&format!("{GOOD}{twice}")).is_err_and(|fault| fault.contains("one name")));
    for (from, to) in [
        ("        expr: up{job=\"x\"} == 0\n", ""),
        ("expr", "exprs"),
        ("== 0", "== 0 # never"),
        ("up{", "{"),
        ("2m", "two minutes"),
        ("page", "loud"),
        ("        for", "         for"),
        ("        for", "\tfor"),
        ("\"a: b\"", "a: b"),
        ("\"c\"", "\"c\"d\""),
        ("          what_to_do: \"c\"\n", ""),
        ("        annotations:\n", ""),
        ("  - name: enrol\n", ""),
        ("for: 2m", "for: 2m\n        for: 3m"),
    ] {
        let bad = GOOD.replacen(from, to, 1);
        assert_ne!(bad, GOOD, "{from}");
        assert!(read(&bad).is_err(), "{to:?} in place of {from:?}");
    }
}
