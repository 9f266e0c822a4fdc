//! Limits on calls: rows are counted in the transaction that adds the next call, under the queue's lock.

use domain::{CallRule, DAY_MILLIS, GrantId, Timestamp};
use protocol::{CallStep, ErrorCode};

use super::super::debounce::claim_if_due;
use super::super::refusal::whole_secs;
use super::Refusal;
use super::hours::quiet_millis;
use crate::audit::{Entry, What};
use crate::time::HOUR_MS;
use store::{CallCount, PastApproval, StoreError, Tx};

/// How many calls one sign-in may request for each call that may be placed.
const REQUESTS_PER_CALL: i64 = 10;

/// The share of the day's calls at which there is an alert.
const ALERT_PERCENT: i64 = 80;

/// The setting that says when the last alert was.
const LAST_ALERT: &str = "calls_nearly_used_up_at";

/// Whose limits a test call counts against.
pub(super) struct TestCallSubject<'a> {
    pub(super) grant: GrantId,
    pub(super) phone_hash: &'a [u8; 32],
    pub(super) practice: bool,
}

/// Checks that one more test call may be made.
pub(super) async fn check_test_call(
    tx: &mut Tx,
    rule: &CallRule,
    subject: &TestCallSubject<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let TestCallSubject { grant, phone_hash, practice } = subject;
    check_quiet_hours(rule, *practice, now)?;
    if tx.is_stopped(phone_hash, now.millis()).await? {
        return Err(ErrorCode::NumberStopped.into());
    }
    let (placed, wanted) = tx.tests_of_grant(*grant).await?;
    let most = i64::from(rule.tests_sign_in);
    // Requesting and ending over and over calls nobody, but fills the store.
    if placed >= most || wanted >= most * REQUESTS_PER_CALL {
        return Err(ErrorCode::CallsUsedUp.into());
    }
    for (window_ms, most) in [(HOUR_MS, rule.tests_number_hour), (DAY_MILLIS, rule.tests_number_day)] {
        let counted = tx.tests_of_phone(phone_hash, *grant, now.millis() - window_ms).await?;
        check_window(counted, most, window_ms, now)?;
    }
    check_trust_day(tx, rule, now).await
}

/// Checks the quiet hours. A practice line rings no phone, and has none.
pub(super) fn check_quiet_hours(rule: &CallRule, practice: bool, now: Timestamp) -> Result<(), Refusal> {
    match quiet_millis(rule, now).filter(|_| !practice) {
        None => Ok(()),
        Some(millis) => {
            Err(Refusal { code: ErrorCode::QuietHours, retry_after_secs: Some(whole_secs(millis)) })
        }
    }
}

/// Checks the trust's limit of calls a day.
async fn check_trust_day(tx: &mut Tx, rule: &CallRule, now: Timestamp) -> Result<(), Refusal> {
    let counted = tx.calls_after(now.millis() - DAY_MILLIS).await?;
    check_window(counted, rule.trust_day, DAY_MILLIS, now).inspect_err(|_| {
        tracing::error!(limit = rule.trust_day, "the day's calls are used up: nobody is called any more");
    })
}

/// The audit row of an alert, when most of the last 24 hours' calls are used up and no alert of these hours says so.
/// The transaction has just added a call, and holds the queue's lock.
pub(super) async fn alert_if_due(
    tx: &mut Tx,
    rule: &CallRule,
    practice: bool,
    now: Timestamp,
) -> Result<Option<Entry>, StoreError> {
    let count = tx.calls_after(now.millis() - DAY_MILLIS).await?.calls;
    // The window slides, so the count passes the threshold again and again. A new policy moves the threshold.
    if count < alert_threshold(rule) || !claim_if_due(tx, LAST_ALERT, DAY_MILLIS, now).await? {
        return Ok(None);
    }
    Ok(Some(Entry { number: Some(count), practice, ..Entry::of(What::CallsNearlyUsedUp) }))
}

pub(super) fn alert_threshold(rule: &CallRule) -> i64 {
    (i64::from(rule.trust_day) * ALERT_PERCENT + 99) / 100
}

fn check_window(counted: CallCount, most: u32, window_ms: i64, now: Timestamp) -> Result<(), Refusal> {
    let first = counted.first_at.map_or(0, Timestamp::millis);
    if counted.calls < i64::from(most) {
        Ok(())
    } else {
        Err(Refusal::try_later(first + window_ms - now.millis()))
    }
}

