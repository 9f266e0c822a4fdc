//! The real world: a worker thread, and the two ends of the line to it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use domain::{Person, Reference, Timestamp};
use platform::ServiceUrl;
use protocol::IdentityKey;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tokio::sync::Notify;

use super::{
    Answer, DataFolder, Effects, Work,
    clock::{Measured, Reading, ServiceClock},
    outbox::Outbox,
    pin::Pin,
    pinned_service::PinnedService,
    proxy::ProxyChoice,
    routed_transport::RoutedTransport,
    station::StationAsserter,
    worker::{self, Session, Shared},
};

/// Called on the worker's thread when the service has an enrolment; with the person, when it is of this session.
pub type OnAccepted = Arc<dyn Fn(&Reference, Option<&Person>) + Send + Sync>;

/// Called on the worker's thread when an enrolment has waited for long; once.
pub type OnStuck = Arc<dyn Fn() + Send + Sync>;

/// Called on the worker's thread when the station's key cannot be had.
pub type OnStationFault = Arc<dyn Fn(&str) + Send + Sync>;

/// What the world is made from.
pub struct LiveOptions {
    /// The service.
    pub server: ServiceUrl,
    /// Its identity key, where it is known beforehand.
    pub server_key: Option<IdentityKey>,
    /// The held data folder.
    pub data: DataFolder,
    /// A file of certificates (PEM) to be trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Which way leads to the service.
    pub proxy: ProxyChoice,
    /// Told of every accepted enrolment.
    pub on_accepted: Option<OnAccepted>,
    /// Told when an enrolment waits for long.
    pub on_stuck: Option<OnStuck>,
    /// Told when this computer is a station and cannot show it; with the reason.
    pub on_station_fault: Option<OnStationFault>,
}

/// Why the world cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The file with certificates.
    #[error(
        "the certificates in {0} cannot be read ({1}); expected PEM, beginning with -----BEGIN CERTIFICATE-----"
    )]
    CaFile(PathBuf, String),
    /// What is remembered of the service.
    #[error(
        "{0} cannot be read. It holds the service's key; when you are sure of the service, delete the file"
    )]
    Pin(PathBuf, #[source] io::Error),
    /// The system gave no thread.
    #[error("the worker thread cannot be started")]
    Thread(#[source] io::Error),
}

/// The real effects.
pub struct LiveEffects {
    work: Option<tokio::sync::mpsc::UnboundedSender<Work>>,
    answers: mpsc::Receiver<Message>,
    waker: Waker,
    clock: ServiceClock,
    worker: Option<JoinHandle<()>>,
}

/// What comes from the worker.
pub(super) enum Message {
    Answer(Answer),
    Measured(Measured),
}

/// Wakes whoever draws.
#[derive(Clone, Default)]
pub(super) struct Waker(Arc<Mutex<Option<Wake>>>);

type Wake = Box<dyn Fn() + Send + Sync>;

impl Waker {
    pub(super) fn wake(&self) {
        if let Some(wake) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            wake();
        }
    }
}

impl LiveEffects {
    /// Starts the worker. The network and the trust store are left to its own thread.
    pub fn start(options: LiveOptions) -> Result<Self, StartError> {
        let LiveOptions { server, server_key, data, ca_file, proxy, on_accepted, on_stuck, on_station_fault } =
            options;
        let extra = ca_file.as_deref().map(certificates).transpose()?.unwrap_or_default();
        let pin = Pin::of(&data, server_key)?;
        let (work, work_to_do) = tokio::sync::mpsc::unbounded_channel();
        let (sender, answers) = mpsc::channel();
        let waker = Waker::default();
        let waker_of_worker = waker.clone();
        let body = move || {
            let runtime =
                match tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build() {
                    Ok(runtime) => runtime,
                    Err(error) => return tracing::error!(%error, "the worker cannot start"),
                };
            let (outbox, resume_file, station_file) =
                (Outbox::of(&data), data.resume_file(), data.station_file());
            runtime.block_on(async move {
                let shared = Shared {
                    service: PinnedService::new(RoutedTransport::new(server, extra, proxy), pin),
                    outbox,
                    resume_file,
                    station: StationAsserter::new(station_file, on_station_fault),
                    send_now: Notify::new(),
                    clock: Mutex::default(),
                    session: Mutex::new(Session::default()),
                    answers: sender,
                    waker: waker_of_worker,
                    on_accepted,
                    on_stuck,
                };
                worker::run(Arc::new(shared), work_to_do).await;
            });
            // Whatever still waits for the network is in the outbox.
            runtime.shutdown_background();
            // Held until here: the next program must find nobody at the outbox.
            drop(data);
        };
        let worker =
            std::thread::Builder::new().name("effects".to_owned()).spawn(body).map_err(StartError::Thread)?;
        Ok(Self { work: Some(work), answers, waker, clock: ServiceClock::default(), worker: Some(worker) })
    }
}

impl Effects for LiveEffects {
    fn run(&mut self, work: Work) {
        if let Some(line) = &self.work {
            // The worker ends only after this does.
            let _ = line.send(work);
        }
    }

    fn answers(&mut self) -> Option<Answer> {
        loop {
            match self.answers.try_recv().ok()? {
                Message::Answer(answer) => return Some(answer),
                Message::Measured(measured) => self.clock.set(measured),
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.at(Reading::now())
    }

    fn computer_now(&self) -> Timestamp {
        Reading::now().wall
    }

    fn clock_is_doubtful(&self) -> bool {
        self.clock.is_doubtful(Reading::now())
    }

    fn entropy(&mut self, into: &mut [u8]) -> bool {
        getrandom::fill(into).is_ok()
    }

    fn wake_with(&mut self, wake: Box<dyn Fn() + Send + Sync>) {
        *self.waker.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(wake);
        // An answer may have come before there was anybody to wake.
        self.waker.wake();
    }
}

impl Drop for LiveEffects {
    fn drop(&mut self) {
        // Nobody is left to be woken; then the line is cut, and the worker says its last words.
        *self.waker.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.work = None;
        if let Some(worker) = self.worker.take() {
            let _ = worker.join();
        }
    }
}

/// Whether a file of certificates can be used.
pub fn check_certificates(path: &Path) -> Result<(), StartError> {
    certificates(path).map(|_| ())
}

/// Reads the certificates of a PEM file.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, StartError> {
    let wrong = |why: &dyn std::fmt::Display| StartError::CaFile(path.to_owned(), why.to_string());
    let pem = fs::read(path).map_err(|error| wrong(&error))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.map_err(|_| wrong(&"it is no PEM"))?;
    if certificates.is_empty() { Err(wrong(&"there is none in it")) } else { Ok(certificates) }
}

#[cfg(test)]
mod tests;
