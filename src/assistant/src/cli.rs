//! The `enrol` command: from flags to a running window or console, with plain errors and exit codes.
//!
//! Not here: what is shown. The one file, beside `main.rs`, that may print outside the pages.

mod exit;
mod guard;
mod station;

use std::{ffi::OsString, path::PathBuf, process::ExitCode, sync::Arc};

use domain::error_chain;
use platform::UntilClosed;

use exit::{FAULT, WRONG_SETTING};
pub use guard::guard_process;

use crate::{
    console,
    driver::Driver,
    effects::{
        self, DataFolder, Effects, FolderError, LiveEffects, LiveOptions, StartError,
        connection_check::{self, ConnectionOutcome},
        desktop::{self, Desktop},
        instance,
        station::StationFault,
        system_log::{self, SystemEvent},
    },
    settings::{self, Flags, Rules, SettingError, Settings},
    texts::{Texts, TextsError},
    view::{self, StartFailure},
    window::{self, WindowError, WindowOptions},
    workstation::Workstation,
};

/// Why the assistant did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Nothing to run by.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// No folder to keep things in.
    #[error("this system names no folder for programs' data; say one with --data DIR")]
    NoFolder,
    /// The folder cannot be held.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The world cannot be set up.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The words are missing.
    #[error(transparent)]
    Texts(#[from] TextsError),
    /// The terminal broke.
    #[error(transparent)]
    Console(#[from] console::ConsoleError),
    /// This computer did not become a station, or did not end to be one.
    #[error(transparent)]
    Station(#[from] StationFault),
    /// There was a window.
    #[error(transparent)]
    Window(WindowError),
    /// Neither window nor terminal.
    #[error(
        "{0} There is no terminal either. Start this program on a desktop, or with --console in a terminal"
    )]
    NowhereToShow(String),
}

/// On what the pages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// In a window.
    Window,
    /// In this terminal.
    Console,
}

/// The whole of the program.
pub fn main() -> ExitCode {
    guard_process();
    #[cfg(windows)]
    effects::windows::use_the_parents_console();
    let words: Vec<OsString> = std::env::args_os().collect();
    let flags = match Flags::read(&words) {
        Ok(flags) => flags,
        Err(said) => {
            let _ = said.print();
            #[cfg(windows)]
            effects::windows::show_if_no_output(&said.to_string(), said.use_stderr());
            if !said.use_stderr() {
                return ExitCode::SUCCESS;
            }
            system_log::tell(&SystemEvent::WrongSetting(settings::named(&said)));
            if Flags::may_open_a_window(&words) {
                // What follows are hints for whoever types.
                let reason = said.to_string().split("\n\n").next().unwrap_or_default().to_owned();
                show_if_unread(&StartFailure { is_not_set_up: false, reason });
            }
            return ExitCode::from(WRONG_SETTING);
        }
    };
    if flags.show_policy {
        return show_policy(&flags);
    }
    let ran = if flags.check_connection {
        check_connection(&flags)
    } else if flags.register_station {
        station::register(&flags).map(|()| ExitCode::SUCCESS)
    } else if flags.forget_station {
        station::forget(&flags).map(|()| ExitCode::SUCCESS)
    } else {
        run(&flags).map(|()| ExitCode::SUCCESS)
    };
    #[cfg(windows)]
    let has_failed = ran.is_err();
    let code = match ran {
        Ok(code) => code,
        Err(error) => {
            let words = format!("enrol: {}", error_chain(&error));
            let failure = error.start_failure().filter(|_| !flags.is_for_it());
            match &failure {
                Some(failure) => say_or_show(&words, failure),
                None => say(&words),
            }
            if let Some(event) = error.event() {
                system_log::tell(&event);
            }
            if let Some(failure) = &failure {
                show_if_unread(failure);
            }
            ExitCode::from(error.exit_code())
        }
    };
    #[cfg(windows)]
    if flags.register_station || has_failed {
        effects::windows::keep_its_own_console_until_enter();
    }
    code
}

/// For IT, on standard output. Fails when a setting is wrong.
fn show_policy(flags: &Flags) -> ExitCode {
    use std::io::Write as _;
    let rules = Rules::of(flags, settings::places());
    let described = rules.described(settings::places());
    let written = write!(UntilClosed::new(std::io::stdout()), "{described}");
    #[cfg(windows)]
    effects::windows::show_if_no_output(&described, false);
    match (rules.fault(), written) {
        (Some(_), _) => ExitCode::from(WRONG_SETTING),
        (None, Err(_)) => ExitCode::from(FAULT),
        (None, Ok(())) => ExitCode::SUCCESS,
    }
}

/// For IT, on standard output. Fails when the service was not reached, or its answer is refused.
fn check_connection(flags: &Flags) -> Result<ExitCode, RunError> {
    use std::io::Write as _;
    let settings = Settings::of(flags)?;
    let folder = settings.data_folder();
    let checked = connection_check::check_connection(
        &settings.server,
        settings.server_key,
        settings.ca_file.as_deref(),
        settings.proxy,
        folder.as_deref(),
    )?;
    let _ = write!(std::io::stdout(), "{}", checked.text);
    #[cfg(windows)]
    effects::windows::show_if_no_output(&checked.text, checked.outcome != ConnectionOutcome::Reached);
    Ok(match checked.outcome {
        ConnectionOutcome::Reached => ExitCode::SUCCESS,
        ConnectionOutcome::NotReached => ExitCode::from(FAULT),
        ConnectionOutcome::Refused(_) => ExitCode::from(WRONG_SETTING),
    })
}

