//! The service's time on this computer: measured once, then elapsed_millis by the clock that nobody can set.

use std::time::{Duration, Instant};

use domain::Timestamp;

/// The two clocks may drift apart by this much before the measurement is doubted.
const DOUBT_MILLIS: i64 = 2_000;

/// What this computer's two clocks show at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// The clock on the wall, which can be set.
    pub(crate) wall: Timestamp,
    /// The clock that only counts. It may stand still while the computer sleeps.
    pub(crate) monotonic: Instant,
}

impl Reading {
    /// Both clocks, now.
    pub(crate) fn now() -> Self {
        let since_1970 =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self { wall: Timestamp::from_millis(millis(since_1970)), monotonic: Instant::now() }
    }
}

/// A measurement: at this reading, the service's clock showed that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) service: Timestamp,
    pub(crate) reading: Reading,
}

/// The service's time, elapsed_millis on from the last measurement.
#[derive(Debug, Default)]
pub(crate) struct ServiceClock(Option<Measured>);

impl ServiceClock {
    /// Takes in a measurement.
    pub(crate) fn set(&mut self, measured: Measured) {
        self.0 = Some(measured);
    }

    /// The service's time; this computer's until something was measured.
    pub(crate) fn at(&self, reading: Reading) -> Timestamp {
        match &self.0 {
            Some(measured) => measured.service.plus_millis(elapsed_millis(measured, reading)),
            None => reading.wall,
        }
    }

    /// Whether the clocks no longer agree on how long it was: the computer slept, or its clock was set.
    pub(crate) fn is_doubtful(&self, reading: Reading) -> bool {
        self.0.as_ref().is_some_and(|measured| {
            let by_wall = reading.wall.millis_since(measured.reading.wall);
            (by_wall - elapsed_millis(measured, reading)).abs() > DOUBT_MILLIS
        })
    }
}

fn elapsed_millis(measured: &Measured, reading: Reading) -> i64 {
    millis(reading.monotonic.saturating_duration_since(measured.reading.monotonic))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_on_whatever_the_wall_clock_is_set_to() {
        let start = Instant::now();
        let at = |wall: i64, secs: u64| Reading {
            wall: Timestamp::from_secs(wall),
            monotonic: start + Duration::from_secs(secs),
        };
        let mut clock = ServiceClock::default();
        assert_eq!(clock.at(at(500, 0)), Timestamp::from_secs(500), "unmeasured: the computer's own");
        assert!(!clock.is_doubtful(at(500, 0)));

        clock.set(Measured { service: Timestamp::from_secs(1_000), reading: at(500, 0) });
        assert_eq!(clock.at(at(530, 30)), Timestamp::from_secs(1_030));
        assert!(!clock.is_doubtful(at(530, 30)));
        assert!(!clock.is_doubtful(at(532, 30)), "two seconds are let pass");
        assert!(clock.is_doubtful(at(533, 30)), "slept, or set forward");
        assert!(clock.is_doubtful(at(100, 30)), "set back");
        assert_eq!(clock.at(at(100, 30)), Timestamp::from_secs(1_030));
    }
}
