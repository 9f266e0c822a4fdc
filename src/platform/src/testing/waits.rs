//! Waits for a condition, so that tests never sleep for a fixed time.

use std::time::{Duration, Instant};

/// The pause between two polls of a thread.
const THREAD_PAUSE: Duration = Duration::from_millis(25);

/// The first pause between two polls of a task. Each next one is twice as long.
const FIRST_TASK_PAUSE: Duration = Duration::from_millis(5);

/// The longest pause between two polls of a task.
const LONGEST_TASK_PAUSE: Duration = Duration::from_millis(400);

/// Polls `ready` until it has an answer.
///
/// # Panics
///
/// When there is no answer within `within_secs`.
#[track_caller]
pub fn wait_for<T>(what: &str, within_secs: u64, ready: impl FnMut() -> Option<T>) -> T {
    wait_for_or(within_secs, ready, || panic!("waited {within_secs} s in vain for {what}"))
}

/// Polls `ready` until it has an answer. Returns that of `otherwise` when there is none in time.
#[track_caller]
pub fn wait_for_or<T>(
    within_secs: u64,
    mut ready: impl FnMut() -> Option<T>,
    otherwise: impl FnOnce() -> T,
) -> T {
    let end = Instant::now() + Duration::from_secs(within_secs);
    loop {
        if let Some(answer) = ready() {
            return answer;
        }
        if Instant::now() >= end {
            return otherwise();
        }
        std::thread::sleep(THREAD_PAUSE);
    }
}

/// Polls a future until it has an answer, mostly one from a service. The pauses grow, so that a slow service is not flooded.
///
/// # Panics
///
/// When there is no answer within `within_secs`.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    within_secs: u64,
    mut ready: impl FnMut() -> F,
) -> T {
    let (end, mut pause) = (Instant::now() + Duration::from_secs(within_secs), FIRST_TASK_PAUSE);
    loop {
        if let Some(answer) = ready().await {
            return answer;
        }
        assert!(Instant::now() < end, "waited {within_secs} s in vain for {what}");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_TASK_PAUSE);
    }
}
