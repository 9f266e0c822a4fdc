//! What a process lets through: which hosts it answers for, how much at once and from whom.
//!
//! Not here: limits on guessing. They count in the store, for all processes together.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, Uri, header};
use ipnet::IpNet;
use protocol::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Times;
use super::client_ip::Proxies;
use super::rate_limit::Senders;
use super::refusal::Refusal;
use engine::metrics;

/// What the settings say about requests that are let through.
#[derive(Debug, Clone)]
pub struct AdmissionOptions {
    /// The address that the service listens on.
    pub listen: IpAddr,
    /// The host names that assistants use. This computer's own loopback names always count.
    pub hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// From where `/metrics` may be read.
    pub metrics_from: Vec<IpNet>,
    /// Whether it is served by TLS.
    pub https: bool,
    /// Requests a second from one client, in the long run; 0 for no limit.
    pub requests_per_second: u32,
    /// Requests from one client that may come at once before that counts.
    pub burst: u32,
    /// Requests under way at the same time, from everywhere.
    pub max_in_flight: usize,
    /// Bodies that one client may be sending at the same time.
    pub bodies_per_client: usize,
}

/// The settings that every request meets first.
pub struct Gate {
    hosts: Vec<String>,
    proxies: Proxies,
    metrics_from: Vec<IpNet>,
    https: bool,
    senders: Senders,
    places: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    times: Times,
}

/// Requests that wait for something to happen, such as the next event of a call. They cost a little memory each.
const WAITING_AT_ONCE: usize = 4_096;

/// The place that a request will have among those under way. It is taken when nothing more has to be waited for from
/// outside, so that a slow sender takes none, and given back when the request is answered.
#[derive(Clone, Default)]
pub(super) struct Place(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Gate {
    /// A gate with nobody before it.
    pub fn new(options: &AdmissionOptions) -> Self {
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
        } = options;
        let mut hosts: Vec<String> = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        if !listen.is_unspecified() {
            hosts.push(if listen.is_ipv6() { format!("[{listen}]") } else { listen.to_string() });
        }
        Self {
            hosts,
            proxies: Proxies::new(trusted_proxies),
            metrics_from: metrics_from.clone(),
            https: *https,
            senders: Senders::new(*requests_per_second, *burst, *bodies_per_client),
            places: Arc::new(Semaphore::new((*max_in_flight).min(Semaphore::MAX_PERMITS))),
            waiting: Arc::new(Semaphore::new(WAITING_AT_ONCE)),
            times: Times::default(),
        }
    }

    /// The same with other times.
    #[must_use]
    pub fn within(self, times: Times) -> Self {
        Self { times, ..self }
    }

    /// Whether the request names a host of ours, once and without contradiction.
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

    /// Takes the place among the requests under way, when there is one.
    pub(super) fn enter(&self, place: &Place) -> Result<(), Refusal> {
        let permit = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            metrics::shed("busy");
            Refusal::later(ErrorCode::ServiceBusy, 1)
        })?;
        // A place that was taken before stays the only one.
        place.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(permit);
        Ok(())
    }

    /// Gives the place back: the request waits from now on, for as long as what this returns lives.
    pub(super) fn wait(&self, place: &Place) -> Result<OwnedSemaphorePermit, Refusal> {
        let waiting = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| {
            metrics::shed("waiting");
            Refusal::later(ErrorCode::ServiceBusy, 5)
        })?;
        place.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(waiting)
    }

    pub(super) fn senders(&self) -> &Senders {
        &self.senders
    }

    pub(super) fn monitored_from(&self, address: IpAddr) -> bool {
        self.metrics_from.iter().any(|network| network.contains(&address))
    }

    pub(super) fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    pub(super) fn times(&self) -> &Times {
        &self.times
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

    fn gate(max_in_flight: usize) -> Gate {
        Gate::new(&AdmissionOptions {
            listen: IpAddr::from([127, 0, 0, 1]),
            hosts: vec!["Enrol.Example".to_owned()],
            trusted_proxies: Vec::new(),
            metrics_from: Vec::new(),
            https: false,
            requests_per_second: 200,
            burst: 1_000,
            max_in_flight,
            bodies_per_client: 128,
        })
    }

    #[test]
    fn only_our_own_hosts_are_served() {
        let gate = gate(512);
        let serves = |uri: &str, hosts: &[&str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, host.parse().expect("a header"));
            }
            gate.serves(&uri.parse().expect("a URI"), &headers)
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
        let gate = gate(1);
        let place = Place::default();
        assert!(gate.enter(&place).is_ok());
        assert!(gate.enter(&Place::default()).is_err());
        drop(place);
        let place = Place::default();
        assert!(gate.enter(&place).is_ok());
        let waiting = gate.wait(&place);
        assert!(waiting.is_ok() && gate.enter(&Place::default()).is_ok(), "who waits takes none");
    }
}
