//! Opens a service: checks that store, keys and policy belong together.

mod keys_in_use;

use std::sync::Arc;

use domain::{MethodKind, Policy, PolicyError, Timestamp};
use telephony::SpokenName;

use super::active_policy::{self, ActivePolicyCell, AdoptedPolicy};
use super::alerts;
use super::calls::Calls;
use super::keys::Node;
use super::{Calling, Clock, Service};
use store::{Store, StoreError, StoreOptions};
use vault::Vault;
use vault::{KeyKind, Keyring, Keys};

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
        /// The service of the keys.
        keys: String,
        /// The service of the store.
        store: String,
    },
    /// No service has used the store so far.
    #[error("this store has no active policy yet")]
    NeverServed,
    /// The policy is contradictory.
    #[error("the policy cannot be used: {0}")]
    Policy(#[from] PolicyError),
    /// The policy needs calls, and there is no line.
    #[error("the policy lists the method phone-call, and this service has no line to call with")]
    NoLine,
    /// What practice calls proved would count for real ones, or the reverse.
    #[error(
        "the store was made for {store} calls, and the settings name a line for {line} calls; expected a store of its own for each"
    )]
    OtherLine {
        /// What the store was made for.
        store: String,
        /// What the line is for.
        line: &'static str,
    },
    /// The key file lacks a key that the store uses.
    #[error("the key file lacks {kind} key {id}, which the store uses")]
    KeyMissing {
        /// What it is for.
        kind: KeyKind,
        /// Its id.
        id: String,
    },
    /// The envelope key is unusable.
    #[error("the envelope key cannot be used")]
    EnvelopeKey,
}

/// The policy's types check the letters. The library of telephone numbers knows which of them are regions.
fn check_regions(policy: &Policy) -> Result<(), PolicyError> {
    let mut regions = policy.numbers.regions.iter().enumerate();
    let Some((place, region)) = regions.find(|(_, region)| numbers::calling_code(**region).is_none()) else {
        return Ok(());
    };
    Err(PolicyError {
        setting: format!("numbers.regions[{place}]"),
        problem: format!(
            "no region has the letters {}; expected ISO 3166-1, for example \"GB\"",
            region.as_str()
        ),
    })
}

/// Checks that a voice can say the trust's name, with which every call begins.
fn check_spoken_name(policy: &Policy) -> Result<(), PolicyError> {
    if SpokenName::from_text(policy.trust.name.as_str()).is_some() {
        return Ok(());
    }
    Err(PolicyError {
        setting: "trust.name".to_owned(),
        problem: "expected letters or digits in it, since calls say it".to_owned(),
    })
}

impl Service {
    /// Opens the store at an address, migrates it, and opens the service on it.
    pub async fn open(
        url: &str,
        keys: Keys,
        policy: Policy,
        clock: Clock,
        calling: Calling,
    ) -> Result<Self, OpenError> {
        let store = Store::open(url, &StoreOptions::default()).await?;
        store.migrate().await?;
        Self::open_on(store, keys, policy, clock, calling).await
    }

    /// Checks a policy, also against how the service calls people.
    pub fn check_policy(policy: &Policy, calling: &Calling) -> Result<(), OpenError> {
        policy.check()?;
        check_regions(policy)?;
        let has_calls = policy.methods.iter().any(|rule| rule.kind == MethodKind::PhoneCall);
        if has_calls {
            check_spoken_name(policy)?;
            if calling.is_nothing() {
                return Err(OpenError::NoLine);
            }
        }
        Ok(())
    }

    /// Opens the service on a migrated store, and makes a policy active.
    pub async fn open_on(
        store: Store,
        keys: Keys,
        policy: Policy,
        clock: Clock,
        calling: Calling,
    ) -> Result<Self, OpenError> {
        Self::check_policy(&policy, &calling)?;
        claim_store(&store, &keys).await?;
        let keys = Arc::new(keys_in_use::adopt_keys(&store, keys, clock()).await?);
        if !calling.is_nothing() {
            claim_call_kind(&store, calling.is_practice()).await?;
        }
        alerts::start_channel(&store, alerts::AlertChannel::Log).await?;
        let adopted = active_policy::adopt(&store, &keys, &policy, clock()).await?;
        Self::with(store, keys, adopted, clock, calling).await
    }

