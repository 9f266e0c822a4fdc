//! The assistant's own log, beside what it keeps: what IT looks at when the system's log says that something is wrong.
//! No name, number, key or code of anybody; its addresses are the service's and its proxies'.
//!
//! Not here: what the system's own log is given (`system_log`).

use std::{fs, io, sync::Mutex};

use platform::files;
use tracing::Level;
use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use super::DataFolder;

/// At a start a longer one is put aside, and the one that was aside is gone.
const LONGEST_BYTES: u64 = 1024 * 1024;

/// Begins to write it, for as long as the program runs. Where it cannot be written nothing happens: nobody's enrolment
/// ends for that.
pub fn begin(folder: &DataFolder) {
    let Ok(file) = open(folder) else { return };
    let lines = fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
    // Not what libraries say: their words may hold whole addresses.
    let ours = Targets::new().with_target("assistant", Level::INFO);
    let _ = tracing_subscriber::registry().with(lines).with(ours).try_init();
}

fn open(folder: &DataFolder) -> io::Result<fs::File> {
    let path = folder.log_file();
    if fs::metadata(&path).is_ok_and(|file| file.len() > LONGEST_BYTES) {
        fs::rename(&path, path.with_extension("old.log"))?;
    }
    files::private_file().append(true).create(true).open(path)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn it_goes_on_where_it_was_and_a_long_one_is_put_aside() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::hold(&home.path().join("data")).expect("free");
        for line in ["one\n", "two\n"] {
            open(&folder).expect("opens").write_all(line.as_bytes()).expect("writes");
        }
        assert_eq!(fs::read_to_string(folder.log_file()).expect("is there"), "one\ntwo\n");
        let long = usize::try_from(LONGEST_BYTES).expect("short") + 1;
        fs::write(folder.log_file(), vec![b'x'; long]).expect("writes");
        open(&folder).expect("opens").write_all(b"three\n").expect("writes");
        assert_eq!(fs::read_to_string(folder.log_file()).expect("is there"), "three\n");
        assert_eq!(
            fs::metadata(folder.path().join("enrol.old.log")).expect("is there").len(),
            LONGEST_BYTES + 1
        );
    }
}
