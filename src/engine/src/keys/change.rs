//! Adds a key, waits until all nodes have it, and takes it into use.

use std::time::Duration;

use domain::{Date, Timestamp};
use tokio::time::Instant;

use super::super::{Actor, Operator, Reason, Refusal, Service};
use super::NODE_TIMEOUT_MS;
use crate::audit::{self, Entry, What};
use store::{NodeRow, StoreError, Tx};
use vault::{KeyFileError, KeyKind, Keys};

/// How often it is checked whether all nodes have loaded a key.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Why keys were not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key file cannot be read or written.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The keys were not read from a file.
    #[error("the keys were not read from a file, so there is none to change")]
    NoFile,
    /// A node has not loaded it yet.
    #[error(
        "key {id} is not in use yet: {} has not read it",
        nodes.join(" and ")
    )]
    NotLoaded {
        /// Which key.
        id: String,
        /// The nodes that have not.
        nodes: Vec<String>,
    },
    /// It lay in the same file as the compromised key.
    #[error("{kind} key {id} lay in the same file, so somebody else may have it too")]
    StoredTogether {
        /// What it is for.
        kind: KeyKind,
        /// Its id.
        id: String,
    },
    /// The key in use does not name it, so assistants would not accept it.
    #[error(
        "identity key {id} was made on another node, and the one in use has not named it: assistants would refuse it"
    )]
    NotAnnounced {
        /// Its id.
        id: String,
    },
    /// Another command changed the keys meanwhile.
    #[error("another command changed the key in use meanwhile")]
    Conflict,
    /// A key of the file was never used.
    #[error("{kind} key {id} is in the file and was never used")]
    Unused {
        /// What it is for.
        kind: KeyKind,
        /// Its id.
        id: String,
    },
    /// No such key.
    #[error("there is no {kind} key {id}")]
    Unknown {
        /// What it would be for.
        kind: KeyKind,
        /// What was given.
        id: String,
    },
    /// It is in use.
    #[error("{kind} key {id} is in use")]
    InUse {
        /// What it is for.
        kind: KeyKind,
        /// Its id.
        id: String,
    },
    /// Records are sealed with it.
    #[error("vault key {id} is needed: {records} records are sealed with it")]
    NeededByRecords {
        /// Its id.
        id: String,
        /// How many.
        records: i64,
    },
    /// Unsent enrolments are sealed to it.
    #[error(
        "envelope key {id} is needed: {grants} people have signed in and may still post what is sealed to it; the last of these rights expires on {until}"
    )]
    NeededByGrants {
        /// Its id.
        id: String,
        /// How many.
        grants: i64,
        /// When the last of them expires.
        until: Date,
    },
    /// Records cannot be opened.
    #[error(
        "{records} records do not open, so they stay under the old key: they were changed or moved. Whose they are: {}",
        people.join(", ")
    )]
    RecordsDoNotOpen {
        /// How many.
        records: u64,
        /// The people, by sign-in name.
        people: Vec<String>,
    },
    /// The service failed.
    #[error("the service could not do it ({0}); the log says why")]
    Fault(#[from] Refusal),
}

impl From<StoreError> for KeyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Who changes keys, and perhaps why.
#[derive(Clone)]
pub(super) struct KeyChange {
    pub(super) by: Operator,
    pub(super) reason: Option<Reason>,
}

impl KeyChange {
    pub(super) fn entry(&self, what: What, id: &str) -> Entry {
        let reason = self.reason.as_ref().map(Reason::text);
        Entry { reason, key: Some(id.to_owned()), ..self.by.entry(what) }
    }
}

impl From<Actor> for KeyChange {
    fn from(Actor { by, reason }: Actor) -> Self {
        Self { by, reason: Some(reason) }
    }
}

impl Service {
    /// Adds a new key of a kind to this node's key file. It is not in use yet. Returns its id.
    pub async fn add_key(&self, kind: KeyKind, by: impl Into<Operator>) -> Result<String, KeyError> {
        let change = KeyChange { by: by.into(), reason: None };
        self.refresh_keys_and_policy().await?;
        if let Some(unused) = self.keys().unused(kind) {
            return Err(KeyError::Unused { kind, id: unused.id.clone() });
        }
        self.add_to_file(kind, &change).await
    }

