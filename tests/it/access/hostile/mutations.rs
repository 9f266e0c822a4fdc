//! Ways to spoil a good body. Each takes the good one and gives another that no assistant would send.

use serde_json::Value;

use super::super::random::Random;

/// Spoils a JSON text.
type Spoil = fn(&mut Random, &str) -> Vec<u8>;

/// The one that can still be read.
pub(super) const ANOTHER_VALUE: (&str, Spoil) = ("another value", another_value);

pub(crate) const ALL: &[(&str, Spoil)] = &[
    ("a wrong type", wrong_type),
    ANOTHER_VALUE,
    ("a list", as_a_list),
    ("a field too few", without_a_field),
    ("a field too many", with_a_field),
    ("a field twice", with_a_field_twice),
    ("deep nesting", deep),
    ("a deep field", deep_field),
    ("invalid UTF-8", invalid_utf8),
    ("a NUL", nul),
    ("an escaped NUL", escaped_nul),
    ("a huge number", huge_number),
    ("a bad escape", bad_escape),
    ("cut short", cut_short),
    ("something after it", something_after),
    ("bytes flipped", flipped),
    ("too large", too_large),
    ("something else", something_else),
    ("spoilt twice", twice),
];

fn object(text: &str) -> serde_json::Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

fn a_name(random: &mut Random, text: &str) -> Option<String> {
    let names: Vec<String> = object(text).keys().cloned().collect();
    if names.is_empty() { None } else { Some(names[random.below(names.len())].clone()) }
}

/// The object with a field's value replaced by a text that need not be JSON.
fn replaced(text: &str, name: &str, value: &str) -> String {
    let fields = object(text);
    let each = fields.iter().map(|(other, old)| {
        let value = if other == name { value.to_owned() } else { old.to_string() };
        format!("{}:{value}", Value::from(other.as_str()))
    });
    format!("{{{}}}", each.collect::<Vec<_>>().join(","))
}

fn added(text: &str, name: &str, value: &str) -> Vec<u8> {
    let rest = text.trim_end().strip_suffix('}').unwrap_or(text);
    let comma = if object(text).is_empty() { "" } else { "," };
    format!("{rest}{comma}{}:{value}}}", Value::from(name)).into_bytes()
}

/// A field with another value; a body without fields gets one.
fn with_value(random: &mut Random, text: &str, value: &str) -> Vec<u8> {
    match a_name(random, text) {
        Some(name) => replaced(text, &name, value).into_bytes(),
        None => added(text, "field", value),
    }
}

fn wrong_type(random: &mut Random, text: &str) -> Vec<u8> {
    let value = random.one_of(&[
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "[]",
        "{}",
        "[[\"a\"]]",
        "{\"a\":1}",
        "\"\"",
        "[1,2]",
    ]);
    with_value(random, text, value)
}

