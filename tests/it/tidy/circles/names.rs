//! The modules of a crate, and in which file a path ends.

use std::collections::{BTreeMap, BTreeSet};

use super::Edges;
use super::uses::{Use, Uses, defined};
use crate::tidy::source::Source;

/// How many times a name may be handed on.
const HANDED_ON: usize = 8;

/// A module by its names from the crate's root on.
type Path = Vec<String>;

/// The files of a crate as modules.
pub(super) struct Modules {
    all: BTreeMap<Path, Module>,
}

struct Module {
    uses: Uses,
    defines: BTreeSet<String>,
}

impl Modules {
    /// Of a crate's sources below a folder. A program beside a library is a crate of its own, and has one file.
    pub(super) fn of(sources: &[Source], folder: &str) -> Self {
        let has_library = sources.iter().any(|source| source.path == format!("{folder}lib.rs"));
        let mut all = BTreeMap::new();
        for source in sources {
            let inside = source.path.strip_prefix(folder).unwrap_or(&source.path);
            let mut path: Path = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            if has_library && inside == "main.rs" || source.product.trim().is_empty() {
                continue;
            }
            if ["lib.rs", "main.rs"].contains(&inside) || path.last().is_some_and(|last| last == "mod") {
                path.pop();
            }
            let (uses, defines) = (Uses::of(&source.product), defined(&source.product).into_iter().collect());
            all.insert(path, Module { uses, defines });
        }
        Self { all }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Who uses whom, without what a parent says of those below it.
    pub(super) fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (from, module) in &self.all {
            for one in module.uses.imports.iter().chain(&module.uses.named) {
                let Some(to) = self.file_of(from, &one.path, 0).filter(|to| !to.starts_with(from)) else {
                    continue;
                };
                edges.entry(written(from)).or_default().insert(written(&to));
            }
        }
        edges
    }

    /// The module in which a path ends that is written in another; `None` for other crates.
    fn file_of(&self, from: &Path, path: &[String], handed_on: usize) -> Option<Path> {
        let (mut module, mut rest) = self.beginning(from, path)?;
        while let Some((name, after)) = rest.split_first() {
            let below: Path = module.iter().chain([name]).cloned().collect();
            if !self.all.contains_key(&below) {
                break;
            }
            (module, rest) = (below, after);
        }
        match rest.first() {
            Some(name) if handed_on < HANDED_ON => {
                Some(self.owner_of(&module, name, handed_on).unwrap_or(module))
            }
            Some(_) | None => Some(module),
        }
    }

    /// The module from which a name comes that another hands on; `None` when it is its own.
    fn owner_of(&self, module: &Path, name: &str, handed_on: usize) -> Option<Path> {
        let Module { uses, defines } = self.all.get(module)?;
        if defines.contains(name) {
            return None;
        }
        let target = |one: &Use| self.file_of(module, &one.path, handed_on + 1);
        if let Some(one) = uses.imports.iter().find(|one| one.alias == name) {
            return target(one);
        }
        let globs = uses.imports.iter().filter(|one| one.alias == "*").filter_map(target);
        globs.filter(|to| to != module).find(|to| self.knows(to, name))
    }

    fn knows(&self, module: &Path, name: &str) -> bool {
        self.all.get(module).is_some_and(|module| {
            module.defines.contains(name) || module.uses.imports.iter().any(|one| one.alias == name)
        })
    }

    /// Where a path begins, and what is left of it.
    fn beginning<'p>(&self, from: &Path, path: &'p [String]) -> Option<(Path, &'p [String])> {
        let (first, after) = path.split_first()?;
        match first.as_str() {
            "crate" => Some((Path::new(), after)),
            "self" => Some((from.clone(), after)),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                Some((from[..from.len().saturating_sub(ups)].to_vec(), &path[ups..]))
            }
            name => {
                let below: Path = from.iter().map(String::as_str).chain([name]).map(str::to_owned).collect();
                self.all.contains_key(&below).then_some((from.clone(), path))
            }
        }
    }
}

fn written(path: &Path) -> String {
    if path.is_empty() { "lib".to_owned() } else { path.join("::") }
}
