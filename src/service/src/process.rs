//! Set-up of the whole process: its guards, enough open files, and the log.
//!
//! Not here: how the guards work (`platform::process`), and zeroizing, which each secret's type does.

use std::panic::Location;
use std::sync::{Mutex, PoisonError};

use platform::process::GuardError;
use tracing_subscriber::{
    EnvFilter, filter::filter_fn, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// What is logged unless `ENROL_LOG` says otherwise.
const DEFAULT_FILTER: &str = "info,sqlx=warn,hyper=warn,rustls=warn";

/// What is never logged, whatever `ENROL_LOG` says: it writes out whole messages, and they hold telephone numbers.
const NEVER_LOGGED: &[&str] = &["tungstenite"];

/// The limit of open files that the process asks for: every connection is one, and so is a sign-in that waits.
#[cfg(unix)]
const OPEN_FILES: u64 = 65_536;

/// Open files that are no connections of requests: the store's, the log's, those to a line or a webhook.
#[cfg(unix)]
const OTHER_FILES: u64 = 64;

/// Warnings from before the log was started.
static PENDING_WARNINGS: Mutex<Vec<GuardError>> = Mutex::new(Vec::new());

/// Forbids core dumps, hides the payloads of panics, and raises the limit of open files. To be called first. Calling it
/// twice does no harm.
pub fn harden() {
    let refused = platform::process::forbid_core_dumps();
    PENDING_WARNINGS.lock().unwrap_or_else(PoisonError::into_inner).extend(refused);
    raise_open_files();
    platform::process::hide_panic_payloads(report_panic);
}

/// The place is enough to find the fault.
fn report_panic(location: Option<&Location<'_>>) {
    let place = location.map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    tracing::error!("a fault in the program at {place}");
    #[expect(
        clippy::print_stderr,
        reason = "the log may not have started yet, and a panic must leave a trace"
    )]
    if !tracing::enabled!(tracing::Level::ERROR) {
        eprintln!("enrol-service: a fault in the program at {place}");
    }
}

/// Sends the log to standard error, as text or as a JSON object a line. A second call is without effect.
pub fn start_log(json: bool) {
    let filter = EnvFilter::try_from_env("ENROL_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let registry =
        tracing_subscriber::registry().with(filter).with(filter_fn(|of| may_be_logged(of.target())));
    // The layer would tell of an error of standard error on standard error, and a panic comes of that when it is closed.
    let layer = || fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
    // An error means that a log is already there, as in a test: then that one serves.
    let _ = if json {
        registry.with(layer().json()).try_init()
    } else {
        registry.with(layer().with_ansi(false)).try_init()
    };
    for refused in PENDING_WARNINGS.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        tracing::warn!("{refused}");
    }
}

fn may_be_logged(target: &str) -> bool {
    !NEVER_LOGGED.contains(&target.split("::").next().unwrap_or(target))
}

/// Systems give 1,024 at first, for the sake of old programs, and let whoever needs more take them.
#[cfg(unix)]
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
    if current.is_none_or(|current| current >= wanted) {
        return;
    }
    // Whether it is enough is said by whoever needs them.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
}

/// Warns when the system allows fewer open files than connections are to be taken.
#[cfg(unix)]
pub fn warn_of_few_open_files(connections: usize) {
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHER_FILES);
    if let Some(most) = most.filter(|most| *most < wanted) {
        tracing::warn!(
            most,
            wanted,
            "the system allows this process fewer open files than flood.connections need: raise it (LimitNOFILE= of a systemd unit, or ulimit -n), or lower the setting"
        );
    }
}

/// Nothing is known of a limit there.
#[cfg(not(unix))]
pub fn warn_of_few_open_files(_: usize) {}

#[cfg(not(unix))]
fn raise_open_files() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_that_log_whole_messages_are_never_logged() {
        assert!(!may_be_logged("tungstenite::protocol") && !may_be_logged("tungstenite"));
        for target in ["service::vault", "telephony::asterisk::socket", "tungstenite_like", "log"] {
            assert!(may_be_logged(target), "{target}");
        }
    }

    #[cfg(target_os = "linux")]
    mod as_a_process {
        use platform::testing::crash_in_children;

        use super::super::{harden, start_log};

        #[test]
        fn a_hardened_process_dumps_no_core_and_says_of_a_panic_only_where_it_happened() {
            let with_a_log = || {
                harden();
                start_log(false);
            };
            for said in crash_in_children(module_path!(), [harden, with_a_log]).into_iter().flatten() {
                assert!(said.contains("a fault in the program at "), "{said}");
            }
        }
    }
}
