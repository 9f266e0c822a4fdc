//! A temporary folder beside the store, and one file put in the place of another.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use platform::files::{folder_of, give_to_owner_of};

/// A folder of the user's own that goes when it is dropped.
pub(super) struct Aside(PathBuf);

impl Aside {
    /// In a folder, so that what is made there can be moved without copying.
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

impl Drop for Aside {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "a temporary folder is left behind; delete it");
        }
    }
}

/// What SQLite keeps beside a file while it is open. Beside another file it would be taken for that one's.
const HELPERS: [&str; 2] = ["-wal", "-shm"];

pub(super) fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Puts a file in the place of another, which is kept under the name `old`. At no moment is there none.
pub(super) fn put(new: &Path, at: &Path, old: &Path) -> io::Result<()> {
    for end in HELPERS {
        match fs::rename(with(at, end), with(old, end)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    if fs::exists(at)? && fs::hard_link(at, old).is_err() {
        // A file system without links.
        fs::copy(at, old)?;
    }
    let folder = folder_of(at);
    give_to_owner_of(folder, new)?;
    fs::rename(new, at)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Copies a file for its owner alone; its bytes reach the disk.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut copy = options.open(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()
}
