//! Opening a service: store, keys and policy are held against one another.

use std::sync::Arc;

use domain::{MethodKind, Policy, PolicyError, Timestamp};
use protocol::{ErrorCode, PolicyDocument};

use super::{Clock, Refusal, Service};
use crate::audit::{self, Entry, What};
use crate::keys::Keys;
use crate::store::{Store, StoreError, StoreOptions};
use crate::vault::Vault;

/// Why a service does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store cannot be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key file is that of another service.
    #[error(
        "the keys are those of service {keys}, and the store belongs to service {store}; expected the key file that was made with this store"
    )]
    OtherKeys {
        /// Whose keys.
        keys: String,
        /// Whose store.
        store: String,
    },
    /// The policy does not hold together.
    #[error("the policy cannot be used: {0}")]
    Policy(#[from] PolicyError),
    /// The policy wants calls.
    #[error(
        "the policy lists the method phone-call, and this service has no line to call with; expected a policy without it"
    )]
    NoLine,
    /// The envelope key is unusable.
    #[error("the envelope key cannot be used")]
    EnvelopeKey(#[source] protocol::SealError),
}

impl Service {
    /// Opens the store at an address, makes or updates its tables, and opens the service on it.
    pub async fn open(url: &str, keys: Keys, policy: Policy, clock: Clock) -> Result<Self, OpenError> {
        let store = Store::open(url, &StoreOptions::default()).await?;
        store.migrate().await?;
        Self::open_on(store, keys, policy, clock).await
    }

    /// Opens the service on a store whose tables are there.
    pub async fn open_on(store: Store, keys: Keys, policy: Policy, clock: Clock) -> Result<Self, OpenError> {
        policy.check()?;
        if policy.methods.iter().any(|rule| rule.kind == MethodKind::PhoneCall) {
            return Err(OpenError::NoLine);
        }
        let keys = Arc::new(keys);
        let (ours, now) = (keys.service().to_string(), clock());
        let theirs = store
            .write({
                let ours = ours.clone();
                move |tx| Box::pin(async move { tx.setting_or("service", &ours).await })
            })
            .await?;
        if theirs != ours {
            return Err(OpenError::OtherKeys { keys: ours, store: theirs });
        }
        warn_when_behind(&store, now).await?;
        let envelope_key = keys.envelope_key().map_err(OpenError::EnvelopeKey)?;
        let (serial, issued_at) = adopt(&store, &keys, &policy, now).await?;
        let document = PolicyDocument {
            service: keys.service(),
            serial,
            issued_at,
            envelope_key,
            successors: Vec::new(),
            practice: false,
            policy,
        };
        let vault = Arc::new(Vault::new(Arc::clone(&keys)));
        Ok(Self { store, keys, vault, document, clock })
    }

    /// The service's own copy of a policy that it once served.
    pub(super) async fn policy_of(&self, serial: u64) -> Result<Policy, Refusal> {
        if serial == self.document.serial {
            return Ok(self.document.policy.clone());
        }
        let number = i64::try_from(serial).map_err(|_| Refusal::from(ErrorCode::PolicyPassed))?;
        let text = self.store.read().await?.policy_text(number).await?.ok_or(ErrorCode::PolicyPassed)?;
        serde_json::from_str(&text).map_err(|error| Refusal::fault("reading an older policy", &error))
    }
}

/// The serial of a policy: that of the newest when nothing changed, else the next.
async fn adopt(
    store: &Store,
    keys: &Arc<Keys>,
    policy: &Policy,
    now: Timestamp,
) -> Result<(u64, Timestamp), StoreError> {
    let text = serde_json::to_string(policy).map_err(|_| StoreError::Corrupt("policy"))?;
    // Another node may take a serial at the same moment; its policy is then the newest, and we look again.
    for _ in 0..8 {
        let newest = store.read().await?.newest_policy().await?;
        let next = match newest {
            Some((serial, same, at)) if same == text => {
                return Ok((unsigned(serial), Timestamp::from_millis(at)));
            }
            Some((serial, _, _)) => serial + 1,
            None => 1,
        };
        let (text, keys) = (text.clone(), Arc::clone(keys));
        let added = store
            .write(move |tx| {
                Box::pin(async move {
                    let added = tx.add_policy(next, &text, now.millis()).await?;
                    if added {
                        let entry = Entry { number: Some(next), ..Entry::of(What::PolicyAdopted) };
                        audit::append(tx, &keys, &entry, now).await?;
                    }
                    Ok::<_, StoreError>(added)
                })
            })
            .await?;
        if added {
            return Ok((unsigned(next), now));
        }
    }
    Err(StoreError::Full)
}

fn unsigned(serial: i64) -> u64 {
    u64::try_from(serial).unwrap_or(0)
}

/// With a clock that went back, codes would be judged for the wrong time.
async fn warn_when_behind(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let newest = store.read().await?.head().await?.at;
    let behind_secs = Timestamp::from_millis(newest).millis_since(now) / 1000;
    if behind_secs > 0 {
        tracing::warn!(behind_secs, "this computer's clock is behind the newest audit row");
    }
    Ok(())
}
