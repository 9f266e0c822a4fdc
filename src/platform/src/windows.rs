//! Two calls of Windows for which `std` has none: a rename that is waited for, and no reports of crashes.
#![expect(unsafe_code, reason = "these few calls have no safe wrapper; each is told why it is sound")]

use std::{io, os::windows::ffi::OsStrExt as _, path::Path};

use windows_sys::Win32::{
    Storage::FileSystem::{MOVEFILE_REPLACE_EXISTING, MOVEFILE_WRITE_THROUGH, MoveFileExW},
    System::Diagnostics::Debug::{SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode},
};

/// No box and no report of a crash: a report holds memory.
pub(crate) fn no_crash_reports() {
    // SAFETY: takes a number and touches no memory of ours.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
}

/// Gives a file another name, in place of what has it, and comes back when that is on the disk.
pub(crate) fn rename_durably(from: &Path, to: &Path) -> io::Result<()> {
    let wide = |path: &Path| path.as_os_str().encode_wide().chain(std::iter::once(0)).collect::<Vec<u16>>();
    let (wide_from, wide_to) = (wide(from), wide(to));
    // SAFETY: both names end with a zero and outlive the call.
    let is_done = unsafe {
        MoveFileExW(wide_from.as_ptr(), wide_to.as_ptr(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)
    } != 0;
    match is_done.then_some(()).ok_or_else(io::Error::last_os_error) {
        // Somebody has the one that is replaced open, such as a virus scanner: std knows how, and is not waited for.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => std::fs::rename(from, to),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_anothers_place() {
        let scratch = tempfile::tempdir().expect("a folder");
        let [from, to] = ["a.tmp", "a"].map(|name| scratch.path().join(name));
        std::fs::write(&from, "new").expect("writes");
        std::fs::write(&to, "old").expect("writes");
        rename_durably(&from, &to).expect("renames");
        assert_eq!((std::fs::read_to_string(&to).expect("reads").as_str(), from.exists()), ("new", false));
        assert!(rename_durably(&from, &to).is_err(), "there is none any more");
    }
}
