//! Points in time in the service's clock, and the offset of another clock from it.

use serde::{Deserialize, Serialize};

/// Milliseconds in a day.
pub const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// A point in time: milliseconds since 1 January 1970 UTC, negative before. Arithmetic saturates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Takes milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Takes whole seconds since 1970.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This point moved by `millis`, which may be negative.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// This point moved by `secs`, which may be negative.
    #[must_use]
    pub const fn plus_secs(self, secs: i64) -> Self {
        self.plus_millis(secs.saturating_mul(1000))
    }

    /// Milliseconds from `earlier` to this point; negative when `earlier` is later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// To the second in UTC for programs (RFC 3339), such as `2027-01-05T09:30:07Z`. A time outside jiff's range (years
    /// -9999 to 9999) counts as 1 January 1970.
    pub fn rfc3339(self) -> String {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// By how many milliseconds this computer's clock is ahead of the service's; negative when it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClockOffset(i64);

impl ClockOffset {
    /// The offset, when this computer's clock showed `local` and the service's showed `service` at the same moment.
    pub const fn measured(local: Timestamp, service: Timestamp) -> Self {
        Self(local.millis_since(service))
    }

    /// The service's time when this computer's clock shows `local`.
    pub const fn service_time(self, local: Timestamp) -> Timestamp {
        local.plus_millis(-self.0)
    }

    /// The offset in whole seconds, rounded towards zero.
    pub const fn secs(self) -> i64 {
        self.0 / 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_brings_local_time_back_to_service_time() {
        let service = Timestamp::from_secs(1_000);
        let local = Timestamp::from_secs(1_240);
        let offset = ClockOffset::measured(local, service);
        assert_eq!(offset.secs(), 240);
        assert_eq!(offset.service_time(local.plus_secs(5)), service.plus_secs(5));
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Timestamp::from_secs(i64::MAX).millis(), i64::MAX);
        assert_eq!(Timestamp::from_millis(-1).secs(), -1);
    }

    #[test]
    fn a_time_for_programs_is_in_utc_to_the_second() {
        for (millis, expected) in [
            (1_799_141_407_999, "2027-01-05T09:30:07Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (i64::MAX, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).rfc3339(), expected);
        }
    }

    #[test]
    fn an_offset_may_be_negative_and_is_in_whole_seconds() {
        let service = Timestamp::from_millis(10_000);
        for (local, secs) in [(11_999, 1), (10_999, 0), (9_001, 0), (8_001, -1)] {
            let offset = ClockOffset::measured(Timestamp::from_millis(local), service);
            assert_eq!(offset.secs(), secs, "{local}");
            assert_eq!(offset.service_time(Timestamp::from_millis(local)), service);
        }
        assert_eq!(service.plus_millis(-1).millis_since(service), -1);
        assert_eq!(service.plus_secs(2).millis(), 12_000);
    }
}
