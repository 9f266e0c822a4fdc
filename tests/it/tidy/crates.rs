//! Rules 2 and 3: who may depend on whom. And rule 1 as far as dependencies show it.

use std::collections::BTreeMap;

use cargo_metadata::{Dependency, DependencyKind, MetadataCommand};

use super::source::{files, places, root};

/// A crate and those of ours that it may name, in tests as well. `tests` may name all.
const MAY_SEE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("journey", &["domain"]),
    ("numbers", &["domain"]),
    ("platform", &[]),
    ("protocol", &["domain"]),
    ("raster", &[]),
    ("client", &["domain", "platform", "protocol"]),
    ("assistant", &["client", "domain", "journey", "numbers", "platform", "protocol", "raster"]),
    ("telephony", &["domain", "platform"]),
    ("vault", &["domain", "numbers", "platform", "protocol", "telephony"]),
    ("store", &["domain", "platform", "protocol", "vault"]),
    ("engine", &["domain", "numbers", "platform", "protocol", "store", "telephony", "vault"]),
    ("api", &["domain", "engine", "platform", "protocol", "store", "telephony", "vault"]),
    (
        "service",
        &["api", "domain", "engine", "numbers", "platform", "protocol", "store", "telephony", "vault"],
    ),
    (
        "demo",
        &[
            "assistant",
            "client",
            "domain",
            "engine",
            "journey",
            "numbers",
            "platform",
            "protocol",
            "service",
            "telephony",
            "vault",
        ],
    ),
    ("xtask", &[]),
];

/// What the pure crates may be built on. A new one wants a look: can it read a clock, a file, a socket, entropy?
const PURE_MAY_USE: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "data-encoding",
            "icu_normalizer",
            "icu_properties",
            "ipnet",
            "jiff",
            "percent-encoding",
            "serde",
            "sha2",
            "thiserror",
            "totp-rs",
            "uuid",
            "zeroize",
        ],
    ),
    ("journey", &["domain", "serde"]),
    ("numbers", &["domain", "log", "rlibphonenumber", "zeroize"]),
];

/// A crate's dependencies, and whether each is for its tests only.
type Edges = BTreeMap<String, Vec<(String, bool)>>;

#[test]
fn each_crate_sees_only_what_the_map_allows() {
    let broken = [
        ("journey", "protocol", false),
        ("assistant", "service", false),
        ("service", "assistant", true),
        ("service", "journey", false),
        ("domain", "protocol", true),
        ("telephony", "protocol", false),
        ("assistant", "telephony", false),
        ("platform", "protocol", false),
        ("client", "journey", false),
        ("service", "client", true),
        ("numbers", "protocol", false),
        ("journey", "numbers", false),
        ("xtask", "domain", false),
        ("newcomer", "domain", false),
    ];
    for (from, to, is_dev) in broken {
        let edges = Edges::from([(from.to_owned(), vec![(to.to_owned(), is_dev)])]);
        assert_eq!(
            strangers(
                &edges,
                &[
                    "protocol",
                    "service",
                    "assistant",
                    "client",
                    "journey",
                    "numbers",
                    "domain",
                    "telephony",
                    from
                ]
            )
            .len(),
            1,
            "{from}"
        );
    }
    let edges = workspace();
    let ours: Vec<&str> = edges.keys().map(String::as_str).collect();
    for (name, _) in MAY_SEE {
        assert!(ours.contains(name), "{name} is in the map and not in the workspace");
    }
    assert_eq!(strangers(&edges, &ours), [""; 0]);
}

#[test]
fn the_pure_crates_are_built_on_pure_ones() {
    let broken = Edges::from([("journey".to_owned(), vec![("tokio".to_owned(), false)])]);
    assert_eq!(impurities(&broken).len(), 1);
    let for_tests = Edges::from([("journey".to_owned(), vec![("proptest".to_owned(), true)])]);
    assert_eq!(impurities(&for_tests), [""; 0]);
    assert_eq!(impurities(&workspace()), [""; 0]);
}

#[test]
fn no_crate_depends_on_what_it_does_not_name() {
    let broken =
        Edges::from([("domain".to_owned(), vec![("serde".to_owned(), false), ("egui".to_owned(), false)])]);
    assert_eq!(unused(&broken), ["domain does not use egui"]);
    assert_eq!(unused(&workspace()), [""; 0]);
}

fn unused(edges: &Edges) -> Vec<String> {
    let mut found = Vec::new();
    for (from, to) in edges {
        let folder = if from == "tests" { from.clone() } else { format!("src/{from}") };
        let sources = files(&[&folder], ".rs");
        for (to, _) in to {
            let name = to.replace('-', "_");
            if sources.iter().all(|source| places(&source.code, &name).is_empty()) {
                found.push(format!("{from} does not use {to}"));
            }
        }
    }
    found
}

fn strangers(edges: &Edges, ours: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (from, to) in edges.iter().filter(|(from, _)| *from != "tests") {
        let allowed = MAY_SEE.iter().find(|(name, _)| name == from).map(|(_, allowed)| *allowed);
        for (to, _) in to.iter().filter(|(to, _)| ours.contains(&to.as_str())) {
            if !allowed.is_some_and(|allowed| allowed.contains(&to.as_str())) {
                found.push(format!("{from} must not depend on {to}"));
            }
        }
    }
    found
}

fn impurities(edges: &Edges) -> Vec<String> {
    let mut found = Vec::new();
    for (name, allowed) in PURE_MAY_USE {
        for (to, is_dev) in edges.get(*name).into_iter().flatten() {
            if !is_dev && !allowed.contains(&to.as_str()) {
                found.push(format!("{name} is pure; is {to}?"));
            }
        }
    }
    found
}

fn workspace() -> Edges {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec();
    let metadata = metadata.expect("cargo metadata reads the workspace");
    let edges = metadata.packages.iter().map(|package| {
        let is_dev = |kind| kind == DependencyKind::Development;
        // By the name that the code knows it by.
        let name = |to: &Dependency| to.rename.clone().unwrap_or_else(|| to.name.clone());
        let to = package.dependencies.iter().map(|to| (name(to), is_dev(to.kind))).collect();
        (package.name.to_string(), to)
    });
    edges.collect()
}
