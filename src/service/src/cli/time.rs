//! Times as commands print them for people, in UTC.
//!
//! Not here: times for programs (`Timestamp::rfc3339`).

use domain::Timestamp;

/// To the minute, such as `2027-01-05 09:30 UTC`.
pub(super) fn day_and_time(at: Timestamp) -> String {
    written(at, "%Y-%m-%d %H:%M UTC")
}

/// To the second, such as `2027-01-05 09:30:07 UTC`.
pub(super) fn day_and_second(at: Timestamp) -> String {
    written(at, "%Y-%m-%d %H:%M:%S UTC")
}

fn written(at: Timestamp, form: &str) -> String {
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_printed_in_utc_to_the_minute_or_the_second() {
        let at = Timestamp::from_millis(1_799_141_407_999);
        assert_eq!(day_and_time(at), "2027-01-05 09:30 UTC");
        assert_eq!(day_and_second(at), "2027-01-05 09:30:07 UTC");
        assert_eq!(day_and_time(Timestamp::from_millis(i64::MAX)), "1970-01-01 00:00 UTC");
    }
}