    /// Checks that the store fits how the service calls people. Changes nothing.
    pub async fn check_calling(&self, calling: &Calling) -> Result<(), OpenError> {
        let line = line_name(calling.is_practice());
        match self.store.read().await?.setting("calls").await? {
            Some(store) if !calling.is_nothing() && store != line => {
                Err(OpenError::OtherLine { store, line })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Opens the service on an existing store. It makes and migrates nothing, and the active policy stays. So a command
    /// never changes what the services on the same store do.
    pub async fn open_existing(url: &str, keys: Keys, clock: Clock) -> Result<Self, OpenError> {
        let store = Store::open(url, &StoreOptions { make: false, ..StoreOptions::default() }).await?;
        Self::open_existing_on(store, keys, clock).await
    }

    /// The same on an open store.
    pub(super) async fn open_existing_on(store: Store, keys: Keys, clock: Clock) -> Result<Self, OpenError> {
        store.check_tables().await?;
        let adopted = active_policy::newest(&store).await?.ok_or(OpenError::NeverServed)?;
        claim_store(&store, &keys).await?;
        let keys = Arc::new(keys_in_use::load_keys_in_use(&store, keys).await?);
        let calling = match store.read().await?.setting("calls").await? {
            None => Calling::Nothing,
            Some(line) => Calling::Elsewhere { practice: line == PRACTICE },
        };
        Self::with(store, keys, adopted, clock, calling).await
    }

    async fn with(
        store: Store,
        keys: Arc<Keys>,
        adopted: AdoptedPolicy,
        clock: Clock,
        calling: Calling,
    ) -> Result<Self, OpenError> {
        warn_if_clock_behind(&store, clock()).await?;
        let active = adopted.with_document(&keys, calling.is_practice()).ok_or(OpenError::EnvelopeKey)?;
        let active_policy = ActivePolicyCell::new(active);
        let keyring = Arc::new(Keyring::new(Keys::clone(&keys)));
        let vault = Arc::new(Vault::new(Arc::clone(&keyring)));
        let calls = Calls::new(calling)?;
        Ok(Self { store, keyring, node: Node::default(), vault, active_policy, clock, calls })
    }
}

/// Checks that a key file belongs to a store. A store that was never served is bound to it.
pub(super) async fn claim_store(store: &Store, keys: &Keys) -> Result<(), OpenError> {
    let ours = keys.service().to_string();
    let theirs = store
        .write({
            let ours = ours.clone();
            move |tx| Box::pin(async move { tx.insert_setting_if_absent("service", &ours).await })
        })
        .await?;
    if theirs == ours { Ok(()) } else { Err(OpenError::OtherKeys { keys: ours, store: theirs }) }
}

/// The setting's value of a store with practice calls.
const PRACTICE: &str = "practice";

/// The store's name for a kind of calls.
const fn line_name(practice: bool) -> &'static str {
    if practice { PRACTICE } else { "real" }
}

/// Binds a store to practice calls or to real calls, at the first service that has a line.
async fn claim_call_kind(store: &Store, practice: bool) -> Result<(), OpenError> {
    let line = line_name(practice);
    let theirs = store
        .write(move |tx| Box::pin(async move { tx.insert_setting_if_absent("calls", line).await }))
        .await?;
    if theirs == line { Ok(()) } else { Err(OpenError::OtherLine { store: theirs, line }) }
}

/// Warns when the clock went back, since codes are checked by the time.
async fn warn_if_clock_behind(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let newest = store.read().await?.head().await?.at;
    let behind_secs = Timestamp::from_millis(newest).millis_since(now) / 1000;
    if behind_secs > 0 {
        tracing::warn!(behind_secs, "this computer's clock is behind the newest audit row");
    }
    Ok(())
}
