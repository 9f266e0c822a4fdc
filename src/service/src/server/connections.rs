//! How many connections are open at once, in all and from one address: beyond that a new one is closed at once.
//!
//! Not here: requests (`routes::gate`), and senders of half a request, which the server cuts off.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::config::Settings;
use crate::metrics;
use crate::routes::household;

/// Counts connections. Clones count together.
#[derive(Clone)]
pub(super) struct Counting(Arc<Limits>);

struct Limits {
    most: usize,
    most_of_one: usize,
    /// Everybody comes by these.
    proxies: Vec<IpNet>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

/// A connection that is counted until it is dropped.
pub(super) struct Counted {
    stream: TcpStream,
    _place: OpenPlace,
}

struct OpenPlace {
    limits: Arc<Limits>,
    address: IpAddr,
}

impl Counting {
    pub(super) fn new(settings: &Settings) -> Self {
        let flood = &settings.flood;
        Self(Arc::new(Limits {
            most: flood.connections,
            most_of_one: flood.connections_of_one,
            proxies: settings.trusted_proxies.clone(),
            open: Mutex::default(),
        }))
    }

    fn place(&self, address: IpAddr) -> Option<OpenPlace> {
        // As for requests: one customer of an IPv6 network holds a whole /64.
        let peer = address.to_canonical();
        let address = household(peer);
        let limits = &self.0;
        let mut open = limits.open();
        let of_one = open.of.get(&address).copied().unwrap_or(0);
        let is_proxy = limits.proxies.iter().any(|proxy| proxy.contains(&peer));
        if open.all >= limits.most || (of_one >= limits.most_of_one && !is_proxy) {
            return None;
        }
        open.all += 1;
        open.of.insert(address, of_one + 1);
        Some(OpenPlace { limits: Arc::clone(limits), address })
    }
}

impl Limits {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenPlace {
    fn drop(&mut self) {
        let mut open = self.limits.open();
        open.all = open.all.saturating_sub(1);
        if let Some(count) = open.of.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.of.remove(&self.address);
            }
        }
    }
}

impl<S> Accept<TcpStream, S> for Counting {
    type Stream = Counted;
    type Service = S;
    type Future = Ready<io::Result<(Counted, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = stream.peer_addr().ok().and_then(|peer| self.place(peer.ip()));
        ready(match place {
            Some(place) => Ok((Counted { stream, _place: place }, service)),
            None => {
                metrics::shed("connections");
                Err(io::ErrorKind::ConnectionRefused.into())
            }
        })
    }
}

impl AsyncRead for Counted {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flood;

    #[test]
    fn one_address_has_its_share_a_proxy_has_them_all_and_what_is_closed_counts_no_more() {
        let flood = Flood { connections: 5, connections_of_one: 2, ..Flood::default() };
        let proxy: IpNet = "192.0.2.1/32".parse().expect("a network");
        let counting =
            Counting::new(&Settings { flood, trusted_proxies: vec![proxy], ..Settings::default() });
        let place = |address: &str| counting.place(address.parse().expect("an address"));
        let first = [place("203.0.113.9"), place("::ffff:203.0.113.9")];
        assert!(first.iter().all(Option::is_some));
        assert!(place("203.0.113.9").is_none(), "two of one address");
        let more = [place("192.0.2.1"), place("192.0.2.1"), place("192.0.2.1")];
        assert!(more.iter().all(Option::is_some), "a proxy stands for many");
        assert!(place("203.0.113.10").is_none(), "five in all");
        assert_eq!(
            household("2001:db8::1".parse().expect("one")),
            household("2001:db8::2".parse().expect("one"))
        );
        drop(first);
        assert!(place("203.0.113.9").is_some());
        drop(more);
        assert!(counting.0.open().of.is_empty() && counting.0.open().all == 0);
    }
}
