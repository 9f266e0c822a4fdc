//! This computer as a station: registered by IT, with a key of its own by which the service knows it again.
//!
//! The private half lies in the system's store of credentials (`store`); what is no secret lies in `station.json` in the
//! data folder. So a computer that is no station never asks that store for anything.
//! Not here: what a sign-in at a station is worth (the service's policy).

mod registration;
mod store;

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use domain::{Label, ServiceId, StationId};
use platform::files;
use protocol::{Sealed, SignInHeader, StationAssertion, StationKey, StationSigner};
use serde::{Deserialize, Serialize};
use tokio::{sync::Mutex, task::JoinHandle};

use super::callbacks::OnStationFault;
pub use registration::{Registrar, StationFault};
pub use store::{STORE_NAME, StoreFault};

/// What is remembered in the data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// With which service.
    service: ServiceId,
    /// The public half, and the name under which the store has the private one.
    key: StationKey,
    /// What the service calls it. `None` while its answer is not here: the same key is then sent again.
    registered: Option<Registered>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Registered {
    station: StationId,
    name: Label,
}

impl Known {
    fn read(file: &Path) -> io::Result<Option<Self>> {
        files::read_json(file)
    }
}

/// Whether a station can be known again by a file's bytes. For the scenario that tries millions.
pub fn is_remembered_station(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Known>(bytes).is_ok()
}

/// What this computer is known by, where it is a station.
struct StationIdentity {
    service: ServiceId,
    station: StationId,
    signer: StationSigner,
}

impl StationIdentity {
    /// Asks the system's store for the key, which may take a while.
    fn load(service: ServiceId, station: StationId, key: &StationKey) -> Result<Box<Self>, StoreFault> {
        let signer = store::read(key)?.ok_or(StoreFault::Missing)?;
        Ok(Box::new(Self { service, station, signer }))
    }

    /// The station's assertion for a sign-in, if it is for the service that knows the station.
    fn assertion(&self, sealed: &Sealed, service: ServiceId) -> Option<StationAssertion> {
        (service == self.service).then(|| self.signer.sign_assertion(self.station, sealed))
    }
}

/// Makes this computer's assertions, once the system's store has given its key.
pub(super) struct StationAsserter {
    file: PathBuf,
    state: Mutex<State>,
    on_fault: Option<OnStationFault>,
}

enum State {
    /// Not asked for, or not had: the store may be unlocked later.
    Unknown,
    /// The store may wait for somebody to unlock it. It is asked once, however often somebody signs in meanwhile.
    Asked(JoinHandle<Result<Box<StationIdentity>, StoreFault>>),
    /// `None`: this computer is no station.
    Known(Option<Box<StationIdentity>>),
}

/// Less than a page waits for a sign-in: one that is over must not be sent when the store is unlocked.
const PATIENCE: Duration = Duration::from_secs(10);

impl StationAsserter {
    pub(super) fn new(file: PathBuf, on_fault: Option<OnStationFault>) -> Self {
        Self { file, state: Mutex::new(State::Unknown), on_fault }
    }

    /// Asks the store, so that it is there when somebody signs in.
    pub(super) async fn prepare(&self) {
        self.with(|_| ()).await;
    }

    /// This computer's assertion for a sign-in, if it is a station. Without one the service says whether any computer will do.
    pub(super) async fn assertion(&self, sealed: &Sealed) -> Option<StationAssertion> {
        let header: SignInHeader = protocol::header(sealed).ok()?;
        self.with(|identity| identity.assertion(sealed, header.service)).await?
    }

    /// Its assertion was sent, and the service took it for any other computer: an older node, or somebody on the way.
    pub(super) fn report_ignored_assertion(&self) {
        self.fault("the service did not take it for one");
    }

