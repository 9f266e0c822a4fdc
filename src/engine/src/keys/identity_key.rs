//! The identity key: the old one names the new, which goes with everything that is signed from then on.

use std::time::Duration;

use domain::Timestamp;
use protocol::IdentityKey;

use super::super::{Actor, Service};
use super::change::{KeyChange, KeyError, nodes_know};
use crate::audit::{self, What};
use vault::KeyKind;

/// Nodes notice a change within a few seconds and may differ by 30 in their clocks: they all know it by then, and change
/// in the same moment.
const KNOWN_AFTER_SECS: i64 = 60;

/// What a rotation of the identity key did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotatedIdentity {
    /// The new key's id.
    pub id: String,
    /// What assistants pin from then on.
    pub key: IdentityKey,
    /// From when it signs.
    pub from: Timestamp,
}

impl Service {
    /// Has another key sign what the service says.
    pub async fn rotate_identity(
        &self,
        actor: Actor,
        patience: Duration,
    ) -> Result<RotatedIdentity, KeyError> {
        let change = KeyChange::from(actor);
        self.look_for_changes().await?;
        let id = self.next_key(KeyKind::Identity, &change, patience).await?;
        let (keys, now) = (self.keys(), self.now());
        if !keys.is_named_successor(&id) {
            return Err(KeyError::NotNamed { id });
        }
        let last = keys.uses().active(KeyKind::Identity).ok_or(KeyError::Raced)?;
        let (old, begun) = (last.id.clone(), last.from);
        let (entry, taken) = (change.entry(What::KeyInUse, &id), id.clone());
        let rotated = self.store.write({
            let keys = std::sync::Arc::clone(&keys);
            move |tx| {
                Box::pin(async move {
                    let known_after = if nodes_know(tx, KeyKind::Identity, &taken, now).await? {
                        KNOWN_AFTER_SECS
                    } else {
                        0
                    };
                    // Nor before the one that it follows.
                    let from = now.plus_secs(known_after).max(begun);
                    if !tx.change_key_use(KeyKind::Identity, &old, &taken, from).await? {
                        return Err(KeyError::Raced);
                    }
                    audit::append(tx, &keys, &entry, now).await?;
                    Ok::<_, KeyError>(from)
                })
            }
        });
        let from = rotated.await?;
        self.look_for_changes().await?;
        Ok(RotatedIdentity { id, key: self.keys().identity_key(), from })
    }
}
