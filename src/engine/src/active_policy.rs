//! The active policy: the newest in the store. All nodes follow it, whichever node put it there.

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

/// The policy that this node last read.
pub(super) struct ActivePolicyCell(RwLock<ActivePolicy>);

impl ActivePolicyCell {
    pub(super) const fn new(policy: ActivePolicy) -> Self {
        Self(RwLock::new(policy))
    }

    fn read(&self) -> ActivePolicy {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        ActivePolicy { policy: Arc::clone(&current.policy), document: Arc::clone(&current.document) }
    }

    /// Replaces the policy by a newer one. Two readers may finish in another order than they began.
    fn replace(&self, newer: ActivePolicy) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if newer.document.serial > current.document.serial {
            *current = newer;
        }
    }
}

/// The whole policy that was active when it was requested, and the document with its profile.
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

/// A policy with its serial in the store.
pub(super) struct AdoptedPolicy {
    serial: u64,
    issued_at: Timestamp,
    envelope_key: String,
    policy: Policy,
}

impl AdoptedPolicy {
    fn of(row: &PolicyRow) -> Result<Self, StoreError> {
        let PolicyRow { serial, body, envelope_key, adopted_at } = row;
        let policy = serde_json::from_str(body).map_err(|_| StoreError::Corrupt("policy"))?;
        let (serial, envelope_key) = (unsigned(*serial), envelope_key.clone());
        Ok(Self { serial, issued_at: *adopted_at, envelope_key, policy })
    }

    /// Adds the document to sign. `None` when the key file lacks the policy's envelope key.
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
    /// The active policy.
    pub fn policy(&self) -> ActivePolicy {
        self.active_policy.read()
    }

    /// The profile of the active policy as it is signed and served, with its serial and the envelope key.
    pub fn policy_document(&self) -> Arc<PolicyDocument> {
        self.policy().document
    }

    /// Loads the policy that another node made active. A policy that this version cannot read is skipped: the nodes are
    /// being updated one after another.
    pub async fn refresh_policy(&self) -> Result<(), Refusal> {
        let ours = self.policy_document();
        let newest = self.store.read().await?.newest_serial().await?;
        if newest.is_none_or(|serial| unsigned(serial) <= ours.serial) {
            return Ok(());
        }
        // Its envelope key may be new as well.
        self.refresh_key_uses().await?;
        self.reload_key_file();
        match self::newest(&self.store).await {
            Ok(Some(newer)) => {
                let serial = newer.serial;
                if let Some(newer) = newer.with_document(&self.keys(), ours.practice) {
                    tracing::info!(serial, "a newer policy is active");
                    self.active_policy.replace(newer);
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

    /// The service's copy of a policy whose profile it served at some time.
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
pub(super) async fn newest(store: &Store) -> Result<Option<AdoptedPolicy>, StoreError> {
    store.read().await?.newest_policy().await?.as_ref().map(AdoptedPolicy::of).transpose()
}

/// Makes a policy active. It keeps the newest serial when nothing changed, and gets the next one otherwise. The
/// envelope key stays.
pub(super) async fn adopt(
    store: &Store,
    keys: &Arc<Keys>,
    policy: &Policy,
    now: Timestamp,
) -> Result<AdoptedPolicy, StoreError> {
    let body = &serde_json::to_string(policy).map_err(|_| StoreError::Corrupt("policy"))?;
    let adopted = RETRY.run(|_| adopt_once(store, keys, body, now)).await?;
    adopted.ok_or(StoreError::Full)
}

/// Continues when another node took the serial. Its policy is then the newest.
async fn adopt_once(
    store: &Store,
    keys: &Arc<Keys>,
    body: &str,
    now: Timestamp,
) -> Result<ControlFlow<AdoptedPolicy>, StoreError> {
    let next = match store.read().await?.newest_policy().await? {
        Some(newest) if newest.body == body => return AdoptedPolicy::of(&newest).map(ControlFlow::Break),
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
    if added { AdoptedPolicy::of(&next).map(ControlFlow::Break) } else { Ok(ControlFlow::Continue(())) }
}

fn unsigned(serial: i64) -> u64 {
    u64::try_from(serial).unwrap_or(0)
}
