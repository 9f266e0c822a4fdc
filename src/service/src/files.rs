//! Files that only their owner may read.

use std::{fs::OpenOptions, io::Write as _, path::Path};

/// Writes a new file for its owner alone, and syncs it. What is there already is not touched.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
