//! Files that are either there as a whole or not at all, also after a power cut.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};

/// What unfinished files end with. Nothing was ever promised about them.
pub(super) const UNFINISHED: &str = ".tmp";

/// Writes a file durably: temporary file, fsync, rename, fsync of the folder.
/// When it fails, the file holds the old content or the new, whole; which of them, a power cut may change.
fn write_durably(path: &Path, content: &[u8], sync: &SyncFolder) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    let unfinished = Path::new(&unfinished);
    let written = (|| {
        let mut file = private_file().create(true).truncate(true).open(unfinished)?;
        file.write_all(content)?;
        file.sync_all()
    })();
    written.and_then(|()| rename(unfinished, path)).inspect_err(|_| {
        let _ = fs::remove_file(unfinished);
    })?;
    // Without this the name could be lost in a power cut. The file stays: it may stand for one that was promised.
    sync(folder)
}

/// How a folder's names are made durable.
type SyncFolder = dyn Fn(&Path) -> io::Result<()>;

/// Writes a value as JSON, durably.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> io::Result<()> {
    write_durably(path, &serde_json::to_vec_pretty(value)?, &sync_folder)
}

/// Reads JSON; `None` when there is no file.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Deletes a file. One that is not there is gone.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Gives a file another name. It is there for good after `sync_folder`.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(windows)]
    return super::windows::rename_for_good(from, to);
    #[cfg(not(windows))]
    fs::rename(from, to)
}

/// Makes what was done to a folder's names durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows has no handle of a folder to sync; there each rename is waited for.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Makes a folder that only its owner may enter.
pub(super) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Options for writing a file that only its owner may read.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_synced_is_told_and_takes_no_file_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("service.json");
        write_durably(&path, b"old", &sync_folder).expect("writes");
        let fails: &SyncFolder = &|_| Err(io::Error::other("a worn-out disk"));
        assert!(write_durably(&path, b"new", fails).is_err());
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
        assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).expect("is there").permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "{").expect("writes");
        assert!(read_json::<Vec<u8>>(&path).is_err());
    }
}
