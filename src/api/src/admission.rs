//! Which requests a process admits: for which hosts, how many at once, and from whom.
//!
//! Not here: limits on guessing. The store counts those, for all processes together.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, Uri, header};
use ipnet::IpNet;
use protocol::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Timeouts;
use super::client_ip::Proxies;
use super::rate_limit::{RateLimit, RateLimitKey};
use super::refusal::Refusal;
use engine::metrics;

/// Which requests a process admits. The default serves this computer alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmissionOptions {
    /// The address that the service listens on. Its own name is served, unless it stands for every address.
    pub listen: IpAddr,
    /// The host names that assistants use. This computer's loopback names are always served.
    pub hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// The networks from which `/metrics` may be read.
    pub metrics_from: Vec<IpNet>,
    /// Whether clients reach it by TLS.
    pub https: bool,
    /// Requests a second that one client may send in the long run; 0 for no limit.
    pub requests_per_second: u32,
    /// Requests that one client may send at once before that limit counts.
    pub burst: u32,
    /// Requests of all clients that may be in flight at once.
    pub max_in_flight: usize,
    /// Bodies that one client may be sending at once.
    pub bodies_per_client: usize,
    /// How long each part of a request may take.
    pub timeouts: Timeouts,
}

impl Default for AdmissionOptions {
    fn default() -> Self {
        Self {
            listen: Ipv4Addr::LOCALHOST.into(),
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            metrics_from: Vec::new(),
            https: false,
            requests_per_second: 200,
            burst: 1_000,
            max_in_flight: 512,
            bodies_per_client: 128,
            timeouts: Timeouts::default(),
        }
    }
}

/// The checks that every request passes first.
pub struct Admission {
    hosts: Vec<String>,
    proxies: Proxies,
    metrics_from: Vec<IpNet>,
    https: bool,
    rate_limit: RateLimit,
    in_flight: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    timeouts: Timeouts,
}

/// Requests that wait for something to happen, such as the next event of a call. They cost a little memory each.
const MAX_WAITING: usize = 4_096;

/// The permit of a request in flight. It is taken when the request has arrived in full, so that a slow sender holds
/// none, and given back with the response.
#[derive(Clone, Default)]
pub(super) struct InFlightPermit(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Admission {
    /// An admission without requests so far.
    pub fn new(options: AdmissionOptions) -> Self {
        let AdmissionOptions {
            listen,
            hosts,
            trusted_proxies,
            metrics_from,
            https,
            requests_per_second,
            burst,
            max_in_flight,
            bodies_per_client,
            timeouts,
        } = options;
        let mut hosts: Vec<String> = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        if !listen.is_unspecified() {
            hosts.push(if listen.is_ipv6() { format!("[{listen}]") } else { listen.to_string() });
        }
        Self {
            hosts,
            proxies: Proxies::new(trusted_proxies),
            metrics_from,
            https,
            rate_limit: RateLimit::new(requests_per_second, burst, bodies_per_client),
            in_flight: Arc::new(Semaphore::new(max_in_flight.min(Semaphore::MAX_PERMITS))),
            waiting: Arc::new(Semaphore::new(MAX_WAITING)),
            timeouts,
        }
    }

    /// Whether the request names one of the service's hosts, once and without contradiction.
    pub(super) fn serves(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(header::HOST).iter();
        let header = match (named.next(), named.next()) {
            (None, _) => None,
            (Some(host), None) => match host.to_str() {
                Ok(host) => Some(host),
                Err(_) => return false,
            },
            (Some(_), Some(_)) => return false,
        };
        let authority = uri.authority().map(axum::http::uri::Authority::as_str);
        let mut any = false;
        for host in [header, authority].into_iter().flatten() {
            any = true;
            if !self.hosts.contains(&without_port(host).to_ascii_lowercase()) {
                return false;
            }
        }
        any
    }

    /// Counts one request against its client's rate.
    pub(super) fn check_rate(&self, client: RateLimitKey) -> Result<(), Refusal> {
        self.rate_limit.check(client).map_err(|secs| {
            metrics::shed("flood");
            Refusal::later(ErrorCode::TryLater, secs)
        })
    }

    /// Takes a permit for a request in flight, when there is one left.
    pub(super) fn permit(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.in_flight).try_acquire_owned().map_err(|_| {
            metrics::shed("busy");
            Refusal::later(ErrorCode::ServiceBusy, 1)
        })
    }

    /// Takes the request's permit, when there is one left.
    pub(super) fn enter(&self, permit: &InFlightPermit) -> Result<(), Refusal> {
        let place = self.permit()?;
        // A request never has more than one permit.
        permit.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(place);
        Ok(())
    }

    /// Gives the request's permit back while it waits for something. The wait lasts until the returned value is
    /// dropped.
    pub(super) fn wait(&self, permit: &InFlightPermit) -> Result<OwnedSemaphorePermit, Refusal> {
        let waiting = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| {
            metrics::shed("waiting");
            Refusal::later(ErrorCode::ServiceBusy, 5)
        })?;
        permit.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(waiting)
    }

    pub(super) fn rate_limit(&self) -> &RateLimit {
        &self.rate_limit
    }

    /// Whether an address may read `/metrics`.
    pub(super) fn is_monitoring(&self, address: IpAddr) -> bool {
        self.metrics_from.iter().any(|network| network.contains(&address))
    }

    pub(super) fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    pub(super) fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    pub(super) fn https(&self) -> bool {
        self.https
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(max_in_flight: usize) -> Admission {
        let hosts = vec!["Enrol.Example".to_owned()];
        Admission::new(AdmissionOptions { hosts, max_in_flight, ..AdmissionOptions::default() })
    }

    #[test]
    fn only_our_own_hosts_are_served() {
        let admission = admission(512);
        let serves = |uri: &str, hosts: &[&str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, host.parse().expect("a header"));
            }
            admission.serves(&uri.parse().expect("a URI"), &headers)
        };
        for good in ["enrol.example", "ENROL.example:8620", "127.0.0.1:8620", "localhost", "[::1]:1"] {
            assert!(serves("/", &[good]), "{good}");
        }
        for bad in [
            "evil.example",
            "enrol.example.evil",
            "evil:80@enrol.example",
            "127.0.0.1.evil.example",
            "",
            "[::2]",
        ] {
            assert!(!serves("/", &[bad]), "{bad}");
        }
        assert!(!serves("/", &[]), "none");
        assert!(!serves("/", &["enrol.example", "enrol.example"]), "twice");
        assert!(serves("https://enrol.example/", &[]), "HTTP/2 names it in the URI");
        assert!(!serves("https://evil.example/", &["enrol.example"]), "a contradiction");
    }

    #[test]
    fn a_place_is_given_back() {
        let admission = admission(1);
        let permit = InFlightPermit::default();
        assert!(admission.enter(&permit).is_ok());
        assert!(admission.enter(&InFlightPermit::default()).is_err());
        drop(permit);
        let permit = InFlightPermit::default();
        assert!(admission.enter(&permit).is_ok());
        let waiting = admission.wait(&permit);
        assert!(
            waiting.is_ok() && admission.enter(&InFlightPermit::default()).is_ok(),
            "who waits takes none"
        );
    }
}
