//! The help text of every command, found by following the lists of commands, and the annotated settings.
//! The pages for people are held against these texts (`crate::tidy`).

use std::process::Command;

use tests::needs::run;
use tests::programs::program;

use super::compare;

#[test]
fn the_commands_of_the_service_and_their_flags() {
    compare("enrol-service-help", &help_of("enrol-service"));
}

#[test]
fn the_flags_of_the_assistant() {
    compare("enrol-help", &help_of("enrol"));
}

#[test]
fn the_flags_of_the_demo() {
    compare("enrol-demo-help", &help_of("enrol-demo"));
}

#[test]
fn the_commands_of_a_developer() {
    compare("xtask-help", &help_of("xtask"));
}

#[test]
fn the_annotated_settings() {
    compare("default-config", &output("enrol-service", &["default-config"]));
    compare("default-config-policy", &output("enrol-service", &["default-config", "--policy"]));
}

#[test]
fn each_listed_command_is_followed_and_help_itself_is_not() {
    let help = "Does it.\n\nUsage: a [OPTIONS] <COMMAND>\n\nCommands:\n  serve          Serve until\n                 SIGTERM\n  \
                default-config  Print\n  help           Print this\n\nOptions:\n  --config <FILE>  A file\n";
    assert_eq!(commands_in(help), ["serve", "default-config"]);
    assert_eq!(commands_in("Usage: enrol [OPTIONS]\n\nOptions:\n  --server <URL>  An address\n"), [""; 0]);
}

/// The help texts of a program and of all commands below it, each under the line that asks for it.
fn help_of(name: &str) -> String {
    let mut texts = String::new();
    add_help(name, &mut Vec::new(), &mut texts);
    texts
}

fn add_help(name: &str, command: &mut Vec<String>, texts: &mut String) {
    let words: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
    let help = output(name, &words);
    texts.push_str(&format!("$ {name} {}\n{help}\n", words.join(" ")));
    for below in commands_in(&help) {
        command.push(below);
        add_help(name, command, texts);
        command.pop();
    }
}

/// The commands that a help text lists. A line that goes on with the text of the one before is indented further.
fn commands_in(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = list.take_while(|line| !line.is_empty()).filter_map(|line| {
        let entry = line.strip_prefix("  ").filter(|entry| !entry.starts_with(' '))?;
        entry.split_whitespace().next()
    });
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// What a program prints. It sees no variables, since a help text shows the value of those that it reads.
fn output(name: &str, words: &[&str]) -> String {
    let mut command = Command::new(program(name));
    let output = run(command.env_clear().args(words));
    String::from_utf8(output.stdout).expect("UTF-8")
}
