//! The whole journey in a terminal, with input and output piped, against the real service: `enrol --console`.
//!
//! Not here: how a page is printed (the assistant's own tests), and a terminal's alternate screen.

use std::process::Command;

use tests::phone::now_secs;
use tests::programs::program;
use tests::relying_party::signs_in_once;
use tests::service::Service;
use tests::terminal::Terminal;

/// Where the cursor waits.
const PROMPT: &str = "\n> ";

#[test]
fn an_enrolment_in_a_terminal_and_its_code_counts_once() {
    let mut service = Service::start();
    let code = service.issue_code("mnowak");
    let key = service.add_client("Remote desktop");
    let data = tempfile::tempdir().expect("a folder");
    let home = home();
    let mut command = Command::new(program("enrol"));
    command.args(["--console", "--server", &service.url(""), "--server-key", service.identity_key()]);
    command.env("HOME", home.path()).env_remove("XDG_CONFIG_HOME");
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let mut terminal = Terminal::start(command.arg("--data").arg(data.path()));

    page(&mut terminal, "Before you start", PROMPT);
    terminal.line("");
    page(&mut terminal, "How we use your details", PROMPT);
    terminal.line("");
    page(&mut terminal, "Who are you?", "Code from IT > ");
    // As people copy it: small letters, another gap.
    terminal.line(&code.to_lowercase().replace('-', " "));
    let who = page(&mut terminal, "Is this you?", PROMPT);
    assert!(who.contains("We found: mnowak, Elm Academy."), "{who}");
    terminal.line("");
    page(&mut terminal, "Which phone do you have?", PROMPT);
    terminal.line("1");
    page(&mut terminal, "(selected)", PROMPT);
    terminal.line("");
    page(&mut terminal, "Get the app", PROMPT);
    terminal.line("");
    page(&mut terminal, "Add an account", PROMPT);
    terminal.line("");
    page(&mut terminal, "Scan the code", PROMPT);
    let phone = terminal.scan();
    assert!(phone.uri.starts_with("otpauth://totp/Oaktree%20Learning%20Trust:mnowak?secret="), "the label");
    terminal.line("");

    page(&mut terminal, "Test it", "type the 6 digits > ");
    terminal.line("12345");
    page(&mut terminal, "There is a problem", "type the 6 digits > ");
    terminal.line("b");
    page(&mut terminal, "Scan the code", PROMPT);
    assert_eq!(terminal.scan().uri, phone.uri, "a wrong code and Back change nothing");
    terminal.line("");
    page(&mut terminal, "Test it", "type the 6 digits > ");
    let (proof, used_secs) = (phone.code(), now_secs());
    terminal.line(&proof);
    page(&mut terminal, "Your app is set up", PROMPT);
    terminal.line("");
    page(&mut terminal, "Check and send", PROMPT);
    terminal.line("");
    let done = page(&mut terminal, "Your sign-in security is set up", PROMPT);
    let reference =
        done.split("Your reference, if you ask IT for help: ").nth(1).and_then(|rest| rest.lines().next());
    let reference = reference.unwrap_or_else(|| panic!("no reference:\n{done}")).to_owned();
    // There is nothing to print with, which the page says; what is saved twice is there twice.
    terminal.line("1");
    terminal.until("Nothing on this computer can open it to print.");
    terminal.until(PROMPT);
    for name in
        [format!("Sign-in security {reference}.html"), format!("Sign-in security {reference} (2).html")]
    {
        terminal.line("2");
        terminal.until("You find it here:");
        terminal.until(PROMPT);
        let slip = std::fs::read_to_string(home.path().join("Papers").join(&name)).expect("the slip");
        assert!(slip.contains(&reference) && slip.contains("Elm Academy"), "{slip}");
        let key = phone.uri.split(['=', '&']).nth(1).expect("a key");
        for secret in [key, &proof, &code, "mnowak"] {
            assert!(!slip.contains(secret), "{secret} is on the slip");
        }
    }
    assert!(!data.path().join("slip.html").exists(), "what could not be printed is gone");
    terminal.line("");
    assert_eq!(terminal.ended(), Some(0), "{}", terminal.said());

    let said = terminal.said();
    assert!(
        said.trim_end().ends_with(&format!("Your reference, if you ask IT for help: {reference}")),
        "the reference stays"
    );
    for typed in [code.as_str(), &code.to_lowercase(), &proof] {
        assert!(!said.contains(typed), "what was typed is printed again");
    }
    let outbox = data.path().join("outbox");
    assert_eq!(std::fs::read_dir(outbox).map(Iterator::count).unwrap_or(0), 0, "the outbox is empty");
    signs_in_once(&service.url(""), &key, "mnowak", &phone, used_secs);
    assert_eq!(service.stop(), Some(0), "{}", service.running().said());
}

/// A person's home, in which documents have a folder with a name of its own.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let settings = home.path().join(".config");
    for folder in [&settings, &home.path().join("Papers")] {
        std::fs::create_dir(folder).expect("a folder");
    }
    std::fs::write(settings.join("user-dirs.dirs"), "XDG_DOCUMENTS_DIR=\"$HOME/Papers\"\n").expect("a file");
    home
}

/// Waits for a heading, then for the cursor under it, and gives the page between them.
fn page(terminal: &mut Terminal, heading: &str, prompt: &str) -> String {
    terminal.until(&format!("{heading}\n"));
    terminal.until(prompt)
}
