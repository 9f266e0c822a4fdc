//! Hygiene of the whole process: no core dumps, panics without their payload, enough open files, and the log.
//!
//! Not here: zeroizing. Each secret's type does that.

use std::sync::{Mutex, PoisonError};

use tracing_subscriber::{
    EnvFilter, filter::filter_fn, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// What is logged unless `ENROL_LOG` says otherwise.
const DEFAULT_FILTER: &str = "info,sqlx=warn,hyper=warn,rustls=warn";

/// What is never logged, whatever `ENROL_LOG` says: it writes out whole messages, and they hold telephone numbers.
const NEVER_LOGGED: &[&str] = &["tungstenite"];

/// Open files that the process takes where the system allows: every connection is one, and so is a sign-in that is held.
#[cfg(unix)]
const OPEN_FILES: u64 = 65_536;

/// Open files that are no connections of requests: the store's, the log's, those to a line or a webhook.
#[cfg(unix)]
const OTHER_FILES: u64 = 64;

/// What was found before there was a log to say it in.
static UNSAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// To be called first. Calling it twice does no harm.
pub fn harden() {
    forbid_core_dumps();
    take_open_files();
    quiet_panics();
}

/// Sends the log to standard error, as text or as a JSON object a line. A second call is without effect.
pub fn start_log(json: bool) {
    let filter = EnvFilter::try_from_env("ENROL_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let registry =
        tracing_subscriber::registry().with(filter).with(filter_fn(|of| may_be_logged(of.target())));
    // An error means that a log is already there, as in a test: then that one serves.
    let _ = if json {
        registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init()
    } else {
        registry.with(fmt::layer().with_ansi(false).with_writer(std::io::stderr)).try_init()
    };
    for text in UNSAID.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        tracing::warn!("{text}");
    }
}

/// For the log, once it is there.
#[cfg(unix)]
fn to_be_said(text: String) {
    UNSAID.lock().unwrap_or_else(PoisonError::into_inner).push(text);
}

fn may_be_logged(target: &str) -> bool {
    !NEVER_LOGGED.contains(&target.split("::").next().unwrap_or(target))
}

/// A core would hold keys and codes.
#[cfg(unix)]
fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        to_be_said(format!("core dumps could not be forbidden: {error}"));
    }
    // A limit does not stop a core that is piped to a program; this does, and keeps other processes of the user from attaching.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
    {
        to_be_said(format!("the process could not be made undumpable: {error}"));
    }
}

#[cfg(not(unix))]
fn forbid_core_dumps() {}

/// Systems give 1,024 at first, for the sake of old programs, and let whoever needs more take them.
#[cfg(unix)]
fn take_open_files() {
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
fn take_open_files() {}

/// A payload may quote what was being worked on; the place is enough to find the fault.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!("a fault in the program at {place}");
        #[expect(
            clippy::print_stderr,
            reason = "the log may not have started yet, and a panic must leave a trace"
        )]
        if !tracing::enabled!(tracing::Level::ERROR) {
            eprintln!("enrol-service: a fault in the program at {place}");
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_writes_out_whole_messages_is_never_logged() {
        assert!(!may_be_logged("tungstenite::protocol") && !may_be_logged("tungstenite"));
        for target in ["service::vault", "telephony::asterisk::socket", "tungstenite_like", "log"] {
            assert!(may_be_logged(target), "{target}");
        }
    }

    #[cfg(target_os = "linux")]
    mod in_a_process_of_its_own {
        use std::process::Command;

        use rustix::process::{DumpableBehavior, Resource, Rlimit, dumpable_behavior, getrlimit};

        use super::super::{harden, start_log};

        /// Says to this test that it is the process that it has started.
        const STARTED: &str = "ENROL_TEST_STARTED";

        /// As it may stand in a request.
        const PAYLOAD: &str = "the code WRXKB-MNPQZ";

        #[test]
        fn a_hardened_process_dumps_no_core_and_says_of_a_panic_only_where_it_happened() {
            if let Some(how) = std::env::var_os(STARTED) {
                return started(&how.to_string_lossy());
            }
            let [plain, before_the_log, hardened] = ["plain", "before the log", "with a log"].map(said_by);
            assert!(plain.contains(PAYLOAD), "the control: {plain}");
            for said in [before_the_log, hardened] {
                assert!(
                    said.contains("a fault in the program at ") && said.contains("process.rs:"),
                    "{said}"
                );
                assert!(!said.contains("the code") && !said.contains("WRXKB"), "{said}");
            }
        }

        /// What this test says on standard error as a process of its own, under a limit that allows cores.
        fn said_by(how: &str) -> String {
            let own = std::env::current_exe().expect("this program");
            // The one test of this module.
            let (_, module) = module_path!().split_once("::").expect("a module of a crate");
            let output = Command::new("sh")
                .args(["-c", "ulimit -S -c unlimited && exec \"$0\" \"$1\" --nocapture"])
                .arg(own)
                .arg(module)
                .env(STARTED, how)
                .env_remove("ENROL_LOG")
                .output()
                .expect("the shell starts");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{}{said}", String::from_utf8_lossy(&output.stdout));
            said
        }

        fn started(how: &str) {
            let cores = || (getrlimit(Resource::Core), dumpable_behavior().expect("it is told"));
            assert_ne!(cores().0.current, Some(0), "the control: it may leave a core at first");
            assert_eq!(cores().1, DumpableBehavior::Dumpable);
            if how != "plain" {
                harden();
                let none = Rlimit { current: Some(0), maximum: Some(0) };
                assert_eq!(cores(), (none, DumpableBehavior::NotDumpable));
            }
            if how == "with a log" {
                start_log(false);
            }
            assert!(std::thread::spawn(fails).join().is_err());
        }

        fn fails() {
            panic!("{PAYLOAD}");
        }
    }
}
