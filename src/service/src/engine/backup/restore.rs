//! A backup is opened in a temporary place and looked through; then, perhaps, it is put in place.
//!
//! Not here: whether somebody wants that (`cli::keeping`).

use std::path::{Path, PathBuf};

use domain::Timestamp;
use protocol::{AuditHead, Purpose};

use super::manifest::{MANIFEST, Manifest, measured};
use super::place::{Aside, copy, put, with};
use crate::audit::{self, AuditFault, Entry, What};
use crate::engine::{Clock, OpenError, Refusal, Service, plain_reason};
use crate::keys::{KeyKind, Keys};
use crate::store::{PolicyRow, SealedTable, Settled, Store, StoreError, StoreOptions, settle_sqlite};

/// Why a backup is not one, or was not put in place.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The manifest is missing or no manifest.
    #[error("{}: {problem}; expected the manifest of a folder that enrol-service backup made", .path.display())]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The copy is not what was written.
    #[error("{}: {found} bytes with SHA-256 {sha256}, which is not what the manifest says; the copy was changed or is incomplete", .path.display())]
    Changed {
        /// Which file.
        path: PathBuf,
        /// Its length.
        found: u64,
        /// Its hash.
        sha256: String,
    },
    /// Store and keys.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Records are under a key that is not at hand.
    #[error(
        "the key file lacks the vault key {0}, and the backup has records under it; expected the key file that was in use then, or a newer one"
    )]
    KeyMissing(String),
    /// Records do not open.
    #[error("{0} sealed records do not open: they were changed or moved")]
    Closed(u64),
    /// The audit in it is not whole.
    #[error("the audit in it is not whole: {0}")]
    Audit(AuditFault),
    /// There is a store.
    #[error("there is a store already: {}; to put the backup in its place: --replace --reason TEXT. The old one is kept beside it", .0.display())]
    Exists(PathBuf),
    /// A service uses it.
    #[error("{} is in use; stop the service first", .0.display())]
    InUse(PathBuf),
    /// No reason given.
    #[error("expected a reason of 1 to 200 characters")]
    Reason,
    /// The system refused.
    #[error("{doing} {}", .path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something is wrong here.
    #[error("the service could not do it: {0}")]
    Fault(#[from] Refusal),
}

/// A backup that opened, in a temporary place that goes when this is dropped.
pub struct CheckedBackup {
    /// When it was made.
    pub made_at: Timestamp,
    /// Sealed records, all of which opened.
    pub records: u64,
    /// Rows of its audit, all of which are as they were written.
    pub audit_rows: u64,
    /// The newest of them when the backup was made.
    pub head: AuditHead,
    /// Envelope keys of that time that are not at hand.
    pub envelope_keys_missing: Vec<String>,
    service: Service,
    copy: PathBuf,
    // Last, so that it goes last.
    _folder: Aside,
}

/// A backup that is in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where the store is.
    pub store: PathBuf,
    /// Where the one is kept that was there.
    pub old: Option<PathBuf>,
}

/// The policy's serial goes up by so much: an assistant accepts none that is older than the last it saw, and it may
/// have seen some that the backup does not know.
const SERIALS: i64 = 1_000;

/// Records looked at at a time.
const AT_ONCE: i64 = 500;

impl CheckedBackup {
    /// Opens a copy of a backup, in a temporary place in `beside`, and looks at all of it.
    pub async fn open(backup: &Path, beside: &Path, keys: Keys, clock: Clock) -> Result<Self, RestoreError> {
        let manifest = read_manifest(&backup.join(MANIFEST))?;
        if manifest.service != keys.service() {
            let (keys, store) = (keys.service().to_string(), manifest.service.to_string());
            return Err(OpenError::OtherKeys { keys, store }.into());
        }
        let envelope_keys_missing: Vec<String> = manifest
            .envelope_keys
            .into_iter()
            .filter(|id| keys.find(KeyKind::Envelope, id).is_none())
            .collect();
        let source = backup.join(Path::new(&manifest.database).file_name().unwrap_or_default());
        let folder = Aside::in_folder(beside).map_err(|error| io("making a folder in", beside, error))?;
        let place = folder.file("enrol.sqlite");
        copy(&source, &place).map_err(|error| io("copying", &source, error))?;
        // Of the copy, which is what is put in place.
        let (found, sha256) = measured(&place).map_err(|error| io("reading", &place, error))?;
        if (found, &sha256) != (manifest.bytes, &manifest.sha256) {
            return Err(RestoreError::Changed { path: source, found, sha256 });
        }
        let url = format!("sqlite:{}", place.display());
        let store = Store::open(&url, &StoreOptions { make: false, ..StoreOptions::default() }).await?;
        // An older version's backup opens with this one's tables.
        store.migrate().await?;
        let lacking = lacking(&store, &keys).await;
        store.close().await;
        if let Some(key) = lacking? {
            return Err(RestoreError::KeyMissing(key));
        }
        let service = Service::open_as_it_is(&url, keys, clock).await?;
        let looked = async {
            let head: AuditHead =
                service.keys().open_own(Purpose::AuditHead, &manifest.audit_head).map_err(|error| {
                    RestoreError::Manifest { path: backup.join(MANIFEST), problem: error.to_string() }
                })?;
            let report = service.audit_verify(Some(&head)).await?;
            if let Some(fault) = report.faults.first() {
                return Err(RestoreError::Audit(*fault));
            }
            Ok((head, report.rows, service.open_all_records().await?))
        };
        match looked.await {
            Ok((head, audit_rows, records)) => Ok(Self {
                made_at: manifest.made_at,
                records,
                audit_rows,
                head,
                envelope_keys_missing,
                service,
                copy: place,
                _folder: folder,
            }),
            Err(error) => {
                service.store().close().await;
                Err(error)
            }
        }
    }

