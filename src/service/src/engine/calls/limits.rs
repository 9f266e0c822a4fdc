//! How often somebody is called: rows, counted in the transaction that adds the next, under the queue's lock.

use domain::{CallRule, DAY_MILLIS, GrantId, Timestamp};
use protocol::ErrorCode;

use super::super::refusal::whole_secs;
use super::Refusal;
use super::hours::quiet_millis;
use crate::audit::{Entry, What};
use crate::store::{Counted, StoreError, Tx};

pub(super) const HOUR_MS: i64 = 60 * 60 * 1000;

/// Calls that one sign-in may ask for, for each that may be placed.
const ASKED_PER_CALL: i64 = 10;

/// A number of calls at which there is an alert.
const ALERT_PERCENT: i64 = 80;

/// What is counted against the limits of a test call.
pub(super) struct Asked<'a> {
    pub(super) grant: GrantId,
    pub(super) phone_hash: &'a [u8; 32],
    pub(super) practice: bool,
}

/// Whether one more test call may be made.
pub(super) async fn test_call(
    tx: &mut Tx,
    rule: &CallRule,
    asked: &Asked<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Asked { grant, phone_hash, practice } = asked;
    awake(rule, *practice, now)?;
    if tx.is_stopped(phone_hash, now.millis()).await? {
        return Err(ErrorCode::NumberStopped.into());
    }
    let (placed, wanted) = tx.tests_of_grant(*grant).await?;
    let most = i64::from(rule.tests_sign_in);
    // Who asks and ends, over and over, calls nobody and fills the store.
    if placed >= most || wanted >= most * ASKED_PER_CALL {
        return Err(ErrorCode::CallsUsedUp.into());
    }
    for (window_ms, most) in [(HOUR_MS, rule.tests_number_hour), (DAY_MILLIS, rule.tests_number_day)] {
        let counted = tx.tests_of_phone(phone_hash, *grant, now.millis() - window_ms).await?;
        within(counted, most, window_ms, now)?;
    }
    trust(tx, rule, now).await
}

/// Nobody is called at night, but a practice line rings nobody.
pub(super) fn awake(rule: &CallRule, practice: bool, now: Timestamp) -> Result<(), Refusal> {
    match quiet_millis(rule, now).filter(|_| !practice) {
        None => Ok(()),
        Some(millis) => {
            Err(Refusal { code: ErrorCode::QuietHours, retry_after_secs: Some(whole_secs(millis)) })
        }
    }
}

/// The trust's calls of a day.
async fn trust(tx: &mut Tx, rule: &CallRule, now: Timestamp) -> Result<(), Refusal> {
    let counted = tx.calls_after(now.millis() - DAY_MILLIS).await?;
    within(counted, rule.trust_day, DAY_MILLIS, now).inspect_err(|_| {
        tracing::error!(limit = rule.trust_day, "the day's calls are used up: nobody is called any more");
    })
}

/// The audit's row when a call that was just added brings the day to where there is an alert.
pub(super) async fn alert(
    tx: &mut Tx,
    rule: &CallRule,
    practice: bool,
    now: Timestamp,
) -> Result<Option<Entry>, StoreError> {
    let (count, _) = tx.calls_after(now.millis() - DAY_MILLIS).await?;
    if count != alert_at(rule) {
        return Ok(None);
    }
    tracing::warn!(count, limit = rule.trust_day, "most of the day's calls are used up");
    Ok(Some(Entry { number: Some(count), practice, ..Entry::of(What::CallsNearlyUsedUp) }))
}

pub(super) fn alert_at(rule: &CallRule) -> i64 {
    (i64::from(rule.trust_day) * ALERT_PERCENT + 99) / 100
}

fn within((count, first): Counted, most: u32, window_ms: i64, now: Timestamp) -> Result<(), Refusal> {
    if count < i64::from(most) { Ok(()) } else { Err(Refusal::try_later(first + window_ms - now.millis())) }
}
