//! Whose a file is that root makes among a service's files.

use std::{
    fs::{File, OpenOptions},
    path::Path,
};

use super::folder_of;

/// Opens a file among the service's, which may write there what it likes. What root makes belongs to the service: to
/// whoever has the folder that it lies in; and root follows no link. Others make what is theirs.
///
/// # Errors
///
/// When it cannot be opened or given away, or root meets a link.
pub fn open_for_owner_of_folder(path: &Path, options: &mut OpenOptions) -> std::io::Result<File> {
    open_to_give(folder_of(path), path, options)
}

fn open_to_give(folder: &Path, path: &Path, options: &mut OpenOptions) -> std::io::Result<File> {
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::OpenOptionsExt::custom_flags(
            options,
            rustix::fs::OFlags::NOFOLLOW.bits().cast_signed(),
        );
        let file = options.open(path).map_err(|error| match error.raw_os_error() {
            Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => {
                std::io::Error::other("it is a link, and root follows none there; expected the file itself")
            }
            _ => error,
        })?;
        give_away(&file, folder)?;
        return Ok(file);
    }
    #[cfg(not(unix))]
    let _ = folder;
    options.open(path)
}

/// The same for a file that was made already, and is to go into a folder.
///
/// # Errors
///
/// When it cannot be given away, or root meets a link.
pub fn give_to_owner_of(folder: &Path, path: &Path) -> std::io::Result<()> {
    open_to_give(folder, path, OpenOptions::new().read(true)).map(|_| ())
}

/// Only what is root's own, and has no other name that may lie elsewhere.
#[cfg(unix)]
fn give_away(file: &File, folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    let (owner, it) = (std::fs::metadata(folder)?, file.metadata()?);
    if it.uid() != 0 || owner.uid() == 0 {
        return Ok(());
    }
    if !it.is_file() || it.nlink() != 1 {
        return Err(std::io::Error::other(
            "root's own, and not a file with one name; expected the service's",
        ));
    }
    std::os::unix::fs::fchown(file, Some(owner.uid()), Some(owner.gid()))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, chown, symlink};

    use super::*;

    fn make(path: &Path) -> std::io::Result<File> {
        open_for_owner_of_folder(path, OpenOptions::new().append(true).create(true))
    }

    #[test]
    fn root_gives_away_what_it_made_in_the_services_folder_and_nothing_that_the_service_points_at() {
        let (ours, secret) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (at, target) = (ours.path().join("lock"), secret.path().join("target"));
        fs::write(&target, "root's").expect("writes");
        if !rustix::process::geteuid().is_root() {
            // Somebody else's files are theirs, wherever they lie.
            symlink(&target, &at).expect("links");
            make(&at).expect("opens");
            return;
        }
        chown(ours.path(), Some(65_532), Some(65_532)).expect("the service's");
        let owner = |path: &Path| fs::metadata(path).expect("is there").uid();
        make(&at).expect("makes");
        assert_eq!(owner(&at), 65_532);
        // Made in a folder of root's own, to be moved.
        let aside = secret.path().join("aside");
        drop(make(&aside).expect("makes"));
        assert_eq!(owner(&aside), 0);
        give_to_owner_of(ours.path(), &aside).expect("gives");
        assert_eq!(owner(&aside), 65_532);

        fs::remove_file(&at).expect("goes");
        for place in [target.clone(), secret.path().join("made-anew")] {
            symlink(&place, &at).expect("links");
            assert!(make(&at).expect_err("a link").to_string().contains("it is a link"));
            assert!(give_to_owner_of(ours.path(), &at).is_err());
            fs::remove_file(&at).expect("goes");
        }
        assert!(!secret.path().join("made-anew").exists());
        fs::hard_link(&target, &at).expect("links");
        assert!(make(&at).is_err(), "a file with another name");
        assert_eq!(owner(&target), 0);
    }
}
