//! The console on a real terminal: nothing of the key in memory after it is sent, and nothing on the terminal outside
//! its alternate screen.

use std::process::Command;

use tests::needs::{tool, wait_for};
use tests::phone::Phone;
use tests::programs::program;
use tests::service::Service;
use tests::terminal::Terminal;

use super::Sought;

/// What a terminal is told to show its other screen, and to go back.
const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";

const PROMPT: &str = "> ";

#[test]
fn a_key_in_the_console_stays_on_the_alternate_screen_and_is_gone_from_memory_after_send() {
    let service = Service::start();
    let code = service.issue_code("ayusuf");
    let data = tempfile::tempdir().expect("a folder");
    let mut terminal = on_a_terminal(&service, data.path());
    for heading in ["Before you start", "How we use your details"] {
        page(&mut terminal, heading);
        terminal.line("");
    }
    page(&mut terminal, "Who are you?");
    let id = assistant_below(terminal.id());
    terminal.line(&code);
    page(&mut terminal, "Is this you?");
    terminal.line("");
    page(&mut terminal, "Which phone do you have?");
    terminal.line("1");
    page(&mut terminal, "(selected)");
    terminal.line("");
    for heading in ["Get the app", "Add an account"] {
        page(&mut terminal, heading);
        terminal.line("");
    }
    let links = page(&mut terminal, "I cannot scan it");
    let line = links.lines().rev().find(|line| line.contains("I cannot scan it")).expect("the link");
    let number: String = line.chars().skip_while(|sign| !sign.is_ascii_digit()).take(1).collect();
    terminal.line(&number);
    let shown = page(&mut terminal, "Type the key");
    let phone = key_on(&shown);
    let key = Sought::key(&phone);
    key.is_in(id);
    terminal.line("");
    page(&mut terminal, "Test it");
    terminal.line(&phone.code());
    page(&mut terminal, "Your app is set up");
    terminal.line("");
    page(&mut terminal, "Check and send");
    key.is_in(id);
    terminal.line("");
    page(&mut terminal, "Your sign-in security is set up");
    key.is_gone("the key after Send", id);
    Sought::text(&code).is_gone("the code from IT after Send", id);
    terminal.line("");
    assert_eq!(terminal.ended(), Some(0), "{}", terminal.said());

    let said = terminal.said();
    let (before, rest) = said.split_once(ENTER).expect("the alternate screen is entered");
    let (there, after) = rest.split_once(LEAVE).expect("and left");
    assert!(key.needles.found_in(there.as_bytes()).len() > 20, "the control: the key was there");
    assert!(!after.contains(LEAVE), "said twice, the cursor would jump over what stays");
    for outside in [before, after] {
        assert_eq!(key.needles.found_in(outside.as_bytes()), [""; 0]);
    }
    assert!(after.contains("Your reference, if you ask IT for help: "), "{after}");
    assert_eq!(key.needles.found_below(data.path()), [""; 0]);
}

/// On a terminal that is large enough for every page.
fn on_a_terminal(service: &Service, data: &std::path::Path) -> Terminal {
    let mut shell = tool("script", "bsdutils");
    let enrol = format!(
        "stty rows 200 cols 100; exec {} --console --server {} --server-key {} --data {}",
        program("enrol").display(),
        service.url(""),
        service.identity_key(),
        data.display()
    );
    shell.args(["--quiet", "--return", "--echo", "never", "--command", &enrol, "/dev/null"]);
    Terminal::start(shell.env("TERM", "xterm").env("NO_COLOR", "1"))
}

fn page(terminal: &mut Terminal, heading: &str) -> String {
    let text = terminal.until(heading);
    text + &terminal.until(PROMPT)
}

/// The program that `script` runs.
fn assistant_below(script: u32) -> u32 {
    wait_for("the assistant", 20, || {
        let output = Command::new("pgrep").args(["-P", &script.to_string()]).output().ok()?;
        let id: u32 = String::from_utf8_lossy(&output.stdout).trim().parse().ok()?;
        let name = std::fs::read_to_string(format!("/proc/{id}/comm")).ok()?;
        (name.trim() == "enrol").then_some(id)
    })
}

/// Eight groups of four.
fn key_on(page: &str) -> Phone {
    let is_key = |words: &&[&str]| {
        words
            .iter()
            .all(|four| four.len() == 4 && four.chars().all(|sign| matches!(sign, 'A'..='Z' | '2'..='7')))
    };
    let words: Vec<&str> = page.split_whitespace().collect();
    let key = words.windows(8).find(is_key).unwrap_or_else(|| panic!("no key on the page:\n{page}"));
    Phone::typed(&key.join(" "))
}
