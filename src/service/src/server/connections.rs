//! Limits connections: in all and from one network. A new one beyond a limit is closed at once, and an idle one after a
//! while.
//!
//! A network may have as many connections as its share, and no more than are still free. So a few networks that take
//! all they can get leave as much again for everybody else. Everybody may come through a trusted proxy, so proxies have
//! a reserve that nobody else takes.
//!
//! Not here: requests (`api`), and senders of half a request, which the server cuts off.

use std::collections::HashMap;
use std::future::{Future as _, Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use crate::config::Settings;
use api::network;
use engine::metrics;

/// The longest answer, that of a call's end, takes a minute and a half.
const IDLE_TIMEOUT: Duration = Duration::from_secs(150);

/// One customer of an IPv6 network has at most a /48, and can come from any of its addresses.
const CUSTOMER_BITS: u32 = 48;

/// One connection in so many is reserved for trusted proxies, where there are any.
const PROXY_RESERVE: usize = 4;

/// Counts and limits connections. Clones count together.
#[derive(Clone)]
pub(super) struct ConnectionLimit(Arc<Limits>);

struct Limits {
    total: usize,
    per_network: usize,
    /// Proxies, through which any client may come.
    proxies: Vec<IpNet>,
    open: Mutex<Open>,
    idle_timeout: Duration,
}

#[derive(Default)]
struct Open {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

/// A connection that is counted until it is dropped.
pub(super) struct LimitedStream {
    stream: TcpStream,
    idle: IdleTimer,
    _permit: ConnectionPermit,
}

/// The time since the last read or write.
struct IdleTimer {
    longest: Duration,
    since: Instant,
    /// Fires no later than the limit.
    alarm: Pin<Box<Sleep>>,
}

struct ConnectionPermit {
    limits: Arc<Limits>,
    address: IpAddr,
}

impl ConnectionLimit {
    pub(super) fn new(settings: &Settings) -> Self {
        let flood = &settings.flood;
        Self(Arc::new(Limits {
            total: flood.connections,
            per_network: flood.connections_per_client,
            proxies: settings.trusted_proxies.clone(),
            open: Mutex::default(),
            idle_timeout: IDLE_TIMEOUT,
        }))
    }

    fn permit(&self, address: IpAddr) -> Option<ConnectionPermit> {
        let peer = address.to_canonical();
        let address = network(peer, CUSTOMER_BITS);
        let limits = &self.0;
        let mut open = limits.open();
        let of_one = open.of.get(&address).copied().unwrap_or(0);
        let is_proxy = limits.proxies.iter().any(|proxy| proxy.contains(&peer));
        let reserve = if limits.proxies.is_empty() { 0 } else { limits.total / PROXY_RESERVE };
        let is_free = if is_proxy {
            open.all < limits.total
        } else {
            let free = (limits.total - reserve).saturating_sub(open.all);
            of_one < limits.per_network && of_one < free
        };
        if !is_free {
            return None;
        }
        open.all += 1;
        open.of.insert(address, of_one + 1);
        Some(ConnectionPermit { limits: Arc::clone(limits), address })
    }
}

impl IdleTimer {
    fn new(longest: Duration) -> Self {
        Self { longest, since: Instant::now(), alarm: Box::pin(tokio::time::sleep(longest)) }
    }

    /// Passes on the result of a read or write. An error when there was none for too long.
    fn check<T>(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.since = Instant::now();
            return done;
        }
        while self.alarm.as_mut().poll(cx).is_ready() {
            let until = self.since + self.longest;
            if until <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.alarm.as_mut().reset(until);
        }
        Poll::Pending
    }
}

impl Limits {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionPermit {
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

impl<S> Accept<TcpStream, S> for ConnectionLimit {
    type Stream = LimitedStream;
    type Service = S;
    type Future = Ready<io::Result<(LimitedStream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let permit = stream.peer_addr().ok().and_then(|peer| self.permit(peer.ip()));
        ready(match permit {
            Some(permit) => {
                let idle = IdleTimer::new(self.0.idle_timeout);
                Ok((LimitedStream { stream, idle, _permit: permit }, service))
            }
            None => {
                metrics::shed("connections");
                Err(io::ErrorKind::ConnectionRefused.into())
            }
        })
    }
}

impl AsyncRead for LimitedStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Self { stream, idle, .. } = self.get_mut();
        let done = Pin::new(stream).poll_read(cx, into);
        idle.check(cx, done)
    }
}

impl AsyncWrite for LimitedStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, idle, .. } = self.get_mut();
        let done = Pin::new(stream).poll_write(cx, bytes);
        idle.check(cx, done)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Self { stream, idle, .. } = self.get_mut();
        let done = Pin::new(stream).poll_write_vectored(cx, parts);
        idle.check(cx, done)
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
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::config::Flood;

    fn limit(connections: usize, connections_per_client: usize, proxies: &[&str]) -> ConnectionLimit {
        let flood = Flood { connections, connections_per_client, ..Flood::default() };
        let trusted_proxies = proxies.iter().map(|proxy| proxy.parse().expect("a network")).collect();
        ConnectionLimit::new(&Settings { flood, trusted_proxies, ..Settings::default() })
    }

    impl ConnectionLimit {
        fn at(&self, address: &str) -> Option<ConnectionPermit> {
            self.permit(address.parse().expect("an address"))
        }

        /// As many places as one address gets.
        fn all_of(&self, address: &str) -> Vec<ConnectionPermit> {
            std::iter::from_fn(|| self.at(address)).collect()
        }
    }

    #[test]
    fn one_network_has_its_share_and_what_is_closed_counts_no_more() {
        let limit = limit(100, 2, &[]);
        let first = [limit.at("203.0.113.9"), limit.at("::ffff:203.0.113.9")];
        assert!(first.iter().all(Option::is_some));
        assert!(limit.at("203.0.113.9").is_none(), "two of one address");
        let customer = [limit.at("2001:db8:1:2::1"), limit.at("2001:db8:1:3::1")];
        assert!(customer.iter().all(Option::is_some));
        assert!(limit.at("2001:db8:1:4::9").is_none(), "two of one customer");
        assert!(limit.at("2001:db8:2::9").is_some());
        drop(first);
        assert!(limit.at("203.0.113.9").is_some());
        drop(customer);
        assert!(limit.0.open().of.is_empty() && limit.0.open().all == 0);
    }

    #[test]
    fn greedy_networks_leave_each_other_equal_shares() {
        let Flood { connections, connections_per_client, .. } = Flood::default();
        let limit = limit(connections, connections_per_client, &[]);
        let floods: Vec<_> = (1..=8).map(|host| limit.all_of(&format!("203.0.113.{host}"))).collect();
        // Again, since each took what was free at its turn.
        let again: Vec<_> = (1..=8).map(|host| limit.all_of(&format!("203.0.113.{host}"))).collect();
        let taken: usize = floods.iter().chain(&again).map(Vec::len).sum();
        assert!(taken < connections, "{taken}");
        let school = limit.all_of("198.51.100.7");
        assert!(!school.is_empty(), "not all is taken");
    }

    #[test]
    fn a_school_behind_one_address_has_room_while_four_others_take_what_they_can() {
        let Flood { connections, connections_per_client, .. } = Flood::default();
        let limit = limit(connections, connections_per_client, &[]);
        let _floods: Vec<_> = (1..=4).map(|host| limit.all_of(&format!("203.0.113.{host}"))).collect();
        let school = limit.all_of("198.51.100.7").len();
        assert!(school >= 1_000, "{school}");
    }

    #[test]
    fn a_proxy_has_all_places_and_some_that_nobody_else_takes() {
        let limit = limit(40, 100, &["192.0.2.1/32"]);
        let _strangers: Vec<_> = (1..=200).map(|host| limit.all_of(&format!("203.0.113.{host}"))).collect();
        let of_proxy = limit.all_of("192.0.2.1");
        assert_eq!(of_proxy.len(), 10);
        assert!(limit.at("192.0.2.1").is_none(), "forty in all");
    }

    /// A server with connections that may be silent for so long, and a socket that has begun to speak HTTP/2 to it.
    async fn speaking_http_2(idle_timeout: Duration) -> TcpStream {
        let ConnectionLimit(mut limits) = limit(10, 10, &[]);
        Arc::get_mut(&mut limits).expect("one's own").idle_timeout = idle_timeout;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("sets");
        let address = listener.local_addr().expect("an address");
        let server = axum_server::from_tcp(listener).expect("serves").acceptor(ConnectionLimit(limits));
        tokio::spawn(server.serve(axum::Router::new().into_make_service()));
        let mut socket = TcpStream::connect(address).await.expect("connects");
        // RFC 9113, 3.4: the preface, and settings that are empty.
        socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("writes");
        socket
    }

    #[tokio::test]
    async fn a_silent_http_2_connection_is_closed() {
        let mut socket = speaking_http_2(Duration::from_secs(1)).await;
        let closed = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut Vec::new())).await;
        assert!(closed.is_ok(), "closed, whatever was said before");
    }

    #[tokio::test]
    async fn a_connection_that_says_something_now_and_then_stays() {
        let mut socket = speaking_http_2(Duration::from_secs(2)).await;
        let begun = Instant::now();
        let mut answers = [0; 256];
        while begun.elapsed() < Duration::from_secs(5) {
            // A ping of 8 bytes, which is answered.
            socket.write_all(b"\0\0\x08\x06\0\0\0\0\0 a ping ").await.expect("is open");
            assert!(socket.read(&mut answers).await.expect("is open") > 0);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}
