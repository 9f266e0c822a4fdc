//! The identity key: the old key names the new one in a signed statement, which goes with everything signed from then
//! on.

use std::time::Duration;

use domain::Timestamp;
use protocol::IdentityKey;

use super::super::{Actor, Service};
use super::change::{KeyChange, KeyError, check_nodes_have_key};
use crate::audit::{self, What};
use vault::KeyKind;

/// How long a new key is announced before it signs. Nodes notice it within seconds, and their clocks may differ by 30.
/// So all of them change at the same moment.
const ANNOUNCED_SECS: i64 = 60;

/// The result of a rotation of the identity key.
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
    /// Makes another key sign the service's documents.
    pub async fn rotate_identity(
        &self,
        actor: Actor,
        patience: Duration,
    ) -> Result<RotatedIdentity, KeyError> {
        let change = KeyChange::from(actor);
        self.refresh_keys_and_policy().await?;
        let id = self.next_key(KeyKind::Identity, &change, patience).await?;
        let (keys, now) = (self.keys(), self.now());
        if !keys.is_named_successor(&id) {
            return Err(KeyError::NotAnnounced { id });
        }
        let last = keys.uses().active(KeyKind::Identity).ok_or(KeyError::Conflict)?;
        let (old, begun) = (last.id.clone(), last.from);
        let (entry, taken) = (change.entry(What::KeyInUse, &id), id.clone());
        let rotated = self.store.write({
            let keys = std::sync::Arc::clone(&keys);
            move |tx| {
                Box::pin(async move {
                    let known_after = if check_nodes_have_key(tx, KeyKind::Identity, &taken, now).await? {
                        ANNOUNCED_SECS
                    } else {
                        0
                    };
                    // It does not sign before its predecessor does.
                    let from = now.plus_secs(known_after).max(begun);
                    if !tx.change_key_use(KeyKind::Identity, &old, &taken, from).await? {
                        return Err(KeyError::Conflict);
                    }
                    audit::append(tx, &keys, &entry, now).await?;
                    Ok::<_, KeyError>(from)
                })
            }
        });
        let from = rotated.await?;
        self.refresh_keys_and_policy().await?;
        Ok(RotatedIdentity { id, key: self.keys().identity_key(), from })
    }
}
