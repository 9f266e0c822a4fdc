//! The passphrase of `key export` and `key import` typed on a real terminal: it is asked for, never shown, and the
//! terminal is as before.
//!
//! Not here: what is in the file (the service's own tests).

use std::process::Command;

use tests::needs::tool;
use tests::service::Service;
use tests::terminal::Terminal;

const TYPED: &str = "correct horse battery";

/// A shell line on a terminal of its own, as its user sees it.
fn on_a_terminal(line: &str) -> Terminal {
    let mut script = tool("script", "bsdutils");
    Terminal::start(script.args(["--quiet", "--return", "--flush", "--command", line, "/dev/null"]))
}

/// How a shell is told of a command.
fn quoted(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| format!("'{}'", word.to_str().expect("UTF-8"))).collect::<Vec<_>>().join(" ")
}

/// A command of a service, and then how the terminal stands.
fn asked(service: &Service, arguments: &[&str]) -> Terminal {
    let command = quoted(service.command().args(arguments));
    on_a_terminal(&format!("{command}; echo \"ended with $?\"; stty -a"))
}

/// The terminal shows what is typed again, gives lines, and heeds the keys that break off.
#[track_caller]
fn is_as_before(terminal: &mut Terminal) {
    assert_eq!(terminal.ended(), Some(0));
    let said = terminal.said();
    for mode in [" echo ", " icanon ", "isig "] {
        assert!(said.contains(mode), "{mode}: {said}");
    }
}

#[test]
fn a_passphrase_is_typed_on_a_terminal_and_never_shown() {
    let service = Service::start();
    let file = service.home().join("keys.sealed");
    let file = file.to_str().expect("UTF-8");

    let mut export = asked(&service, &["key", "export", file]);
    export.until("Passphrase: ");
    export.line(TYPED);
    export.until("The same again: ");
    // Whoever corrects a slip types the same.
    export.line("correct horse batte\u{e9}\u{7f}ry");
    export.until("ended with 0");
    is_as_before(&mut export);
    assert!(!export.said().contains("horse") && export.said().contains("under the passphrase"));

    // On a new machine, with the terminal's own Enter.
    let keys = service.home().join("keys/keys.toml");
    let before = std::fs::read(&keys).expect("keys");
    std::fs::remove_file(&keys).expect("lost");
    let mut import = asked(&service, &["key", "import", file]);
    import.until("Passphrase: ");
    import.keys(&format!("{TYPED}\r"));
    import.until("ended with 0");
    is_as_before(&mut import);
    assert!(!import.said().contains("horse") && import.said().contains("Added to"), "{}", import.said());
    assert_eq!(std::fs::read(&keys).expect("keys"), before);

    // Two that are not the same, one that is wrong, one that is broken off.
    let mut other = asked(&service, &["key", "export", &format!("{file}.2")]);
    other.until("Passphrase: ");
    other.line(TYPED);
    other.until("The same again: ");
    other.line("correct horse batter");
    other.until("are not the same");
    other.until("ended with 2");
    is_as_before(&mut other);
    let mut wrong = asked(&service, &["key", "import", file]);
    wrong.until("Passphrase: ");
    wrong.line("incorrect horse battery");
    wrong.until("ended with 1");
    is_as_before(&mut wrong);
    let mut broken_off = asked(&service, &["key", "import", file]);
    broken_off.until("Passphrase: ");
    broken_off.keys("correct\u{3}");
    broken_off.until("broken off");
    broken_off.until("ended with 1");
    is_as_before(&mut broken_off);
    for terminal in [&other, &wrong, &broken_off] {
        assert!(!terminal.said().contains("correct"), "{}", terminal.said());
    }

    // The control: what is typed into something that does not hide it is seen.
    let mut shown = on_a_terminal("read line; echo done");
    shown.line(TYPED);
    shown.until("done");
    assert!(shown.said().contains(TYPED));
}