    async fn add_to_file(&self, kind: KeyKind, change: &KeyChange) -> Result<String, KeyError> {
        let keys = self.keys();
        let (file, data) = keys.file().ok_or(KeyError::NoFile)?;
        let id = Keys::add(file, data, kind, keys.uses(), self.now())?;
        self.keyring.reload_file()?;
        self.audit_key(change.entry(What::KeyAdded, &id)).await?;
        Ok(id)
    }

    /// Records that all keys were exported under a passphrase.
    pub async fn record_keys_exported(&self, by: impl Into<Operator>) -> Result<(), KeyError> {
        let entry = by.into().entry(What::KeysExported);
        self.audit_key(entry).await
    }

    /// Records that keys were imported to this node.
    pub async fn record_keys_imported(
        &self,
        ids: &[String],
        by: impl Into<Operator>,
    ) -> Result<(), KeyError> {
        let entry = Entry { key: Some(ids.join(" ")), ..by.into().entry(What::KeysImported) };
        self.audit_key(entry).await
    }

    pub(super) async fn audit_key(&self, entry: Entry) -> Result<(), KeyError> {
        let (keys, now) = (self.keys(), self.now());
        let written = self.store.write(move |tx| {
            Box::pin(async move { audit::append(tx, &keys, &entry, now).await.map(|_| ()) })
        });
        written.await.map_err(|error: StoreError| error.into())
    }

    /// Refuses when the file, which somebody else may have read, has an unused key, unless that key is named.
    pub async fn check_no_unused_key(&self, kind: KeyKind, with: Option<&str>) -> Result<(), KeyError> {
        self.refresh_keys_and_policy().await?;
        match self.keys().unused(kind) {
            Some(unused) if with != Some(unused.id.as_str()) => {
                Err(KeyError::StoredTogether { kind, id: unused.id.clone() })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The key to take into use next, which is added if there is none. Waits until every live node has loaded it.
    pub(super) async fn next_key(
        &self,
        kind: KeyKind,
        change: &KeyChange,
        patience: Duration,
    ) -> Result<String, KeyError> {
        let unused = self.keys().unused(kind).map(|key| key.id.clone());
        let id = match unused {
            Some(id) => id,
            None => self.add_to_file(kind, change).await?,
        };
        let begun = Instant::now();
        loop {
            let missing = nodes_without(self.live_nodes().await?, &id);
            if missing.is_empty() {
                return Ok(id);
            }
            if begun.elapsed() >= patience {
                return Err(KeyError::NotLoaded { id, nodes: missing });
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

/// The nodes that have not loaded a key.
fn nodes_without(nodes: Vec<NodeRow>, id: &str) -> Vec<String> {
    nodes
        .into_iter()
        .filter(|node| !node.key_ids.iter().any(|read| read == id))
        .map(|node| node.name)
        .collect()
}

/// Checks that every live node has loaded a key. Returns whether there is any. No node starts without the key before
/// this transaction has ended: one that started since the command began is found here.
pub(super) async fn check_nodes_have_key(
    tx: &mut Tx,
    kind: KeyKind,
    id: &str,
    now: Timestamp,
) -> Result<bool, KeyError> {
    tx.lock_key_use(kind).await?;
    let nodes = tx.nodes(now.millis() - NODE_TIMEOUT_MS).await?;
    let serve = !nodes.is_empty();
    let nodes = nodes_without(nodes, id);
    if nodes.is_empty() { Ok(serve) } else { Err(KeyError::NotLoaded { id: id.to_owned(), nodes }) }
}

/// Replaces the key in use by another, for all nodes.
pub(super) async fn take_into_use(
    tx: &mut Tx,
    kind: KeyKind,
    old: &str,
    id: &str,
    now: Timestamp,
) -> Result<(), KeyError> {
    check_nodes_have_key(tx, kind, id, now).await?;
    if tx.change_key_use(kind, old, id, now).await? { Ok(()) } else { Err(KeyError::Conflict) }
}
