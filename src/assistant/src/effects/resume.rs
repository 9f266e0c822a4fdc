//! The page reached and when they signed in, for whoever comes back. Nothing else: no name, no secret, no right.

use std::{io, path::Path};

use domain::Timestamp;
use journey::Page;
use platform::files;
use serde::{Deserialize, Serialize};

/// How far somebody came on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resumed {
    /// The page reached.
    pub page: Page,
    /// When they signed in last, as the service said. By it their own use of a code is told from another's.
    pub signed_in_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Resume {
    page: Page,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_in_at: Option<Timestamp>,
    until: Timestamp,
}

/// The page, unless it is too long ago. An unreadable file is as good as none: the journey begins anew.
pub(super) fn read(path: &Path, now: Timestamp) -> Option<Resumed> {
    let Resume { page, signed_in_at, until } = files::read_json(path).ok()??;
    (now < until).then_some(Resumed { page, signed_in_at })
}

/// Remembers a page until a day.
pub(super) fn write(path: &Path, reached: Resumed, until: Timestamp) -> io::Result<()> {
    let Resumed { page, signed_in_at } = reached;
    files::write_json(path, &Resume { page, signed_in_at, until })
}

/// Forgets it.
pub(super) fn forget(path: &Path) -> io::Result<()> {
    files::remove(path)
}

/// Whether a file's bytes name a page. For the scenario that tries millions.
pub fn is_remembered_page(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Resume>(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_page_is_remembered_for_its_days_and_nothing_else_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("resume.json");
        let now = Timestamp::from_secs(1_000);
        assert_eq!(read(&path, now), None);
        let mut reached = Resumed { page: Page::ScanTheCode, signed_in_at: None };
        for (signed_in_at, fields) in [(None, 2), (Some(now), 3)] {
            reached.signed_in_at = signed_in_at;
            write(&path, reached, now.plus_secs(60)).expect("writes");
            assert_eq!(read(&path, now), Some(reached));
            assert_eq!(read(&path, now.plus_secs(60)), None);
            let text = fs::read_to_string(&path).expect("reads");
            assert_eq!(text.matches(':').count(), fields, "{text}");
        }
        // As it was written before there was a time in it.
        fs::write(&path, r#"{"page":"test-it","until":60000000}"#).expect("writes");
        assert_eq!(read(&path, now), Some(Resumed { page: Page::TestIt, signed_in_at: None }));
        forget(&path).expect("forgets");
        forget(&path).expect("twice");
        assert_eq!(read(&path, now), None);
        fs::write(&path, "nonsense").expect("writes");
        assert_eq!(read(&path, now), None);
    }
}
