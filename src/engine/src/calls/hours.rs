//! The quiet hours, in which nobody is called. Pure.

use domain::{CallRule, Timestamp, UNITED_KINGDOM};
use jiff::ZonedDateTime;
use jiff::tz::TimeZone;

/// How long the quiet hours still last. `None` when people may be called now.
pub(super) fn quiet_millis(rule: &CallRule, now: Timestamp) -> Option<i64> {
    let zone = TimeZone::posix(UNITED_KINGDOM).ok()?;
    let here = ZonedDateTime::new(jiff::Timestamp::from_millisecond(now.millis()).ok()?, zone);
    let hour = u32::from(here.hour().unsigned_abs());
    let is_evening = hour >= rule.quiet_from_hour;
    if !is_evening && hour >= rule.quiet_until_hour {
        return None;
    }
    let day = if is_evening { here.tomorrow().ok()? } else { here };
    let until = at_hour(&day, rule.quiet_until_hour)?;
    Some((until.timestamp().as_millisecond() - now.millis()).max(1))
}

fn at_hour(day: &ZonedDateTime, hour: u32) -> Option<ZonedDateTime> {
    day.with().hour(i8::try_from(hour).ok()?).minute(0).second(0).subsec_nanosecond(0).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet_hours(rule: &CallRule, utc: &str) -> Option<f64> {
        let at: jiff::Timestamp = utc.parse().expect("a time");
        let millis = quiet_millis(rule, Timestamp::from_millis(at.as_millisecond()))?;
        #[expect(clippy::cast_precision_loss, reason = "less than two days")]
        Some(millis as f64 / 3_600_000.0)
    }

    #[test]
    fn nobody_is_called_from_21_to_7_as_clocks_in_the_united_kingdom_show() {
        let rule = CallRule::default();
        let table = [
            ("2027-01-15T06:59:59Z", Some(1.0 / 3600.0)),
            ("2027-01-15T07:00:00Z", None),
            ("2027-01-15T20:59:59.999Z", None),
            ("2027-01-15T21:00:00Z", Some(10.0)),
            ("2027-01-15T00:30:00Z", Some(6.5)),
            // Summer: an hour earlier by UTC.
            ("2027-07-15T05:59:00Z", Some(1.0 / 60.0)),
            ("2027-07-15T06:00:00Z", None),
            ("2027-07-15T19:59:59Z", None),
            ("2027-07-15T20:00:00Z", Some(10.0)),
            // The nights when the clocks change, on the last Sundays of March and October.
            ("2027-03-27T21:00:00Z", Some(9.0)),
            ("2027-10-30T20:00:00Z", Some(11.0)),
        ];
        for (utc, expected) in table {
            let quiet = quiet_hours(&rule, utc);
            let same = match (quiet, expected) {
                (Some(one), Some(other)) => (one - other).abs() < 1e-6,
                (one, other) => one == other,
            };
            assert!(same, "{utc}: {quiet:?}");
        }
    }

    #[test]
    fn a_policy_may_have_no_quiet_hours() {
        let rule = CallRule { quiet_from_hour: 24, quiet_until_hour: 0, ..CallRule::default() };
        for utc in ["2027-01-15T00:00:00Z", "2027-01-15T03:00:00Z", "2027-07-15T23:59:59Z"] {
            assert_eq!(quiet_hours(&rule, utc), None, "{utc}");
        }
    }
}
