//! This computer as a station: registered by IT, with a key of its own by which the service knows it again.
//!
//! The private half lies in the system's store of credentials (`store`); what is no secret lies in `station.json` in the
//! data folder. So a computer that is no station never asks that store for anything.
//! Not here: what a sign-in at a station is worth (the service's policy).

mod registering;
mod store;

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use domain::{Label, ServiceId, StationId};
use protocol::{Sealed, SignInHeader, StationKey, StationMark, StationSigner};
use serde::{Deserialize, Serialize};
use tokio::{sync::Mutex, task::JoinHandle};

use super::{files, real::OnStationFault};
pub use registering::{Registrar, StationFault};
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

/// Whether a station can be known again by a file's bytes. For the story that tries millions.
pub fn is_remembered_station(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Known>(bytes).is_ok()
}

/// Vouches for sign-ins, where this computer is a station.
pub(super) struct Voucher {
    service: ServiceId,
    station: StationId,
    signer: StationSigner,
}

impl Voucher {
    /// `None` where this computer is no station. Asks the system's store, which may take a while.
    pub(super) fn load(file: &Path) -> Result<Option<Self>, VoucherFault> {
        let Some(Known { service, key, registered: Some(Registered { station, name: _ }) }) =
            Known::read(file)?
        else {
            return Ok(None);
        };
        let signer = store::read(&key)?.ok_or(StoreFault::Missing)?;
        Ok(Some(Self { service, station, signer }))
    }

    /// The station's word for a sign-in, if it is for the service that knows the station.
    pub(super) fn mark(&self, sealed: &Sealed, service: ServiceId) -> Option<StationMark> {
        (service == self.service).then(|| self.signer.mark(self.station, sealed))
    }
}

/// This computer's voucher, once the system's store has given it.
pub(super) struct Vouching {
    file: PathBuf,
    state: Mutex<State>,
    on_fault: Option<OnStationFault>,
}

enum State {
    /// Not asked for, or not had: the store may be unlocked later.
    Unknown,
    /// The store may wait for somebody to unlock it. It is asked once, however often somebody signs in meanwhile.
    Asked(JoinHandle<Result<Option<Voucher>, VoucherFault>>),
    Known(Option<Box<Voucher>>),
}

/// Less than a page waits for a sign-in: one that is over must not be sent when the store is unlocked.
const PATIENCE: Duration = Duration::from_secs(10);

impl Vouching {
    pub(super) fn by(file: PathBuf, on_fault: Option<OnStationFault>) -> Self {
        Self { file, state: Mutex::new(State::Unknown), on_fault }
    }

    /// Asks the store, so that it is there when somebody signs in.
    pub(super) async fn prepare(&self) {
        self.with(|_| ()).await;
    }

    /// This computer's word for a sign-in, if it is a station. Without it the service says whether any computer will do.
    pub(super) async fn mark(&self, sealed: &Sealed) -> Option<StationMark> {
        let header: SignInHeader = protocol::header(sealed).ok()?;
        self.with(|voucher| voucher.mark(sealed, header.service)).await?
    }

    /// Its word was sent, and the service took it for any other computer: an older node, or somebody on the way.
    pub(super) fn was_not_taken_for_one(&self) {
        self.fault("the service did not take it for one");
    }

    /// Lends the voucher, where there is one and it can be had in time.
    async fn with<T>(&self, lend: impl FnOnce(&Voucher) -> T) -> Option<T> {
        let mut state = self.state.lock().await;
        if matches!(*state, State::Unknown) {
            let file = self.file.clone();
            *state = State::Asked(tokio::task::spawn_blocking(move || Voucher::load(&file)));
        }
        if let State::Asked(asked) = &mut *state {
            let loaded = match tokio::time::timeout(PATIENCE, asked).await {
                Ok(joined) => joined.unwrap_or_else(|error| Err(io::Error::other(error).into())),
                Err(_) => {
                    self.fault(
                        "its key is not to be had yet: the store of credentials may wait to be unlocked",
                    );
                    return None;
                }
            };
            *state = match loaded {
                Ok(voucher) => State::Known(voucher.map(Box::new)),
                Err(error) => {
                    self.fault(&domain::in_full(&error));
                    State::Unknown
                }
            };
        }
        match &*state {
            State::Known(Some(voucher)) => Some(lend(voucher)),
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

/// Why a station cannot vouch.
#[derive(Debug, thiserror::Error)]
pub(super) enum VoucherFault {
    /// What is remembered cannot be read.
    #[error("station.json in the data folder cannot be read")]
    File(#[from] io::Error),
    /// The key cannot be had.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_holds_no_secret_and_reads_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("station.json");
        assert!(matches!(Voucher::load(&file), Ok(None)), "no station, and no store is asked");
        let signer = StationSigner::from_bytes(&[7; 32]);
        let now = domain::Timestamp::from_secs(1_800_000_000);
        let mut known = Known { service: ServiceId::at(now, [1; 10]), key: signer.key(), registered: None };
        files::write_json(&file, &known).expect("writes");
        assert!(matches!(Voucher::load(&file), Ok(None)), "its answer is not here");
        let name = Label::new("Elm staff room").expect("a label");
        known.registered = Some(Registered { station: StationId::at(now, [2; 10]), name });
        files::write_json(&file, &known).expect("writes");
        assert_eq!(Known::read(&file).expect("reads"), Some(known));
        let bytes = std::fs::read(&file).expect("reads");
        assert!(is_remembered_station(&bytes));
        std::fs::write(&file, b"{").expect("writes");
        assert!(matches!(Voucher::load(&file), Err(VoucherFault::File(_))));
    }

    #[test]
    fn a_station_vouches_to_the_service_that_knows_it_alone() {
        let now = domain::Timestamp::from_secs(1_800_000_000);
        let (service, station) = (ServiceId::at(now, [1; 10]), StationId::at(now, [2; 10]));
        let voucher = Voucher { service, station, signer: StationSigner::from_bytes(&[7; 32]) };
        let sealed = Sealed {
            header: protocol::Blob(b"{}".to_vec()),
            encapped_key: protocol::Bytes32([3; 32]),
            ciphertext: protocol::Blob(vec![4; 40]),
        };
        let mark = voucher.mark(&sealed, service).expect("a mark");
        assert!(voucher.signer.key().vouches(&mark, &sealed) && mark.station == station);
        assert!(voucher.mark(&sealed, ServiceId::at(now, [3; 10])).is_none());
    }
}
