//! A disk that is soon full: a small file system in memory, mounted by the superuser.

use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::needs::{as_root, run};

/// Mounted until it is dropped.
pub struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// Mounts one of so many KiB and files on an empty folder.
    ///
    /// # Panics
    /// When it cannot be mounted.
    pub fn mount(at: &Path, kib: u32, files: u32) -> Self {
        std::fs::create_dir_all(at).expect("a folder");
        let owner = std::fs::metadata(at).expect("a folder").uid();
        let options = format!("size={kib}k,nr_inodes={files},mode=700,uid={owner}");
        run(as_root("mount", "mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at));
        Self { at: at.to_owned() }
    }

    /// Lets nobody write on it any more, not even the superuser.
    ///
    /// # Panics
    /// When it cannot be mounted so.
    pub fn only_for_reading(&self) {
        run(as_root("mount", "mount").args(["-o", "remount,ro"]).arg(&self.at));
    }

    /// Takes all the room that is left for content.
    ///
    /// # Panics
    /// When writing fails for another reason than a full disk.
    pub fn fill(&self) {
        let mut file = std::fs::File::create(self.filler(0)).expect("a file");
        loop {
            match file.write_all(&[0; 4096]) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Takes all the room that is left for names.
    ///
    /// # Panics
    /// When making a file fails for another reason than a full disk.
    pub fn fill_with_names(&self) {
        for number in 0.. {
            match std::fs::File::create(self.filler(number)) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Gives all of that back.
    pub fn make_room(&self) {
        for number in 0.. {
            if std::fs::remove_file(self.filler(number)).is_err() {
                return;
            }
        }
    }

    fn filler(&self, number: u32) -> PathBuf {
        self.at.join(format!("filler-{number}"))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: whoever still has it open keeps it for that long.
        let _ = as_root("umount", "mount").arg("-l").arg(&self.at).status();
    }
}
