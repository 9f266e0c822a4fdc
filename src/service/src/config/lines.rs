//! Where in a TOML file a setting stands, so that an error can name the line.
//!
//! Not here: what the settings mean.

use toml::de::{DeTable, DeValue};

/// The line, from 1, that holds a byte of the text.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().get(..byte.min(text.len())).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Whether the text sets a setting such as `flood.burst`.
pub(crate) fn has_setting(text: &str, setting: &str) -> bool {
    let (Ok(table), Some((name, key))) = (DeTable::parse(text), setting.split_once('.')) else {
        return false;
    };
    let inner = table.get_ref().iter().find(|(known, _)| known.get_ref().as_ref() == name);
    inner.is_some_and(|(_, value)| {
        let DeValue::Table(inner) = value.get_ref() else { return false };
        inner.keys().any(|known| known.get_ref().as_ref() == key)
    })
}

/// The line of a setting such as `schools[1].id`, or of the nearest table around it that the file has.
pub(crate) fn line_of(text: &str, setting: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut byte = None;
    let mut here = Here::Table(table.get_ref());
    for step in setting.split(['.', '[']).map(|step| step.trim_end_matches(']')) {
        let next = match here {
            Here::Table(table) => {
                table.iter().find(|(key, _)| key.get_ref().as_ref() == step).map(|(key, value)| {
                    byte = Some(key.span().start);
                    value
                })
            }
            Here::Value(DeValue::Array(array)) => step
                .parse::<usize>()
                .ok()
                .and_then(|place| array.get(place))
                .inspect(|value| byte = Some(value.span().start)),
            Here::Value(_) => None,
        };
        let Some(next) = next else { break };
        here = if let DeValue::Table(table) = next.get_ref() {
            Here::Table(table)
        } else {
            Here::Value(next.get_ref())
        };
    }
    byte.map(|byte| line_at(text, byte))
}

enum Here<'t, 'i> {
    Table(&'t DeTable<'i>),
    Value(&'t DeValue<'i>),
}

/// What stands before `=` on a line: the setting's name as the reader sees it.
pub(crate) fn key_on_line(text: &str, line: usize) -> Option<&str> {
    let line = text.lines().nth(line.checked_sub(1)?)?;
    let (key, _) = line.split_once('=')?;
    let key = key.trim();
    let plain =
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    plain.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "listen = 1\n\n[tls]\nkey = \"k\"\n\n[[schools]]\nid = \"a\"\n\n[[schools]]\nid = \"b\"\nnetworks = []\n";

    #[test]
    fn a_setting_is_found_and_one_left_out_gives_the_table_around_it() {
        for (setting, line) in
            [("listen", 1), ("tls.key", 4), ("tls.missing", 3), ("schools[1].id", 10), ("schools[0].id", 7)]
        {
            assert_eq!(line_of(TEXT, setting), Some(line), "{setting}");
        }
        assert_eq!(line_of(TEXT, "nothing"), None);
        assert_eq!(line_of("= broken", "listen"), None);
    }

    #[test]
    fn the_key_of_a_line_is_read() {
        assert_eq!(key_on_line(TEXT, 4), Some("key"));
        assert_eq!(key_on_line(TEXT, 3), None);
        assert_eq!(key_on_line(TEXT, 99), None);
    }
}
