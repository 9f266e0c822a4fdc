//! A lock beside a SQLite file. Processes that have the file open share it; a restore, which replaces the file, has it
//! alone. SQLite's own locks are on the file itself, so they do not help once the file is another one.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use platform::files::open_for_owner_of_folder;

/// A restore holds it no longer than it takes to close one file and move two.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// A lock that lasts until it is released or dropped, or the process ends.
#[derive(Clone)]
pub struct FileLock(Arc<File>);

impl FileLock {
    /// Shares the lock with all who have the file open. Waits for a restore; `None` when that takes too long.
    pub async fn shared(path: &str) -> io::Result<Option<Self>> {
        let file = open(path)?;
        for _ in 0..TRIES {
            match file.try_lock_shared() {
                Ok(()) => return Ok(Some(Self(Arc::new(file)))),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Takes the lock alone. `None` when somebody has the file open.
    pub fn exclusive(path: &str) -> io::Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(Arc::new(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Releases the lock.
    pub fn release(&self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "a store's lock was not released; it is when this process ends");
        }
    }
}

/// The lock's file is never deleted: a file that is deleted while somebody waits for it would become two locks.
fn open(path: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    open_for_owner_of_folder(Path::new(&format!("{path}.lock")), &mut options)
}
