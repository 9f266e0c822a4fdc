//! Files for their owner alone, that are either there as a whole or not at all, also after a power cut.

mod ownership;

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

pub use ownership::{give_to_owner_of, open_for_owner_of_folder};

/// What unfinished files end with. Nothing was ever promised about them.
pub const UNFINISHED: &str = ".tmp";

/// Writes a file durably: temporary file, fsync, rename, fsync of the folder. For one writer at a time: what is
/// unfinished has one name, so that a kill leaves one such file at most.
///
/// # Errors
///
/// When the disk says no. Then the file holds the old content or the new, whole; which of them, a power cut may change.
pub fn write_durably(path: &Path, content: &[u8]) -> io::Result<()> {
    write_synced(path, content, &sync_folder)
}

/// The same where several processes may write the file: each has an unfinished file of its own.
///
/// # Errors
///
/// When the disk says no, or the system gives no random bytes.
pub fn replace_durably(path: &Path, content: &[u8]) -> io::Result<()> {
    write_then_place(path, &unique_unfinished(path)?, content, rename, &sync_folder)
}

/// Writes a new file durably: temporary file, fsync, link, fsync of the folder. What is there already is not touched.
///
/// # Errors
///
/// `AlreadyExists` when there is one; when the disk says no, or the system gives no random bytes.
pub fn create_durably(path: &Path, content: &[u8]) -> io::Result<()> {
    let link = |from: &Path, to: &Path| {
        fs::hard_link(from, to)?;
        fs::remove_file(from)
    };
    write_then_place(path, &unique_unfinished(path)?, content, link, &sync_folder)
}

/// How a folder's names are made durable.
type SyncFolder = dyn Fn(&Path) -> io::Result<()>;

fn write_synced(path: &Path, content: &[u8], sync: &SyncFolder) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    write_then_place(path, Path::new(&unfinished), content, rename, sync)
}

fn write_then_place(
    path: &Path,
    unfinished: &Path,
    content: &[u8],
    into_place: impl FnOnce(&Path, &Path) -> io::Result<()>,
    sync: &SyncFolder,
) -> io::Result<()> {
    let written = (|| {
        let mut file = private_file().create(true).truncate(true).open(unfinished)?;
        file.write_all(content)?;
        file.sync_all()
    })();
    written.and_then(|()| into_place(unfinished, path)).inspect_err(|_| {
        let _ = fs::remove_file(unfinished);
    })?;
    // Without this the name could be lost in a power cut. The file stays: it may stand for one that was promised.
    sync(folder_of(path))
}

/// A process id would not do: in containers that share a folder it is often 1.
fn unique_unfinished(path: &Path) -> io::Result<PathBuf> {
    let mut name = OsString::from(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    let random = getrandom::u64().map_err(|_| io::Error::other("the system gives no random bytes"))?;
    name.push(format!(".{random:016x}{UNFINISHED}"));
    Ok(path.with_file_name(name))
}

/// Writes a value as JSON, durably.
///
/// # Errors
///
/// As `write_durably`, or when the value cannot be written as JSON.
pub fn write_json(path: &Path, value: &impl Serialize) -> io::Result<()> {
    write_durably(path, &serde_json::to_vec_pretty(value)?)
}

/// Reads JSON; `None` when there is no file.
///
/// # Errors
///
/// When the file cannot be read, or is not what is expected.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a new file for its owner alone, and syncs it. What is there already is not touched. Its name is durable
/// after `sync_folder`.
///
/// # Errors
///
/// `AlreadyExists` when there is one; when the disk says no.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private_file().create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Deletes a file. One that is not there is gone.
///
/// # Errors
///
/// When there is one and it cannot be deleted.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Gives a file another name, in place of what has it. It is durable after `sync_folder`.
///
/// # Errors
///
/// When there is no such file, or the disk says no.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(windows)]
    return crate::windows::rename_durably(from, to);
    #[cfg(not(windows))]
    fs::rename(from, to)
}

/// Makes what was done to a folder's names durable.
///
/// # Errors
///
/// When the disk says no.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows has no handle of a folder to sync; there each rename is waited for.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The folder that a file lies in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder that only its owner may enter, with those above it.
///
/// # Errors
///
/// When the system does not let it be made.
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Options for writing a file that only its owner may read.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<OsString> {
        let entries = fs::read_dir(folder).expect("lists");
        entries.map(|entry| entry.expect("an entry").file_name()).collect()
    }

    #[test]
    fn a_folder_that_cannot_be_synced_is_told_and_takes_no_file_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        write_synced(&path, b"old", &sync_folder).expect("writes");
        let fails: &SyncFolder = &|_| Err(io::Error::other("a worn-out disk"));
        assert!(write_synced(&path, b"new", fails).is_err());
        assert_eq!(fs::read(&path).expect("is there"), b"new");
    }

    #[test]
    fn a_file_is_whole_private_and_leaves_nothing_unfinished() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        assert_eq!(read_json::<Vec<u8>>(&path).expect("no file is no fault"), None);
        write_json(&path, &vec![1, 2]).expect("writes");
        write_json(&path, &vec![3]).expect("writes over");
        assert_eq!(read_json::<Vec<u8>>(&path).expect("reads"), Some(vec![3]));
        assert_eq!(names_in(folder.path()), ["a.json"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).expect("is there").permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "{").expect("writes");
        assert!(read_json::<Vec<u8>>(&path).is_err());
        remove(&path).expect("goes");
        remove(&path).expect("has gone");
    }

    #[test]
    fn a_new_file_takes_no_others_place_and_a_replaced_one_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        create_durably(&path, b"first").expect("writes");
        for again in [create_durably, write_private] {
            let error = again(&path, b"second").expect_err("there is one");
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        }
        assert_eq!(fs::read(&path).expect("reads"), b"first");
        replace_durably(&path, b"third").expect("writes");
        assert_eq!(fs::read(&path).expect("reads"), b"third");
        assert_eq!(
            names_in(folder.path()),
            ["keys.toml"],
            "nothing unfinished is left, also after a refusal"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).expect("is there").permissions().mode() & 0o777, 0o600);
        }
    }
}
