//! `forms.txt`: written forms, one a line, and the number or problem that each becomes.

use domain::{NumberClass, NumberProblem, NumberRule, PhoneNumber, Region};

use super::{CLASSES, region};
use crate::{check, format_number, judge};

const FORMS: &str = include_str!("forms.txt");

/// The fewest lines that the table may have.
const FEWEST: usize = 150;

/// One line of the table.
struct Form {
    line: usize,
    typed: String,
    expected: String,
    region: Region,
    rule: NumberRule,
}

#[test]
fn every_written_form_becomes_its_number_or_its_problem() {
    let forms = forms();
    assert!(forms.len() >= FEWEST, "{} forms", forms.len());
    let wrong: Vec<String> = forms.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{} of {} forms:\n{}", wrong.len(), forms.len(), wrong.join("\n"));
}

/// The positive control: a table that says otherwise is noticed.
#[test]
fn a_wrong_line_of_the_table_is_found() {
    let rule = NumberRule::default();
    let form = |typed: &str, expected: &str| Form {
        line: 1,
        typed: typed.to_owned(),
        expected: expected.to_owned(),
        region: Region::GB,
        rule: rule.clone(),
    };
    assert!(wrong(&form("07700 900123", "+447700900123")).is_none());
    for (typed, expected) in
        [("07700 900123", "+447700900124"), ("07700 900123", "TooShort"), ("", "NotANumber")]
    {
        assert!(wrong(&form(typed, expected)).is_some(), "{typed:?} {expected}");
    }
}

fn wrong(form: &Form) -> Option<String> {
    let judged = judge_and_check(&form.typed, form);
    let became = match &judged {
        Ok(number) => written(number),
        Err(problem) => named(*problem),
    };
    if became != form.expected {
        return Some(format!("line {}: {:?} became {became}, not {}", form.line, form.typed, form.expected));
    }
    let number = judged.ok()?;
    let again = judge_and_check(&format_number(&number, form.region, "extension"), form);
    (again.as_ref() != Ok(&number))
        .then(|| format!("line {}: {:?} is not read back as {became}", form.line, form.typed))
}

/// As the assistant judges it, and then the service.
fn judge_and_check(typed: &str, form: &Form) -> Result<PhoneNumber, NumberProblem> {
    let number = judge(typed, form.region, &form.rule.profile())?;
    check(&number, &form.rule)?;
    Ok(number)
}

fn written(number: &PhoneNumber) -> String {
    let extension = number.extension();
    let mark = if extension.is_empty() { "" } else { "x" };
    format!("{}{mark}{extension}", *number.e164())
}

fn named(problem: NumberProblem) -> String {
    if let NumberProblem::Class(class) = problem { format!("{class:?}") } else { format!("{problem:?}") }
}

/// The lines `"typed" result`, under heads `[region=.. also=.. extensions=.. refused=..]`.
fn forms() -> Vec<Form> {
    let (mut chosen, mut rule) = (Region::GB, NumberRule::default());
    let mut forms = Vec::new();
    for (index, line) in FORMS.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(head) = line.strip_prefix('[') {
            (chosen, rule) = settings(head.trim_end_matches(']'));
            continue;
        }
        let (typed, expected) = line.rsplit_once(' ').expect("a form and what becomes of it");
        let typed = typed.trim().strip_prefix('"').and_then(|typed| typed.strip_suffix('"'));
        let typed = unescaped(typed.expect("a form in quotes"));
        let expected = expected.to_owned();
        forms.push(Form { line: index + 1, typed, expected, region: chosen, rule: rule.clone() });
    }
    forms
}

fn settings(head: &str) -> (Region, NumberRule) {
    let (mut chosen, mut rule) = (Region::GB, NumberRule::default());
    for setting in head.split_whitespace() {
        let (name, value) = setting.split_once('=').expect("name=value");
        let values = value.split(',');
        match name {
            "chosen" => chosen = region(value),
            "regions" => rule.regions = values.map(region).collect(),
            "also" => rule.also = values.map(class).collect(),
            "refused" => rule.refused = values.map(str::to_owned).collect(),
            "extensions" => rule.extensions = value == "yes",
            _ => panic!("{name} is no setting"),
        }
    }
    (chosen, rule)
}

fn class(name: &str) -> NumberClass {
    CLASSES.into_iter().find(|class| format!("{class:?}") == name).expect("a class")
}

/// `\n`, `\t` and `\u{..}` for what an editor would not show.
fn unescaped(typed: &str) -> String {
    let mut text = String::new();
    let mut rest = typed;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        rest = if let Some(after) = after.strip_prefix("u{") {
            let (code, after) = after.split_once('}').expect("the end of a code");
            text.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
            after
        } else {
            text.push(if after.starts_with('n') { '\n' } else { '\t' });
            &after[1..]
        };
    }
    text + rest
}
