//! An annotated TOML example as tables: each setting with its default and the comment above it.

use super::{Output, head, row, table};

/// A table of the example.
#[derive(Debug, Default, PartialEq, Eq)]
struct Section {
    /// As it is written, such as `[flood]`; empty for what stands above all tables.
    name: String,
    /// What is said above it.
    words: Vec<String>,
    /// Settings under one comment.
    groups: Vec<Group>,
}

#[derive(Debug, PartialEq, Eq)]
struct Group {
    settings: Vec<Setting>,
    words: String,
}

#[derive(Debug, PartialEq, Eq)]
struct Setting {
    name: String,
    value: String,
    /// It is not commented out, so the value is the default.
    is_set: bool,
}

pub(super) fn service(output: Output<'_>) -> anyhow::Result<String> {
    let text = output(&["enrol-service", "default-config"])?;
    Ok(head("`service.toml`", "`enrol-service default-config`") + &page(&text))
}

pub(super) fn policy(output: Output<'_>) -> anyhow::Result<String> {
    let text = output(&["enrol-service", "default-config", "--policy"])?;
    Ok(head("`policy.toml`", "`enrol-service default-config --policy`") + &page(&text))
}

fn page(example: &str) -> String {
    let mut page = String::new();
    for Section { name, words, groups } in sections(example) {
        if !name.is_empty() {
            page += &format!("## `{name}`\n\n");
        }
        page.extend(words.iter().map(|words| format!("{words}\n\n")));
        if !groups.is_empty() {
            page += &table(&["setting", "in the example", "what it says"]);
        }
        for Group { settings, words } in groups {
            let names: Vec<_> = settings.iter().map(|setting| format!("`{}`", setting.name)).collect();
            let values: Vec<_> = settings.iter().map(shown).collect();
            page += &row([names.join("<br>"), values.join("<br>"), words]);
        }
        page.push('\n');
    }
    page.trim_end().to_owned() + "\n"
}

fn shown(Setting { name: _, value, is_set }: &Setting) -> String {
    if *is_set { format!("`{value}`") } else { format!("not set; such as `{value}`") }
}

fn sections(example: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    // Below a table that is commented out settings of the table before may follow.
    let (mut real, mut now) = (0, 0);
    let (mut words, mut goes_on): (Vec<&str>, bool) = (Vec::new(), false);
    // Words before an empty line are about all that follows.
    let mut before_all: Vec<String> = Vec::new();
    for line in example.lines() {
        let (line, is_set) = uncommented(line);
        if line.is_empty() {
            if !words.is_empty() {
                let said = words.join(" ");
                if sections.len() == 1 && sections[0].groups.is_empty() {
                    sections[0].words.push(said);
                } else {
                    before_all.push(said);
                }
            }
            words.clear();
            goes_on = false;
        } else if let Some(comment) = line.strip_prefix('#') {
            words.push(comment.trim());
            goes_on = false;
        } else if line.starts_with('[') {
            let mut said = std::mem::take(&mut before_all);
            said.extend(Some(words.join(" ")).filter(|words| !words.is_empty()));
            now = sections.iter().position(|section| section.name == line).unwrap_or(sections.len());
            if now == sections.len() {
                sections.push(Section { name: line.to_owned(), words: said, groups: Vec::new() });
            }
            if is_set {
                real = now;
            }
            words.clear();
            goes_on = false;
        } else if let Some((name, value)) = line.split_once(" = ") {
            if is_set {
                now = real;
            }
            let setting = Setting { name: name.to_owned(), value: value.to_owned(), is_set };
            let groups = &mut sections[now].groups;
            match groups.last_mut() {
                Some(group) if goes_on => group.settings.push(setting),
                _ => groups.push(Group { settings: vec![setting], words: words.join(" ") }),
            }
            words.clear();
            goes_on = true;
        }
    }
    // Several tables of one name show the same settings with other values: the first is enough.
    for section in sections.iter_mut().filter(|section| section.name.starts_with("[[")) {
        section.groups.truncate(1);
    }
    sections
}

/// A line without the `#` of a table or setting that is only shown; and whether it is set.
fn uncommented(line: &str) -> (&str, bool) {
    let Some(shown) = line.strip_prefix("# ") else { return (line, true) };
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || "_.".contains(c));
    let is_table = shown.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(is_name);
    let is_setting = shown.split_once(" = ").is_some_and(|(name, _)| is_name(name));
    if shown.starts_with("# ") {
        // A comment inside, or a setting that is commented out there too.
        return (uncommented(shown).0, false);
    }
    if is_table || is_setting { (shown, false) } else { (line, true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "\
# What it is.

# Where.
listen = \"a\"

# [tls]
# # Which.
# key = \"b\"
# # other = 1

# How long.
secs = 4

# All below is as it is.

# Floods.
[flood]
# One.
# And more.
per_second = 2
burst = 3
[[schools]]
id = \"elm\"
[[schools]]
id = \"rowan\"
";

    fn group(words: &str, settings: &[(&str, &str, bool)]) -> Group {
        let setting = |(name, value, is_set): &(&str, &str, bool)| Setting {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            is_set: *is_set,
        };
        Group { settings: settings.iter().map(setting).collect(), words: words.to_owned() }
    }

    #[test]
    fn each_setting_is_in_its_table_under_the_comment_above_it() {
        let section = |name: &str, words: &[&str], groups| Section {
            name: name.to_owned(),
            words: words.iter().map(|words| (*words).to_owned()).collect(),
            groups,
        };
        let top =
            vec![group("Where.", &[("listen", "\"a\"", true)]), group("How long.", &[("secs", "4", true)])];
        let tls = vec![group("Which.", &[("key", "\"b\"", false), ("other", "1", false)])];
        let flood = vec![group("One. And more.", &[("per_second", "2", true), ("burst", "3", true)])];
        let expected = [
            section("", &["What it is."], top),
            section("[tls]", &[], tls),
            section("[flood]", &["All below is as it is.", "Floods."], flood),
            section("[[schools]]", &[], vec![group("", &[("id", "\"elm\"", true)])]),
        ];
        assert_eq!(sections(EXAMPLE), expected);
    }

    #[test]
    fn each_table_has_its_rows() {
        let page = page(EXAMPLE);
        for row in [
            "| `listen` | `\"a\"` | Where. |\n",
            "\n## `[tls]`\n\n| setting |",
            "| `key`<br>`other` | not set; such as `\"b\"`<br>not set; such as `1` | Which. |",
            "| `per_second`<br>`burst` | `2`<br>`3` | One. And more. |",
        ] {
            assert!(page.contains(row), "{row}: {page}");
        }
    }
}
