//! Where a program that has a window finds words and says its own: in a console, on what was redirected, or in a box.

use std::sync::atomic::{AtomicBool, Ordering};

use windows_sys::Win32::{
    Foundation::HANDLE,
    Storage::FileSystem::{FILE_TYPE_UNKNOWN, GetFileType},
    System::{
        Console::{
            ATTACH_PARENT_PROCESS, AllocConsole, AttachConsole, FreeConsole, GetConsoleMode, GetStdHandle,
            STD_ERROR_HANDLE, STD_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle,
        },
        StationsAndDesktops::{
            GetProcessWindowStation, GetUserObjectInformationW, UOI_FLAGS, USEROBJECTFLAGS,
        },
    },
    UI::WindowsAndMessaging::{
        MB_ICONERROR, MB_ICONINFORMATION, MB_OK, MB_SETFOREGROUND, MessageBoxW, WSF_VISIBLE,
    },
};

use super::wide;

/// Takes the console of whoever started the program, if there is one, for what is not redirected: a program with a
/// window is given none by itself.
pub(crate) fn use_the_parents_console() {
    if is_redirected(STD_ERROR_HANDLE) && is_redirected(STD_OUTPUT_HANDLE) {
        return;
    }
    // Windows puts the console in place of all three, also of what the shell had redirected.
    let redirected = [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE]
        .map(|which| is_redirected(which).then(|| (which, handle(which))));
    // SAFETY: takes a number and touches no memory of ours. Where there is no console it fails, and nothing changes.
    unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
    for (which, handle) in redirected.into_iter().flatten() {
        // SAFETY: the handle was this program's own a moment ago, and nobody has closed it.
        unsafe { SetStdHandle(which, handle) };
    }
}

/// Opens a console of the program's own for its pages, unless it was given input. The parent's would be shared with a
/// shell that waits for nobody.
pub(crate) fn use_a_console_of_its_own() {
    if !is_redirected(STD_INPUT_HANDLE) {
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

/// Shows the text in a box where neither standard output nor standard error leads anywhere, and somebody can see it.
pub(crate) fn show_if_no_output(text: &str, is_error: bool) {
    if leads_somewhere(STD_ERROR_HANDLE) || leads_somewhere(STD_OUTPUT_HANDLE) || !has_a_desktop() {
        return;
    }
    let (text, title) = (wide(text), wide("Enrol"));
    let icon = if is_error { MB_ICONERROR } else { MB_ICONINFORMATION };
    // SAFETY: both texts end with a zero and outlive the call; no window owns the box.
    unsafe {
        MessageBoxW(std::ptr::null_mut(), text.as_ptr(), title.as_ptr(), MB_OK | icon | MB_SETFOREGROUND);
    }
}

/// Whether it is a file, a pipe, a device or a console. Started from the taskbar the program is handed a monitor instead.
fn leads_somewhere(which: STD_HANDLE) -> bool {
    // SAFETY: what is no file's handle, null among it, is answered with "unknown".
    unsafe { GetFileType(handle(which)) != FILE_TYPE_UNKNOWN }
}

/// Whether it is a file, a pipe, or the device that swallows everything.
fn is_redirected(which: STD_HANDLE) -> bool {
    let mut mode = 0;
    // SAFETY: the system writes one number into `mode`, where the handle is a console's; it lives as long as the call.
    let is_console = unsafe { GetConsoleMode(handle(which), &raw mut mode) } != 0;
    leads_somewhere(which) && !is_console
}

fn handle(which: STD_HANDLE) -> HANDLE {
    // SAFETY: takes a number; the handle is only handed back to the system.
    unsafe { GetStdHandle(which) }
}

/// A box of what runs as the system would wait on a desktop that nobody sees.
fn has_a_desktop() -> bool {
    let mut flags = USEROBJECTFLAGS { fInherit: 0, fReserved: 0, dwFlags: 0 };
    let size = u32::try_from(size_of::<USEROBJECTFLAGS>()).unwrap_or_default();
    // SAFETY: the system writes into `flags`, whose size it is told; it lives as long as the call. The station's handle
    // is the program's own and is not closed.
    let is_answered = unsafe {
        GetUserObjectInformationW(
            GetProcessWindowStation(),
            UOI_FLAGS,
            (&raw mut flags).cast(),
            size,
            std::ptr::null_mut(),
        )
    } != 0;
    !is_answered || flags.dwFlags & WSF_VISIBLE.cast_unsigned() != 0
}