    /// It was only to be looked at.
    pub async fn close(self) {
        self.service.store().close().await;
    }

    /// Puts it in the place of a store that nobody uses. What is there already is kept beside it, and only replaced
    /// with a reason.
    pub async fn put_in_place(
        self,
        store: &Path,
        by: &str,
        replace: Option<&str>,
    ) -> Result<Restored, RestoreError> {
        let put = self.put(store, by, replace).await;
        self.service.store().close().await;
        put
    }

    async fn put(&self, at: &Path, by: &str, replace: Option<&str>) -> Result<Restored, RestoreError> {
        let reason = replace.map(|reason| plain_reason(reason).ok_or(RestoreError::Reason)).transpose()?;
        let now = self.service.now();
        let is_there = std::fs::exists(at).map_err(|error| io("looking for", at, error))?;
        if is_there && reason.is_none() {
            return Err(RestoreError::Exists(at.to_owned()));
        }
        if is_there
            && let Some(path) = at.to_str()
            && settle_sqlite(path).await == Settled::InUse
        {
            return Err(RestoreError::InUse(at.to_owned()));
        }
        self.note(by, reason).await?;
        self.service.store().close().await;
        let left = with(&self.copy, "-wal");
        if std::fs::metadata(&left).is_ok_and(|meta| meta.len() > 0) {
            let source = std::io::Error::other("a part of it is still apart");
            return Err(io("closing", &left, source));
        }
        let old = with(at, &format!(".replaced-{}", now.millis()));
        put(&self.copy, at, &old).map_err(|error| io("putting in place", at, error))?;
        Ok(Restored { store: at.to_owned(), old: is_there.then_some(old) })
    }

    /// The restored store says in its audit that it is one, and its policy is newer than any that was seen.
    async fn note(&self, by: &str, reason: Option<String>) -> Result<(), RestoreError> {
        let (keys, now, by) = (self.service.keys(), self.service.now(), by.to_owned());
        let number = i64::try_from(self.head.sequence).ok();
        let noted = self.service.store().write(move |tx| {
            Box::pin(async move {
                let newest = tx.newest_policy().await?.ok_or(StoreError::Corrupt("policy"))?;
                let serial = newest.serial + SERIALS;
                tx.add_policy(&PolicyRow { serial, adopted_at: now, ..newest }).await?;
                let entry = Entry { by: Some(by), reason, number, ..Entry::of(What::Restored) };
                audit::append(tx, &keys, &entry, now).await?;
                let entry = Entry { number: Some(serial), ..Entry::of(What::PolicyAdopted) };
                audit::append(tx, &keys, &entry, now).await?;
                Ok(())
            })
        });
        noted.await.map_err(|error: StoreError| error.into())
    }
}

impl Service {
    /// Opens every sealed record, and shows none; how many.
    async fn open_all_records(&self) -> Result<u64, RestoreError> {
        let (mut opened, mut closed) = (0, 0);
        let ids = self.store.read().await?.keys_of_records().await?;
        for id in &ids {
            for table in SealedTable::ALL {
                let mut after = String::new();
                loop {
                    let some =
                        self.store.read().await?.some_records_under(table, id, &after, AT_ONCE).await?;
                    let Some((last, _)) = some.last() else { break };
                    after = last.record.to_string();
                    for (place, record) in &some {
                        match self.vault.opens(place, record) {
                            Ok(()) => opened += 1,
                            Err(_) => closed += 1,
                        }
                    }
                }
            }
        }
        if closed == 0 { Ok(opened) } else { Err(RestoreError::Closed(closed)) }
    }
}

/// A key under which there are records, and which is not at hand.
async fn lacking(store: &Store, keys: &Keys) -> Result<Option<String>, StoreError> {
    let ids = store.read().await?.keys_of_records().await?;
    Ok(ids.into_iter().find(|id| keys.find(KeyKind::Vault, id).is_none()))
}

fn read_manifest(path: &Path) -> Result<Manifest, RestoreError> {
    let wrong = |problem: String| RestoreError::Manifest { path: path.to_owned(), problem };
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))
}

fn io(doing: &'static str, path: &Path, source: std::io::Error) -> RestoreError {
    RestoreError::Io { doing, path: path.to_owned(), source }
}
