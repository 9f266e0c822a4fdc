//! Starts and stops one service: settings in, a listening address out.
//!
//! Not here: signals and exit codes (`cli::serve`), routes.

mod alerts;
mod connections;
mod health_probe;
mod maintenance;
mod telephony;
mod tls;

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use domain::Policy;
use protocol::IdentityKey;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::config::{ConfigError, Settings, Tls, policy_from, practice_address_refusal};
use api::{Admission, AdmissionOptions, App, Timeouts};
use engine::metrics;
use engine::{AlertChannel, Calling, OpenError, Service, system_clock};
use store::StoreError;
use vault::{KeyFileError, Keys};

use alerts::Destination;
use connections::ConnectionLimit;

pub use health_probe::{NotReady, check_ready};
pub use tls::TlsError;

/// A request's line and headers are no longer than this in bytes, in either version of HTTP.
const HEAD_BYTES: u16 = 16 * 1024;

/// It has no more headers. HTTP/2 counts each as 32 bytes more.
const HEADERS: usize = 64;

/// Requests in flight may end within this.
const GRACE: Duration = Duration::from_secs(10);

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// Certificate or key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The store cannot be opened, or does not fit keys and policy.
    #[error("the store could not be opened")]
    Open(#[from] OpenError),
    /// The store that the settings name does not open.
    #[error("{setting}: the store could not be opened")]
    Store {
        /// Where the settings name it.
        setting: String,
        /// Why not.
        source: StoreError,
    },
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
}

impl StartError {
    /// Whether somebody has to change a setting, rather than try again.
    pub fn is_configuration(&self) -> bool {
        match self {
            Self::Config(_)
            | Self::Keys(_)
            | Self::Tls(_)
            | Self::Open(
                OpenError::OtherKeys { .. }
                | OpenError::Policy(_)
                | OpenError::NoLine
                | OpenError::OtherLine { .. }
                | OpenError::KeyMissing { .. }
                | OpenError::EnvelopeKey,
            ) => true,
            Self::Open(OpenError::Store(error)) | Self::Store { source: error, .. } => {
                error.needs_intervention()
            }
            Self::Open(OpenError::NeverServed) | Self::Listen { .. } => false,
        }
    }
}

/// The TLS configuration, and the files that it came from.
type Certificate = (RustlsConfig, Tls);

/// A service that listens. Dropping it leaves it running; `stop` ends it.
pub struct Running {
    /// Where it listens; with the port that was found when the settings say 0.
    pub address: SocketAddr,
    /// What assistants pin.
    pub identity_key: IdentityKey,
    service: Arc<Service>,
    app: App,
    drain: Duration,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<std::io::Result<()>>,
    background: Background,
    tls: Option<Certificate>,
}

/// The tasks that run beside the server, and what ends them.
struct Background {
    tasks: TaskTracker,
    cancelled: CancellationToken,
    /// Nobody is notified of alerts by a service that was dropped.
    _alerts: DropGuard,
}

impl Background {
    /// Starts maintenance, calls and alerts.
    fn start(service: &Arc<Service>, tls: Option<Tls>, webhook: Option<alerts::Webhook>) -> Self {
        let (tasks, cancelled) = (TaskTracker::new(), CancellationToken::new());
        let alerts = cancelled.child_token();
        let spawn = |token: &CancellationToken, task: Pin<Box<dyn Future<Output = ()> + Send>>| {
            tasks.spawn(token.clone().run_until_cancelled_owned(task));
        };
        spawn(&cancelled, Box::pin(maintenance::run(Arc::clone(service), tls)));
        spawn(&cancelled, Box::pin(Arc::clone(service).run_calls()));
        let destinations = [Some(Destination::Log), webhook.map(Destination::Webhook)];
        for destination in destinations.into_iter().flatten() {
            spawn(&alerts, Box::pin(alerts::run(Arc::clone(service), destination)));
        }
        Self { tasks, cancelled, _alerts: alerts.drop_guard() }
    }

    /// Ends every task, hangs up, waits for the server's end, and closes the store.
    async fn finish<T>(self, service: &Service, served: impl Future<Output = T>) -> T {
        self.cancelled.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        // No task places calls any more. Calls that are left end now, and requests that wait for them are answered.
        if let Err(refusal) = service.release_calls().await {
            tracing::warn!(code = %refusal.code, "calls under way could not be ended; their lease will");
        }
        let served = served.await;
        // If this fails, other nodes drop this one after its timeout.
        let _ = service.deregister_node().await;
        service.store().close().await;
        served
    }
}

