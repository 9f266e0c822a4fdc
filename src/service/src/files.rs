//! Files that only their owner may read, and whose they are.

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

/// What root makes among the service's files belongs to the service: to whoever has the folder that it lies in. Others
/// make what is theirs.
pub(crate) fn give_to_owner_of_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let owner = std::fs::metadata(folder)?;
        let (user, group) =
            (std::os::unix::fs::MetadataExt::uid(&owner), std::os::unix::fs::MetadataExt::gid(&owner));
        std::os::unix::fs::chown(path, Some(user), Some(group))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
