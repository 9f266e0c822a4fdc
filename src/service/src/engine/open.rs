//! Opening a service: store, keys and policy are held against one another.

use std::sync::Arc;

use domain::{MethodKind, Policy, PolicyError, Timestamp};

use super::in_force::{self, Adopted, InForce};
use super::{Clock, Service};
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
    /// Nothing was served from the store so far.
    #[error("no policy is in force in this store yet; start the service on it first: enrol-service serve")]
    NeverServed,
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

    /// Opens the service on a store whose tables are there, and puts a policy in force.
    pub async fn open_on(store: Store, keys: Keys, policy: Policy, clock: Clock) -> Result<Self, OpenError> {
        policy.check()?;
        if policy.methods.iter().any(|rule| rule.kind == MethodKind::PhoneCall) {
            return Err(OpenError::NoLine);
        }
        let keys = Arc::new(keys);
        belongs_together(&store, &keys).await?;
        let (serial, issued_at) = in_force::adopt(&store, &keys, &policy, clock()).await?;
        Self::with(store, keys, Adopted { serial, issued_at, policy }, clock).await
    }

    /// Opens the service on a store as it is: nothing is made, nothing updated, and the policy in force stays.
    /// So a command never changes what the services on the same store do.
    pub async fn open_as_it_is(url: &str, keys: Keys, clock: Clock) -> Result<Self, OpenError> {
        let store = Store::open(url, &StoreOptions { make: false, ..StoreOptions::default() }).await?;
        store.check_tables().await?;
        let adopted = in_force::newest(&store).await?.ok_or(OpenError::NeverServed)?;
        let keys = Arc::new(keys);
        belongs_together(&store, &keys).await?;
        Self::with(store, keys, adopted, clock).await
    }

    async fn with(store: Store, keys: Arc<Keys>, adopted: Adopted, clock: Clock) -> Result<Self, OpenError> {
        warn_when_behind(&store, clock()).await?;
        let envelope_key = keys.envelope_key().map_err(OpenError::EnvelopeKey)?;
        let in_force = InForce::new(adopted.document(keys.service(), envelope_key, false));
        let vault = Arc::new(Vault::new(Arc::clone(&keys)));
        Ok(Self { store, keys, vault, in_force, clock })
    }
}

async fn belongs_together(store: &Store, keys: &Keys) -> Result<(), OpenError> {
    let ours = keys.service().to_string();
    let theirs = store
        .write({
            let ours = ours.clone();
            move |tx| Box::pin(async move { tx.setting_or("service", &ours).await })
        })
        .await?;
    if theirs == ours { Ok(()) } else { Err(OpenError::OtherKeys { keys: ours, store: theirs }) }
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
