//! The policy in force: the newest in the store. Whichever node put it there, all nodes go by it.

use std::ops::{ControlFlow, Deref};
use std::sync::{Arc, PoisonError, RwLock};

use domain::{Policy, Timestamp};
use protocol::{ErrorCode, PolicyDocument};

use super::{Refusal, Service};
use crate::audit::{self, Entry, What};
use store::{PolicyRow, Retry, Store, StoreError};
use vault::{KeyKind, Keys};

/// Several nodes may adopt policies at the same moment.
const RETRY: Retry = Retry::at_once(8);

/// What this node last read.
pub(super) struct InForce(RwLock<ActivePolicy>);

impl InForce {
    pub(super) const fn new(policy: ActivePolicy) -> Self {
        Self(RwLock::new(policy))
    }

    fn read(&self) -> ActivePolicy {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        ActivePolicy { policy: Arc::clone(&held.policy), document: Arc::clone(&held.document) }
    }

    /// Never an older one: two readers may come in another order than they asked.
    fn replace(&self, newer: ActivePolicy) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if newer.document.serial > held.document.serial {
            *held = newer;
        }
    }
}

/// The policy in force, as it was when it was asked for: the whole of it, and the document with its profile.
pub struct ActivePolicy {
    policy: Arc<Policy>,
    document: Arc<PolicyDocument>,
}

impl ActivePolicy {
    /// The document that assistants are served.
    pub(super) fn document(&self) -> &PolicyDocument {
        &self.document
    }
}

impl Deref for ActivePolicy {
    type Target = Policy;

    fn deref(&self) -> &Policy {
        &self.policy
    }
}

/// A policy with its place in the store.
pub(super) struct Adopted {
    serial: u64,
    issued_at: Timestamp,
    envelope_key: String,
    policy: Policy,
}

impl Adopted {
    fn of(row: &PolicyRow) -> Result<Self, StoreError> {
        let PolicyRow { serial, body, envelope_key, adopted_at } = row;
        let policy = serde_json::from_str(body).map_err(|_| StoreError::Corrupt("policy"))?;
        let (serial, envelope_key) = (unsigned(*serial), envelope_key.clone());
        Ok(Self { serial, issued_at: *adopted_at, envelope_key, policy })
    }

    /// With the document that is signed. `None` when the key file lacks its key.
    pub(super) fn with_document(self, keys: &Keys, practice: bool) -> Option<ActivePolicy> {
        let Self { serial, issued_at, envelope_key, policy } = self;
        let envelope_key = keys.envelope_private(&envelope_key)?.envelope_key(&envelope_key).ok()?;
        let service = keys.service();
        let profile = policy.profile();
        let document = PolicyDocument { service, serial, issued_at, envelope_key, practice, policy: profile };
        Some(ActivePolicy { policy: Arc::new(policy), document: Arc::new(document) })
    }
}

impl Service {
    /// The policy in force.
    pub fn policy(&self) -> ActivePolicy {
        self.in_force.read()
    }

    /// What is signed and served of the policy in force: its profile, with its serial and the envelope's key.
    pub fn policy_document(&self) -> Arc<PolicyDocument> {
        self.policy().document
    }

    /// Takes over what another node put in force. A policy that this program cannot read, since a newer one wrote it,
    /// changes nothing here: the nodes are being updated one after another.
    pub async fn look_for_newer_policy(&self) -> Result<(), Refusal> {
        let ours = self.policy_document();
        let newest = self.store.read().await?.newest_serial().await?;
        if newest.is_none_or(|serial| unsigned(serial) <= ours.serial) {
            return Ok(());
        }
        // Its key may be as new.
        self.look_at_key_uses().await?;
        self.look_at_key_file();
        match self::newest(&self.store).await {
            Ok(Some(newer)) => {
                let serial = newer.serial;
                if let Some(newer) = newer.with_document(&self.keys(), ours.practice) {
                    tracing::info!(serial, "a newer policy is in force");
                    self.in_force.replace(newer);
                } else {
                    tracing::error!(
                        serial,
                        "the newest policy's envelope key is not in this node's key file; the last policy stays"
                    );
                }
            }
            Ok(None) => {}
            Err(StoreError::Corrupt(_)) => {
                tracing::error!(
                    "the store's newest policy cannot be read by this version; the last one stays"
                );
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// The service's own copy of a policy whose profile it once served.
    pub(super) async fn policy_of(&self, serial: u64) -> Result<Policy, Refusal> {
        let active = self.policy();
        if serial == active.document.serial {
            return Ok(active.clone());
        }
        let number = i64::try_from(serial).map_err(|_| Refusal::from(ErrorCode::PolicyPassed))?;
        let text = self.store.read().await?.policy_text(number).await?.ok_or(ErrorCode::PolicyPassed)?;
        serde_json::from_str(&text).map_err(|error| Refusal::fault("reading an older policy", &error))
    }
}

/// The newest policy of a store.
pub(super) async fn newest(store: &Store) -> Result<Option<Adopted>, StoreError> {
    store.read().await?.newest_policy().await?.as_ref().map(Adopted::of).transpose()
}

/// Puts a policy in force: under the newest's serial when nothing changed, else under the next. The key that
/// assistants seal to stays.
pub(super) async fn adopt(
    store: &Store,
    keys: &Arc<Keys>,
    policy: &Policy,
    now: Timestamp,
) -> Result<Adopted, StoreError> {
    let body = &serde_json::to_string(policy).map_err(|_| StoreError::Corrupt("policy"))?;
    let adopted = RETRY.run(|_| adopt_once(store, keys, body, now)).await?;
    adopted.ok_or(StoreError::Full)
}

/// Continues when another node took the serial: its policy is then the newest.
async fn adopt_once(
    store: &Store,
    keys: &Arc<Keys>,
    body: &str,
    now: Timestamp,
) -> Result<ControlFlow<Adopted>, StoreError> {
    let next = match store.read().await?.newest_policy().await? {
        Some(newest) if newest.body == body => return Adopted::of(&newest).map(ControlFlow::Break),
        Some(newest) => PolicyRow {
            serial: newest.serial + 1,
            body: body.to_owned(),
            envelope_key: newest.envelope_key,
            adopted_at: now,
        },
        None => {
            let first = keys.uses().active(KeyKind::Envelope).ok_or(StoreError::Corrupt("key in use"))?;
            PolicyRow { serial: 1, body: body.to_owned(), envelope_key: first.id.clone(), adopted_at: now }
        }
    };
    let (row, keys) = (next.clone(), Arc::clone(keys));
    let added = store
        .write(move |tx| {
            Box::pin(async move {
                let added = tx.add_policy(&row).await?;
                if added {
                    let entry = Entry { number: Some(row.serial), ..Entry::of(What::PolicyAdopted) };
                    audit::append(tx, &keys, &entry, now).await?;
                }
                Ok::<_, StoreError>(added)
            })
        })
        .await?;
    if added { Adopted::of(&next).map(ControlFlow::Break) } else { Ok(ControlFlow::Continue(())) }
}

fn unsigned(serial: i64) -> u64 {
    u64::try_from(serial).unwrap_or(0)
}
