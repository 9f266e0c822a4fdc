//! What the service counts and by which labels, read from the macros that count. A description counts nothing.
//!
//! Not here: a function that nobody calls; the compiler tells of it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::tidy::source::{Source, places};

/// Labels that Prometheus itself gives to everything.
pub(super) const OF_PROMETHEUS: [&str; 2] = ["instance", "job"];

/// Series by name.
pub(super) struct Series(BTreeMap<String, Counted>);

#[derive(Default)]
struct Counted {
    is_histogram: bool,
    labels: BTreeSet<String>,
}

impl Counted {
    fn labels(&self) -> BTreeSet<&str> {
        self.labels.iter().map(String::as_str).chain(OF_PROMETHEUS).collect()
    }
}

impl Series {
    pub(super) fn in_sources(sources: &[Source]) -> Self {
        let mut all = Self(BTreeMap::new());
        for source in sources {
            for (word, is_histogram) in [("counter!(", false), ("gauge!(", false), ("histogram!(", true)] {
                for at in places(&source.product, word) {
                    all.add(source, at + word.len(), is_histogram, None);
                }
            }
            for at in places(&source.product, "metrics::outcome(") {
                all.add(source, at + "metrics::outcome(".len(), false, Some("outcome"));
            }
        }
        all
    }

    /// What stands between a bracket that opens before `from` and its end: a name, then labels with their values.
    fn add(&mut self, source: &Source, from: usize, is_histogram: bool, label: Option<&str>) {
        let end = from + length_of_arguments(&source.product[from..]);
        let mut literals = source.literals.iter().filter(|literal| (from..end).contains(&literal.at));
        let starts = from + source.product[from..end].len() - source.product[from..end].trim_start().len();
        // A name that is handed on stands where it is handed over.
        let Some(name) = literals.next().filter(|name| name.at == starts) else { return };
        let counted = self.0.entry(name.text.clone()).or_default();
        counted.is_histogram |= is_histogram;
        counted.labels.extend(label.map(str::to_owned));
        let is_label = |rest: Option<&str>| rest.is_some_and(|rest| rest.trim_start().starts_with("=>"));
        for literal in literals {
            if is_label(source.product.get(literal.at + literal.text.len() + 2..)) {
                counted.labels.insert(literal.text.clone());
            }
        }
    }

    /// The labels of a series as Prometheus keeps it; `None` when nothing counts it.
    pub(super) fn labels(&self, name: &str) -> Option<BTreeSet<&str>> {
        if name == "up" {
            return Some(OF_PROMETHEUS.into());
        }
        if let Some(counted) = self.0.get(name).filter(|counted| !counted.is_histogram) {
            return Some(counted.labels());
        }
        ["_bucket", "_count", "_sum"].into_iter().find_map(|end| {
            let counted = self.0.get(name.strip_suffix(end)?).filter(|counted| counted.is_histogram)?;
            let mut labels = counted.labels();
            labels.extend((end == "_bucket").then_some("le"));
            Some(labels)
        })
    }
}

fn length_of_arguments(rest: &str) -> usize {
    let mut depth = 1_usize;
    for (at, sign) in rest.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}
