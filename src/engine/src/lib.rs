//! The rules of the service: who may do what. Each operation is one method of [`Service`] with one transaction.
//!
//! Not here: HTTP (`api`), SQL (`store`), and what opens a sealed secret (`vault`).

mod accept;
mod active_policy;
mod admission;
mod alerts;
pub mod audit;
mod backup;
mod calls;
mod clients;
mod code_spraying;
mod codes;
mod debounce;
pub mod documents;
mod entropy;
mod ids;
mod keys;
mod limits;
pub mod metrics;
mod open;
mod other_spelling;
mod people;
mod reason;
mod refusal;
mod retention;
mod schools;
mod session;
mod sign_in;
mod stations;
mod time;
mod verify;

use std::sync::Arc;

use domain::Timestamp;
use protocol::IdentitySigner;

use active_policy::ActivePolicyCell;

use calls::Calls;
use store::Store;
use vault::Vault;
use vault::{Keyring, Keys};

pub use active_policy::ActivePolicy;
pub use alerts::{Alert, AlertChannel, AlertKind, AlertQueue};
pub use backup::{
    BackupDone, BackupError, CheckedBackup, Dump, Restored, RestoredInPlace, VerifiedBackup,
    VerifiedContents, restore_in_place,
};
pub use calls::{Calling, CallsToday, Pace};
#[cfg(feature = "testing")]
pub use clients::testing;
pub use clients::{Client, ClientError, ClientId, ClientKeyHash, ListedClient, NewClient};
pub use codes::{CodeError, CodeProgress, IssuedCode, ListedCode, NewPerson, RevokedCode};
pub use keys::{
    EnvelopeRotation, ForgottenKey, KeyError, KeyStatus, ListedKey, MustStartAgain, RotatedEnvelope,
    RotatedIdentity, RotatedVault,
};
pub use open::OpenError;
pub use other_spelling::OtherSpelling;
pub use people::{
    ColumnDescription, EnrolmentState, ExportedTable, FoundEnrolment, PersonError, PersonExport,
    PersonReference,
};
pub use reason::{Actor, InvalidReason, Operator, Reason};
pub use refusal::Refusal;
pub use retention::Deleted;
pub use schools::UnknownSchool;
pub use stations::{NewStation, Station, StationError, StationState};
pub use time::{Clock, system_clock};

/// One running service: a store, its keys and the active policy. All other state is in the store, so several services
/// can share one.
pub struct Service {
    store: Store,
    keyring: Arc<Keyring>,
    /// What this node last reported of itself.
    node: keys::Node,
    vault: Arc<Vault>,
    active_policy: ActivePolicyCell,
    clock: Clock,
    calls: Calls,
}

impl Service {
    /// The keys as they are now.
    pub fn keys(&self) -> Arc<Keys> {
        self.keyring.current()
    }

    /// What signs the documents now.
    pub fn signer(&self) -> Arc<IdentitySigner> {
        self.keys().signer(self.now())
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
