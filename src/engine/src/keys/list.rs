//! Lists all keys with their status, and forgets a key that nothing needs.

use domain::{Date, Timestamp};

use super::super::{Actor, Service};
use super::change::{KeyChange, KeyError};
use crate::audit::{self, What};
use store::NodeRow;
use vault::{KeyKind, KeyState, Keys};

/// The status of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStatus {
    /// It is in the file, and was never used.
    Unused,
    /// It is in use since that time, or from that time on.
    InUse(Timestamp),
    /// It only opens what was sealed before another key replaced it.
    OpensOnly(Timestamp),
    /// Somebody else may have it: it opens nothing.
    Refused(Timestamp),
    /// It was forgotten, and may lie in the key file of another node.
    Forgotten(Timestamp),
}

/// A key as it is shown. Never the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// What it is for.
    pub kind: KeyKind,
    /// Its id.
    pub id: String,
    /// When it was made; `None` when it is not in this node's file.
    pub created: Option<Timestamp>,
    /// Its status.
    pub status: KeyStatus,
    /// How many need it: sealed records, or unused grants.
    pub needed_by: i64,
    /// The live nodes that have loaded it.
    pub read_by: Vec<String>,
}

/// The result of forgetting a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgottenKey {
    /// It was in this node's file.
    pub was_in_file: bool,
    /// Other nodes that still have it.
    pub read_by: Vec<String>,
}

impl Service {
    /// All keys of the file, and all that were in use, except forgotten ones that are in no file.
    pub async fn list_keys(&self) -> Result<Vec<ListedKey>, KeyError> {
        self.refresh_keys_and_policy().await?;
        let (keys, nodes) = (self.keys(), self.live_nodes().await?);
        let mut listed = Vec::new();
        for kind in KeyKind::ALL {
            let used = keys.uses().of(kind).map(|used| used.id.as_str());
            let unused = keys.of(kind).iter().map(|key| key.id.as_str());
            let unused = unused.filter(|id| keys.uses().find(kind, id).is_none());
            for id in used.chain(unused) {
                let (status, read_by) = (status(&keys, kind, id, self.now()), read_by(&nodes, id));
                let created = keys.find(kind, id).map(|key| key.created);
                let is_gone = matches!(status, KeyStatus::Forgotten(_));
                if is_gone && created.is_none() && read_by.is_empty() {
                    continue;
                }
                let needed_by = self.needed_by(kind, id).await?;
                listed.push(ListedKey { kind, id: id.to_owned(), created, status, needed_by, read_by });
            }
        }
        Ok(listed)
    }

    async fn needed_by(&self, kind: KeyKind, id: &str) -> Result<i64, KeyError> {
        let mut rows = self.store.read().await?;
        Ok(match kind {
            KeyKind::Vault => rows.records_under(id).await?,
            KeyKind::Identity => 0,
            KeyKind::Envelope if self.is_retired(id) => 0,
            KeyKind::Envelope => rows.grants_under(id, self.now().millis()).await?.count,
        })
    }

    /// Removes a key from this node's file, and records it as forgotten. Refused while the key is in use or needed.
    pub async fn forget_key(&self, kind: KeyKind, id: &str, actor: Actor) -> Result<ForgottenKey, KeyError> {
        let change = KeyChange::from(actor);
        self.refresh_keys_and_policy().await?;
        let keys = self.keys();
        let (file, data) = keys.file().ok_or(KeyError::NoFile)?;
        match status_of(&keys, kind, id, self.now())
            .ok_or_else(|| KeyError::Unknown { kind, id: id.to_owned() })?
        {
            KeyStatus::InUse(_) => return Err(KeyError::InUse { kind, id: id.to_owned() }),
            KeyStatus::OpensOnly(_) => self.record_forgotten(kind, id, &change, false).await?,
            KeyStatus::Refused(_) => self.record_forgotten(kind, id, &change, true).await?,
            KeyStatus::Unused => self.retire_unused_key(kind, id, &change).await?,
            KeyStatus::Forgotten(_) => self.audit_key(change.entry(What::KeyForgotten, id)).await?,
        }
        let was_in_file = Keys::remove(file, data, kind, id)?;
        self.refresh_key_uses().await?;
        self.keyring.reload_file()?;
        let read_by = read_by(&self.live_nodes().await?, id);
        Ok(ForgottenKey { was_in_file, read_by })
    }

    /// Records a never used key as forgotten before it leaves the file, so that nothing takes it into use.
    async fn retire_unused_key(&self, kind: KeyKind, id: &str, change: &KeyChange) -> Result<(), KeyError> {
        let (keys, now) = (self.keys(), self.now());
        let (entry, id) = (change.entry(What::KeyForgotten, id), id.to_owned());
        let buried = self.store.write(move |tx| {
            Box::pin(async move {
                if !tx.retire_unused_key(kind, &id, now).await? {
                    return Err(KeyError::Conflict);
                }
                audit::append(tx, &keys, &entry, now).await?;
                Ok(())
            })
        });
        buried.await
    }

    /// Records a key as forgotten, and counts what needs it in the same transaction. No new record gets a key that is
    /// not in use.
    async fn record_forgotten(
        &self,
        kind: KeyKind,
        id: &str,
        change: &KeyChange,
        is_refused: bool,
    ) -> Result<(), KeyError> {
        let (keys, now) = (self.keys(), self.now());
        let (entry, id) = (change.entry(What::KeyForgotten, id), id.to_owned());
        let noted = self.store.write(move |tx| {
            Box::pin(async move {
                match kind {
                    KeyKind::Vault => {
                        let records = tx.records_under(&id).await?;
                        if records > 0 {
                            return Err(KeyError::NeededByRecords { id, records });
                        }
                    }
                    // Its signatures are verified with the public key, which stays with its successor.
                    KeyKind::Identity => {}
                    KeyKind::Envelope if is_refused => {}
                    KeyKind::Envelope => {
                        let open = tx.grants_under(&id, now.millis()).await?;
                        if let Some(last) = open.last_expires_at {
                            return Err(KeyError::NeededByGrants {
                                id,
                                grants: open.count,
                                until: Date::of(last),
                            });
                        }
                    }
                }
                if !tx.set_key_state(kind, &id, KeyState::Forgotten).await? {
                    return Err(KeyError::Conflict);
                }
                audit::append(tx, &keys, &entry, now).await?;
                Ok(())
            })
        });
        noted.await
    }
}

fn read_by(nodes: &[NodeRow], id: &str) -> Vec<String> {
    nodes
        .iter()
        .filter(|node| node.key_ids.iter().any(|known| known == id))
        .map(|node| node.name.clone())
        .collect()
}

fn status_of(keys: &Keys, kind: KeyKind, id: &str, now: Timestamp) -> Option<KeyStatus> {
    let is_known = keys.find(kind, id).is_some() || keys.uses().find(kind, id).is_some();
    is_known.then(|| status(keys, kind, id, now))
}

fn status(keys: &Keys, kind: KeyKind, id: &str, now: Timestamp) -> KeyStatus {
    let Some(used) = keys.uses().find(kind, id) else { return KeyStatus::Unused };
    match (used.ended, used.state) {
        (None, _) => KeyStatus::InUse(used.from),
        // It signs until all nodes have loaded the next key.
        (Some(ended), _) if kind == KeyKind::Identity && ended > now => KeyStatus::InUse(used.from),
        (Some(ended), KeyState::Kept) => KeyStatus::OpensOnly(ended),
        (Some(ended), KeyState::Refused) => KeyStatus::Refused(ended),
        (Some(ended), KeyState::Forgotten) => KeyStatus::Forgotten(ended),
    }
}