/// Of the right kind, so that it is read.
fn another_value(random: &mut Random, text: &str) -> Vec<u8> {
    let Some(name) = a_name(random, text) else { return added(text, "field", "1") };
    let value = match &object(text)[&name] {
        Value::Number(number) => {
            (number.as_i64().unwrap_or(0) + random.one_of(&[&1, &-1, &1_000, &-60_000])).to_string()
        }
        Value::String(old) if !old.is_empty() => {
            let mut signs: Vec<char> = old.chars().collect();
            let at = random.below(signs.len());
            signs[at] = if signs[at] == '0' { '1' } else { '0' };
            Value::from(String::from_iter(signs)).to_string()
        }
        Value::Array(old) => Value::from([old.clone(), old.clone()].concat()).to_string(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Object(_) => "\"x\"".to_owned(),
    };
    replaced(text, &name, &value).into_bytes()
}

fn as_a_list(_random: &mut Random, text: &str) -> Vec<u8> {
    // In the order of the text, which is the type's.
    let fields = object(text);
    let mut names: Vec<&String> = fields.keys().collect();
    names.sort_by_key(|name| text.find(&format!("\"{name}\":")));
    Value::from(names.into_iter().map(|name| fields[name].clone()).collect::<Vec<_>>())
        .to_string()
        .into_bytes()
}

fn without_a_field(random: &mut Random, text: &str) -> Vec<u8> {
    let mut fields = object(text);
    match a_name(random, text) {
        Some(name) => drop(fields.remove(&name)),
        None => return b"[]".to_vec(),
    }
    Value::from(fields).to_string().into_bytes()
}

fn with_a_field(random: &mut Random, text: &str) -> Vec<u8> {
    let name = random.one_of(&[
        "admin",
        "__proto__",
        "role",
        "session",
        "grant",
        "",
        "a\u{202e}b",
        "Code",
        " code",
        "$ne",
    ]);
    let value = random.one_of(&["true", "\"admin\"", "null", "{}", "1"]);
    added(text, name, value)
}

fn with_a_field_twice(random: &mut Random, text: &str) -> Vec<u8> {
    match a_name(random, text) {
        Some(name) => added(text, &name, &object(text)[&name].to_string()),
        None => b"{}{}".to_vec(),
    }
}

fn nested(random: &mut Random) -> String {
    let deepest = if random.below(4) == 0 { 30_000 } else { 200 };
    let depth = 9 + random.below(deepest);
    let (open, close) = if random.below(2) == 0 { ("[", "]") } else { ("{\"a\":", "}") };
    let depth = depth.min(60_000 / (open.len() + close.len()));
    let inside = random.one_of(&["", "1", "\"x\"", "null"]);
    // Some are never closed.
    let closing = if random.below(3) == 0 { String::new() } else { close.repeat(depth) };
    format!("{}{inside}{closing}", open.repeat(depth))
}

fn deep(random: &mut Random, _text: &str) -> Vec<u8> {
    nested(random).into_bytes()
}

fn deep_field(random: &mut Random, text: &str) -> Vec<u8> {
    let value = nested(random);
    with_value(random, text, &value)
}

fn inserted(random: &mut Random, text: &str, what: &[u8]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = random.below(bytes.len() + 1);
    bytes.splice(at..at, what.iter().copied());
    bytes
}

fn invalid_utf8(random: &mut Random, text: &str) -> Vec<u8> {
    // A lone continuation, an overlong slash, a surrogate, beyond Unicode, a character cut off.
    let all: [&[u8]; 6] = [b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\xe2\x82"];
    let what = random.one_of(&all);
    inserted(random, text, what)
}

fn nul(random: &mut Random, text: &str) -> Vec<u8> {
    let what = vec![0; 1 + random.below(4)];
    inserted(random, text, &what)
}

/// Puts something into a text value, or names a field so.
fn into_a_text(random: &mut Random, text: &str, what: &str) -> Vec<u8> {
    let fields = object(text);
    let texts: Vec<&String> = fields.keys().filter(|name| fields[*name].is_string()).collect();
    if texts.is_empty() {
        return format!("{{\"{what}\":1}}").into_bytes();
    }
    let name = texts[random.below(texts.len())];
    let old = fields[name].as_str().unwrap_or_default();
    let at = random.below(old.len() + 1);
    let (before, after) = old.split_at_checked(at).unwrap_or((old, ""));
    replaced(text, name, &format!("\"{before}{what}{after}\"")).into_bytes()
}

fn escaped_nul(random: &mut Random, text: &str) -> Vec<u8> {
    into_a_text(random, text, "\\u0000")
}

fn bad_escape(random: &mut Random, text: &str) -> Vec<u8> {
    let what =
        random.one_of(&["\\ud800", "\\udfff\\ud800", "\\x41", "\\u12", "\\", "\n", "\u{1}", "\u{7f}\t"]);
    into_a_text(random, text, what)
}

fn huge_number(random: &mut Random, text: &str) -> Vec<u8> {
    let long = format!("{}{}", random.one_of(&["", "-", "0.", "-0."]), "9".repeat(1 + random.below(5_000)));
    let value = match random.below(6) {
        0 => "1e999999".to_owned(),
        1 => "-1e-999999".to_owned(),
        2 => "18446744073709551616".to_owned(),
        3 => "-9223372036854775809".to_owned(),
        4 => format!("{long}e{long}"),
        _ => long,
    };
    if random.below(8) == 0 { value.into_bytes() } else { with_value(random, text, &value) }
}

fn cut_short(random: &mut Random, text: &str) -> Vec<u8> {
    text.as_bytes()[..random.below(text.len())].to_vec()
}

fn something_after(random: &mut Random, text: &str) -> Vec<u8> {
    let more = random.one_of(&["}", "{}", ",", "null", "//", "\u{feff}", "<script>", "' or 1=1 --", "\u{0}"]);
    format!("{text}{more}").into_bytes()
}

fn flipped(random: &mut Random, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..1 + random.below(8) {
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
    }
    bytes
}

fn too_large(random: &mut Random, text: &str) -> Vec<u8> {
    let size = 65_537 + random.below(100_000);
    match random.below(4) {
        0 => format!("{text}{}", " ".repeat(size)).into_bytes(),
        1 => with_value(random, text, &format!("\"{}\"", "A".repeat(size))),
        2 => added(text, &"a".repeat(size), "1"),
        _ => vec![u8::try_from(random.below(256)).unwrap_or(0); size],
    }
}

fn something_else(random: &mut Random, text: &str) -> Vec<u8> {
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    match random.below(12) {
        0 => b"null".to_vec(),
        1 => b"true".to_vec(),
        2 => format!("[{text}]").into_bytes(),
        3 => Value::from(text).to_string().into_bytes(),
        4 => format!("\u{feff}{text}").into_bytes(),
        5 => utf16,
        6 => b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>"
            .to_vec(),
        7 => b"code=123456&sign_in_name=admin".to_vec(),
        8 => b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec(),
        9 => vec![b'"'; 1 + random.below(60_000)],
        10 => format!("{{{}}}", "\"a\":{},".repeat(1 + random.below(6_000))).into_bytes(),
        _ => (0..1 + random.below(2_000)).map(|_| random.number().to_le_bytes()[5]).collect(),
    }
}

fn twice(random: &mut Random, text: &str) -> Vec<u8> {
    let (_, first) = ALL[random.below(ALL.len() - 1)];
    let (_, second) = ALL[random.below(ALL.len() - 1)];
    let once = String::from_utf8_lossy(&first(random, text)).into_owned();
    if once.is_empty() { b"{".to_vec() } else { second(random, &once) }
}
