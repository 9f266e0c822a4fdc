//! Pauses between attempts, and a loop of attempts.

use std::time::Duration;

/// Pauses that double from the first to the longest.
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// The first pause and the longest one.
    pub(crate) const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: first }
    }

    /// The pause before the next attempt.
    pub(crate) fn next_pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        pause
    }

    /// Begins again with the first pause, after a success.
    pub(crate) fn reset(&mut self) {
        self.next = self.first;
    }
}

/// Attempts something up to `tries` times, until an attempt returns `true`. Returns whether one did.
pub(crate) async fn retry<F: Future<Output = bool>>(
    tries: u32,
    mut backoff: Backoff,
    mut attempt: impl FnMut() -> F,
) -> bool {
    for number in 1..=tries {
        if attempt().await {
            return true;
        }
        if number < tries {
            tokio::time::sleep(backoff.next_pause()).await;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_again() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
        let pauses: Vec<u64> = (0..5).map(|_| backoff.next_pause().as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 5, 5]);
        backoff.reset();
        assert_eq!(backoff.next_pause().as_secs(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_end_with_the_first_success_or_the_last_try() {
        for (succeeds_at, attempts, secs) in [(1, 1, 0), (2, 2, 1), (3, 3, 3), (9, 3, 3)] {
            let (mut made, begun) = (0, Instant::now());
            let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
            let is_done = retry(3, backoff, || {
                made += 1;
                std::future::ready(made == succeeds_at)
            })
            .await;
            assert_eq!((is_done, made), (succeeds_at <= 3, attempts));
            assert_eq!(begun.elapsed(), Duration::from_secs(secs));
        }
    }
}
