//! What a process lets through: which hosts it answers for, how much at once and from whom.
//!
//! Not here: limits on guessing. They count in the store, for all processes together.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::{HeaderMap, Uri, header};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;

use crate::config::Settings;

/// Addresses that are remembered before those that have been quiet are let go.
const REMEMBERED: usize = 10_000;

/// The settings that every request meets first.
pub struct Gate {
    hosts: Vec<String>,
    proxies: Vec<IpNet>,
    metrics_from: Vec<IpNet>,
    body_limit: usize,
    https: bool,
    limiter: Option<DefaultKeyedRateLimiter<IpAddr>>,
    at_once: usize,
    under_way: AtomicUsize,
}

/// Counts a request as under way until it is dropped.
pub(super) struct Place<'g>(&'g AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    /// `body_limit` is the policy's.
    pub fn new(settings: &Settings, body_limit: usize) -> Self {
        let Settings { listen, hosts, trusted_proxies, metrics_from, tls, flood, .. } = settings;
        let mut hosts: Vec<String> = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        if !listen.ip().is_unspecified() {
            hosts.push(if listen.is_ipv6() { format!("[{}]", listen.ip()) } else { listen.ip().to_string() });
        }
        let quota = NonZeroU32::new(flood.per_second).zip(NonZeroU32::new(flood.burst));
        Self {
            hosts,
            proxies: trusted_proxies.clone(),
            metrics_from: metrics_from.clone(),
            body_limit,
            https: tls.is_some(),
            limiter: quota.map(|(per_second, burst)| {
                RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst))
            }),
            at_once: flood.at_once,
            under_way: AtomicUsize::new(0),
        }
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

    /// Seconds to wait when an address has sent too much.
    pub(super) fn flood(&self, address: IpAddr) -> Result<(), u32> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let verdict = limiter.check_key(&household(address));
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        verdict.map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }

    /// A place among the requests under way, when there is one.
    pub(super) fn enter(&self) -> Option<Place<'_>> {
        let before = self.under_way.fetch_add(1, Ordering::Relaxed);
        let place = Place(&self.under_way);
        (before < self.at_once).then_some(place)
    }

    pub(super) fn monitored_from(&self, address: IpAddr) -> bool {
        self.metrics_from.iter().any(|network| network.contains(&address))
    }

    pub(super) fn proxies(&self) -> &[IpNet] {
        &self.proxies
    }

    pub(super) fn body_limit(&self) -> usize {
        self.body_limit
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

/// One customer of an IPv6 network holds a whole /64.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flood;

    fn gate(flood: Flood) -> Gate {
        let settings = Settings { hosts: vec!["Enrol.Example".to_owned()], flood, ..Settings::default() };
        Gate::new(&settings, 1_000)
    }

    #[test]
    fn only_our_own_hosts_are_served() {
        let gate = gate(Flood::default());
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
    fn a_flood_from_one_address_stops_no_other_and_a_v6_household_is_one() {
        let gate = gate(Flood { per_second: 1, burst: 3, at_once: 1 });
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let passed = (0..10).filter(|_| gate.flood(address("192.0.2.1")).is_ok()).count();
        assert_eq!(passed, 3);
        assert!(gate.flood(address("192.0.2.1")).is_err_and(|secs| (1..=2).contains(&secs)));
        assert!(gate.flood(address("192.0.2.2")).is_ok());
        let passed = (1..=10).filter(|n| gate.flood(address(&format!("2001:db8::{n}"))).is_ok()).count();
        assert_eq!(passed, 3);
    }

    #[test]
    fn a_place_is_given_back() {
        let gate = gate(Flood { at_once: 1, ..Flood::default() });
        let place = gate.enter();
        assert!(place.is_some());
        assert!(gate.enter().is_none());
        drop(place);
        assert!(gate.enter().is_some());
    }
}
