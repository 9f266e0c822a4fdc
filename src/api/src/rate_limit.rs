//! How much one client may send: requests in a time, and bodies at once.
//!
//! A client is a network, or a relying party that presented a right key. Many sign-ins come through one relying party,
//! so its address says nothing about their users.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::ClientKeyHash;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// How many clients are remembered before idle ones are dropped.
const REMEMBERED: usize = 10_000;

/// The client that a limit counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum RateLimitKey {
    /// One address, or one network of one customer.
    Network(IpAddr),
    /// The holder of a key that was right before.
    RelyingParty(ClientKeyHash),
}

/// The limits of one process, and each client's use of them.
pub(super) struct RateLimit {
    limiter: Option<DefaultKeyedRateLimiter<RateLimitKey>>,
    bodies_per_client: usize,
    bodies: Arc<Mutex<HashMap<RateLimitKey, usize>>>,
    proved_keys: Mutex<HashSet<ClientKeyHash>>,
}

/// Counts a body as in transfer until this is dropped.
pub(super) struct BodyPermit {
    client: RateLimitKey,
    bodies: Arc<Mutex<HashMap<RateLimitKey, usize>>>,
}

impl Drop for BodyPermit {
    fn drop(&mut self) {
        let mut bodies = lock(&self.bodies);
        if let Some(count) = bodies.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                bodies.remove(&self.client);
            }
        }
    }
}

impl RateLimit {
    /// Limits without any use so far. Zero requests a second, or a burst of zero, means no limit.
    pub(super) fn new(requests_per_second: u32, burst: u32, bodies_per_client: usize) -> Self {
        let quota = NonZeroU32::new(requests_per_second).zip(NonZeroU32::new(burst));
        Self {
            limiter: quota.map(|(requests_per_second, burst)| {
                RateLimiter::keyed(Quota::per_second(requests_per_second).allow_burst(burst))
            }),
            bodies_per_client,
            bodies: Arc::default(),
            proved_keys: Mutex::default(),
        }
    }

    /// The client that a request counts against, by its address and the hash of its key. A key that was never right
    /// counts for nothing, since anybody can invent one.
    pub(super) fn key_of(&self, address: IpAddr, key: Option<ClientKeyHash>) -> RateLimitKey {
        match key {
            Some(key) if lock(&self.proved_keys).contains(&key) => RateLimitKey::RelyingParty(key),
            Some(_) | None => RateLimitKey::Network(network(address, CUSTOMER_BITS)),
        }
    }

    /// Remembers whether a key was right.
    pub(super) fn record_key(&self, key: ClientKeyHash, opens: bool) {
        let mut proved = lock(&self.proved_keys);
        if opens {
            proved.insert(key);
        } else {
            proved.remove(&key);
        }
    }

    /// Counts one request. Returns the seconds to wait when the client has sent too many.
    pub(super) fn check(&self, client: RateLimitKey) -> Result<(), u32> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let verdict = limiter.check_key(&client);
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        verdict.map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }

    /// A permit to send one body now, unless the client is sending too many.
    pub(super) fn body_permit(&self, client: RateLimitKey) -> Option<BodyPermit> {
        let mut bodies = lock(&self.bodies);
        let count = bodies.entry(client).or_default();
        if *count >= self.bodies_per_client {
            return None;
        }
        *count += 1;
        Some(BodyPermit { client, bodies: Arc::clone(&self.bodies) })
    }
}

/// Nothing under these locks can panic half-way.
fn lock<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One customer of an IPv6 network has at least a /64.
const CUSTOMER_BITS: u32 = 64;

/// An IPv4 address, or the IPv6 network of so many bits that an address is in.
pub fn network(address: IpAddr, v6_bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let hosts = 128 - v6_bits;
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> hosts << hosts))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_flood_from_one_address_stops_no_other_and_a_v6_customer_is_one() {
        let limit = RateLimit::new(1, 3, 128);
        let check = |from: &str| limit.check(limit.key_of(address(from), None));
        let passed = (0..10).filter(|_| check("192.0.2.1").is_ok()).count();
        assert_eq!(passed, 3);
        assert!(check("192.0.2.1").is_err_and(|secs| (1..=2).contains(&secs)));
        assert!(check("192.0.2.2").is_ok());
        let passed = (1..=10).filter(|n| check(&format!("2001:db8::{n}")).is_ok()).count();
        assert_eq!(passed, 3);
    }

    #[test]
    fn a_key_counts_for_itself_once_it_has_opened_something_and_until_it_opens_nothing() {
        let limit = RateLimit::new(200, 1_000, 128);
        let [key, other] = [[7; 32], [8; 32]].map(ClientKeyHash::from_bytes);
        let from = address("192.0.2.1");
        let stranger = RateLimitKey::Network(from);
        assert_eq!(limit.key_of(from, Some(key)), stranger);
        limit.record_key(key, true);
        assert_eq!(limit.key_of(from, Some(key)), RateLimitKey::RelyingParty(key));
        assert_eq!(limit.key_of(from, Some(other)), stranger);
        limit.record_key(key, false);
        assert_eq!(limit.key_of(from, Some(key)), stranger);
    }

    #[test]
    fn the_right_to_send_a_body_is_each_clients_own_and_is_given_back() {
        let limit = RateLimit::new(200, 1_000, 1);
        let (one, two) = (limit.key_of(address("192.0.2.1"), None), limit.key_of(address("192.0.2.2"), None));
        let permit = limit.body_permit(one);
        assert!(permit.is_some());
        assert!(limit.body_permit(one).is_none());
        assert!(limit.body_permit(two).is_some());
        drop(permit);
        assert!(limit.body_permit(one).is_some());
        assert!(lock(&limit.bodies).is_empty(), "nothing is kept of who is done");
    }
}
