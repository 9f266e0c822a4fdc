//! Sealed enrolments that wait to be sent. On the disk for good before anybody is told 'saved'.
//!
//! Not here: sending (`outbox_sender`). A submission holds ciphertext and its header only: no credential and no name.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use domain::{EnrolmentId, Timestamp};
use journey::SaveFault;
use platform::files::{self, UNFINISHED};
use protocol::{EnrolmentHeader, Sealed};
use serde::{Deserialize, Serialize};

use super::DataFolder;

/// The version of a submission's file.
const SUBMISSION_VERSION: u8 = 1;

/// Larger than any submission: what is larger is none of ours.
const LARGEST_SUBMISSION: u64 = 64 * 1024;

/// Why unreadable submissions are set aside, as it stands in the reason file.
const UNREADABLE: &str = "unreadable";

/// The two folders.
pub(super) struct Outbox {
    folder: PathBuf,
    set_aside: PathBuf,
}

/// One enrolment that waits.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Submission {
    v: u8,
    /// Which.
    pub(super) enrolment: EnrolmentId,
    /// What is sent, byte for byte.
    pub(super) sealed: Sealed,
}

/// What is in the outbox.
#[derive(Default)]
pub(super) struct Waiting {
    /// To be sent, oldest first.
    pub(super) submissions: Vec<Submission>,
    /// File names of what could not be read and was set aside just now.
    pub(super) unreadable: Vec<String>,
    /// What the disk would not give or move just now, and why. It stays where it is.
    pub(super) held: Vec<(String, io::Error)>,
}

#[derive(Serialize)]
struct Reason<'a> {
    reason: &'a str,
    at: Timestamp,
}

impl Outbox {
    /// The outbox of a data folder. What was left unfinished was never promised to anybody, and goes.
    pub(super) fn of(data: &DataFolder) -> Self {
        let outbox = Self { folder: data.outbox(), set_aside: data.set_aside() };
        for path in files_in(&outbox.folder).unwrap_or_default() {
            if path.as_os_str().to_string_lossy().ends_with(UNFINISHED) {
                let _ = fs::remove_file(path);
            }
        }
        outbox
    }

    /// Puts an enrolment on the disk for good. When it fails, the enrolment is not in the outbox.
    pub(super) fn save(&self, enrolment: EnrolmentId, sealed: Sealed) -> io::Result<()> {
        let path = self.path_of(enrolment);
        if read(&path).is_ok_and(|submission| submission.sealed == sealed) {
            // Asked again because the first answer was late.
            return files::sync_folder(&self.folder);
        }
        // Nobody is told 'saved', and the next try may hold something else under this id: nothing may be left of it.
        files::write_json(&path, &Submission { v: SUBMISSION_VERSION, enrolment, sealed }).inspect_err(|_| {
            let _ = fs::remove_file(&path);
        })
    }

    /// What waits. What cannot be read is set aside or passed by, so that it holds nothing up.
    pub(super) fn waiting(&self, now: Timestamp) -> io::Result<Waiting> {
        self.waiting_by(now, &read)
    }

