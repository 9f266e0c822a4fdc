//! A temporary folder beside the store, and a replacement of one file by another.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use platform::files::{folder_of, give_to_owner_of};

/// A folder of the user's own that is deleted when this is dropped.
pub(super) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Makes it in a folder, so that its files can be moved there without copying.
    pub(super) fn in_folder(folder: &Path) -> io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let path = folder.join(format!(".restore-{}", data_encoding::HEXLOWER.encode(&random)));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "a temporary folder is left behind; delete it");
        }
    }
}

/// Files that SQLite keeps beside an open database. They must not stay beside another database of that name.
const SIDE_FILES: [&str; 2] = ["-wal", "-shm"];

pub(super) fn with_suffix(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Replaces a file by another, and keeps the old one under the name `old`. There is a file at every moment.
pub(super) fn replace_file(new: &Path, at: &Path, old: &Path) -> io::Result<()> {
    for end in SIDE_FILES {
        match fs::rename(with_suffix(at, end), with_suffix(old, end)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    if fs::exists(at)? && fs::hard_link(at, old).is_err() {
        // The file system has no links.
        fs::copy(at, old)?;
    }
    let folder = folder_of(at);
    give_to_owner_of(folder, new)?;
    fs::rename(new, at)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Copies a file so that only its owner reads it, and syncs it to the disk.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut copy = options.open(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()
}
