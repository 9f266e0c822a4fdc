//! The clock, and lengths of time.

use std::sync::Arc;

use domain::Timestamp;

/// Milliseconds of a minute.
pub(crate) const MINUTE_MS: i64 = 60 * 1000;

/// Milliseconds of an hour.
pub(crate) const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A source of the time. Tests have their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// This computer's clock.
#[expect(clippy::disallowed_methods, reason = "the one place where the service reads it")]
pub fn system_clock() -> Clock {
    Arc::new(|| Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()))
}
