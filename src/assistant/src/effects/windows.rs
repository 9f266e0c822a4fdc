//! What Windows alone wants: events in its log, and in the modules below its consoles, its folders
//! and what a person sees there.
//!
//! Not here: the registry, which is a place of settings.
#![expect(unsafe_code, reason = "these few calls have no safe wrapper; each is told why it is sound")]

mod accessibility;
mod console;
mod folders;
pub(crate) mod instance;

use super::severity::Severity;
use windows_sys::Win32::System::EventLog::{
    DeregisterEventSource, EVENTLOG_ERROR_TYPE, EVENTLOG_INFORMATION_TYPE, EVENTLOG_WARNING_TYPE,
    RegisterEventSourceW, ReportEventW,
};

#[cfg(test)]
pub(super) use accessibility::colours;
pub(super) use accessibility::{contrast, is_motion_reduced, text_percent, work_area};
pub(crate) use console::{
    keep_its_own_console_until_enter, show_if_no_output, use_a_console_of_its_own, use_the_parents_console,
};
pub(crate) use folders::{forgets_at_sign_out, local_app_data, open_file};

/// Writes one event of the source Enrol. Without the package's key of that source Windows keeps it all the same, and
/// shows its words below a note.
pub(super) fn report_event(id: u32, severity: Severity, text: &str) {
    let kind = match severity {
        Severity::Information => EVENTLOG_INFORMATION_TYPE,
        Severity::Warning => EVENTLOG_WARNING_TYPE,
        Severity::Error => EVENTLOG_ERROR_TYPE,
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

pub(in crate::effects) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().filter(|unit| *unit != 0).chain(std::iter::once(0)).collect()
}