    /// Lends the identity, where there is one and it can be had in time.
    async fn with<T>(&self, lend: impl FnOnce(&StationIdentity) -> T) -> Option<T> {
        let mut state = self.state.lock().await;
        if matches!(*state, State::Unknown) {
            *state = match Known::read(&self.file) {
                Ok(Some(Known { service, key, registered: Some(Registered { station, name: _ }) })) => {
                    State::Asked(tokio::task::spawn_blocking(move || {
                        StationIdentity::load(service, station, &key)
                    }))
                }
                Ok(Some(Known { registered: None, .. }) | None) => State::Known(None),
                Err(error) => {
                    self.fault(&format!("station.json in the data folder cannot be read: {error}"));
                    return None;
                }
            };
        }
        if let State::Asked(asked) = &mut *state {
            let loaded = match tokio::time::timeout(PATIENCE, asked).await {
                Ok(joined) => joined.unwrap_or_else(|error| Err(StoreFault::broken(error))),
                Err(_) => {
                    self.fault(
                        "its key is not to be had yet: the store of credentials may wait to be unlocked",
                    );
                    return None;
                }
            };
            *state = match loaded {
                Ok(identity) => State::Known(Some(identity)),
                Err(error) => {
                    self.fault(&domain::error_chain(&error));
                    State::Unknown
                }
            };
        }
        match &*state {
            State::Known(Some(identity)) => Some(lend(identity)),
            State::Known(None) | State::Unknown | State::Asked(_) => None,
        }
    }

    fn fault(&self, why: &str) {
        tracing::error!(why, "this computer is a station and cannot show it");
        if let Some(on_fault) = &self.on_fault {
            on_fault(why);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    const NOW: domain::Timestamp = domain::Timestamp::from_secs(1_800_000_000);

    fn sealed() -> Sealed {
        let header = SignInHeader {
            v: protocol::HEADER_VERSION,
            service: ServiceId::at(NOW, [1; 10]),
            key_id: "e1".to_owned(),
            policy_serial: 1,
            enrolment: domain::EnrolmentId::at(NOW, [3; 10]),
            time: NOW,
        };
        Sealed {
            header: protocol::Blob(serde_json::to_vec(&header).expect("writes")),
            encapped_key: protocol::Bytes32([3; 32]),
            ciphertext: protocol::Blob(vec![4; 40]),
        }
    }

    #[tokio::test]
    async fn a_computer_that_is_no_station_asks_no_store_and_a_spoilt_file_is_reported() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("station.json");
        let faults = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&faults);
        let report: OnStationFault = Arc::new(move |_: &str| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let is_none = async || {
            let asserter = StationAsserter::new(file.clone(), Some(Arc::clone(&report)));
            let assertion = asserter.assertion(&sealed()).await;
            assertion.is_none() && matches!(*asserter.state.lock().await, State::Known(None))
        };
        assert!(is_none().await);
        let key = StationSigner::from_bytes(&[7; 32]).key();
        let mut known = Known { service: ServiceId::at(NOW, [1; 10]), key, registered: None };
        files::write_json(&file, &known).expect("writes");
        assert!(is_none().await, "its answer is not here");
        assert_eq!(faults.load(Ordering::SeqCst), 0);
        let name = Label::new("Elm staff room").expect("a label");
        known.registered = Some(Registered { station: StationId::at(NOW, [2; 10]), name });
        files::write_json(&file, &known).expect("writes");
        assert_eq!(Known::read(&file).expect("reads"), Some(known));
        assert!(is_remembered_station(&std::fs::read(&file).expect("reads")));
        std::fs::write(&file, b"{").expect("writes");
        assert!(!is_none().await && faults.load(Ordering::SeqCst) == 1);
    }

    #[test]
    fn a_station_vouches_to_the_service_that_knows_it_alone() {
        let (service, station) = (ServiceId::at(NOW, [1; 10]), StationId::at(NOW, [2; 10]));
        let identity = StationIdentity { service, station, signer: StationSigner::from_bytes(&[7; 32]) };
        let assertion = identity.assertion(&sealed(), service).expect("an assertion");
        assert!(identity.signer.key().verifies(&assertion, &sealed()) && assertion.station == station);
        assert!(identity.assertion(&sealed(), ServiceId::at(NOW, [3; 10])).is_none());
    }
}