/// Reads keys and policy as the settings say, opens the store and listens.
pub async fn start(settings: &Settings) -> Result<Running, StartError> {
    let keys = Keys::load(&settings.keys, Some(&settings.store_folder()))?;
    let policy = policy_from(&settings.policy)?;
    start_with(settings, keys, policy).await
}

/// The same with given keys and policy.
pub async fn start_with(settings: &Settings, keys: Keys, policy: Policy) -> Result<Running, StartError> {
    // Wrong settings are reported before anything is made: a line, a store.
    load_certificate(settings)?;
    let calling = telephony::connect(settings, &policy)?;
    start_calling(settings, keys, policy, calling).await
}

/// The same with a given line, as the demo and tests have it.
pub async fn start_calling(
    settings: &Settings,
    keys: Keys,
    policy: Policy,
    calling: Calling,
) -> Result<Running, StartError> {
    let tls = load_certificate(settings)?;
    if calling.is_practice() && !settings.listen.ip().is_loopback() {
        let problem = practice_address_refusal(settings.listen);
        return Err(ConfigError { place: "listen".to_owned(), problem }.into());
    }
    let service = open_calling(settings, keys, policy, calling).await?;
    listen(settings, Arc::new(service), tls, Timeouts::default()).await
}

/// Checks settings, certificate, line and policy as a start does, and makes nothing.
pub fn check(settings: &Settings, policy: &Policy) -> Result<(), StartError> {
    load_certificate(settings)?;
    if let Some(files) = &settings.tls
        && let Some(validity) = tls::validity(files)?
    {
        validity.check(files, system_clock()())?;
    }
    alerts::webhook(settings)?;
    Ok(Service::check_policy(policy, &telephony::connect(settings, policy)?)?)
}

/// The last day of the certificate that the settings name, when that is near.
pub fn certificate_ends_soon(settings: &Settings) -> Option<domain::Date> {
    let validity = tls::validity(settings.tls.as_ref()?).ok()??;
    validity.ends_soon(system_clock()())
}

/// The hosts of the settings that their certificate does not name.
pub fn hosts_without_certificate(settings: &Settings) -> Vec<&str> {
    let files = settings.tls.as_ref();
    let found = files.and_then(|files| tls::hosts_without_certificate(files, &settings.hosts).ok());
    found.unwrap_or_default()
}

/// Checks that an existing store fits the line of these settings.
pub async fn check_line(settings: &Settings, service: &Service) -> Result<(), StartError> {
    Ok(service.check_calling(&telephony::line_of_another_process(settings)).await?)
}

/// Opens an existing store for commands, under its active policy.
pub async fn open_existing(settings: &Settings, keys: Keys) -> Result<Service, StartError> {
    Service::open_existing(&settings.store_url(), keys, system_clock())
        .await
        .map_err(|error| open_error(settings, error))
}

/// Opens the store without listening. Migrates it, and makes the policy active.
pub async fn open(settings: &Settings, keys: Keys, policy: Policy) -> Result<Service, StartError> {
    open_calling(settings, keys, policy, telephony::line_of_another_process(settings)).await
}

/// Names the setting when it is the cause.
fn open_error(settings: &Settings, error: OpenError) -> StartError {
    if let OpenError::Store(source) = &error
        && source.is_about_the_address()
    {
        return StartError::Store { setting: settings.store_place.clone(), source: source.clone() };
    }
    StartError::Open(error)
}

async fn open_calling(
    settings: &Settings,
    keys: Keys,
    policy: Policy,
    calling: Calling,
) -> Result<Service, StartError> {
    make_data_folder(settings)?;
    Service::open(&settings.store_url(), keys, policy, system_clock(), calling)
        .await
        .map_err(|error| open_error(settings, error))
}

/// Listens for a service that is open.
pub async fn serve(settings: &Settings, service: Arc<Service>) -> Result<Running, StartError> {
    let tls = load_certificate(settings)?;
    listen(settings, service, tls, Timeouts::default()).await
}

