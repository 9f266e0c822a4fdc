//! Whoever starts the program twice gets the window that is open, where it is in the same session of Windows.
//!
//! Not here: that only one program has a data folder at a time, which is the folder's lock (`folder`). The lock is seen
//! from every session, the mark here (`Local\…`) from its own alone: a person who is signed in twice, by Remote Desktop
//! or fast user switching, is told so and not sent to a window on a screen that they do not see.

use std::{fmt, path::Path};

/// What a data folder is called among the system's marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name(u64);

impl Name {
    /// Of a folder that is there, however it is written.
    pub fn of(folder: &Path) -> Self {
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let text = folder.to_string_lossy().to_lowercase();
        // FNV-1a. It only has to be the same in every version of the program.
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Enrol-{:016x}", self.0)
    }
}

/// Marks this session as the one in which the folder is open, for as long as it lives.
#[derive(Debug)]
pub struct Mark {
    #[cfg(windows)]
    _held: Option<super::windows::instance::Mutex>,
}

impl Mark {
    /// By whoever has the folder's lock.
    #[cfg_attr(not(windows), expect(unused_variables, reason = "only Windows has sessions like these"))]
    pub fn set(name: Name) -> Self {
        Self {
            #[cfg(windows)]
            _held: super::windows::instance::Mutex::make(&name.to_string()),
        }
    }
}

/// Brings the window of the one that is open to the front, where it is in this session. It may be about to open.
#[cfg(windows)]
pub fn bring_forward(name: Name) -> bool {
    use super::windows::instance;
    let name = name.to_string();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while instance::is_marked(&name) && std::time::Instant::now() < end {
        if instance::bring_forward(&name) {
            return true;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    false
}

/// No window can be asked for here.
#[cfg(not(windows))]
pub fn bring_forward(_: Name) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_name_however_it_is_written_and_another_folder_another() {
        let home = tempfile::tempdir().expect("a folder");
        let (one, other) = (home.path().join("one"), home.path().join("other"));
        for folder in [&one, &other] {
            std::fs::create_dir(folder).expect("makes");
        }
        assert_eq!(Name::of(&one), Name::of(&other.join("..").join("one")));
        assert_ne!(Name::of(&one), Name::of(&other));
        assert_eq!(Name(1).to_string(), "Enrol-0000000000000001");
    }

    #[cfg(windows)]
    #[test]
    fn a_session_is_marked_for_as_long_as_the_mark_lives_and_without_a_window_there_is_nothing_to_show() {
        use super::super::windows::instance;
        let home = tempfile::tempdir().expect("a folder");
        let name = Name::of(home.path());
        assert!(!instance::is_marked(&name.to_string()));
        assert!(!bring_forward(name), "at once: nobody is there");
        let mark = Mark::set(name);
        assert!(instance::is_marked(&name.to_string()));
        assert!(!instance::bring_forward(&name.to_string()));
        drop(mark);
        assert!(!instance::is_marked(&name.to_string()));
    }
}
