//! The session's mark that a data folder is open in it, and the window that belongs to it.

use windows_sys::Win32::{
    Foundation::{CloseHandle, HANDLE, HWND},
    System::Threading::{CreateMutexW, OpenMutexW, SYNCHRONIZATION_SYNCHRONIZE},
    UI::WindowsAndMessaging::{
        FindWindowExW, GetPropW, IsIconic, SW_RESTORE, SetForegroundWindow, SetPropW, ShowWindow,
    },
};

use super::wide;

/// More windows than any session has.
const MOST_WINDOWS: usize = 10_000;

/// Held by the session's one program for a folder; the system lets it go with the program.
#[derive(Debug)]
pub(crate) struct Mutex(HANDLE);

impl Mutex {
    /// `Local\` is of this session.
    pub(crate) fn make(name: &str) -> Option<Self> {
        let name = wide(&format!(r"Local\{name}"));
        // SAFETY: the name ends with a zero and outlives the call; there are no attributes.
        let handle = unsafe { CreateMutexW(std::ptr::null(), 0, name.as_ptr()) };
        (!handle.is_null()).then_some(Self(handle))
    }
}

impl Drop for Mutex {
    fn drop(&mut self) {
        // SAFETY: the handle is ours, and is closed once.
        unsafe { CloseHandle(self.0) };
    }
}

/// Whether a program of this session holds it.
pub(crate) fn is_marked(name: &str) -> bool {
    let name = wide(&format!(r"Local\{name}"));
    // SAFETY: the name ends with a zero and outlives the call; the handle is closed once.
    unsafe {
        let handle = OpenMutexW(SYNCHRONIZATION_SYNCHRONIZE, 0, name.as_ptr());
        !handle.is_null() && CloseHandle(handle) != 0
    }
}

/// Writes the name on a window of this program, to be found by.
pub(crate) fn name_window(window: isize, name: &str) {
    let name = wide(name);
    let something = std::ptr::dangling_mut();
    // SAFETY: the window is this program's and is there; the name ends with a zero and outlives the call; what is kept
    // under it is never followed.
    unsafe { SetPropW(window as HWND, name.as_ptr(), something) };
}

/// Brings the window with that name to the front. False when there is none.
pub(crate) fn bring_forward(name: &str) -> bool {
    let name = wide(name);
    let nobody = std::ptr::null_mut();
    let mut window: HWND = nobody;
    for _ in 0..MOST_WINDOWS {
        // SAFETY: no class and no title are asked for; a window that has gone meanwhile ends the search.
        window = unsafe { FindWindowExW(nobody, window, std::ptr::null(), std::ptr::null()) };
        if window.is_null() {
            return false;
        }
        // SAFETY: the name ends with a zero and outlives the call.
        if unsafe { GetPropW(window, name.as_ptr()) }.is_null() {
            continue;
        }
        // SAFETY: each takes a handle that was found just now; a window that has gone makes them fail.
        unsafe {
            if IsIconic(window) != 0 {
                ShowWindow(window, SW_RESTORE);
            }
            SetForegroundWindow(window);
        }
        return true;
    }
    false
}