async fn listen(
    settings: &Settings,
    service: Arc<Service>,
    tls: Option<Certificate>,
    timeouts: Timeouts,
) -> Result<Running, StartError> {
    metrics::recorder();
    let webhook = alerts::webhook(settings)?;
    if webhook.is_some() {
        service.start_alert_channel(AlertChannel::Webhook).await.map_err(OpenError::Store)?;
    }
    let app = App::new(Arc::clone(&service), Admission::new(admission(settings, timeouts)));
    let router = api::router(app.clone());
    let drain = Duration::from_secs(settings.drain_secs.into());
    let address = settings.listen;
    let listener =
        std::net::TcpListener::bind(address).map_err(|source| StartError::Listen { address, source })?;
    let listening = |source| StartError::Listen { address, source };
    let address = listener.local_addr().map_err(listening)?;
    // Before the first request: from now on no key is taken into use that this node has not loaded.
    let joined = async {
        service.report_node().await?;
        service.refresh_keys_and_policy().await
    };
    joined.await.map_err(|refusal| listening(std::io::Error::other(refusal.to_string())))?;
    let handle = Handle::new();
    let serving = {
        let limit = ConnectionLimit::new(settings);
        let make_service = router.into_make_service_with_connect_info::<SocketAddr>();
        let mut server = axum_server::from_tcp(listener)
            .map_err(listening)?
            .handle(handle.clone())
            .first_request_timeout(timeouts.head);
        let mut http1 = server.http_builder().http1();
        http1.header_read_timeout(timeouts.head).max_headers(HEADERS);
        // How much of a body or a response is in memory at a time.
        http1.max_buf_size(HEAD_BYTES.into());
        let mut http2 = server.http_builder().http2();
        http2.max_concurrent_streams(64).max_header_list_size(HEAD_BYTES.into());
        match &tls {
            Some((config, _)) => {
                let tls = RustlsAcceptor::new(config.clone()).acceptor(limit);
                tokio::spawn(server.acceptor(tls).serve(make_service))
            }
            None => tokio::spawn(server.acceptor(limit).serve(make_service)),
        }
    };
    let background = Background::start(&service, settings.tls.clone(), webhook);
    let identity_key = service.keys().identity_key();
    Ok(Running { address, identity_key, service, app, drain, handle, serving, background, tls })
}

/// Which requests are admitted, as the settings say.
fn admission(settings: &Settings, timeouts: Timeouts) -> AdmissionOptions {
    let Settings { listen, hosts, trusted_proxies, metrics_from, tls, flood, .. } = settings;
    AdmissionOptions {
        listen: listen.ip(),
        hosts: hosts.clone(),
        trusted_proxies: trusted_proxies.clone(),
        metrics_from: metrics_from.clone(),
        https: tls.is_some(),
        requests_per_second: flood.per_second,
        burst: flood.burst,
        max_in_flight: flood.max_in_flight,
        bodies_per_client: flood.bodies_at_once,
        timeouts,
    }
}

/// Checks the settings, also those that were made by hand, and reads the certificate that they name.
fn load_certificate(settings: &Settings) -> Result<Option<Certificate>, StartError> {
    settings.check().map_err(|(setting, problem)| ConfigError { place: setting.to_owned(), problem })?;
    let Some(files) = &settings.tls else { return Ok(None) };
    Ok(Some((RustlsConfig::from_config(tls::server_config(files)?), files.clone())))
}

impl Running {
    /// The address as an assistant takes it. With TLS, the certificate's name is what assistants use instead.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls.is_some() { "https" } else { "http" }, self.address)
    }

    /// The service, for the demo and tests.
    pub fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// What reads certificate and key again.
    pub fn tls_reloader(&self) -> TlsReloader {
        TlsReloader(self.tls.clone())
    }

    /// Serves until `stop` is done, or until serving fails by itself.
    pub async fn run_until(mut self, stop: impl Future<Output = ()>) -> std::io::Result<()> {
        tokio::select! {
            () = stop => self.stop().await,
            served = &mut self.serving => {
                self.background.finish(&self.service, std::future::ready(served)).await.map_err(std::io::Error::other)?
            }
        }
    }

    /// Says that it is about to stop, answers the requests in flight, takes nothing new, closes the store.
    pub async fn stop(self) -> std::io::Result<()> {
        let Self { service, app, drain, handle, serving, background, .. } = self;
        app.drain();
        tokio::time::sleep(drain).await;
        handle.graceful_shutdown(Some(GRACE));
        background.finish(&service, serving).await.map_err(std::io::Error::other)?
    }
}

/// Replaces certificate and key while the service runs.
#[derive(Clone)]
pub struct TlsReloader(Option<Certificate>);

impl TlsReloader {
    /// Reads the files again; whether there are any. When they are wrong the old pair stays.
    pub fn reload(&self) -> Result<bool, TlsError> {
        let Self(Some((config, files))) = self else { return Ok(false) };
        config.reload_from_config(tls::server_config(files)?);
        Ok(true)
    }
}

/// The data folder, for the service's own user alone. PostgreSQL needs none.
pub(crate) fn make_data_folder(settings: &Settings) -> Result<(), ConfigError> {
    if !settings.store.starts_with("sqlite") {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&settings.data).map_err(|error| ConfigError {
        place: format!("data, {}", settings.data.display()),
        problem: format!(
            "the folder cannot be made ({error}); expected a folder that the service's user may write to"
        ),
    })
}

#[cfg(test)]
mod tests;
