//! The exit codes of every program, from the end of its help.

use anyhow::Context as _;

use super::{Output, PROGRAMS, head, row, table};

pub(super) fn exit_codes(output: Output<'_>) -> anyhow::Result<String> {
    let mut page = head("Exit codes", "`--help` of each program");
    for program in PROGRAMS {
        let help = output(&[program, "--help"])?;
        let codes = codes(&help).with_context(|| format!("{program} --help names no exit codes"))?;
        page += &format!("## `{program}`\n\n{}", table(&["exit code", "what it means"]));
        page.extend(codes.into_iter().map(|(code, meaning)| row([code, meaning])));
        page.push('\n');
    }
    Ok(page.trim_end().to_owned() + "\n")
}

/// Codes and meanings of a line such as `Exit codes: 0 done, 1 not done`. A meaning may have commas of its own.
fn codes(help: &str) -> Option<Vec<(&str, &str)>> {
    let list = help.split_once("Exit codes: ")?.1;
    let list = list.split("\nSettings:").next()?.split("\n\n").next()?.trim().trim_end_matches('.');
    let is_code = |at: &usize| {
        let before = &list[..*at];
        let starts = before.is_empty()
            || before.ends_with(", ")
            || before.ends_with("; ")
            || before.ends_with(",\n")
            || before.ends_with(";\n");
        starts && list[*at..].split(' ').next().is_some_and(|code| code.parse::<u8>().is_ok())
    };
    let starts: Vec<usize> =
        (0..list.len()).filter(|at| list.is_char_boundary(*at)).filter(is_code).collect();
    let ends = starts.iter().skip(1).copied().chain([list.len()]);
    let codes = starts.iter().zip(ends).filter_map(|(start, end)| list[*start..end].split_once(' '));
    let codes: Vec<_> =
        codes.map(|(code, meaning)| (code, meaning.trim().trim_end_matches([',', ';']))).collect();
    (!codes.is_empty()).then_some(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meaning_keeps_its_commas() {
        let help =
            "x\n\nExit codes: 0 closed, or in front; 1 a fault;\n2 a wrong setting.\nSettings: none.\n";
        assert_eq!(
            codes(help),
            Some(vec![("0", "closed, or in front"), ("1", "a fault"), ("2", "a wrong setting")])
        );
        assert_eq!(codes("Exit codes: 0 done, 1 not done."), Some(vec![("0", "done"), ("1", "not done")]));
        assert_eq!(codes("no such line"), None);
    }
}
