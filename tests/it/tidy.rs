//! The rules of ARCHITECTURE.md, read from the sources. `#[test]` by rule; each is tried first on a sample that
//! breaks it, since a check that cannot fail shows nothing.
//!
//! Not here: what clippy can see (`clippy.toml`), and known weaknesses (`cargo xtask deny`).

mod circles;
mod crates;
mod dependencies;
mod doctests;
mod habits;
mod looks;
mod named;
mod names;
pub(crate) mod pages;
mod profile;
mod purity;
mod questions;
mod secrets;
pub(crate) mod source;
mod waits;
mod words;

use source::Source;

/// One rule for one file.
struct Rule {
    /// What it finds, as `path:line: why`.
    finds: fn(&Source) -> Vec<String>,
    /// Paths and texts that break the rule.
    caught: &'static [(&'static str, &'static str)],
    /// Paths and texts that look like it and keep it.
    passed: &'static [(&'static str, &'static str)],
}

impl Rule {
    /// Tries the samples, then the files.
    #[track_caller]
    fn keep(&self, files: &[Source]) {
        let Self { finds, caught, passed } = self;
        assert!(!caught.is_empty(), "a rule without a control");
        for (path, text) in *caught {
            assert!(!finds(&Source::new(path, text)).is_empty(), "slipped through: {path}: {text}");
        }
        for (path, text) in *passed {
            assert_eq!(finds(&Source::new(path, text)), [""; 0], "wrongly caught: {path}: {text}");
        }
        assert!(!files.is_empty(), "no file was looked at");
        let found: Vec<String> = files.iter().flat_map(finds).collect();
        assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    }
}