fn run(flags: &Flags) -> Result<(), RunError> {
    let settings = Settings::of(flags)?;
    #[cfg(windows)]
    if settings.console {
        effects::windows::use_a_console_of_its_own();
    }
    let folder: PathBuf = settings.data_folder().ok_or(RunError::NoFolder)?;
    let Settings { server, server_key, data: _, console, ca_file, renderer, theme, workstation, proxy } =
        settings;
    if let Some(file) = &ca_file {
        // A wrong setting is told also where nothing can be shown, and before anything is made.
        effects::check_certificates(file)?;
    }
    let data = match DataFolder::hold(&folder) {
        Err(FolderError::InUse(_)) if !console && instance::bring_forward(instance::Name::of(&folder)) => {
            return Ok(());
        }
        held => held?,
    };
    effects::log::begin(&data);
    let name = instance::Name::of(&folder);
    // A window bears the name; a terminal cannot be brought forward.
    let _mark = (!console).then(|| instance::Mark::set(name));
    let make = |_| {
        let options = LiveOptions {
            server: server.clone(),
            server_key,
            data: data.clone(),
            ca_file: ca_file.clone(),
            proxy: proxy.clone(),
            on_accepted: Some(Arc::new(|_, _| system_log::tell(&SystemEvent::Sent))),
            on_stuck: Some(Arc::new(|| system_log::tell(&SystemEvent::Stuck))),
            on_station_fault: Some(Arc::new(|why| {
                system_log::tell(&SystemEvent::StationFault(why.to_owned()))
            })),
        };
        driver_at(workstation.clone(), options)
    };
    let shown = if console { Shown::Console } else { Shown::Window };
    let maximised = workstation.serves_next_person();
    let window = WindowOptions {
        renderer,
        theme,
        maximised,
        name: Some(name),
        on_open: Some(|| system_log::tell(&SystemEvent::Started)),
        ..WindowOptions::default()
    };
    show(shown, window, &make)?;
    Ok(())
}

/// A driver on the real world, standing at its first page or where the person left off.
pub fn driver(options: LiveOptions) -> Result<Driver<LiveEffects>, RunError> {
    driver_at(Workstation::default(), options)
}

/// The same at a workstation. In a session it stands at the first page.
fn driver_at(workstation: Workstation, options: LiveOptions) -> Result<Driver<LiveEffects>, RunError> {
    let data = options.data.clone();
    let texts = Texts::english()?;
    let effects = LiveEffects::start(options)?;
    let now = Effects::computer_now(&effects);
    let resumed = data.resume(now);
    let mut driver = Driver::at(workstation, effects, texts, resumed.map(|resumed| resumed.page));
    if let Some(at) = resumed.and_then(|resumed| resumed.signed_in_at) {
        driver.know_sign_in(at);
    }
    Ok(driver)
}

/// Shows the pages until the person is done: in a window where one can be opened, else in the terminal.
/// `make` is told for what, and may be asked twice. Says on what they were shown last.
pub fn show(
    wanted: Shown,
    options: WindowOptions,
    make: &dyn Fn(Shown) -> Result<Driver<LiveEffects>, RunError>,
) -> Result<Shown, RunError> {
    if wanted == Shown::Window {
        let excuse = match desktop::desktop() {
            Desktop::Window => match window::run(make(Shown::Window)?, options) {
                Ok(()) => return Ok(Shown::Window),
                Err(error @ WindowError::Lost) => return Err(RunError::Window(error)),
                Err(error) => format!("A window cannot be opened: {}.", error_chain(&error)),
            },
            Desktop::Missing(packages) => format!(
                "A window cannot be opened. Missing: {0}. To install: sudo apt-get install {0}",
                packages.join(" ")
            ),
            Desktop::None => "There is no display.".to_owned(),
        };
        if !desktop::has_terminal() {
            return Err(RunError::NowhereToShow(excuse));
        }
        #[cfg(windows)]
        effects::windows::use_a_console_of_its_own();
        say(&format!("{excuse} Going on in this terminal."));
    }
    let mut driver = make(Shown::Console)?;
    if let Some(tell) = options.on_open {
        tell();
    }
    console::run(&mut driver)?;
    for notice in driver.take_notices() {
        say(&notice.to_string());
    }
    Ok(Shown::Console)
}

/// Says why the program does not start, on standard error; on Windows in a box where that leads nowhere, in words for whoever
/// sits there.
fn say_or_show(words: &str, failure: &StartFailure) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{words}");
    #[cfg(windows)]
    effects::windows::show_if_no_output(
        &Texts::english().map_or_else(|_| words.to_owned(), |texts| view::notice_text(failure, &texts)),
        true,
    );
    #[cfg(not(windows))]
    let _ = failure;
}

/// Shows why the program does not start in a window, where nobody reads standard error: it was started by an icon. On Windows
/// a box has said it by then.
fn show_if_unread(failure: &StartFailure) {
    if cfg!(windows) || desktop::is_at_a_terminal() || desktop::desktop() != Desktop::Window {
        return;
    }
    // Without words or a window there is what stands on standard error.
    if let Ok(texts) = Texts::english() {
        let _ = window::show_notice(view::notice(failure, &texts), WindowOptions::default());
    }
}

/// For whoever started the program: on standard error, and on Windows in a box where that leads nowhere. A closed one
/// stops nothing.
pub fn say(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
    #[cfg(windows)]
    effects::windows::show_if_no_output(text, true);
}
