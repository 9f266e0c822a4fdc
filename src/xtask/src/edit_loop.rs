//! `edit-loop`: how long a change of one file keeps a developer waiting, in this checkout and in others.
//!
//! All checkouts are measured in turn in one run, so that a busy machine is as busy for each of them.

mod layout;
mod touch;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::cargo::{cargo_in, root, said};
use layout::{Layout, PLACES, Place};
use touch::Touched;

#[derive(Debug, Args)]
pub(crate) struct EditLoop {
    /// One more checkout to measure, with a target folder of its own. May be given several times.
    #[arg(long, value_name = "DIR")]
    tree: Vec<PathBuf>,
    /// How often each change is measured. The table shows medians.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

/// What follows a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// `cargo check --workspace`
    Check,
    /// `cargo test -p ENGINE --no-run`
    Test,
}

impl Work {
    const ALL: [Self; 2] = [Self::Check, Self::Test];

    fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Test => "test build",
        }
    }

    fn command(self, tree: &Layout) -> Command {
        let mut command = cargo_in(tree.root());
        match self {
            Self::Check => command.args(["check", "--workspace"]),
            Self::Test => command.args(["test", "-p", tree.engine(), "--no-run"]),
        };
        if tree.root() != root() {
            // Another checkout's crates would push this one's out of a shared folder.
            command.env_remove("CARGO_TARGET_DIR");
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// The times of one change and one command in one checkout.
struct Figure {
    place: usize,
    work: Work,
    tree: usize,
    took: Vec<Duration>,
}

impl EditLoop {
    /// Measures, and prints a table.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let Self { tree, rounds } = self;
        let mut roots = vec![root()];
        for tree in tree {
            roots.push(tree.canonicalize().with_context(|| tree.display().to_string())?);
        }
        let trees = roots.iter().map(|root| Layout::of(root)).collect::<anyhow::Result<Vec<_>>>()?;
        for tree in &trees {
            println!("Building {} as it is.", tree.root().display());
            for work in Work::ALL {
                timed(work, tree)?;
            }
        }
        let mut figures = Vec::new();
        for place in 0..PLACES.len() {
            for work in Work::ALL {
                figures.extend((0..trees.len()).map(|tree| Figure { place, work, tree, took: Vec::new() }));
            }
        }
        for round in 1..=rounds {
            for (place, Place { name, .. }) in PLACES.iter().enumerate() {
                println!("Round {round} of {rounds}: {name}.");
                for (number, tree) in trees.iter().enumerate() {
                    // One change for both commands: each has a record of its own of what is built.
                    let _touched = Touched::file(&tree.file(place), round)?;
                    let these =
                        figures.iter_mut().filter(|figure| (figure.place, figure.tree) == (place, number));
                    for figure in these {
                        figure.took.push(timed(figure.work, tree)?);
                    }
                }
            }
        }
        print!("\n{}", table(&trees, &mut figures));
        Ok(())
    }
}

fn timed(work: Work, tree: &Layout) -> anyhow::Result<Duration> {
    let mut command = work.command(tree);
    let begun = Instant::now();
    let status = command.status().with_context(|| format!("{} does not start", said(&command)))?;
    let took = begun.elapsed();
    if !status.success() {
        bail!("{} in {}: {status}", said(&command), tree.root().display());
    }
    Ok(took)
}

fn table(trees: &[Layout], figures: &mut [Figure]) -> String {
    let mut text = String::from("Seconds after a change of one file: median (least to most)\n\n");
    for (number, tree) in trees.iter().enumerate() {
        text.push_str(&format!("[{}] {}, tests of {}\n", number + 1, tree.root().display(), tree.engine()));
    }
    text.push_str(&format!("\n{:<8}{:<12}", "file", "command"));
    text.extend((1..=trees.len()).map(|number| format!("{:<24}", format!("[{number}]"))));
    for figure in figures {
        if figure.tree == 0 {
            text.push_str(&format!("\n{:<8}{:<12}", PLACES[figure.place].name, figure.work.name()));
        }
        figure.took.sort();
        let secs = |at: usize| figure.took.get(at).map_or(f64::NAN, Duration::as_secs_f64);
        let last = figure.took.len().saturating_sub(1);
        let cell = format!("{:.1} ({:.1} to {:.1})", secs(last / 2), secs(0), secs(last));
        text.push_str(&format!("{cell:<24}"));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_median_of_each_checkout() -> anyhow::Result<()> {
        let trees = [Layout::of(&root())?, Layout::of(&root())?];
        let secs = |all: &[u64]| all.iter().map(|secs| Duration::from_secs(*secs)).collect();
        let mut figures = [
            Figure { place: 0, work: Work::Check, tree: 0, took: secs(&[9, 2, 4]) },
            Figure { place: 0, work: Work::Check, tree: 1, took: secs(&[7]) },
        ];
        let table = table(&trees, &mut figures);
        let last: Vec<&str> =
            table.lines().last().unwrap_or("").split("  ").filter(|cell| !cell.is_empty()).collect();
        let cells: Vec<&str> = last.iter().map(|cell| cell.trim()).collect();
        assert_eq!(cells, ["engine", "check", "4.0 (2.0 to 9.0)", "7.0 (7.0 to 7.0)"]);
        Ok(())
    }
}
