//! Which keys are in use: the store's record of it, what this node has loaded, and what commands change.
//!
//! Read in this order: here, how a node notices changes and reports its keys; `change` takes a key into use;
//! `vault_key` reseals the records, `envelope_key` makes assistants seal to another key, `identity_key` makes another
//! key sign; `list` shows all keys and forgets one.
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
pub use envelope_key::{EnvelopeRotation, MustStartAgain, RotatedEnvelope};
pub(super) use envelope_key::{end_exposed_code, is_key_refused};
pub use identity_key::RotatedIdentity;
pub use list::{ForgottenKey, KeyStatus, ListedKey};
pub use vault_key::RotatedVault;

/// How often a node reports that it serves.
const REPORT_EVERY_MS: i64 = 30_000;

/// A node that has not reported for so long counts as stopped.
pub(super) const NODE_TIMEOUT_MS: i64 = 90_000;

/// This node's last report: its keys, and when.
#[derive(Default)]
pub(super) struct Node(Mutex<Option<(Vec<String>, Timestamp)>>);

impl Service {
    /// Loads what commands and other nodes changed: the key file, which keys are in use, and the policy.
    pub async fn refresh_keys_and_policy(&self) -> Result<(), Refusal> {
        // The store comes first: a key file that lacks a key in use is not loaded.
        self.refresh_key_uses().await?;
        self.reload_key_file();
        self.refresh_policy().await
    }

    /// A key in use that this node's key file lacks: the node opens and signs less than the others do.
    pub fn missing_key(&self) -> Option<String> {
        self.keys().missing_in_use().map(str::to_owned)
    }

    /// Loads the key file again when it has changed. A faulty file changes nothing.
    pub(super) fn reload_key_file(&self) {
        match self.keyring.reload_file() {
            Ok(true) => tracing::info!("the key file has changed and was read again"),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(error = %domain::error_chain(&error), "the key file was not read again")
            }
        }
    }

    /// Loads which keys are in use.
    pub(super) async fn refresh_key_uses(&self) -> Result<(), Refusal> {
        let uses = self.store.read().await?.key_uses().await?;
        self.keyring.set_uses(uses);
        Ok(())
    }

    /// Reports in the store that this node serves, and with which keys. It writes after a change, and from time to
    /// time.
    pub async fn report_node(&self) -> Result<(), Refusal> {
        let (keys, now) = (self.keys(), self.now());
        let ids: Vec<String> = KeyKind::ALL
            .into_iter()
            .flat_map(|kind| keys.of(kind).iter().map(|key| key.id.clone()))
            .collect();
        {
            let noted = self.node.0.lock().unwrap_or_else(PoisonError::into_inner);
            if noted
                .as_ref()
                .is_some_and(|(known, at)| *known == ids && now.millis_since(*at).abs() < REPORT_EVERY_MS)
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
                    // A key change that runs now either commits before this, or sees this node.
                    tx.share_lock_key_uses().await?;
                    tx.put_node(&node).await?;
                    tx.drop_nodes("", now.millis() - 10 * NODE_TIMEOUT_MS).await
                })
            })
            .await
            .map_err(|error: StoreError| Refusal::from(error))?;
        *self.node.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((ids, now));
        Ok(())
    }

    /// Removes this node from the store, when it stops.
    pub async fn deregister_node(&self) -> Result<(), Refusal> {
        let node = self.calls.node().to_owned();
        let left = self.store.write(move |tx| Box::pin(async move { tx.drop_nodes(&node, i64::MIN).await }));
        left.await.map_err(|error: StoreError| error.into())
    }

    /// Nodes that serve now.
    async fn live_nodes(&self) -> Result<Vec<NodeRow>, StoreError> {
        self.store.read().await?.nodes(self.now().millis() - NODE_TIMEOUT_MS).await
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
