//! What Windows alone wants: words for people who started the program without a console, and no reports of crashes.
//!
//! Not here: the registry, which is a place of settings.
#![expect(unsafe_code, reason = "these few calls have no safe wrapper; each is told why it is sound")]

pub(crate) mod instance;
mod sight;

use std::sync::atomic::{AtomicBool, Ordering};

use super::events::Level;
use windows_sys::Win32::{
    Foundation::INVALID_HANDLE_VALUE,
    System::{
        Console::{
            ATTACH_PARENT_PROCESS, AllocConsole, AttachConsole, FreeConsole, GetStdHandle, STD_ERROR_HANDLE,
            STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
        },
        Diagnostics::Debug::{SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode},
        EventLog::{
            DeregisterEventSource, EVENTLOG_ERROR_TYPE, EVENTLOG_INFORMATION_TYPE, EVENTLOG_WARNING_TYPE,
            RegisterEventSourceW, ReportEventW,
        },
    },
    UI::WindowsAndMessaging::{MB_ICONERROR, MB_ICONINFORMATION, MB_OK, MB_SETFOREGROUND, MessageBoxW},
};

#[cfg(test)]
pub(super) use sight::colours;
pub(super) use sight::{contrast, text_percent};

/// Takes the console of whoever started the program, if there is one and nothing is redirected: a program with a
/// window is given none by itself.
pub(crate) fn use_the_parents_console() {
    if !is_there(STD_ERROR_HANDLE) && !is_there(STD_OUTPUT_HANDLE) {
        // SAFETY: takes a number and touches no memory of ours. Where there is no console it fails, and nothing changes.
        unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
    }
}

/// Opens a console of the program's own for its pages, unless it was given input and output. The parent's would be
/// shared with a shell that waits for nobody.
pub(crate) fn use_a_console_of_its_own() {
    use std::io::IsTerminal as _;
    let is_redirected = is_there(STD_INPUT_HANDLE) && !std::io::stdin().is_terminal();
    if !is_redirected {
        // SAFETY: both take nothing and touch no memory of ours. std asks for its handles anew at each use.
        unsafe {
            FreeConsole();
            AllocConsole();
        }
        IS_OWN.store(true, Ordering::Relaxed);
    }
}

/// Whether the console was opened by `use_a_console_of_its_own`.
static IS_OWN: AtomicBool = AtomicBool::new(false);

/// A console of the program's own goes with the program: its last words stay until somebody has read them.
pub(crate) fn keep_its_own_console_until_enter() {
    use std::io::Write as _;
    if IS_OWN.load(Ordering::Relaxed) {
        let mut out = std::io::stdout();
        let _ = write!(out, "Press Enter to close this window.").and_then(|()| out.flush());
        let _ = std::io::stdin().read_line(&mut String::new());
    }
}

/// Shows the text in a box where neither standard output nor standard error leads anywhere.
pub(crate) fn show_if_unheard(text: &str, is_error: bool) {
    if is_there(STD_ERROR_HANDLE) || is_there(STD_OUTPUT_HANDLE) {
        return;
    }
    let (text, title) = (wide(text), wide("Enrol"));
    let icon = if is_error { MB_ICONERROR } else { MB_ICONINFORMATION };
    // SAFETY: both texts end with a zero and outlive the call; no window owns the box.
    unsafe {
        MessageBoxW(std::ptr::null_mut(), text.as_ptr(), title.as_ptr(), MB_OK | icon | MB_SETFOREGROUND);
    }
}

/// Writes one event of the source Enrol. Without the package's key of that source Windows keeps it all the same, and
/// shows its words below a note.
pub(super) fn report_event(id: u32, level: Level, text: &str) {
    let kind = match level {
        Level::Information => EVENTLOG_INFORMATION_TYPE,
        Level::Warning => EVENTLOG_WARNING_TYPE,
        Level::Error => EVENTLOG_ERROR_TYPE,
    };
    let (source, text) = (wide("Enrol"), wide(text));
    let texts = [text.as_ptr()];
    // SAFETY: all texts end with a zero and outlive the calls; one text is announced and one is given; there is no
    // account and no data; the handle is closed once.
    unsafe {
        let log = RegisterEventSourceW(std::ptr::null(), source.as_ptr());
        if !log.is_null() {
            ReportEventW(log, kind, 0, id, std::ptr::null_mut(), 1, 0, texts.as_ptr(), std::ptr::null());
            DeregisterEventSource(log);
        }
    }
}

/// No box and no report of a crash: a report holds memory.
pub(super) fn no_crash_reports() {
    // SAFETY: takes a number and touches no memory of ours.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
}

fn is_there(which: u32) -> bool {
    // SAFETY: takes a number; the handle is looked at and not used.
    let handle = unsafe { GetStdHandle(which) };
    !handle.is_null() && handle != INVALID_HANDLE_VALUE
}

pub(in crate::effects) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().filter(|unit| *unit != 0).chain(std::iter::once(0)).collect()
}
