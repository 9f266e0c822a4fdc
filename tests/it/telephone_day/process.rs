//! What the system says about a process: its memory, its threads.
//!
//! Not here: how it is started (`tests::service`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// A field of `/proc/PID/status`: `VmRSS` in KiB, `Threads`.
pub(super) fn status(process: u32, field: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).expect("the process lives");
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.and_then(|line| line.split_whitespace().next())
        .and_then(|value| value.parse().ok())
        .expect("a number")
}

/// Looks at a field again and again, and keeps the highest value.
pub(super) struct Peak {
    highest: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
}

impl Peak {
    pub(super) fn of(process: u32, field: &'static str) -> Self {
        let peak = Self { highest: Arc::default(), is_over: Arc::default() };
        let (highest, is_over) = (Arc::clone(&peak.highest), Arc::clone(&peak.is_over));
        std::thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                highest.fetch_max(status(process, field), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        peak
    }

    pub(super) fn highest(&self) -> u64 {
        self.highest.load(Ordering::Relaxed)
    }
}

impl Drop for Peak {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}
