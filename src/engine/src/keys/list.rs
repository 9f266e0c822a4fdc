//! All keys with what they are good for; and one that is good for nothing more is forgotten.

use domain::{Date, Timestamp};

use super::super::{Actor, Service};
use super::change::{KeyChange, KeyError};
use crate::audit::{self, What};
use store::NodeRow;
use vault::{KeyKind, KeyState, Keys};

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStanding {
    /// In the file, and never used so far.
    Unused,
    /// In use since then, or from then on.
    InUse(Timestamp),
    /// It opens what was sealed with it before another took its place.
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
    /// How it stands.
    pub standing: KeyStanding,
    /// How many need it: records of the vault, unused rights to enrol.
    pub needed_by: i64,
    /// The nodes that have read it, of those that serve now.
    pub read_by: Vec<String>,
}

/// What forgetting a key did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgottenKey {
    /// It was in this node's file.
    pub was_in_file: bool,
    /// Other nodes that have it still.
    pub read_by: Vec<String>,
}

impl Service {
    /// All keys of the file, and those that were in use, but for what was forgotten and is in no file.
    pub async fn list_keys(&self) -> Result<Vec<ListedKey>, KeyError> {
        self.look_for_changes().await?;
        let (keys, nodes) = (self.keys(), self.live_nodes().await?);
        let mut listed = Vec::new();
        for kind in KeyKind::ALL {
            let used = keys.uses().of(kind).map(|used| used.id.as_str());
            let unused = keys.of(kind).iter().map(|key| key.id.as_str());
            let unused = unused.filter(|id| keys.uses().find(kind, id).is_none());
            for id in used.chain(unused) {
                let (standing, read_by) = (standing(&keys, kind, id, self.now()), read_by(&nodes, id));
                let created = keys.find(kind, id).map(|key| key.created);
                let is_gone = matches!(standing, KeyStanding::Forgotten(_));
                if is_gone && created.is_none() && read_by.is_empty() {
                    continue;
                }
                let needed_by = self.needed_by(kind, id).await?;
                listed.push(ListedKey { kind, id: id.to_owned(), created, standing, needed_by, read_by });
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

    /// Takes a key out of this node's file, and notes that it opens nothing more. Refused while it is in use or needed.
    pub async fn forget_key(&self, kind: KeyKind, id: &str, actor: Actor) -> Result<ForgottenKey, KeyError> {
        let change = KeyChange::from(actor);
        self.look_for_changes().await?;
        let keys = self.keys();
        let (file, data) = keys.file().ok_or(KeyError::NoFile)?;
        match standing_of(&keys, kind, id, self.now())
            .ok_or_else(|| KeyError::Unknown { kind, id: id.to_owned() })?
        {
            KeyStanding::InUse(_) => return Err(KeyError::InUse { kind, id: id.to_owned() }),
            KeyStanding::OpensOnly(_) => self.note_forgotten(kind, id, &change, false).await?,
            KeyStanding::Refused(_) => self.note_forgotten(kind, id, &change, true).await?,
            KeyStanding::Unused => self.bury(kind, id, &change).await?,
            KeyStanding::Forgotten(_) => self.audit_key(change.entry(What::KeyForgotten, id)).await?,
        }
        let was_in_file = Keys::remove(file, data, kind, id)?;
        self.look_at_key_uses().await?;
        self.keyring.reload_file()?;
        let read_by = read_by(&self.live_nodes().await?, id);
        Ok(ForgottenKey { was_in_file, read_by })
    }

    /// A key that was never used is noted as forgotten before it leaves the file: nothing takes it into use any more.
    async fn bury(&self, kind: KeyKind, id: &str, change: &KeyChange) -> Result<(), KeyError> {
        let (keys, now) = (self.keys(), self.now());
        let (entry, id) = (change.entry(What::KeyForgotten, id), id.to_owned());
        let buried = self.store.write(move |tx| {
            Box::pin(async move {
                if !tx.retire_unused_key(kind, &id, now).await? {
                    return Err(KeyError::Raced);
                }
                audit::append(tx, &keys, &entry, now).await?;
                Ok(())
            })
        });
        buried.await
    }

    /// Counted in the transaction that notes it: no record comes under a key that is not in use.
    async fn note_forgotten(
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
                            return Err(KeyError::Needed { id, records });
                        }
                    }
                    // What it signed is known by the public half, which stays with its successor.
                    KeyKind::Identity => {}
                    KeyKind::Envelope if is_refused => {}
                    KeyKind::Envelope => {
                        let open = tx.grants_under(&id, now.millis()).await?;
                        if let Some(last) = open.last_expires_at {
                            return Err(KeyError::OnItsWay { id, grants: open.count, until: Date::of(last) });
                        }
                    }
                }
                if !tx.set_key_state(kind, &id, KeyState::Forgotten).await? {
                    return Err(KeyError::Raced);
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

fn standing_of(keys: &Keys, kind: KeyKind, id: &str, now: Timestamp) -> Option<KeyStanding> {
    let is_known = keys.find(kind, id).is_some() || keys.uses().find(kind, id).is_some();
    is_known.then(|| standing(keys, kind, id, now))
}

fn standing(keys: &Keys, kind: KeyKind, id: &str, now: Timestamp) -> KeyStanding {
    let Some(used) = keys.uses().find(kind, id) else { return KeyStanding::Unused };
    match (used.ended, used.state) {
        (None, _) => KeyStanding::InUse(used.from),
        // It signs until the nodes have all heard of the next.
        (Some(ended), _) if kind == KeyKind::Identity && ended > now => KeyStanding::InUse(used.from),
        (Some(ended), KeyState::Kept) => KeyStanding::OpensOnly(ended),
        (Some(ended), KeyState::Refused) => KeyStanding::Refused(ended),
        (Some(ended), KeyState::Forgotten) => KeyStanding::Forgotten(ended),
    }
}
