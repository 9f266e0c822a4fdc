//! The pages of documentation, followed: the commands of each page are run in order, as somebody who reads it would type
//! them, with the real programs, in folders of the page's own.
//!
//! Not here: commands that need root, systemd, a desktop or somebody else's account. They are in blocks of `sh,needs`.

mod made;
mod script;

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use tests::needs::tool;
use tests::programs::program;

use crate::tidy::pages;
use script::{has_commands, idle_comments, script, working_folder};

/// A page takes seconds; one that hangs is to say so.
const LONGEST_SECS: &str = "300";

/// The page that opens the shell in which the commands of all pages are typed.
const SHELL: &str = "docs/deploy/service.md";

/// One test for each page that has commands.
macro_rules! followed {
    ($($name:ident: $path:literal,)*) => {
        const FOLLOWED: &[&str] = &[$($path),*];
        $(#[test] fn $name() { follow($path); })*
    };
}

followed! {
    quick_start: "docs/quick-start.md",
    deploy_service: "docs/deploy/service.md",
    deploy_tls_and_proxy: "docs/deploy/tls-and-proxy.md",
    deploy_remote_desktop: "docs/deploy/remote-desktop.md",
    assistant_settings: "docs/assistant/settings.md",
    assistant_stations: "docs/assistant/stations.md",
    calls_approvals: "docs/calls/approvals.md",
    calls_policy: "docs/calls/policy.md",
    keys: "docs/keys-and-backups/keys.md",
    keys_changed: "docs/keys-and-backups/rotate.md",
    keys_that_may_be_known: "docs/keys-and-backups/compromised.md",
    backups: "docs/keys-and-backups/backup.md",
    restoring: "docs/keys-and-backups/restore.md",
    alerts: "docs/operate/alerts.md",
    codes: "docs/operate/codes.md",
    help_desk: "docs/operate/help-desk.md",
    monitoring: "docs/operate/monitoring.md",
    who_is_done: "docs/operate/who-is-done.md",
    people_and_privacy: "docs/operate/people-and-privacy.md",
}

#[test]
fn every_page_with_commands_is_followed() {
    let pages = pages::pages();
    let mut with_commands: Vec<&str> =
        pages.iter().filter(|page| has_commands(&page.text)).map(|page| page.path.as_str()).collect();
    with_commands.sort_unstable();
    let mut followed = FOLLOWED.to_vec();
    followed.sort_unstable();
    assert_eq!(with_commands, followed);
    for page in &pages {
        assert_eq!(idle_comments(&page.text), [""; 0], "{}", page.path);
    }
}

#[test]
fn a_command_that_fails_fails_its_page_and_the_line_is_said() {
    for (page, line) in [
        ("```sh\ntrue\nenrol-service no-such-command\n```\n", 3),
        ("text\n\n```sh\nfalse | true\n```\n", 4),
        ("<!-- for the tests only, do not type\nfalse\n-->\n", 2),
    ] {
        let said = typed(page).expect_err("it fails");
        assert!(said.contains(&format!("failed: line {line}: ")), "{said}");
    }
    assert_eq!(typed("```sh,needs\nfalse\n```\n\n```sh\nenrol-service --version\n```\n").map(drop), Ok(()));
}

fn text_of(page: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"))
}

fn follow(page: &str) {
    let text = text_of(page);
    if let Err(said) = typed(&text) {
        panic!("{page}: {said}");
    }
}

/// Types the commands of a page. The error is everything that was said.
fn typed(page: &str) -> Result<String, String> {
    let home = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let file = home.path().join("page");
    std::fs::write(&file, script(page, home.path(), &address)).expect("writes");

    let shell = text_of(SHELL);
    let folder = working_folder(&shell).unwrap_or_else(|error| panic!("{SHELL}: {error}"));
    let programs = program("enrol-service").parent().expect("a folder").to_owned();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut bash = tool("timeout", "coreutils");
    bash.args(["--kill-after", "5", LONGEST_SECS, "bash"]).arg(&file).current_dir(home.path());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("ENROL_") || name.starts_with("XDG_")) {
            bash.env_remove(name);
        }
    }
    bash.env("PATH", format!("{}:{path}", programs.display()))
        .env("HOME", home.path())
        .env("ENROL_LISTEN", &address)
        .env("WORKING_FOLDER", format!("{}{folder}", home.path().display()))
        .env("BASH_ENV", Path::new(env!("CARGO_MANIFEST_DIR")).join("it/docs/prelude.sh"));
    let output = bash.stdin(Stdio::null()).output().expect("bash starts");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}
