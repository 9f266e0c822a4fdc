//! Making this computer a station, and making it an ordinary one again. For IT, at this computer, in a terminal.
//!
//! The key is in the system's store before anything is sent, and stays the same when it is sent again: whatever is broken
//! off, the same command with the same code goes on.

use std::{
    io,
    path::{Path, PathBuf},
};

use client::{ClientError, Envelopes};
use domain::{CodeSlip, EnrolmentCode, Label};
use journey::ServiceFault;
use platform::{ServiceUrl, files};
use protocol::{ApiProblem, IdentityKey, PolicyDocument, Purpose, StationDocument, StationSigner};
use zeroize::Zeroizing;

use super::{Known, Registered, store, store::StoreFault};
use crate::effects::{
    DataFolder, StartError,
    certificates::read_certificates,
    pin::Pin,
    pinned_service::{PinnedService, service_fault},
    proxy::ProxyChoice,
    routed_transport::RoutedTransport,
};

/// Why a computer did not become a station, or did not end to be one.
#[derive(Debug, thiserror::Error)]
pub enum StationFault {
    /// It is one.
    #[error("this computer is the station {0} already. To register it anew: enrol --forget-station first")]
    AlreadyOne(Label),
    /// It is none.
    #[error("this computer is no station")]
    NotOne,
    /// A slip of the finger; nothing was sent.
    #[error("the code was not sent: {0}")]
    Slip(#[from] CodeSlip),
    /// No answer that counts.
    #[error("{}", of_service(*.0))]
    Service(ServiceFault),
    /// The service said no.
    #[error("the service said no: {}", .0.message)]
    Refused(Box<ApiProblem>),
    /// The key cannot be kept or had.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// station.json.
    #[error(
        "station.json in the data folder cannot be used; to begin anew delete it, and revoke the station"
    )]
    File(#[source] io::Error),
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoEntropy,
    /// The code cannot be sealed.
    #[error("the code cannot be sealed to the service's key")]
    Seal,
}

fn of_service(fault: ServiceFault) -> &'static str {
    match fault {
        ServiceFault::Unreachable => "the service cannot be reached: enrol --check-connection says more",
        ServiceFault::NotTrusted => {
            "the service's certificate is not trusted: enrol --check-connection says more"
        }
        ServiceFault::UnknownIdentity => {
            "the service has another identity key than the one that is known here"
        }
        ServiceFault::BadSignature => "what the service says is not signed by its key",
        ServiceFault::OlderPolicy => "the service's policy is older than one that was seen here before",
        ServiceFault::Unexpected | ServiceFault::NothingToSetUp => {
            "something else answers in the service's place"
        }
    }
}

/// Registers this computer and takes that back. Holds the data folder.
pub struct Registrar {
    service: PinnedService,
    file: PathBuf,
    /// Held so that no window is open meanwhile, which would go by what was.
    _data: DataFolder,
    runtime: tokio::runtime::Runtime,
}

impl Registrar {
    /// With a window's data folder, which must not be open.
    ///
    /// # Errors
    ///
    /// When the file of certificates or what is remembered of the service cannot be used, or the system gives no thread.
    pub fn new(
        server: ServiceUrl,
        server_key: Option<IdentityKey>,
        data: DataFolder,
        ca_file: Option<&Path>,
        proxy: ProxyChoice,
    ) -> Result<Self, StartError> {
        let extra = ca_file.map(read_certificates).transpose()?.unwrap_or_default();
        let pin = Pin::of(&data, server_key)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(StartError::Thread)?;
        Ok(Self {
            service: PinnedService::new(RoutedTransport::new(server, extra, proxy), pin),
            file: data.station_file(),
            _data: data,
            runtime,
        })
    }

    /// Whether this computer may become a station: before IT is asked for the code.
    ///
    /// # Errors
    ///
    /// When it is one already, or the system's store of credentials cannot be used.
    pub fn check(&self) -> Result<(), StationFault> {
        self.unfinished_registration()?;
        Ok(store::check()?)
    }

    /// Registers this computer with the code that IT gave. As what the service then knows it.
    ///
    /// # Errors
    ///
    /// When it is one already, the store of credentials cannot be used, or the service says no. Asked again with the same
    /// code, it goes on.
    pub fn register(&self, typed: &str) -> Result<Label, StationFault> {
        let code = EnrolmentCode::parse(typed)?;
        let policy = self.runtime.block_on(self.service.policy()).map_err(StationFault::Service)?;
        let known = match self.unfinished_registration()? {
            Some(known) if known.service == policy.service && store::read(&known.key)?.is_some() => known,
            unusable => self.begin(&policy, unusable)?,
        };
        let document = self.runtime.block_on(self.post(&code, &policy, &known))?;
        if document.service != known.service || document.key != known.key {
            return Err(StationFault::Service(ServiceFault::Unexpected));
        }
        let registered = Registered { station: document.station, name: document.name.clone() };
        self.write(&Known { registered: Some(registered), ..known })?;
        Ok(document.name)
    }

    /// Makes a key. It is named in the file first: what is broken off here leaves no key that nobody knows of.
    fn begin(&self, policy: &PolicyDocument, before: Option<Known>) -> Result<Known, StationFault> {
        if let Some(before) = before {
            store::delete(&before.key)?;
        }
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|_| StationFault::NoEntropy)?;
        let key = StationSigner::from_bytes(&seed).key();
        let known = Known { service: policy.service, key, registered: None };
        self.write(&known)?;
        store::keep(&seed, &key)?;
        Ok(known)
    }

    /// Makes this computer an ordinary one. The service is not asked: `enrol-service station revoke` is IT's.
    ///
    /// # Errors
    ///
    /// When it is none, or the key cannot be deleted.
    pub fn forget(&self) -> Result<Option<Label>, StationFault> {
        let known = Known::read(&self.file).map_err(StationFault::File)?.ok_or(StationFault::NotOne)?;
        store::delete(&known.key)?;
        files::remove(&self.file).map_err(StationFault::File)?;
        Ok(known.registered.map(|registered| registered.name))
    }

    /// A registration that was broken off.
    fn unfinished_registration(&self) -> Result<Option<Known>, StationFault> {
        match Known::read(&self.file).map_err(StationFault::File)? {
            Some(Known { registered: Some(registered), .. }) => {
                Err(StationFault::AlreadyOne(registered.name))
            }
            unfinished => Ok(unfinished),
        }
    }

    fn write(&self, known: &Known) -> Result<(), StationFault> {
        files::write_json(&self.file, known).map_err(StationFault::File)
    }

    async fn post(
        &self,
        code: &EnrolmentCode,
        policy: &PolicyDocument,
        known: &Known,
    ) -> Result<StationDocument, StationFault> {
        let clock = self.service.measure_clock().await.map_err(StationFault::Service)?;
        let sealed = Envelopes::under(policy)
            .station(known.key, code, clock.measured.service)
            .map_err(|_| StationFault::Seal)?;
        let signed = self.service.api.register_station(&sealed).await.map_err(|error| match error {
            ClientError::Refused(problem) => StationFault::Refused(problem),
            ClientError::Unreachable | ClientError::NotTrusted | ClientError::Unexpected(_) => {
                StationFault::Service(service_fault(&error))
            }
        })?;
        self.service.pin().open(Purpose::Station, &signed).map_err(StationFault::Service)
    }
}
