//! The page reached, for whoever comes back. Nothing else: no name, no secret, no right.

use std::{io, path::Path};

use domain::Timestamp;
use journey::Page;
use platform::files;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Resume {
    page: Page,
    until: Timestamp,
}

/// The page, unless it is too long ago. An unreadable file is as good as none: the journey begins anew.
pub(super) fn read(path: &Path, now: Timestamp) -> Option<Page> {
    let resume: Resume = files::read_json(path).ok()??;
    (now < resume.until).then_some(resume.page)
}

/// Remembers a page until a day.
pub(super) fn write(path: &Path, page: Page, until: Timestamp) -> io::Result<()> {
    files::write_json(path, &Resume { page, until })
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
        write(&path, Page::ScanTheCode, now.plus_secs(60)).expect("writes");
        assert_eq!(read(&path, now), Some(Page::ScanTheCode));
        assert_eq!(read(&path, now.plus_secs(60)), None);
        let text = fs::read_to_string(&path).expect("reads");
        assert_eq!(text.matches(':').count(), 2, "{text}");
        forget(&path).expect("forgets");
        forget(&path).expect("twice");
        assert_eq!(read(&path, now), None);
        fs::write(&path, "nonsense").expect("writes");
        assert_eq!(read(&path, now), None);
    }
}
