//! The commands of a developer: `cargo xtask --help`. They need Rust and a C compiler; one that needs more says so.
//!
//! Not here: what the commands of `tests/` and `packaging/` do. They are started, never copied.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program of the developer's terminal")]

mod cargo;
mod check;
mod deny;
mod docs;
mod edit_loop;
mod gallery;
mod steps;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use cargo::{cargo, script};

/// Builds, checks and measures this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the format, run clippy, the tidy tests and the unit tests. A test that needs a program which is not
    /// installed is counted and left to `test`.
    Check,
    /// Install what the tests need (Debian or Ubuntu) and run all of them: tests/run.
    Test {
        /// Run the big counts in full.
        #[arg(long)]
        full: bool,
    },
    /// Run the scenarios of tests/it whose names contain a text.
    Scenario {
        /// A part of a name, for example console.
        name: String,
        /// What the test program is given, for example --nocapture.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Run service and assistant in one process, for a look.
    Demo(Passed),
    /// Make the reference pages and the documentation of all crates. A warning is an error.
    Docs(docs::Docs),
    /// Draw every page of the window at eight sizes, in three themes and two sizes of type, on one page for a look.
    Gallery(gallery::Gallery),
    /// Make the pictures and the film of the README: assets/pictures.
    Pictures,
    /// Check licences, sources and known weaknesses of all dependencies with cargo-deny.
    Deny(Passed),
    /// Print the figures of window and service beside their targets.
    Bench(Passed),
    /// Make all files of a release: packaging/release.
    Release(Passed),
    /// Measure how long a change of one file keeps a developer waiting.
    EditLoop(edit_loop::EditLoop),
}

/// Words that are handed on as they are.
#[derive(Debug, Args)]
struct Passed {
    /// What the command that is started is given.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

fn main() -> ExitCode {
    match carry_out(Line::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Check => check::check(),
        Command::Test { full } => script("tests/run", if full { &["--full"] } else { &[] }),
        Command::Scenario { name, arguments } => {
            let words = ["test", "--workspace", "--locked", "--test", "it", "--", &name];
            cargo(words.into_iter().chain(arguments.iter().map(String::as_str)))
        }
        Command::Demo(Passed { arguments }) => {
            cargo(["run", "--locked", "-p", "demo", "--"].into_iter().chain(texts(&arguments)))
        }
        Command::Docs(docs) => docs.run(),
        Command::Gallery(gallery) => gallery.run(),
        Command::Pictures => gallery::pictures(),
        Command::Deny(Passed { arguments }) => deny::deny(&arguments),
        Command::Bench(Passed { arguments }) => {
            let words =
                ["bench", "--locked", "--profile", "quick", "--workspace", "--bench", "figures", "--"];
            cargo(words.into_iter().chain(texts(&arguments)))
        }
        Command::Release(Passed { arguments }) => {
            script("packaging/release", &texts(&arguments).collect::<Vec<_>>())
        }
        Command::EditLoop(edit_loop) => edit_loop.run(),
    }
}

fn texts(arguments: &[String]) -> impl Iterator<Item = &str> {
    arguments.iter().map(String::as_str)
}
