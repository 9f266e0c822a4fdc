//! Limits on guessing enrolment codes. Rows are counted in the transaction that checks the code.
//!
//! Not here: limits on sign-in codes (`store::verify_attempts`), and floods of requests (`api::rate_limit`).

use std::net::IpAddr;

use domain::{Policy, Timestamp};
use protocol::ErrorCode;

use super::Service;
use super::refusal::Refusal;
use crate::audit::{self, Entry, What};
use crate::time::{HOUR_MS, MINUTE_MS};
use store::{StoreError, Tx};
use vault::Keys;

const QUARTER_HOUR_MS: i64 = 15 * MINUTE_MS;

/// One count with its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Limit {
    scope: String,
    window_ms: i64,
    most: i64,
}

/// The limits that an attempt at an enrolment code counts against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GuessLimits(Vec<Limit>);

impl GuessLimits {
    /// The limits for an address. A school has its own. Outside, the address counts, and all outside addresses
    /// together. An unknown address counts as one outside.
    pub(super) fn of(policy: &Policy, from: Option<IpAddr>) -> Self {
        let limits = &policy.limits;
        if let Some(school) = from.and_then(|address| policy.school_at(address)) {
            let most = i64::from(limits.code_failures_school);
            return Self(vec![Limit {
                scope: format!("school {}", school.id),
                window_ms: QUARTER_HOUR_MS,
                most,
            }]);
        }
        let most = i64::from(limits.code_failures_outside);
        let together = i64::from(limits.code_failures_outside_total_hour);
        // Always in this order, so that two transactions never deadlock.
        Self(vec![
            Limit { scope: format!("address {}", network_of(from)), window_ms: QUARTER_HOUR_MS, most },
            Limit { scope: "outside".to_owned(), window_ms: HOUR_MS, most: together },
        ])
    }

    /// Counts an attempt as a failure. Returns whether it is the last before a wait. `Err` when the limit was reached
    /// before; then nothing is counted, so that waiting helps.
    pub(super) async fn count(
        &self,
        tx: &mut Tx,
        now: Timestamp,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let now = now.millis();
        let mut wait_ms = None;
        let mut is_last = false;
        for Limit { scope, window_ms, most } in &self.0 {
            tx.count_code_attempt(scope, now).await?;
            let guesses = tx.code_attempts(scope, *window_ms, now).await?;
            is_last |= guesses.attempts == *most;
            if guesses.attempts > *most {
                wait_ms = wait_ms.max(Some(guesses.oldest_leaves_at - now));
            }
        }
        match wait_ms {
            None => Ok(Ok(is_last)),
            Some(wait_ms) => {
                self.uncount(tx, now).await?;
                Ok(Err(Refusal::try_later(wait_ms)))
            }
        }
    }

    /// Takes the failure back: the code was right.
    pub(super) async fn clear(&self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        self.uncount(tx, now.millis()).await
    }

    /// Keeps the failure, and deletes older ones that no longer count.
    pub(super) async fn keep(&self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        forget_old(tx, now).await
    }

    async fn uncount(&self, tx: &mut Tx, now: i64) -> Result<(), StoreError> {
        for Limit { scope, .. } in &self.0 {
            tx.uncount_code_attempt(scope, now).await?;
        }
        Ok(())
    }
}

/// A limit on repeated answers to the holder of a right code or grant. They guess nothing, but must not fill the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repeats {
    most: i64,
}

impl Repeats {
    pub(super) fn of(policy: &Policy) -> Self {
        Self { most: i64::from(policy.limits.code_failures_outside) }
    }

    /// Counts one answer for a subject. `Ok(true)` when it is the first in its window, and so gets an audit row. `Err`
    /// when the limit was reached before; then it is not counted.
    pub(super) async fn count(
        &self,
        tx: &mut Tx,
        subject: &str,
        now: Timestamp,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let now = now.millis();
        tx.count_code_attempt(subject, now).await?;
        let guesses = tx.code_attempts(subject, QUARTER_HOUR_MS, now).await?;
        if guesses.attempts > self.most {
            tx.uncount_code_attempt(subject, now).await?;
            return Ok(Err(Refusal::try_later(guesses.oldest_leaves_at - now)));
        }
        if guesses.attempts == 1 {
            forget_old(tx, Timestamp::from_millis(now)).await?;
        }
        Ok(Ok(guesses.attempts == 1))
    }
}

impl Repeats {
    /// Records an unknown code. Raises an alert, at most once in a window, when it was the last attempt before a wait.
    pub(super) async fn record_unknown_code(
        &self,
        tx: &mut Tx,
        keys: &Keys,
        is_last: bool,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let refused = Entry {
            reason: Some(ErrorCode::CodeUnknown.name().to_owned()),
            address: from,
            ..Entry::of(What::SignInRefused)
        };
        audit::append(tx, keys, &refused, now).await?;
        if is_last && self.count(tx, "codes guessed", now).await? == Ok(true) {
            audit::append(tx, keys, &Entry { address: from, ..Entry::of(What::CodesGuessed) }, now).await?;
        }
        Ok(())
    }
}

impl Service {
    /// Writes an audit row when it is the subject's first in its window. Returns whether it was. `Err` when the limit
    /// was reached before.
    pub(super) async fn record_first(&self, subject: String, entry: Entry) -> Result<bool, Refusal> {
        let (keys, now, repeats) = (self.keys(), self.now(), Repeats::of(&self.policy()));
        let written = self.store.write(move |tx| {
            Box::pin(async move {
                let first = repeats.count(tx, &subject, now).await?;
                if let Ok(true) = first {
                    audit::append(tx, &keys, &entry, now).await?;
                }
                Ok::<_, StoreError>(first)
            })
        });
        written.await?
    }
}

/// Deletes attempts that no limit counts any more, since they name addresses.
pub(super) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.forget_code_attempts(now.millis() - 2 * HOUR_MS).await
}

/// One household or machine: an IPv4 address, or the 64 bits of IPv6 that a provider hands out as one.
fn network_of(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_addresses_and_one_household_count_as_one() {
        let name = |text: &str| network_of(Some(text.parse().expect("an address")));
        assert_eq!(name("203.0.113.9"), name("::ffff:203.0.113.9"));
        assert_eq!(name("2001:db8:1:2::1"), name("2001:db8:1:2:ffff::9"));
        assert_ne!(name("2001:db8:1:2::1"), name("2001:db8:1:3::1"));
        assert_eq!(network_of(None), "unknown");
    }
}
