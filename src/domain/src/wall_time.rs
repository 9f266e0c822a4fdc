//! What a clock on a wall of the United Kingdom shows.

use jiff::ZonedDateTime;
use jiff::tz::TimeZone;

use crate::{Date, Timestamp};

/// The United Kingdom's time as a rule (POSIX): it has not changed since 1996, and needs no time-zone files, which a
/// small machine may lack. Should Parliament change it, this line changes.
pub const UNITED_KINGDOM: &str = "GMT0BST,M3.5.0/1,M10.5.0";

/// A day and a time of day in the United Kingdom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallTime {
    /// The day.
    pub date: Date,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
}

impl WallTime {
    /// At a point in time; `None` outside the years -9999 to 9999.
    pub fn of(time: Timestamp) -> Option<Self> {
        let zone = TimeZone::posix(UNITED_KINGDOM).ok()?;
        let here = ZonedDateTime::new(jiff::Timestamp::from_millisecond(time.millis()).ok()?, zone);
        let date = Date::from(here.date());
        Some(Self { date, hour: here.hour().unsigned_abs(), minute: here.minute().unsigned_abs() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_hour_later_in_summer_and_the_day_goes_with_it() {
        for (utc, shown) in [
            ("2027-01-15T10:44:59Z", ("2027-01-15", 10, 44)),
            ("2027-07-15T10:44:00Z", ("2027-07-15", 11, 44)),
            ("2027-07-15T23:05:00Z", ("2027-07-16", 0, 5)),
        ] {
            let utc: jiff::Timestamp = utc.parse().expect("a time");
            let wall = WallTime::of(Timestamp::from_millis(utc.as_millisecond())).expect("in range");
            assert_eq!((wall.date.to_string().as_str(), wall.hour, wall.minute), shown);
        }
        assert_eq!(WallTime::of(Timestamp::from_millis(i64::MAX)), None);
    }
}
