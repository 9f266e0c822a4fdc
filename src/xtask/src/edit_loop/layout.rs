//! Where the files that are changed lie. It differs between checkouts: the service was one crate once.

use std::path::{Path, PathBuf};

use anyhow::bail;

/// A part of the product, and the file that stands for it.
pub(super) struct Place {
    /// What the table calls it.
    pub(super) name: &'static str,
    /// Where the file may lie, the newest layout first.
    files: &'static [&'static str],
}

/// What is changed, one after the other.
pub(super) const PLACES: &[Place] = &[
    Place { name: "engine", files: &["src/engine/src/verify.rs", "src/service/src/engine/verify.rs"] },
    Place {
        name: "api",
        files: &[
            "src/api/src/verify.rs",
            "src/api/src/endpoints/verify.rs",
            "src/api/src/routes/verify.rs",
            "src/service/src/routes/verify.rs",
        ],
    },
    Place { name: "cli", files: &["src/service/src/cli/code.rs"] },
    Place { name: "window", files: &["src/assistant/src/window/frame.rs"] },
];

/// Crates that hold the rules, the newest layout first.
const ENGINES: &[&str] = &["engine", "service"];

/// A checkout whose files were found.
#[derive(Debug)]
pub(super) struct Layout {
    root: PathBuf,
    files: Vec<&'static str>,
    engine: &'static str,
}

impl Layout {
    /// Finds the files of a checkout.
    pub(super) fn of(root: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        for place in PLACES {
            match place.files.iter().find(|file| root.join(file).exists()) {
                Some(file) => files.push(*file),
                None => {
                    bail!("{}: no file for {}; tried {}", root.display(), place.name, place.files.join(", "))
                }
            }
        }
        let is_there = |name: &&&str| root.join("src").join(name).join("Cargo.toml").exists();
        let Some(engine) = ENGINES.iter().find(is_there) else {
            bail!("{}: none of the crates {}", root.display(), ENGINES.join(", "));
        };
        Ok(Self { root: root.to_owned(), files, engine })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The file of a place, by its number in `PLACES`.
    pub(super) fn file(&self, place: usize) -> PathBuf {
        self.root.join(self.files[place])
    }

    /// The crate whose tests are built.
    pub(super) fn engine(&self) -> &'static str {
        self.engine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_checkout_has_a_file_for_each_place() -> anyhow::Result<()> {
        let layout = Layout::of(&crate::cargo::root())?;
        assert!((0..PLACES.len()).all(|place| layout.file(place).exists()));
        Ok(())
    }

    #[test]
    fn a_folder_without_them_is_refused_by_name() {
        let refused = Layout::of(Path::new("/nowhere")).expect_err("nothing is there").to_string();
        assert!(refused.contains("/nowhere") && refused.contains("src/engine/src/verify.rs"), "{refused}");
    }
}
