//! The commands. Each reads the settings, does one thing, says what it did and gives an exit code.
//!
//! Not here: rules. Commands call the same verbs as the routes.

mod advice;
mod alerts;
mod audit;
mod calls;
mod client;
mod code;
mod csv;
mod database;
mod find;
mod key;
mod list;
mod operator;
mod passphrase;
mod person;
mod policy_warnings;
mod serve;
mod station;
mod time;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use advice::explain;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use domain::error_chain;

use crate::config::{ConfigError, EXAMPLE, EXAMPLE_POLICY, Settings};
use crate::process;
use crate::server::{self, StartError};
use engine::Service;
use vault::{KeyFileError, Keys};

const EXIT_CODES: &str = "Exit codes: 0 done, 1 not done, 2 the command line is wrong, 3 a setting is wrong.
Settings: the file named by --config (or ENROL_CONFIG), and over it variables such as ENROL_LISTEN.
Log: to standard error; ENROL_LOG=debug for more.";

/// Keeps enrolments for multi-factor sign-in and answers later sign-ins.
#[derive(Debug, Parser)]
#[command(name = "enrol-service", version, about, after_help = EXIT_CODES, max_term_width = 100)]
struct Line {
    #[command(subcommand)]
    command: Command,
    /// The file with the settings.
    #[arg(long, global = true, env = "ENROL_CONFIG", default_value = "service.toml", value_name = "FILE")]
    config: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl+C. SIGHUP reads the certificate again.
    Serve(serve::Serve),
    /// Make the store's tables, or bring them up to this version. `serve` does so too; no other command does.
    Migrate,
    /// Ask the service that runs by these settings on this computer whether it is ready: a health check for containers.
    Ready,
    /// Print annotated settings to start from.
    DefaultConfig(DefaultConfig),
    /// The one-use codes with which people begin.
    #[command(subcommand)]
    Code(code::Code),
    /// Relying parties: the programs that may ask whether a sign-in code is right.
    #[command(subcommand)]
    Client(client::Client),
    /// Enrolment stations: computers that you registered.
    #[command(subcommand)]
    Station(station::Station),
    /// Telephone calls: how many there were, and who may be called again.
    #[command(subcommand)]
    Calls(calls::Calls),
    /// What somebody is to look at: the alerts of the last days, with names.
    Alerts(alerts::Alerts),
    /// What is kept on a person: show it, delete it; and people who leave.
    #[command(subcommand)]
    Person(person::Person),
    /// The record of every change.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The keys of this service: see, change and forget them.
    #[command(subcommand)]
    Key(key::Key),
    /// Copy the store to a new folder while it is in use. The copy holds no key.
    Backup(database::Backup),
    /// Prove that a backup opens, or put it in place while no service runs.
    Restore(database::Restore),
    /// Print the description of the HTTP interface.
    Openapi,
}

#[derive(Debug, Args)]
struct DefaultConfig {
    /// Print the trust's policy instead of the service's settings.
    #[arg(long)]
    policy: bool,
}

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// A setting is wrong.
    #[error("{0}")]
    Configuration(String),
    /// What was typed cannot be meant.
    #[error("{0}")]
    Usage(String),
    /// It was tried and did not succeed.
    #[error("{0}")]
    Failed(String),
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Configuration(_) => 3,
        }
    }

    /// With every cause behind it: whoever runs a command may know them.
    fn failed(error: &dyn std::error::Error) -> Self {
        Self::Failed(error_chain(error))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Configuration(error.to_string())
    }
}

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Self {
        Self::Configuration(explain(&error))
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let text = explain(&error);
        if error.is_configuration() { Self::Configuration(text) } else { Self::Failed(text) }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(&error)
    }
}

/// Carries out a command line.
pub fn main(line: impl IntoIterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    ExitCode::from(run(line, out, err))
}

fn run(line: impl IntoIterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let words: Vec<OsString> = line.into_iter().collect();
    let line = match Line::try_parse_from(&words) {
        Ok(line) => line,
        Err(error) => {
            let error = without_variables(&words).filter(|_| error.use_stderr()).unwrap_or(error);
            // Help and version come the same way, and are no mistakes.
            let text = error.render();
            let _ = if error.use_stderr() { write!(err, "{text}") } else { write!(out, "{text}") };
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    match execute(line, out) {
        Ok(()) => 0,
        Err(failure) => {
            let _ = writeln!(err, "enrol-service: {failure}");
            failure.exit_code()
        }
    }
}

/// What is wrong with the words alone. With a variable set, clap takes its flag for typed, and a usage line shows it as if it
/// had to be.
fn without_variables(words: &[OsString]) -> Option<clap::Error> {
    Line::command().mut_args(|flag| flag.env(None::<&str>)).try_get_matches_from(words).err()
}

fn execute(line: Line, out: &mut dyn Write) -> Result<(), Failure> {
    let Line { command, config } = line;
    match command {
        Command::Serve(serve) => serve.run(&config, out),
        Command::Migrate => database::migrate(&config, out),
        Command::Ready => {
            let settings = Settings::load(&config)?;
            let ready = runtime()?.block_on(server::check_ready(&settings));
            ready.map_err(|error| Failure::failed(&error))?;
            Ok(writeln!(out, "ready")?)
        }
        Command::DefaultConfig(DefaultConfig { policy }) => {
            Ok(write!(out, "{}", if policy { EXAMPLE_POLICY } else { EXAMPLE })?)
        }
        Command::Code(code) => code.run(&config, out),
        Command::Client(client) => client.run(&config, out),
        Command::Station(station) => station.run(&config, out),
        Command::Calls(calls) => calls.run(&config, out),
        Command::Alerts(alerts) => alerts.run(&config, out),
        Command::Person(person) => person.run(&config, out),
        Command::Audit(audit) => audit.run(&config, out),
        Command::Key(key) => key.run(&config, out),
        Command::Backup(backup) => backup.run(&config, out),
        Command::Restore(restore) => restore.run(&config, out),
        Command::Openapi => {
            let text = api::description(&api::table()).to_pretty_json();
            Ok(writeln!(out, "{}", text.map_err(|error| Failure::failed(&error))?)?)
        }
    }
}

/// Opens the service that the settings name and lets one piece of work use it.
fn with_service<T>(
    config: &Path,
    work: impl AsyncFnOnce(&Service) -> Result<T, Failure>,
) -> Result<T, Failure> {
    process::start_log(false);
    let settings = Settings::load(config)?;
    let keys = Keys::load(&settings.keys, Some(&settings.store_folder()))?;
    runtime()?.block_on(async {
        let service = server::open_existing(&settings, keys).await?;
        let done = work(&service).await;
        service.store().close().await;
        done
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(domain::wipe_stack)
        .build()
        .map_err(|error| Failure::failed(&error))
}

#[cfg(test)]
mod tests;
