//! The lines that are printed: a figure, its target where there is one, and whether it is met.

use std::fmt::Display;
use std::time::Duration;

/// Prints, and counts what was missed.
#[derive(Default)]
pub(crate) struct Report {
    missed: usize,
}

#[expect(clippy::print_stdout, reason = "a benchmark is there to be read")]
impl Report {
    /// The beginning of a part.
    pub(crate) fn part(&self, name: &str) {
        println!("\n{name}");
    }

    /// A figure without a target.
    pub(crate) fn figure(&self, name: &str, value: impl Display) {
        println!("  {name:<58} {value}");
    }

    /// A figure with one.
    pub(crate) fn target(&mut self, name: &str, value: impl Display, target: impl Display, met: bool) {
        let verdict = if met { "met" } else { "MISSED" };
        println!("  {name:<58} {value:<28} target {target}: {verdict}");
        self.missed += usize::from(!met);
    }

    /// The end. How many targets were missed.
    pub(crate) fn end(self) -> usize {
        println!(
            "\n{} missed",
            if self.missed == 0 { "No target".to_owned() } else { self.missed.to_string() }
        );
        self.missed
    }
}

/// `1.23 ms`.
pub(crate) fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// `12.3 MiB`.
pub(crate) fn mib(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let bytes = bytes as f64;
    format!("{:.1} MiB", bytes / 1024.0 / 1024.0)
}

/// The time below which a part of all stays, 0.5 for the median.
pub(crate) fn quantile(times: &[Duration], part: f64) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let at = (sorted.len().saturating_sub(1) as f64 * part).round() as usize;
    sorted.get(at).copied().unwrap_or_default()
}
