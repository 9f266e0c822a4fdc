//! The whole of Enrol on one computer: the service of a practice trust and the assistant, in one process.
//!
//! The demo has no rules of its own. What works here works because the service and the assistant work.

mod codes_file;
mod options;
mod output;
mod practice_phone;
mod relying_party;
mod tour;
mod trust;

use std::{
    io::IsTerminal as _,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use assistant::{
    cli::{self, RunError, Shown},
    effects::{DataFolder, LiveOptions, OnAccepted, proxy::ProxyChoice},
    window::WindowOptions,
};
use clap::Parser as _;
use domain::{Person, Reference};

use options::Options;
use output::print;
use trust::Trust;

/// Runs the program: reads the flags, serves, and shows the assistant or plays the tour.
pub fn main() -> ExitCode {
    cli::guard_process();
    let options = Options::parse();
    if std::env::var_os("ENROL_LOG").is_some() {
        service::process::start_log(false);
    }
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::say(&format!("enrol-demo: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    let home = options.home()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads for the service")?;
    let trust = runtime.block_on(Trust::start(home.path(), options))?;
    print(&trust.described())?;
    let outcome = if options.tour { tour::run(&trust) } else { show_assistant(&trust, options, &runtime) };
    runtime.block_on(trust.stop())?;
    outcome
}

/// Shows the assistant, or prints how to start it, and serves until nobody needs the service.
fn show_assistant(trust: &Trust, options: &Options, runtime: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    if options.no_window {
        print(&trust.how_to_go_on())?;
        return serve(runtime);
    }
    if practice_phone::is_at_the_terminal(options) {
        print("When you ask for the test call, the practice phone rings here.\n")?;
        practice_phone::show(trust.phone(), runtime);
    } else {
        print("The practice phone answers by itself, and presses the right digits.\n")?;
    }
    let accepted: Accepted = Arc::default();
    let wanted = if options.console { Shown::Console } else { Shown::Window };
    let data = DataFolder::hold(&trust.assistant_folder())?;
    let make = |shown| {
        if shown == Shown::Console {
            wait_until_codes_are_noted().map_err(|error| RunError::NowhereToShow(format!("{error:#}.")))?;
        }
        cli::driver(LiveOptions {
            server: trust.address()?,
            server_key: Some(trust.identity_key()),
            data: data.clone(),
            ca_file: None,
            proxy: ProxyChoice::Direct,
            on_accepted: Some(on_accepted(trust, &accepted, shown)),
            on_stuck: None,
            on_station_fault: None,
        })
    };
    let window = WindowOptions { theme: options.theme, ..WindowOptions::default() };
    match cli::show(wanted, window, &make) {
        Ok(_) => {}
        Err(RunError::NowhereToShow(why)) => {
            cli::say(&why);
            print(&trust.how_to_go_on())?;
            return serve(runtime);
        }
        Err(error) => return Err(anyhow::Error::new(error)),
    }
    let accepted = accepted.lock().unwrap_or_else(PoisonError::into_inner).take();
    match accepted {
        Some(Check { command, printed }) => {
            if !printed {
                print(&command)?;
            }
            serve(runtime)
        }
        None => Ok(()),
    }
}

/// Waits until the person has noted a code, since the pages will cover the printed codes on a terminal.
fn wait_until_codes_are_noted() -> anyhow::Result<()> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        print("The pages will cover this. Note one of the codes, then press Enter.")?;
        std::io::stdin().read_line(&mut String::new()).context("the terminal cannot be read")?;
    }
    Ok(())
}

/// The command that checks the sign-in of the person who enrolled last.
struct Check {
    command: String,
    printed: bool,
}

type Accepted = Arc<Mutex<Option<Check>>>;

/// Prints the command at once beside a window. In the terminal it would cover the pages, so it is printed later.
fn on_accepted(trust: &Trust, accepted: &Accepted, shown: Shown) -> OnAccepted {
    let check = trust.check_command();
    let accepted = Arc::clone(accepted);
    Arc::new(move |_: &Reference, person: Option<&Person>| {
        if let Some(person) = person {
            let command = check.for_person(person);
            let printed = shown == Shown::Window && print(&command).is_ok();
            *accepted.lock().unwrap_or_else(PoisonError::into_inner) = Some(Check { command, printed });
        }
    })
}

fn serve(runtime: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    print("The service goes on. Stop it with Ctrl+C.\n")?;
    runtime.block_on(stop_signal()).context("the system's signals cannot be heard")
}

#[cfg(unix)]
async fn stop_signal() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
