//! The folder that the assistant keeps, held by one program at a time.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use platform::files;

/// The folder, held for as long as this or a clone lives.
#[derive(Debug, Clone)]
pub struct DataFolder {
    path: Arc<Path>,
    /// Held only to be dropped: the system frees the lock then, also when the program is killed.
    _lock: Arc<File>,
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another one is open.
    #[error("this program is already open with the data folder {0}{advice}", advice = IN_USE_ADVICE)]
    InUse(PathBuf),
    /// The system said no.
    #[error("the data folder {0} cannot be used")]
    Unusable(PathBuf, #[source] io::Error),
}

const IN_USE_ADVICE: &str =
    if cfg!(windows) { ". Close it there first; you may be signed in to this computer twice" } else { "" };

impl DataFolder {
    /// Makes the folder where it is missing, and holds it.
    pub fn hold(path: &Path) -> Result<Self, FolderError> {
        let unusable = |error| FolderError::Unusable(path.to_owned(), error);
        for folder in [path.to_owned(), path.join("outbox"), path.join("set-aside")] {
            files::make_private_folder(&folder).map_err(unusable)?;
        }
        let lock =
            files::private_file().create(true).truncate(false).open(path.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.into(), _lock: Arc::new(lock) }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// Enrolments that wait to be sent.
    pub(super) fn outbox(&self) -> PathBuf {
        self.path.join("outbox")
    }

    /// What was refused or cannot be read.
    pub(super) fn set_aside(&self) -> PathBuf {
        self.path.join("set-aside")
    }

    /// What is remembered of the service.
    pub(super) fn service_file(&self) -> PathBuf {
        Self::service_file_in(&self.path)
    }

    /// The same in a folder that is not held.
    pub(super) fn service_file_in(folder: &Path) -> PathBuf {
        folder.join("service.json")
    }

    /// What is no secret of a station.
    pub(super) fn station_file(&self) -> PathBuf {
        self.path.join("station.json")
    }

    /// What IT reads.
    pub(super) fn log_file(&self) -> PathBuf {
        self.path.join("enrol.log")
    }

    /// The page reached.
    pub(super) fn resume_file(&self) -> PathBuf {
        self.path.join("resume.json")
    }

    /// The slip that is open in another program.
    pub(super) fn slip_file(&self) -> PathBuf {
        self.path.join("slip.html")
    }

    /// How far somebody came last time, where there is something to come back to.
    pub fn resume(&self, now: domain::Timestamp) -> Option<super::Resumed> {
        super::resume::read(&self.resume_file(), now)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_program_at_a_time() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("data");
        let held = DataFolder::hold(&path).expect("free");
        assert!(matches!(DataFolder::hold(&path), Err(FolderError::InUse(_))));
        drop(held);
        assert!(DataFolder::hold(&path).is_ok());
    }
}
