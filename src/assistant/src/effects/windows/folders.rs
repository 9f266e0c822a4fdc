//! Windows' folders of a person: where they are, and whether they stay.

use std::{
    ffi::OsString,
    os::windows::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
};

use windows_registry::LOCAL_MACHINE;
use windows_sys::Win32::{
    System::{
        Com::{COINIT_APARTMENTTHREADED, CoInitializeEx, CoTaskMemFree, CoUninitialize},
        GroupPolicy::{PT_MANDATORY, PT_ROAMING, PT_TEMPORARY},
    },
    UI::{
        Shell::{
            FOLDERID_LocalAppData, GetProfileType, KF_FLAG_DONT_VERIFY, SHGetKnownFolderPath, ShellExecuteW,
        },
        WindowsAndMessaging::SW_SHOWNORMAL,
    },
};

/// The person's folder for what stays on this computer. It is not looked at, so that other folders of theirs, which may be
/// on a server that is out of reach, hold nothing up.
pub(crate) fn local_app_data() -> Option<PathBuf> {
    let mut path = std::ptr::null_mut();
    let flags = KF_FLAG_DONT_VERIFY.cast_unsigned();
    // SAFETY: the system writes one pointer into `path`, which lives as long as the call.
    let answer =
        unsafe { SHGetKnownFolderPath(&FOLDERID_LocalAppData, flags, std::ptr::null_mut(), &raw mut path) };
    let found = (answer >= 0 && !path.is_null()).then(|| {
        // SAFETY: it answered with a text that ends with a zero and is ours until it is freed, below.
        let text =
            unsafe { std::slice::from_raw_parts(path, (0..).take_while(|at| *path.add(*at) != 0).count()) };
        PathBuf::from(OsString::from_wide(text))
    });
    // SAFETY: what the call has allotted, or null; freed once, and not used afterwards.
    unsafe { CoTaskMemFree(path.cast()) };
    found
}

/// Opens a file in the program that the person has for it. False when there is none. For a thread that may wait.
pub(crate) fn open_file(path: &Path) -> bool {
    let path: Vec<u16> = path.as_os_str().encode_wide().chain(std::iter::once(0)).collect();
    let apartment = COINIT_APARTMENTTHREADED.cast_unsigned();
    let verb = super::wide("open");
    let none = std::ptr::null();
    // SAFETY: both texts end with a zero and outlive the call; no window owns what is shown. What was initialised on this
    // thread is ended on it once.
    unsafe {
        let is_initialised = CoInitializeEx(none, apartment) >= 0;
        let answer = ShellExecuteW(
            std::ptr::null_mut(),
            verb.as_ptr(),
            path.as_ptr(),
            std::ptr::null(),
            std::ptr::null(),
            SW_SHOWNORMAL,
        );
        if is_initialised {
            CoUninitialize();
        }
        // As it has been since 16-bit Windows: more than 32 is no error.
        answer.addr() > 32
    }
}

/// Whether what the person leaves in that folder is gone when they sign out.
pub(crate) fn forgets_at_sign_out() -> bool {
    let mut kind = 0;
    // SAFETY: the system writes one number into `kind`, which lives as long as the call.
    if unsafe { GetProfileType(&raw mut kind) } == 0 {
        return false;
    }
    let deletes_copies = || {
        let policies = [
            r"Software\Policies\Microsoft\Windows\System",
            r"Software\Microsoft\Windows NT\CurrentVersion\Winlogon",
        ];
        policies.iter().any(|key| {
            LOCAL_MACHINE
                .open(key)
                .and_then(|key| key.get_u32("DeleteRoamingCache"))
                .is_ok_and(|value| value != 0)
        })
    };
    kind & (PT_MANDATORY | PT_TEMPORARY) != 0 || kind & PT_ROAMING != 0 && deletes_copies()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_persons_own() {
        let folder = local_app_data().expect("a folder");
        assert!(folder.ends_with(r"AppData\Local"), "{}", folder.display());
    }
}