    fn waiting_by(
        &self,
        now: Timestamp,
        read: &dyn Fn(&Path) -> Result<Submission, Unreadable>,
    ) -> io::Result<Waiting> {
        let mut waiting = Waiting::default();
        for path in files_in(&self.folder)? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.ends_with(UNFINISHED) {
                continue;
            }
            match read(&path) {
                Ok(submission) => waiting.submissions.push(submission),
                // The disk, not the entry: it may be readable again later.
                Err(Unreadable::Disk(error)) => waiting.held.push((name, error)),
                Err(Unreadable::Content) => match self.move_aside(&path, UNREADABLE, now) {
                    Ok(()) => waiting.unreadable.push(name),
                    Err(error) => waiting.held.push((name, error)),
                },
            }
        }
        // UUIDv7 sorts by time.
        waiting.submissions.sort_by_key(|submission| submission.enrolment);
        Ok(waiting)
    }

    /// The service has it.
    pub(super) fn remove(&self, enrolment: EnrolmentId) -> io::Result<()> {
        match fs::remove_file(self.path_of(enrolment)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => files::sync_folder(&self.folder),
        }
    }

    /// The service will never take it: kept with its reason, never dropped.
    pub(super) fn refuse(&self, enrolment: EnrolmentId, reason: &str, now: Timestamp) -> io::Result<()> {
        self.move_aside(&self.path_of(enrolment), reason, now)
    }

    fn move_aside(&self, path: &Path, reason: &str, now: Timestamp) -> io::Result<()> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let home = self.free_name(name);
        // The reason first: killed in between, the entry is still in the outbox and this happens again.
        files::write_json(&home.with_extension("reason.json"), &Reason { reason, at: now })?;
        files::rename(path, &home)?;
        files::sync_folder(&self.set_aside)?;
        files::sync_folder(&self.folder)
    }

    /// A name under which nothing was set aside before.
    fn free_name(&self, name: &std::ffi::OsStr) -> PathBuf {
        let plain = self.set_aside.join(name);
        let stem = plain.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let numbered = (2..10_000).map(|number| self.set_aside.join(format!("{stem}-{number}.json")));
        std::iter::once(plain.clone()).chain(numbered).find(|path| !path.exists()).unwrap_or(plain)
    }

    fn path_of(&self, enrolment: EnrolmentId) -> PathBuf {
        self.folder.join(format!("{enrolment}.json"))
    }
}

/// What a failed save means to the person.
pub(super) fn save_fault(error: &io::Error) -> SaveFault {
    let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    if full { SaveFault::DiskFull } else { SaveFault::Other }
}

enum Unreadable {
    Disk(io::Error),
    Content,
}

fn read(path: &Path) -> Result<Submission, Unreadable> {
    let described = fs::symlink_metadata(path).map_err(Unreadable::Disk)?;
    if !described.is_file() || described.len() > LARGEST_SUBMISSION {
        return Err(Unreadable::Content);
    }
    let bytes = fs::read(path).map_err(Unreadable::Disk)?;
    let submission = decode(&bytes).ok_or(Unreadable::Content)?;
    let named =
        path.file_stem().is_some_and(|stem| stem.to_string_lossy() == submission.enrolment.to_string());
    if named { Ok(submission) } else { Err(Unreadable::Content) }
}

fn decode(bytes: &[u8]) -> Option<Submission> {
    let submission: Submission = serde_json::from_slice(bytes).ok()?;
    let header: EnrolmentHeader = protocol::header(&submission.sealed).ok()?;
    (submission.v == SUBMISSION_VERSION && header.enrolment == submission.enrolment).then_some(submission)
}

/// Whether a file's bytes are a submission, whatever the file is called. For the scenario that tries millions.
pub fn is_outbox_submission(bytes: &[u8]) -> bool {
    decode(bytes).is_some()
}

fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::scripted::sample_enrolment;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn outbox() -> (tempfile::TempDir, DataFolder, Outbox) {
        let home = tempfile::tempdir().expect("a folder");
        let data = DataFolder::hold(&home.path().join("data")).expect("free");
        let outbox = Outbox::of(&data);
        (home, data, outbox)
    }

    fn ids(waiting: &Waiting) -> Vec<EnrolmentId> {
        waiting.submissions.iter().map(|submission| submission.enrolment).collect()
    }

    #[test]
    fn what_was_saved_waits_oldest_first_until_it_is_removed() {
        let (_home, data, outbox) = outbox();
        let (first, sealed_first) = sample_enrolment(1);
        let (second, sealed_second) = sample_enrolment(2);
        outbox.save(second, sealed_second).expect("saves");
        outbox.save(first, sealed_first.clone()).expect("saves");
        let waiting = Outbox::of(&data).waiting(NOW).expect("lists");
        assert_eq!(ids(&waiting), [first, second]);
        assert_eq!(waiting.submissions[0].sealed, sealed_first, "byte for byte");
        outbox.remove(first).expect("removes");
        outbox.remove(first).expect("twice");
        assert_eq!(ids(&outbox.waiting(NOW).expect("lists")), [second]);
    }

    #[test]
    fn what_cannot_be_read_is_set_aside_and_the_rest_still_waits() {
        let (_home, data, outbox) = outbox();
        let (good, sealed) = sample_enrolment(1);
        outbox.save(good, sealed.clone()).expect("saves");
        let (other, _) = sample_enrolment(2);
        fs::write(data.outbox().join(format!("{other}.json")), "{ cut sho").expect("writes");
        // An entry under another's name would be removed for the wrong receipt.
        let (third, _) = sample_enrolment(3);
        fs::copy(data.outbox().join(format!("{good}.json")), data.outbox().join(format!("{third}.json")))
            .expect("copies");
        fs::create_dir(data.outbox().join("folder")).expect("makes");
        let waiting = outbox.waiting(NOW).expect("lists");
        assert_eq!(ids(&waiting), [good]);
        assert_eq!(waiting.unreadable.len(), 3);
        assert!(data.set_aside().join(format!("{other}.json")).exists());
        let reason =
            fs::read_to_string(data.set_aside().join(format!("{other}.reason.json"))).expect("a reason");
        assert!(reason.contains(UNREADABLE));
        assert!(outbox.waiting(NOW).expect("lists").unreadable.is_empty(), "reported once");
    }

    #[test]
    fn what_the_disk_does_not_give_is_passed_by_and_stays() {
        let (_home, data, outbox) = outbox();
        let ([bad, good], now) = ([1, 2].map(sample_enrolment), NOW);
        outbox.save(bad.0, bad.1).expect("saves");
        outbox.save(good.0, good.1).expect("saves");
        fs::write(data.outbox().join("spoilt.json"), "{").expect("writes");
        // Nothing can be set aside either: a file stands where the folder was.
        fs::remove_dir(data.set_aside()).expect("empty");
        fs::write(data.set_aside(), "").expect("writes");
        let waiting = outbox
            .waiting_by(now, &|path| {
                if path.to_string_lossy().contains(&bad.0.to_string()) {
                    return Err(Unreadable::Disk(io::Error::other("a bad sector")));
                }
                read(path)
            })
            .expect("lists");
        assert_eq!(ids(&waiting), [good.0]);
        let mut held: Vec<String> = waiting.held.into_iter().map(|(name, _)| name).collect();
        held.sort();
        assert_eq!(held, [format!("{}.json", bad.0), "spoilt.json".to_owned()]);
        assert!(held.iter().all(|name| data.outbox().join(name).exists()));
    }

    #[test]
    fn what_is_refused_is_kept_with_its_reason_also_a_second_time() {
        let (_home, data, outbox) = outbox();
        let (id, sealed) = sample_enrolment(1);
        for _ in 0..2 {
            outbox.save(id, sealed.clone()).expect("saves");
            outbox.refuse(id, "grant_revoked", NOW).expect("sets aside");
        }
        assert!(outbox.waiting(NOW).expect("lists").submissions.is_empty());
        for name in [format!("{id}"), format!("{id}-2")] {
            assert!(data.set_aside().join(format!("{name}.json")).exists());
            let reason =
                fs::read_to_string(data.set_aside().join(format!("{name}.reason.json"))).expect("a reason");
            assert!(reason.contains("grant_revoked"));
        }
    }

    #[test]
    fn what_could_not_be_saved_is_not_in_the_outbox() {
        let (_home, data, outbox) = outbox();
        let (id, sealed) = sample_enrolment(1);
        let path = data.outbox().join(format!("{id}.json"));
        fs::write(&path, "of an earlier try").expect("writes");
        // The unfinished file cannot be opened: a folder has its name.
        fs::create_dir(data.outbox().join(format!("{id}.json{UNFINISHED}"))).expect("makes");
        assert!(outbox.save(id, sealed).is_err());
        assert!(!path.exists());
    }

    #[test]
    fn an_unfinished_file_is_swept_away_at_the_next_start() {
        let (_home, data, outbox) = outbox();
        let unfinished = data.outbox().join(format!("x.json{UNFINISHED}"));
        fs::write(&unfinished, "half").expect("writes");
        assert!(outbox.waiting(NOW).expect("lists").unreadable.is_empty(), "it may be being written");
        Outbox::of(&data);
        assert!(!unfinished.exists());
    }

    #[test]
    fn a_full_disk_is_told_from_the_rest() {
        assert_eq!(save_fault(&io::Error::from(io::ErrorKind::StorageFull)), SaveFault::DiskFull);
        assert_eq!(save_fault(&io::Error::from(io::ErrorKind::PermissionDenied)), SaveFault::Other);
    }
}
