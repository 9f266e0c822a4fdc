//! Which keys are in use: what the store says of them, what this node has read, and what commands change.
//!
//! Read in this order: here, how a node notices a change and says which keys it has; `change` takes a key into use;
//! `vault_key` seals the records anew, `envelope_key` has assistants seal to another key, `identity_key` has another key
//! sign; `list` shows all and forgets one.
//! Not here: the key file (`vault::keys`), and what a service checks of its keys when it opens (`open::keys_in_use`).

mod change;
mod envelope_key;
mod identity_key;
mod list;
mod vault_key;

use std::sync::{Mutex, PoisonError};

use domain::Timestamp;

use super::{Refusal, Service};
use store::{NodeRow, StoreError};
use vault::KeyKind;

pub use change::KeyError;
pub use envelope_key::{EnvelopeRotation, RotatedEnvelope, StartsAgain};
pub(super) use envelope_key::{is_refused, note_sent};
pub use identity_key::RotatedIdentity;
pub use list::{ForgottenKey, KeyStanding, ListedKey};
pub use vault_key::RotatedVault;

/// How often a node says that it is there.
const NOTED_EVERY_MS: i64 = 30_000;

/// A node that was not heard of for so long serves no more.
pub(super) const LIVE_MS: i64 = 90_000;

/// What this node last said of itself.
#[derive(Default)]
pub(super) struct Node(Mutex<Option<(Vec<String>, Timestamp)>>);

impl Service {
    /// Takes over what commands and other nodes changed: keys in the file, which of them are in use, the policy.
    pub async fn look_for_changes(&self) -> Result<(), Refusal> {
        // The store first: a file without a key that is in use is not read.
        self.look_at_key_uses().await?;
        self.look_at_key_file();
        if let Some(key) = self.keys().missing_in_use() {
            tracing::error!(key, "a key is in use that this node's key file lacks; bring it with key import");
        }
        self.look_for_newer_policy().await
    }

    /// Whether a key is in use that this node's key file lacks: it opens and signs less than the others do.
    pub fn lacks_a_key(&self) -> bool {
        self.keys().missing_in_use().is_some()
    }

    /// A file that is wrong changes nothing.
    pub(super) fn look_at_key_file(&self) {
        match self.keyring.reload_file() {
            Ok(true) => tracing::info!("the key file has changed and was read again"),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(error = %domain::error_chain(&error), "the key file was not read again")
            }
        }
    }

    /// Which keys are in use by now.
    pub(super) async fn look_at_key_uses(&self) -> Result<(), Refusal> {
        let uses = self.store.read().await?.key_uses().await?;
        self.keyring.set_uses(uses);
        Ok(())
    }

    /// Says in the store that this node serves, and with which keys: when that has changed, and now and then.
    pub async fn note_node(&self) -> Result<(), Refusal> {
        let (keys, now) = (self.keys(), self.now());
        let ids: Vec<String> = KeyKind::ALL
            .into_iter()
            .flat_map(|kind| keys.of(kind).iter().map(|key| key.id.clone()))
            .collect();
        {
            let noted = self.node.0.lock().unwrap_or_else(PoisonError::into_inner);
            if noted
                .as_ref()
                .is_some_and(|(known, at)| *known == ids && now.millis_since(*at).abs() < NOTED_EVERY_MS)
            {
                return Ok(());
            }
        }
        let node = NodeRow {
            id: self.calls.node().to_owned(),
            name: node_name(),
            key_ids: ids.clone(),
            seen_at: now,
        };
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    // A key that is being taken into use is so before this, or sees this node.
                    tx.share_lock_key_uses().await?;
                    tx.put_node(&node).await?;
                    tx.drop_nodes("", now.millis() - 10 * LIVE_MS).await
                })
            })
            .await
            .map_err(|error: StoreError| Refusal::from(error))?;
        *self.node.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((ids, now));
        Ok(())
    }

    /// This node serves no more.
    pub async fn leave_nodes(&self) -> Result<(), Refusal> {
        let node = self.calls.node().to_owned();
        let left = self.store.write(move |tx| Box::pin(async move { tx.drop_nodes(&node, i64::MIN).await }));
        left.await.map_err(|error: StoreError| error.into())
    }

    /// Nodes that serve now.
    async fn live_nodes(&self) -> Result<Vec<NodeRow>, StoreError> {
        self.store.read().await?.nodes(self.now().millis() - LIVE_MS).await
    }
}

/// For example `auth-1, process 812`.
fn node_name() -> String {
    #[cfg(unix)]
    let computer = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let computer = std::env::var("COMPUTERNAME").unwrap_or_else(|_| "this computer".to_owned());
    format!("{computer}, process {}", std::process::id())
}
