//! Every command of every program, by its own help.

use super::{Output, PROGRAMS, head};

pub(super) fn commands(output: Output<'_>) -> anyhow::Result<String> {
    let mut page = head("Commands", "`--help` of each command");
    for program in PROGRAMS {
        add(&mut page, &[program], output)?;
    }
    Ok(page)
}

/// A command, then those below it.
fn add(page: &mut String, words: &[&str], output: Output<'_>) -> anyhow::Result<()> {
    let help = output(&[words, &["--help"]].concat())?;
    *page += &format!("## `{}`\n\n```text\n{}\n```\n\n", words.join(" "), help.trim());
    for command in below(&help) {
        add(page, &[words, &[command]].concat(), output)?;
    }
    Ok(())
}

/// The commands that a help text lists.
fn below(help: &str) -> Vec<&str> {
    let lines =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let indented = lines.filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    indented.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_its_help_in_order() -> anyhow::Result<()> {
        let output = |words: &[&str]| {
            Ok(match *words {
                ["enrol-service", "--help"] => {
                    "About.\n\nCommands:\n  key    Keys\n         and more\n  serve  Serves\n  help   Print\n\nOptions:\n  --x\n".to_owned()
                }
                ["enrol-service", "key", "--help"] => "Commands:\n  list  Lists\n".to_owned(),
                _ => format!("help of {}", words.join(" ")),
            })
        };
        let page = commands(&output)?;
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let expected = [
            "`enrol-service`",
            "`enrol-service key`",
            "`enrol-service key list`",
            "`enrol-service serve`",
            "`enrol`",
            "`enrol-demo`",
        ];
        assert_eq!(headings, expected);
        assert!(page.contains("```text\nhelp of enrol-service serve --help\n```"), "{page}");
        Ok(())
    }
}
