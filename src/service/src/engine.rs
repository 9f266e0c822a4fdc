//! The verbs of the service: all the rules of who may do what, one transaction each.
//!
//! Not here: HTTP (`routes`), SQL (`store`), and what opens a sealed secret (`vault`).

mod accept;
mod backup;
mod clients;
mod codes;
mod limits;
mod me;
mod open;
mod refusal;
mod retention;
mod sign_in;
mod verify;

use std::sync::Arc;

use domain::{Policy, Timestamp};
use protocol::PolicyDocument;

use crate::keys::Keys;
use crate::store::Store;
use crate::vault::Vault;

pub use backup::{BackupDone, BackupError};
pub use clients::{Client, ClientError, ClientId, NewClient};
pub use codes::{CodeError, IssuedCode, NewPerson, RevokedCode};
pub use open::OpenError;
pub use refusal::Refusal;
pub use retention::Deleted;

/// Where the time comes from. Tests bring their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// This computer's clock.
#[expect(clippy::disallowed_methods, reason = "the one place where the service reads it")]
pub fn system_clock() -> Clock {
    Arc::new(|| Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()))
}

/// One running service: a store, its keys and the policy in force. Keeps no state of its own,
/// so several may share one store.
pub struct Service {
    store: Store,
    keys: Arc<Keys>,
    vault: Arc<Vault>,
    document: PolicyDocument,
    clock: Clock,
}

impl Service {
    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.document.policy
    }

    /// The policy in force as it is signed and served: with its serial and the envelope's key.
    pub fn policy_document(&self) -> &PolicyDocument {
        &self.document
    }

    /// The keys: to sign documents with.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The store, for readiness.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// How many sealed secrets were opened since the start.
    pub fn vault_openings(&self) -> u64 {
        self.vault.openings()
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

#[cfg(test)]
mod tests;
