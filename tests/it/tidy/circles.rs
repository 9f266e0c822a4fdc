//! No circle of files inside a crate: of two files that use each other neither can be read, tested or moved alone.
//!
//! What a parent says of its own children does not count: it declares them, hands their names on and calls them. A name
//! that a parent hands on is the file's that has it.

mod names;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, files, root};
use names::Modules;

/// Which module uses which others.
type Edges = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_files_of_a_crate_use_each_other_in_a_circle() {
    let mut found = Vec::new();
    let mut modules = 0;
    for entry in std::fs::read_dir(root().join("src")).expect("crates").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let (sources, folder) = (files(&[&format!("src/{name}/src")], ".rs"), format!("src/{name}/src/"));
        let parts = Modules::of(&sources, &folder);
        modules += parts.len();
        found.extend(
            circles(&parts.edges()).into_iter().map(|circle| format!("{name}: {}", circle.join(", "))),
        );
    }
    assert!(modules > 100, "only {modules} modules were read");
    assert_eq!(found, [""; 0]);
}

/// The circles, each with its modules in order.
fn circles(edges: &Edges) -> Vec<Vec<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        edges.keys().map(|from| (from.as_str(), reached_from(edges, from))).collect();
    let mut found: Vec<Vec<String>> = Vec::new();
    for (module, others) in &reached {
        let is_back = |other: &&&str| reached.get(**other).is_some_and(|back| back.contains(module));
        let circle: Vec<String> = others.iter().filter(is_back).map(|other| (*other).to_owned()).collect();
        if !circle.is_empty() && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

fn reached_from<'a>(edges: &'a Edges, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = vec![from];
    while let Some(module) = open.pop() {
        for next in edges.get(module).into_iter().flatten() {
            if reached.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of(texts: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> =
            texts.iter().map(|(path, text)| Source::new(&format!("src/x/src/{path}"), text)).collect();
        circles(&Modules::of(&sources, "src/x/src/").edges()).iter().map(|circle| circle.join(" ")).collect()
    }

    #[test]
    fn a_circle_is_found_by_every_way_to_write_it() {
        let ways = [
            ("use crate::b::B;", "use crate::a::A;"),
            ("use crate::{\n    b::{B, C as D},\n    c,\n};", "fn f() { super::a::f(); }"),
            ("use super::b::*;", "type T = crate::a::A;"),
            ("use crate::b;", "macro_call!(1, crate::a::X);"),
            ("use crate::b;", "fn f() { for one in crate::a::all() {} }"),
            // The root hands a name of b's on.
            ("use crate::B;", "use crate::a;"),
        ];
        for (a, b) in ways {
            let root = "mod a;\nmod b;\npub use b::B;";
            assert_eq!(circles_of(&[("lib.rs", root), ("a.rs", a), ("b.rs", b)]), ["a b"], "{a} {b}");
        }
    }

    #[test]
    fn a_circle_of_three_in_folders_is_one_circle() {
        let texts = [
            ("lib.rs", "mod a;\nmod d;"),
            ("a.rs", "mod b;\nmod c;\npub use c::*;"),
            ("a/b.rs", "use super::C;"),
            ("a/c.rs", "pub struct C;\nuse crate::d::D;"),
            ("d.rs", "use crate::a::b::B;"),
        ];
        assert_eq!(circles_of(&texts), ["a::b a::c d"]);
    }

    #[test]
    fn what_a_parent_says_of_its_children_does_not_count() {
        let parent = "mod child;\npub use child::Child;\nfn f() { child::f(); }\npub struct Shared;";
        assert_eq!(circles_of(&[("parent.rs", parent), ("parent/child.rs", "use super::Shared;")]), [""; 0]);
        // Nor what only tests use, what a comment says, or how far a name is seen.
        let quiet = "// crate::parent::child\n#[cfg(test)]\nmod tests { use crate::parent::f; }\npub(in crate::parent) struct S;";
        assert_eq!(circles_of(&[("parent.rs", "use crate::other::S;"), ("other.rs", quiet)]), [""; 0]);
    }
}
