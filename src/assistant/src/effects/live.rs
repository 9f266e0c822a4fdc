//! The live effects: a worker thread, and the two ends of the line to it.

use std::{path::PathBuf, sync::Arc, thread::JoinHandle};

use domain::Timestamp;
use platform::ServiceUrl;
use protocol::IdentityKey;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{
    Answer, DataFolder, Effects, Work,
    answer_channel::{AnswerReceiver, AnswerSender, Message, answer_channel},
    callbacks::{OnAccepted, OnStationFault, OnStuck},
    certificates::read_certificates,
    clock::{Reading, ServiceClock},
    outbox::Outbox,
    outbox_sender::OutboxSender,
    pin::Pin,
    pinned_service::PinnedService,
    proxy::ProxyChoice,
    routed_transport::RoutedTransport,
    sessions::Sessions,
    start_error::StartError,
    station::StationAsserter,
    worker::Worker,
};

/// What the live effects are made from.
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
    /// Called for every accepted enrolment.
    pub on_accepted: Option<OnAccepted>,
    /// Called when an enrolment waits for long.
    pub on_stuck: Option<OnStuck>,
    /// Called when this computer is a station and cannot show it; with the reason.
    pub on_station_fault: Option<OnStationFault>,
}

/// The live effects.
pub struct LiveEffects {
    work: Option<UnboundedSender<Work>>,
    answers: AnswerReceiver,
    clock: ServiceClock,
    worker: Option<JoinHandle<()>>,
}

impl LiveEffects {
    /// Starts the worker. The network and the trust store are left to its own thread.
    ///
    /// # Errors
    ///
    /// When the file of certificates or what is remembered of the service cannot be used, or the system gives no thread.
    pub fn start(options: LiveOptions) -> Result<Self, StartError> {
        let extra = options.ca_file.as_deref().map(read_certificates).transpose()?.unwrap_or_default();
        let pin = Pin::of(&options.data, options.server_key)?;
        let (work, work_to_do) = unbounded_channel();
        let (sender, answers) = answer_channel();
        let body = move || {
            let transport = RoutedTransport::new(options.server.clone(), extra, options.proxy.clone());
            work_until_the_end(options, PinnedService::new(transport, pin), sender, work_to_do);
        };
        let worker =
            std::thread::Builder::new().name("effects".to_owned()).spawn(body).map_err(StartError::Thread)?;
        Ok(Self { work: Some(work), answers, clock: ServiceClock::default(), worker: Some(worker) })
    }
}

/// The worker's thread.
fn work_until_the_end(
    options: LiveOptions,
    service: PinnedService,
    answers: AnswerSender,
    work: UnboundedReceiver<Work>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build() {
        Ok(runtime) => runtime,
        Err(error) => return tracing::error!(%error, "the worker cannot start"),
    };
    let LiveOptions { data, on_accepted, on_stuck, on_station_fault, .. } = options;
    let (service, sessions) = (Arc::new(service), Arc::<Sessions>::default());
    let worker = Worker {
        station: StationAsserter::new(data.station_file(), on_station_fault),
        outbox_sender: OutboxSender::new(
            Outbox::of(&data),
            Arc::clone(&service),
            Arc::clone(&sessions),
            answers.clone(),
            on_accepted,
            on_stuck,
        ),
        service,
        sessions,
        resume_file: data.resume_file(),
        slip_file: data.slip_file(),
        answers,
    };
    runtime.block_on(Arc::new(worker).run(work));
    // Whatever still waits for the network is in the outbox.
    runtime.shutdown_background();
    // Held until here: the next program must find nobody at the outbox.
    drop(data);
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
            match self.answers.next()? {
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
        self.answers.wake_with(wake);
    }
}

impl Drop for LiveEffects {
    fn drop(&mut self) {
        // Nobody is left to be woken; then the line is cut, and the worker says its last words.
        self.answers.stop_waking();
        self.work = None;
        if let Some(worker) = self.worker.take() {
            let _ = worker.join();
        }
    }
}

#[cfg(test)]
mod tests;
