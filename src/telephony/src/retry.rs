//! A loop of attempts with pauses between them.

use platform::Backoff;

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
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;

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
            // A pause has at least half of its planned length. Timers end at whole milliseconds.
            let planned = Duration::from_secs(secs);
            let paused = begun.elapsed();
            assert!((planned / 2..=planned + Duration::from_millis(2)).contains(&paused), "{paused:?}");
        }
    }
}
