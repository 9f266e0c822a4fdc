//! The address that a request comes from. A forwarded address counts only from a listed proxy.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Once;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;
use protocol::ErrorCode;

use super::App;
use super::refusal::Refusal;

/// The header that proxies add to. `Forwarded` (RFC 7239) is not read: two headers could contradict each other.
pub(super) const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that a request comes from, found by the layer of its row.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClientIp(pub(super) IpAddr);

impl FromRequestParts<App> for ClientIp {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| ErrorCode::ServiceFault.into())
    }
}

/// The proxies whose header counts.
pub(super) struct Proxies {
    listed: Vec<IpNet>,
    warned: Once,
}

impl Proxies {
    pub(super) fn new(listed: Vec<IpNet>) -> Self {
        Self { listed, warned: Once::new() }
    }

    /// The client's address: the peer's, or the last one in the header that belongs to no listed proxy. An unreadable
    /// header from a listed proxy is refused: a guess could place a stranger in a school.
    pub(super) fn address_of(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<IpAddr, Refusal> {
        let peer = peer.ip().to_canonical();
        if !self.lists(peer) {
            return Ok(if peer.is_loopback() && is_forwarded(headers) { self.unknown() } else { peer });
        }
        let unreadable =
            || Refusal::naming(ErrorCode::BadRequest, "The proxy's X-Forwarded-For cannot be read.");
        let mut hops = Vec::new();
        for value in headers.get_all(FORWARDED_FOR) {
            for hop in value.to_str().map_err(|_| unreadable())?.split(',') {
                hops.push(hop);
            }
        }
        let mut nearest = peer;
        for hop in hops.into_iter().rev() {
            nearest = address_in(hop.trim()).ok_or_else(unreadable)?;
            if !self.lists(nearest) {
                break;
            }
        }
        Ok(nearest)
    }

    fn lists(&self, address: IpAddr) -> bool {
        self.listed.iter().any(|network| network.contains(&address))
    }

    /// The address for a client behind an unlisted proxy on this computer. It is neither this computer nor a school.
    fn unknown(&self) -> IpAddr {
        self.warned.call_once(|| {
            tracing::warn!(
                "a proxy on this computer forwards requests and is not in trusted_proxies: all that it forwards counts as outside"
            );
        });
        IpAddr::V4(Ipv4Addr::UNSPECIFIED)
    }
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    [FORWARDED_FOR, "forwarded", "x-real-ip"].iter().any(|name| headers.contains_key(*name))
}

/// `192.0.2.7`, `192.0.2.7:443`, `2001:db8::1` or `[2001:db8::1]:443`.
fn address_in(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    let address = address.or_else(|| hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok())?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::testing::CapturedLog;

    #[test]
    fn only_a_listed_proxy_is_believed() {
        let proxies = Proxies::new(vec!["10.0.0.0/24".parse().expect("a network")]);
        let address = |peer: &str, headers: &[&str]| {
            let mut map = HeaderMap::new();
            for value in headers {
                map.append(FORWARDED_FOR, value.parse().expect("a header"));
            }
            proxies
                .address_of(SocketAddr::new(peer.parse().expect("an address"), 5), &map)
                .ok()
                .map(|ip| ip.to_string())
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(address("203.0.113.9", &["192.0.2.1"]), some("203.0.113.9"), "a stranger's header");
        assert_eq!(address("10.0.0.1", &["192.0.2.1"]), some("192.0.2.1"));
        assert_eq!(address("::ffff:10.0.0.1", &["192.0.2.1"]), some("192.0.2.1"), "a mapped peer");
        assert_eq!(
            address("10.0.0.1", &["198.51.100.1, 192.0.2.1"]),
            some("192.0.2.1"),
            "only the last is the proxy's own"
        );
        assert_eq!(
            address("10.0.0.1", &["198.51.100.1", "192.0.2.1, 10.0.0.2"]),
            some("192.0.2.1"),
            "through two proxies"
        );
        assert_eq!(address("10.0.0.1", &["[2001:db8::1]:443"]), some("2001:db8::1"));
        assert_eq!(address("10.0.0.1", &["192.0.2.1:1234"]), some("192.0.2.1"));
        assert_eq!(address("10.0.0.1", &[]), some("10.0.0.1"));
        for bad in ["unknown", "192.0.2.1, x", "192.0.2.1,", "192.0.2.0/24"] {
            assert_eq!(address("10.0.0.1", &[bad]), None, "{bad}");
        }
    }

    #[test]
    fn what_a_proxy_forwards_that_nobody_listed_comes_from_nowhere_and_is_warned_of_once() {
        let (log, proxies) = (CapturedLog::default(), Proxies::new(Vec::new()));
        let address = |peer: [u8; 4], header: &str| {
            let mut map = HeaderMap::new();
            map.insert(
                axum::http::HeaderName::try_from(header).expect("a name"),
                "192.0.2.1".parse().expect("a value"),
            );
            proxies.address_of(SocketAddr::from((peer, 5)), &map).map(|address| address.to_string()).ok()
        };
        tracing::subscriber::with_default(log.as_text(), || {
            assert_eq!(address([127, 0, 0, 1], "accept").as_deref(), Some("127.0.0.1"));
            assert!(log.text().is_empty());
            for header in [FORWARDED_FOR, "forwarded", "x-real-ip", FORWARDED_FOR] {
                assert_eq!(address([127, 0, 0, 1], header).as_deref(), Some("0.0.0.0"), "{header}");
            }
            assert_eq!(address([203, 0, 113, 9], FORWARDED_FOR).as_deref(), Some("203.0.113.9"));
        });
        assert_eq!(log.text().matches("trusted_proxies").count(), 1, "{}", log.text());
    }
}
