//! Where a key file may lie, and whose it must be.
//!
//! Not here: what the file holds (`file`).

use std::path::{Path, PathBuf};

use platform::files::folder_of;
use zeroize::Zeroizing;

use super::error::{KeyFileError, io};

/// The variable in which systemd names the folder of the credentials that it hands over (systemd.exec(5)).
pub const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// A key file's path, and the folder that it must not lie in.
#[derive(Clone)]
pub(super) struct KeyFileLocation {
    file: PathBuf,
    data: Option<PathBuf>,
}

/// What differs when a file was replaced or changed.
#[derive(PartialEq, Eq)]
pub(super) struct FileVersion {
    modified: Option<std::time::SystemTime>,
    bytes: u64,
    /// Which file it is, its mode, its owner, and when one of these was last changed.
    identity: (u64, u32, u32, i64, i64),
}

impl KeyFileLocation {
    pub(super) fn new(file: &Path, data: Option<&Path>) -> Self {
        Self { file: file.to_owned(), data: data.map(Path::to_owned) }
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The file, and the folder that it must not lie in.
    pub(super) fn paths(&self) -> (&Path, Option<&Path>) {
        (&self.file, self.data.as_deref())
    }

    /// Reads the file's text, if the file may be used.
    pub(super) fn read(&self) -> Result<Zeroizing<String>, KeyFileError> {
        let (file, data) = self.paths();
        check(file, data)?;
        std::fs::read_to_string(file).map(Zeroizing::new).map_err(|source| io("reading", file, source))
    }

    /// `None` when there is no file.
    pub(super) fn version(&self) -> Option<FileVersion> {
        let meta = std::fs::metadata(&self.file).ok()?;
        Some(FileVersion { modified: meta.modified().ok(), bytes: meta.len(), identity: identity_of(&meta) })
    }
}

/// Checks that the file is outside the data folder, for its owner alone, and that its owner is this process's user.
fn check(file: &Path, data: Option<&Path>) -> Result<(), KeyFileError> {
    let meta = std::fs::metadata(file).map_err(|source| io("looking at", file, source))?;
    check_folder(file, data)?;
    if is_systemd_credential(file) && is_readable_credential(&meta) {
        return Ok(());
    }
    check_owner(file, &meta)
}

/// Whether systemd put the file there: in a folder in memory. The service's user alone may enter it, and nobody may write
/// to it.
pub(super) fn is_systemd_credential(file: &Path) -> bool {
    let folder = std::env::var_os(CREDENTIALS_DIRECTORY).filter(|folder| !folder.is_empty());
    folder.is_some_and(|folder| file.parent() == Some(Path::new(&folder)))
}

/// A credential is root's. The service's user may read it by an access list, which shows as the group's right.
#[cfg(unix)]
fn is_readable_credential(meta: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let owner = meta.uid();
    meta.mode() & 0o7777 & !0o440 == 0 && (owner == 0 || owner == rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn is_readable_credential(_: &std::fs::Metadata) -> bool {
    false
}

/// Checks that a file of this path would be outside the data folder, links followed.
pub(super) fn check_folder(file: &Path, data: Option<&Path>) -> Result<(), KeyFileError> {
    let Some(data) = data else { return Ok(()) };
    // A data folder that is not there yet holds nothing. What cannot be followed is not taken for outside.
    let Some(real_data) = resolve_links(data)? else { return Ok(()) };
    let inside = |path: &Path| Ok(resolve_links(path)?.is_some_and(|path| path.starts_with(&real_data)));
    if inside(file)? || inside(folder_of(file))? {
        return Err(KeyFileError::InsideData { file: file.to_owned(), data: data.to_owned() });
    }
    Ok(())
}

/// The path with its links followed; `None` where nothing is there.
fn resolve_links(path: &Path) -> Result<Option<PathBuf>, KeyFileError> {
    match path.canonicalize() {
        Ok(path) => Ok(Some(path)),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(io("following", path, source)),
    }
}

/// A corrected mode or owner is a change, too.
#[cfg(unix)]
fn identity_of(meta: &std::fs::Metadata) -> (u64, u32, u32, i64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    (meta.ino(), meta.mode(), meta.uid(), meta.ctime(), meta.ctime_nsec())
}

#[cfg(not(unix))]
fn identity_of(_: &std::fs::Metadata) -> (u64, u32, u32, i64, i64) {
    (0, 0, 0, 0, 0)
}

#[cfg(unix)]
fn check_owner(file: &Path, meta: &std::fs::Metadata) -> Result<(), KeyFileError> {
    use std::os::unix::fs::MetadataExt as _;

    let mode = meta.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Mode { file: file.to_owned(), mode });
    }
    let expected = rustix::process::geteuid().as_raw();
    if meta.uid() != expected {
        return Err(KeyFileError::Owner { file: file.to_owned(), owner: meta.uid(), expected });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_owner(_: &Path, _: &std::fs::Metadata) -> Result<(), KeyFileError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use domain::Timestamp;

    use super::*;
    use crate::keys::Keys;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys.toml");
        Keys::create(&file, None, NOW).expect("creates");
        assert_eq!(std::fs::metadata(&file).expect("meta").permissions().mode() & 0o7777, 0o600);
        for mode in [0o640, 0o604, 0o660, 0o644] {
            std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).expect("sets");
            assert!(matches!(Keys::load(&file, None), Err(KeyFileError::Mode { .. })), "{mode:o}");
        }
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o400)).expect("sets");
        assert!(Keys::load(&file, None).is_ok());
    }

    #[test]
    fn a_mode_that_was_put_right_is_seen_as_a_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys.toml");
        Keys::create(&file, None, NOW).expect("creates");
        let location = KeyFileLocation::new(&file, None);
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).expect("sets");
        let wrong = location.version();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("sets");
        assert!(location.version() != wrong);
    }

    #[test]
    fn a_folder_that_cannot_be_followed_is_not_taken_for_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        symlink(&data, &data).expect("a link to itself");
        let file = folder.path().join("keys.toml");
        assert!(matches!(Keys::create(&file, Some(&data), NOW), Err(KeyFileError::Io { .. })));
    }

    #[test]
    fn a_file_in_the_data_folder_is_refused_however_it_got_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("makes");
        let inside = data.join("keys.toml");
        assert!(matches!(Keys::create(&inside, Some(&data), NOW), Err(KeyFileError::InsideData { .. })));
        Keys::create(&inside, None, NOW).expect("the demo may");
        let link = folder.path().join("link.toml");
        symlink(&inside, &link).expect("links");
        for path in [&inside, &link] {
            assert!(matches!(Keys::load(path, Some(&data)), Err(KeyFileError::InsideData { .. })));
        }
        let outside = folder.path().join("keys.toml");
        Keys::create(&outside, Some(&data), NOW).expect("creates");
        assert!(Keys::load(&outside, Some(&data)).is_ok());
    }
}
