//! A page as a script of bash. What is no command becomes an empty line, so a line has the same number in both.

use std::path::Path;

/// The folders that the pages name. Each is one of the page's own.
const FOLDERS: &[&str] = &["/etc/enrol", "/var/lib/enrol", "/srv/backups"];

/// Where the pages' service listens.
const ADDRESS: &str = "127.0.0.1:8620";

/// What a line of a page is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    Commands,
    Setup,
    Other,
}

/// The commands of the page's `sh` blocks and of its comments that begin with `setup`.
pub(super) fn script(page: &str, home: &Path, address: &str) -> String {
    let mut script = String::new();
    for (part, line) in parts(page) {
        if matches!(part, Part::Commands | Part::Setup) {
            script.push_str(line.trim_start());
        }
        script.push('\n');
    }
    for folder in FOLDERS {
        script = script.replace(folder, &format!("{}{folder}", home.display()));
    }
    script.replace(ADDRESS, address)
}

/// Whether there is anything to run.
pub(super) fn has_commands(page: &str) -> bool {
    parts(page).iter().any(|(part, _)| *part == Part::Commands)
}

fn parts(page: &str) -> Vec<(Part, &str)> {
    let mut now = Part::Text;
    let mut parts = Vec::new();
    for line in page.lines() {
        let mark = line.trim();
        let next = match now {
            Part::Text if mark == "```sh" => Part::Commands,
            Part::Text if mark.starts_with("```") => Part::Other,
            Part::Text if mark == "<!-- setup" => Part::Setup,
            Part::Commands | Part::Other if mark == "```" => Part::Text,
            Part::Setup if mark == "-->" => Part::Text,
            Part::Text | Part::Commands | Part::Setup | Part::Other => now,
        };
        // A line that begins or ends a part belongs to neither.
        parts.push(if next == now { (now, line) } else { (Part::Text, "") });
        now = next;
    }
    parts
}

#[test]
fn commands_keep_their_lines_and_only_they_are_left() {
    let page = "# A\n\n<!-- setup\none /etc/enrol/a\n-->\n   ```sh\n   two 127.0.0.1:8620\n   ```\n```sh,needs\nthree\n```\n";
    let said = script(page, Path::new("/tmp/home"), "127.0.0.1:1");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines, ["", "", "", "one /tmp/home/etc/enrol/a", "", "", "two 127.0.0.1:1", "", "", "", ""]);
    assert!(has_commands(page) && !has_commands("```sh,needs\na\n```\n<!-- setup\na\n-->\n"));
}
