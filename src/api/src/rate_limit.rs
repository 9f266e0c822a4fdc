//! How much one sender may send: requests in a while, and bodies at the same time.
//!
//! A sender is a household outside, or a relying party that proved itself: many sign-ins come through one of those,
//! and its address says nothing about who asks.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Senders that are remembered before those that have been quiet are let go.
const REMEMBERED: usize = 10_000;

/// What a relying party's key is remembered as.
type KeyHash = [u8; 32];

/// Whoever a limit counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sender {
    /// One address, or one network that is given to one customer.
    Household(IpAddr),
    /// The holder of a key that opened something before.
    Client(KeyHash),
}

/// All senders of one process.
pub(super) struct Senders {
    limiter: Option<DefaultKeyedRateLimiter<Sender>>,
    bodies_at_once: usize,
    reading: Arc<Mutex<HashMap<Sender, usize>>>,
    clients: Mutex<HashSet<KeyHash>>,
}

/// Counts a body as being read until it is dropped.
pub(super) struct Reading {
    sender: Sender,
    all: Arc<Mutex<HashMap<Sender, usize>>>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut all = held(&self.all);
        if let Some(count) = all.get_mut(&self.sender) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.sender);
            }
        }
    }
}

impl Senders {
    pub(super) fn new(per_second: u32, burst: u32, bodies_at_once: usize) -> Self {
        let quota = NonZeroU32::new(per_second).zip(NonZeroU32::new(burst));
        Self {
            limiter: quota.map(|(per_second, burst)| {
                RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst))
            }),
            bodies_at_once,
            reading: Arc::default(),
            clients: Mutex::default(),
        }
    }

    /// The sender of a request from an address, with the hash of the key that it shows. A key that opened nothing
    /// yet counts for nothing: anybody can make one up.
    pub(super) fn sender(&self, address: IpAddr, key: Option<KeyHash>) -> Sender {
        match key {
            Some(key) if held(&self.clients).contains(&key) => Sender::Client(key),
            Some(_) | None => Sender::Household(household(address)),
        }
    }

    /// Remembers whether a key opens anything.
    pub(super) fn tried(&self, key: KeyHash, opens: bool) {
        let mut clients = held(&self.clients);
        if opens {
            clients.insert(key);
        } else {
            clients.remove(&key);
        }
    }

    /// Seconds to wait when a sender has sent too much.
    pub(super) fn flood(&self, sender: Sender) -> Result<(), u32> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let verdict = limiter.check_key(&sender);
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        verdict.map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }

    /// The right to send one body now, when the sender has not too many under way.
    pub(super) fn read(&self, sender: Sender) -> Option<Reading> {
        let mut all = held(&self.reading);
        let count = all.entry(sender).or_default();
        if *count >= self.bodies_at_once {
            return None;
        }
        *count += 1;
        Some(Reading { sender, all: Arc::clone(&self.reading) })
    }
}

/// Nothing is done under these locks that could break off in the middle.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One customer of an IPv6 network holds a whole /64.
fn household(address: IpAddr) -> IpAddr {
    network(address, 64)
}

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
    fn a_flood_from_one_address_stops_no_other_and_a_v6_household_is_one() {
        let senders = Senders::new(1, 3, 128);
        let flood = |from: &str| senders.flood(senders.sender(address(from), None));
        let passed = (0..10).filter(|_| flood("192.0.2.1").is_ok()).count();
        assert_eq!(passed, 3);
        assert!(flood("192.0.2.1").is_err_and(|secs| (1..=2).contains(&secs)));
        assert!(flood("192.0.2.2").is_ok());
        let passed = (1..=10).filter(|n| flood(&format!("2001:db8::{n}")).is_ok()).count();
        assert_eq!(passed, 3);
    }

    #[test]
    fn a_key_counts_for_itself_once_it_has_opened_something_and_until_it_opens_nothing() {
        let senders = Senders::new(200, 1_000, 128);
        let (from, key) = (address("192.0.2.1"), [7; 32]);
        let stranger = Sender::Household(from);
        assert_eq!(senders.sender(from, Some(key)), stranger);
        senders.tried(key, true);
        assert_eq!(senders.sender(from, Some(key)), Sender::Client(key));
        assert_eq!(senders.sender(from, Some([8; 32])), stranger);
        senders.tried(key, false);
        assert_eq!(senders.sender(from, Some(key)), stranger);
    }

    #[test]
    fn the_right_to_send_a_body_is_each_senders_own_and_is_given_back() {
        let senders = Senders::new(200, 1_000, 1);
        let (one, two) =
            (senders.sender(address("192.0.2.1"), None), senders.sender(address("192.0.2.2"), None));
        let reading = senders.read(one);
        assert!(reading.is_some());
        assert!(senders.read(one).is_none());
        assert!(senders.read(two).is_some());
        drop(reading);
        assert!(senders.read(one).is_some());
        assert!(held(&senders.reading).is_empty(), "nothing is kept of who is done");
    }
}
