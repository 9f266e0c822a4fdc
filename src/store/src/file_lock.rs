//! A lock beside a SQLite file: whoever has the file open shares it, and whoever puts another file in its place holds it
//! alone. SQLite's own locks are on the file itself, and so are no more of use once that is another.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use vault::open_for_owner_of_folder;

/// A restore holds it no longer than it takes to close one file and move two.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// Held until it is released, dropped, or the process ends.
#[derive(Clone)]
pub struct FileLock(Arc<File>);

impl FileLock {
    /// With all others who have the file open. Waits for a restore; `None` when that takes too long.
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

    /// Alone. `None` when somebody has the file open.
    pub fn alone(path: &str) -> io::Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(Arc::new(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Others may have it.
    pub fn release(&self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "a store's lock was not released; it is when this process ends");
        }
    }
}

/// It stays when nobody holds it: one that is deleted while somebody waits for it would be two.
fn open(path: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    open_for_owner_of_folder(Path::new(&format!("{path}.lock")), &mut options)
}
