//! The slip on the disk: saved in a folder of the person's, or opened in the program that shows such files.
//!
//! It holds no secret. Not here: what stands on it (`view`, `slip_page`).

mod viewer;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use directories::UserDirs;
use journey::{SlipFault, SlipPlace};
use platform::files;

/// How many slips with one name are kept beside each other.
const MOST_OF_A_NAME: u32 = 99;

/// A slip as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipFile {
    /// Its name, with its ending.
    pub name: String,
    /// What stands in it.
    pub html: String,
}

/// Saves the slip. What is there already stays.
pub(super) fn save(place: SlipPlace, file: &SlipFile) -> Result<PathBuf, SlipFault> {
    save_in(&folder(place).ok_or(SlipFault::NoFolder)?, file)
}

/// The person's folder. Without one for documents, as in an account that never had a desktop, it is their home.
fn folder(place: SlipPlace) -> Option<PathBuf> {
    let folders = UserDirs::new()?;
    let (wanted, otherwise) = match place {
        SlipPlace::Documents => (folders.document_dir(), Some(folders.home_dir())),
        SlipPlace::Desktop => (folders.desktop_dir(), None),
    };
    wanted.filter(|folder| folder.is_dir()).or(otherwise).map(Path::to_owned)
}

fn save_in(folder: &Path, file: &SlipFile) -> Result<PathBuf, SlipFault> {
    let (stem, ending) = file.name.rsplit_once('.').unwrap_or((&file.name, "html"));
    for number in 1..=MOST_OF_A_NAME {
        let name = if number == 1 { file.name.clone() } else { format!("{stem} ({number}).{ending}") };
        let path = folder.join(name);
        match write_new(&path, file.html.as_bytes()) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(fault(&error)),
        }
    }
    Err(SlipFault::Other)
}

/// There as a whole or not at all.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.inspect_err(|_| {
        drop(fs::remove_file(path));
    })
}

fn fault(error: &io::Error) -> SlipFault {
    tracing::warn!(%error, "the slip could not be written");
    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest comes to the same")]
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SlipFault::DiskFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => SlipFault::NotAllowed,
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SlipFault::NoFolder,
        _ => SlipFault::Other,
    }
}

/// Writes the slip at a place of this program's own and opens it. It prints there, with the system's own dialog.
pub(super) async fn open(path: &Path, file: &SlipFile) -> Result<(), SlipFault> {
    files::write_durably(path, file.html.as_bytes()).map_err(|error| fault(&error))?;
    viewer::open(path).await.inspect_err(|_| forget(path))
}

/// Takes away what was opened.
pub(super) fn forget(path: &Path) {
    if let Err(error) = files::remove(path) {
        tracing::warn!(%error, "the slip that was opened cannot be taken away");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> SlipFile {
        SlipFile { name: "Sign-in security K7M.html".to_owned(), html: "<p>K7M</p>".to_owned() }
    }

    #[test]
    fn saved_again_it_stands_beside_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = save_in(folder.path(), &file()).expect("saved");
        assert_eq!(first, folder.path().join("Sign-in security K7M.html"));
        fs::write(&first, "changed by the person").expect("writes");
        let second = save_in(folder.path(), &file()).expect("saved");
        assert_eq!(second, folder.path().join("Sign-in security K7M (2).html"));
        assert_eq!(fs::read_to_string(&first).expect("reads"), "changed by the person");
        assert_eq!(fs::read_to_string(&second).expect("reads"), "<p>K7M</p>");
    }

    #[test]
    fn where_nothing_can_be_written_the_reason_is_told_and_nothing_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(save_in(&folder.path().join("gone"), &file()), Err(SlipFault::NoFolder));
        let in_the_way = folder.path().join("a file");
        fs::write(&in_the_way, "").expect("writes");
        assert_eq!(save_in(&in_the_way, &file()), Err(SlipFault::NoFolder));
        use io::ErrorKind as K;
        for (kind, expected) in [
            (K::StorageFull, SlipFault::DiskFull),
            (K::QuotaExceeded, SlipFault::DiskFull),
            (K::PermissionDenied, SlipFault::NotAllowed),
            (K::ReadOnlyFilesystem, SlipFault::NotAllowed),
            (K::InvalidFilename, SlipFault::Other),
        ] {
            assert_eq!(fault(&io::Error::from(kind)), expected, "{kind:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 1);
    }
}
