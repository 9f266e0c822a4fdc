//! A page as a script of bash. What is no command becomes an empty line, so a line has the same number in both.

use std::path::Path;

/// The folders that the pages name. Each is one of the page's own.
const FOLDERS: &[&str] = &["/etc/enrol", "/var/lib/enrol", "/srv/backups", "/srv/enrol"];

/// What begins a comment whose commands only the test runs. Somebody who reads the page in an editor sees it too.
const SETUP: &str = "<!-- for the tests only, do not type";

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

/// The commands of the page's `sh` blocks and of its comments for the tests.
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

/// Comments that are neither for the tests nor say that the page is made: nobody runs what is in them.
pub(super) fn idle_comments(page: &str) -> Vec<&str> {
    let comments = page.lines().map(str::trim).filter(|line| line.starts_with("<!--"));
    comments.filter(|line| *line != SETUP && !line.starts_with("<!-- Made ")).collect()
}

/// The folder in which the commands of the pages are typed: where the page that opens the shell goes. It is one that the
/// page has made for the service's user, since that user can write nowhere else.
pub(super) fn working_folder(page: &str) -> Result<&str, String> {
    let commands = || page.lines().map(str::trim);
    let Some(folder) = commands().find_map(|line| line.strip_prefix("cd ")) else {
        return Err("the page goes to no folder".to_owned());
    };
    let is_made = commands()
        .filter(|line| line.starts_with("install -d -m 0700 -o enrol -g enrol "))
        .any(|line| line.split_whitespace().any(|word| word == folder));
    if !is_made {
        return Err(format!("{folder} is no folder that the page makes for the user enrol alone"));
    }
    if !FOLDERS.contains(&folder) {
        return Err(format!("{folder} is none of the pages' folders {FOLDERS:?}"));
    }
    Ok(folder)
}

fn parts(page: &str) -> Vec<(Part, &str)> {
    let mut now = Part::Text;
    let mut parts = Vec::new();
    for line in page.lines() {
        let mark = line.trim();
        let next = match now {
            Part::Text if mark == "```sh" => Part::Commands,
            Part::Text if mark.starts_with("```") => Part::Other,
            Part::Text if mark == SETUP => Part::Setup,
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
    let page = "# A\n\n<!-- for the tests only, do not type\none /etc/enrol/a\n-->\n   ```sh\n   two 127.0.0.1:8620\n   ```\n```sh,needs\nthree\n```\n";
    let said = script(page, Path::new("/tmp/home"), "127.0.0.1:1");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines, ["", "", "", "one /tmp/home/etc/enrol/a", "", "", "two 127.0.0.1:1", "", "", "", ""]);
    assert!(has_commands(page) && !has_commands(&format!("```sh,needs\na\n```\n{SETUP}\na\n-->\n")));
    assert_eq!(idle_comments(page), [""; 0]);
    assert_eq!(idle_comments("<!-- setup\none\n-->\n"), ["<!-- setup"]);
}

#[test]
fn the_commands_are_typed_where_the_services_user_can_write() {
    let made = "install -d -m 0700 -o enrol -g enrol /var/lib/enrol /srv/enrol";
    assert_eq!(working_folder(&format!("{made}\ncd /srv/enrol\n")), Ok("/srv/enrol"));
    for wrong in ["cd /", "cd /etc/enrol", "cd /srv", ""] {
        assert!(working_folder(&format!("{made}\n{wrong}\n")).is_err(), "{wrong}");
    }
}
