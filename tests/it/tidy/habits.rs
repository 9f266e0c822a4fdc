//! Harness style that clippy cannot see: no `#[allow]`, no endless file, a head on every file.

use super::Rule;
use super::source::{Source, rust};

/// The goal is about 150 lines, with a second look at 300. Past this the test says no.
const LONGEST: usize = 600;

#[test]
fn a_warning_is_expected_with_a_reason_and_never_allowed() {
    Rule {
        finds: |source| {
            let code = source.code.replace(' ', "");
            let mut found = Vec::new();
            for (number, line) in code.lines().enumerate() {
                if line.contains("#[allow(") || line.contains("#![allow(") {
                    found.push(format!(
                        "{}:{}: write #[expect(.., reason = \"..\")]",
                        source.path,
                        number + 1
                    ));
                }
            }
            found
        },
        caught: &[("src/a.rs", "#[allow(dead_code)]\nfn f() {}"), ("tests/a.rs", "# ! [ allow (unused)]")],
        passed: &[(
            "src/a.rs",
            "// #[allow(x)]\n#[expect(dead_code, reason = \"#[allow(..)] hides\")]\nfn allow() {}",
        )],
    }
    .keep(&rust());
}

#[test]
fn no_file_goes_on_for_ever() {
    fn finds(source: &Source) -> Vec<String> {
        let lines = source.text.lines().count();
        if lines > LONGEST { vec![format!("{}: {lines} lines; split it", source.path)] } else { Vec::new() }
    }
    Rule { finds, caught: &[("src/a.rs", LONG)], passed: &[("src/a.rs", "fn f() {}\n")] }.keep(&rust());
}

/// More lines than a file may have.
const LONG: &str = {
    const LINES: [u8; LONGEST + 1] = [b'\n'; LONGEST + 1];
    match std::str::from_utf8(&LINES) {
        Ok(lines) => lines,
        Err(_) => "",
    }
};

#[test]
fn every_file_says_what_it_is() {
    Rule {
        finds: |source| {
            let is_said = source.text.starts_with("//!") || source.text.starts_with("#!");
            if is_said {
                Vec::new()
            } else {
                vec![format!("{}: begin with `//!`, and say what is not in it", source.path)]
            }
        },
        caught: &[("src/a.rs", "fn f() {}")],
        passed: &[("src/a.rs", "//! What it is.\n")],
    }
    .keep(&rust());
}

#[test]
fn a_module_lies_beside_the_folder_of_its_parts() {
    Rule {
        finds: |source| {
            if source.path.ends_with("/mod.rs") {
                vec![format!("{}: name it as its folder, and put it beside", source.path)]
            } else {
                Vec::new()
            }
        },
        caught: &[("src/a/src/b/mod.rs", "")],
        passed: &[("src/a/src/b.rs", ""), ("src/a/src/b/a_mod.rs", "")],
    }
    .keep(&rust());
}
