//! Pauses between attempts: each twice as long as the one before, up to a limit, and never the same on two computers.

use std::time::Duration;

/// The longest pause that the other side may ask for. A slip in one answer must not stop a program for days.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

/// The pauses of one loop that tries again.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// Begins with `first` and doubles up to `longest`.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: first }
    }

    /// The next pause: between half and the whole of what is planned, so that many programs do not come back at once.
    pub fn next_pause(&mut self) -> Duration {
        let planned = self.next;
        self.next = planned.saturating_mul(2).min(self.longest);
        jittered(planned, getrandom::u32().unwrap_or(u32::MAX))
    }

    /// The next pause, or the longer one that the other side asks for, within [`LONGEST_RETRY_AFTER`].
    pub fn next_pause_after(&mut self, retry_after: Option<Duration>) -> Duration {
        self.next_pause().max(retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER))
    }

    /// Whether the pauses grow no more.
    pub fn is_at_longest(&self) -> bool {
        self.next >= self.longest
    }

    /// Begins again with the first pause.
    pub const fn reset(&mut self) {
        self.next = self.first;
    }
}

/// `share` of `u32::MAX` is what is added to the half of a pause.
fn jittered(planned: Duration, share: u32) -> Duration {
    let half = planned / 2;
    half + half.mul_f64(f64::from(share) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_share_spreads_a_pause_over_all_between_its_half_and_its_whole() {
        let planned = 8 * SECOND;
        assert_eq!(jittered(planned, 0), 4 * SECOND);
        assert_eq!(jittered(planned, u32::MAX), planned);
        let middle = jittered(planned, u32::MAX / 2);
        assert!((5 * SECOND..7 * SECOND).contains(&middle), "{middle:?}");
    }

    #[test]
    fn pauses_of_many_programs_differ_and_keep_to_the_plan() {
        let pauses: Vec<Duration> =
            (0..200).map(|_| Backoff::new(8 * SECOND, 8 * SECOND).next_pause()).collect();
        assert!(pauses.iter().all(|pause| (4 * SECOND..=8 * SECOND).contains(pause)));
        // By chance alone all of 200 lie on one side once in 10^60 runs.
        assert!(pauses.iter().any(|pause| *pause < 6 * SECOND), "half and more is never all that is waited");
        assert!(pauses.iter().any(|pause| *pause > 6 * SECOND), "the second half is used as well");
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_again_when_reset() {
        let mut backoff = Backoff::new(SECOND, 5 * SECOND);
        for (planned, is_at_longest) in [(1, false), (2, false), (4, true), (5, true), (5, true)] {
            let pause = backoff.next_pause();
            assert!((SECOND * planned / 2..=SECOND * planned).contains(&pause), "{pause:?} of {planned}");
            assert_eq!(backoff.is_at_longest(), is_at_longest, "after {planned}");
        }
        backoff.reset();
        assert!(!backoff.is_at_longest() && backoff.next_pause() <= SECOND);
    }

    #[test]
    fn what_the_other_side_asks_for_counts_where_it_is_longer_and_within_an_hour() {
        let mut backoff = Backoff::new(2 * SECOND, 2 * SECOND);
        assert_eq!(backoff.next_pause_after(Some(90 * SECOND)), 90 * SECOND);
        assert_eq!(backoff.next_pause_after(Some(Duration::from_secs(u32::MAX.into()))), LONGEST_RETRY_AFTER);
        for short in [None, Some(Duration::ZERO), Some(SECOND / 2)] {
            assert!((SECOND..=2 * SECOND).contains(&backoff.next_pause_after(short)), "{short:?}");
        }
    }
}