/// Milliseconds to wait when the limit of calls an hour is reached.
pub(super) fn wait_for_hour_limit(asked: &[PastApproval], most: u32, now: i64) -> Option<i64> {
    let rung = asked.iter().filter(|asked| asked.is_placed);
    let counting = rung.map(|asked| asked.queued_at.millis() + HOUR_MS).filter(|until| *until > now);
    // The newest is first, so the last of `most` is the one whose hour ends next.
    counting.take(usize::try_from(most).unwrap_or(usize::MAX)).enumerate().last().and_then(
        |(place, until)| (place + 1 == usize::try_from(most).unwrap_or(usize::MAX)).then_some(until - now),
    )
}

/// Milliseconds to wait after a refusal, or after two calls in a row that were not approved.
pub(super) fn wait_for_pause(asked: &[PastApproval], pause_ms: i64, now: i64) -> Option<i64> {
    let mut rung = asked.iter().filter(|asked| asked.is_placed);
    let last = rung.next()?;
    let is_refusal = matches!(last.step, CallStep::NotMe | CallStep::Stopped);
    let are_two_open = last.step != CallStep::Confirmed
        && rung.next().is_some_and(|before| {
            before.step != CallStep::Confirmed
                && before.ended_at.is_some_and(|ended_at| last.queued_at.millis_since(ended_at) < pause_ms)
        });
    let left = last.ended_at?.millis() + pause_ms - now;
    (left > 0 && (is_refusal || are_two_open)).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::MINUTE_MS;

    fn asked(step: CallStep, queued_minutes: i64, ended_minutes: i64) -> PastApproval {
        PastApproval {
            step,
            queued_at: Timestamp::from_millis(queued_minutes * MINUTE_MS),
            is_placed: true,
            ended_at: Some(Timestamp::from_millis(ended_minutes * MINUTE_MS)),
        }
    }

    #[test]
    fn an_hour_has_its_calls_and_the_first_that_leaves_it_makes_room() {
        let three = [
            asked(CallStep::Confirmed, 130, 131),
            asked(CallStep::Confirmed, 120, 121),
            asked(CallStep::Confirmed, 110, 111),
        ];
        let wait = |now: i64| wait_for_hour_limit(&three, 3, now * MINUTE_MS).map(|ms| ms / MINUTE_MS);
        assert_eq!((wait(140), wait(169), wait(170)), (Some(30), Some(1), None));
        assert_eq!(wait_for_hour_limit(&three[1..], 3, 140 * MINUTE_MS), None);
        // What never rang does not count. What our own line spoilt may have rung.
        let queued = PastApproval { is_placed: false, ..asked(CallStep::Cancelled, 131, 132) };
        assert_eq!(wait_for_hour_limit(&[queued, three[0], three[1]], 3, 140 * MINUTE_MS), None);
        let more = [queued, asked(CallStep::Fault, 129, 130), three[1], three[2]];
        assert_eq!(wait_for_hour_limit(&more, 3, 140 * MINUTE_MS).map(|ms| ms / MINUTE_MS), Some(30));
    }

    #[test]
    fn a_refusal_or_two_that_nobody_approved_leave_the_phone_alone_for_a_while() {
        let pause = |asked: &[PastApproval], now: i64| {
            wait_for_pause(asked, 30 * MINUTE_MS, now * MINUTE_MS).map(|ms| ms / MINUTE_MS)
        };
        let refused = [asked(CallStep::NotMe, 100, 101)];
        assert_eq!((pause(&refused, 102), pause(&refused, 131)), (Some(29), None));
        for open in [
            CallStep::NoAnswer,
            CallStep::NoKeys,
            CallStep::HungUp,
            CallStep::NotConfirmed,
            CallStep::Busy,
            CallStep::Cancelled,
            CallStep::NotReached,
            CallStep::Fault,
        ] {
            let one = asked(open, 100, 101);
            let two = [asked(open, 110, 111), one];
            assert_eq!((pause(&[one], 102), pause(&two, 112)), (None, Some(29)), "{open:?}");
            let far_apart = [asked(open, 140, 141), one];
            assert_eq!(pause(&far_apart, 142), None);
            let approved_between = [asked(open, 110, 111), asked(CallStep::Confirmed, 105, 106), one];
            assert_eq!(pause(&approved_between, 112), None);
        }
        assert_eq!(pause(&[], 1), None);
    }
}
