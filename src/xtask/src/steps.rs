//! The steps of a longer command, and the share of each of the whole time.

use std::time::{Duration, Instant};

/// Steps that were tried so far. The table is printed when it is dropped, so also after a failure.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    tried: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    name: &'static str,
    took: Duration,
    has_failed: bool,
}

impl Steps {
    /// Carries out one step.
    pub(crate) fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        println!("== {name}");
        let begun = Instant::now();
        let done = work();
        self.tried.push(Step { name, took: begun.elapsed(), has_failed: done.is_err() });
        done
    }

    fn table(&self) -> String {
        let whole: Duration = self.tried.iter().map(|step| step.took).sum();
        let row = |name: &str, took: Duration, note: &str| {
            let percent = 100.0 * took.as_secs_f64() / whole.as_secs_f64().max(f64::MIN_POSITIVE);
            format!("{name:<16}{:>8.1} s{percent:>6.0} %{note}\n", took.as_secs_f64())
        };
        let rows = self
            .tried
            .iter()
            .map(|step| row(step.name, step.took, if step.has_failed { "  FAILED" } else { "" }));
        rows.chain([row("all", whole, "")]).collect()
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if !self.tried.is_empty() {
            print!("\n{}", self.table());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_share_and_says_what_failed() {
        let secs = Duration::from_secs;
        let steps = Steps {
            tried: vec![
                Step { name: "format", took: secs(1), has_failed: false },
                Step { name: "clippy", took: secs(3), has_failed: true },
            ],
        };
        let table = steps.table();
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], ["format", "1.0", "s", "25", "%"]);
        assert_eq!(lines[1], ["clippy", "3.0", "s", "75", "%", "FAILED"]);
        assert_eq!(lines[2], ["all", "4.0", "s", "100", "%"]);
    }

    #[test]
    fn a_failed_step_is_noted_and_handed_on() {
        let mut steps = Steps::default();
        assert!(steps.step("breaks", || anyhow::bail!("it is broken") as anyhow::Result<()>).is_err());
        assert!(steps.tried[0].has_failed);
    }
}
