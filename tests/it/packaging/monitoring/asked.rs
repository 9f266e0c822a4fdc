//! Queries of Prometheus, as far as ours go: series with what they are selected by, functions, sums by labels, numbers.
//!
//! Not here: whether what they ask for is there.

use std::collections::BTreeSet;

const SUMS: [&str; 5] = ["sum", "max", "min", "avg", "count"];
const FUNCTIONS: [&str; 4] = ["increase", "rate", "time", "histogram_quantile"];

/// What a query asks for.
#[derive(Default)]
pub(super) struct Query {
    pub(super) selectors: Vec<Selector>,
    /// What is left of the labels after a sum.
    pub(super) by: BTreeSet<String>,
    pub(super) is_summed: bool,
    pub(super) has_quantile: bool,
}

/// A series, and which part of it.
pub(super) struct Selector {
    pub(super) name: String,
    pub(super) matchers: Vec<Matcher>,
}

/// `label="value"`, or with a pattern.
pub(super) struct Matcher {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) is_pattern: bool,
}

/// Reads a query, or says what cannot be understood.
pub(super) fn read(text: &str) -> Result<Query, String> {
    let mut query = Query::default();
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some(sign) = rest.chars().next() {
        if sign.is_ascii_alphabetic() || sign == '_' {
            let word = word(rest);
            rest = &rest[word.len()..];
            query.has_quantile |= word == "histogram_quantile";
            query.is_summed |= SUMS.contains(&word);
            if word == "by" {
                let inside = inside(&mut rest, '(', ')')?;
                query.by.extend(inside.split(',').map(|label| label.trim().to_owned()));
            } else if rest.trim_start().starts_with('(')
                && !SUMS.contains(&word)
                && !FUNCTIONS.contains(&word)
            {
                return Err(format!("{word} is no function"));
            } else if !SUMS.contains(&word) && !FUNCTIONS.contains(&word) {
                let matchers =
                    if rest.starts_with('{') { matchers(inside(&mut rest, '{', '}')?)? } else { Vec::new() };
                query.selectors.push(Selector { name: word.to_owned(), matchers });
            }
            continue;
        }
        if sign == '[' {
            let span = inside(&mut rest, '[', ']')?;
            let digits = span.trim_end_matches(['s', 'm', 'h', 'd']);
            if digits.len() + 1 != span.len() || digits.parse::<u32>().is_err() {
                return Err(format!("{span} is no span of time"));
            }
            continue;
        }
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or("a bracket closes nothing")?,
            '0'..='9' | '.' | ',' | ' ' | '+' | '-' | '*' | '/' | '<' | '>' | '=' | '!' => {}
            _ => return Err(format!("{sign:?} is not understood")),
        }
        rest = &rest[sign.len_utf8()..];
    }
    if depth > 0 { Err("a bracket is not closed".to_owned()) } else { Ok(query) }
}

fn word(text: &str) -> &str {
    text.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_')).next().unwrap_or(text)
}

/// What stands between two brackets. None of ours stands in a text.
fn inside<'a>(rest: &mut &'a str, open: char, close: char) -> Result<&'a str, String> {
    let after = rest.trim_start().strip_prefix(open).ok_or(format!("expected {open}"))?;
    let (inside, after) = after.split_once(close).ok_or(format!("a bracket {open} is not closed"))?;
    *rest = after;
    Ok(inside)
}

fn matchers(inside: &str) -> Result<Vec<Matcher>, String> {
    let mut matchers = Vec::new();
    let mut rest = inside.trim();
    while !rest.is_empty() {
        let label = word(rest);
        let signs = ["=~", "!~", "!=", "="];
        let sign = signs.into_iter().find(|sign| rest[label.len()..].starts_with(sign));
        let sign = sign.ok_or(format!("{rest}: expected label=\"value\""))?;
        let quoted = rest[label.len() + sign.len()..].strip_prefix('"');
        let (value, after) =
            quoted.and_then(|quoted| quoted.split_once('"')).ok_or(format!("{rest}: expected quotes"))?;
        if label.is_empty() || value.contains('\\') {
            return Err(format!("{rest} is not understood"));
        }
        let (label, value) = (label.to_owned(), value.to_owned());
        matchers.push(Matcher { label, value, is_pattern: sign.ends_with('~') });
        rest = after.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Ok(matchers)
}
