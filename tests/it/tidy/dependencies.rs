//! `deny.toml` over every dependency: licences, bans, versions that come twice, sources. cargo-deny holds the same before a
//! release, and known weaknesses too; to build it takes longer than a check may.
//!
//! Not here: who of ours may depend on whom (`crates`).

mod judged;
mod licence;

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{CargoOpt, MetadataCommand, Package, PackageId, semver::VersionReq};
use serde::Deserialize;

use super::source::root;

/// What is read of `deny.toml`.
#[derive(Debug, Deserialize)]
struct Deny {
    graph: Graph,
    licenses: Licences,
    sources: Sources,
    bans: Bans,
}

#[derive(Debug, Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Named>,
    skip: Vec<Named>,
}

/// A crate, perhaps with `@` and a version, and why.
#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

/// A crate that is linked, runs while building, or serves the tests.
#[derive(Debug, Clone, Default)]
struct Dependency {
    name: String,
    version: String,
    licence: Option<String>,
    /// `None` for one of ours.
    source: Option<String>,
    /// What it wants without saying which version.
    any_version_of: Vec<String>,
}

#[test]
fn every_licence_is_one_of_those_that_are_allowed() {
    let deny = deny();
    let with = |licence: Option<&str>| {
        [Dependency { name: "newcomer".into(), licence: licence.map(str::to_owned), ..Dependency::default() }]
    };
    for caught in [None, Some("GPL-3.0-only"), Some("MIT AND AGPL-3.0-only"), Some("")] {
        assert_eq!(licence_faults(&deny, &with(caught)).len(), 1, "{caught:?}");
    }
    assert_eq!(licence_faults(&deny, &with(Some("GPL-3.0-only OR MIT"))), [""; 0]);
    assert_eq!(licence_faults(&deny, &dependencies()), [""; 0]);
}

#[test]
fn nothing_is_linked_that_is_banned_and_nothing_is_wanted_in_any_version() {
    let deny = deny();
    let named = |name: &str| Dependency { name: name.into(), ..Dependency::default() };
    for banned in ["openssl-sys", "aws-lc-rs", "native-tls"] {
        assert_eq!(banned_crates(&deny, &[named(banned)]).len(), 1, "{banned}");
    }
    let wild = Dependency { any_version_of: vec!["serde".into()], ..named("newcomer") };
    assert_eq!(banned_crates(&deny, &[wild]), ["newcomer wants any version of serde"]);
    assert_eq!(banned_crates(&deny, &[named("rustls")]), [""; 0]);
    assert_eq!(banned_crates(&deny, &dependencies()), [""; 0]);
}

#[test]
fn a_crate_comes_in_two_versions_only_where_that_is_allowed_with_a_reason() {
    let deny = deny();
    let at = |name: &str, version: &str| Dependency {
        name: name.into(),
        version: version.into(),
        ..Dependency::default()
    };
    let once = [at("a", "1.0.0"), at("b", "1.0.0")];
    assert_eq!(doubled(&[], &once), [""; 0]);
    let twice = [at("a", "1.0.0"), at("a", "2.0.0"), at("b", "1.0.0")];
    assert_eq!(doubled(&[], &twice), ["a comes as 1.0.0, 2.0.0"]);
    let skip = |name: &str| Named { name: name.into(), reason: "why".into() };
    assert_eq!(doubled(&[skip("a@1.0.0")], &twice), [""; 0]);
    assert_eq!(
        doubled(&[skip("a@1.0.0"), skip("c@1.0.0")], &twice),
        ["c@1.0.0 is allowed twice and comes once"]
    );
    assert_eq!(doubled(&[skip("a@1.0.0")], &once), ["a@1.0.0 is allowed twice and comes once"]);
    assert_eq!(doubled(&deny.bans.skip, &dependencies()), [""; 0]);
    for Named { name, reason } in deny.bans.skip.iter().chain(&deny.bans.deny) {
        assert!(!reason.trim().is_empty(), "{name} has no reason");
    }
}

#[test]
fn everything_comes_from_a_registry_that_is_allowed() {
    let deny = deny();
    let from = |source: &str| Dependency {
        name: "newcomer".into(),
        source: Some(source.to_owned()),
        ..Dependency::default()
    };
    for caught in
        ["git+https://github.com/a/b#0123", "registry+https://registry.example/index", "sparse+https://x/"]
    {
        assert_eq!(strange_sources(&deny, &[from(caught)]).len(), 1, "{caught}");
    }
    let known = from("registry+https://github.com/rust-lang/crates.io-index");
    assert_eq!(strange_sources(&deny, &[known, Dependency::default()]), [""; 0]);
    let all = dependencies();
    assert!(all.iter().filter(|dependency| dependency.source.is_some()).count() > 100, "they were looked at");
    assert_eq!(strange_sources(&deny, &all), [""; 0]);
}

fn licence_faults(deny: &Deny, all: &[Dependency]) -> Vec<String> {
    let is_allowed = |licence: &str| deny.licenses.allow.iter().any(|allowed| allowed == licence);
    let mut found = Vec::new();
    for Dependency { name, version, licence, .. } in all {
        if !licence.as_deref().is_some_and(|licence| licence::is_met(licence, &is_allowed)) {
            let licence = licence.as_deref().unwrap_or("none named");
            found.push(format!("{name} {version}: the licence {licence} is not allowed in deny.toml"));
        }
    }
    found
}

fn banned_crates(deny: &Deny, all: &[Dependency]) -> Vec<String> {
    let mut found = Vec::new();
    for Dependency { name, any_version_of, .. } in all {
        if let Some(banned) = deny.bans.deny.iter().find(|banned| banned.name == *name) {
            found.push(format!("{name} is banned: {}", banned.reason));
        }
        found.extend(any_version_of.iter().map(|wanted| format!("{name} wants any version of {wanted}")));
    }
    found
}

/// Crates in several versions, without those that `skip` takes out; and what `skip` takes out for nothing.
fn doubled(skip: &[Named], all: &[Dependency]) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Dependency { name, version, .. } in all {
        versions.entry(name).or_default().push(version);
    }
    versions.values_mut().for_each(|versions| versions.sort_unstable());
    let is_skipped =
        |name: &str, version: &str| skip.iter().any(|skip| skip.name == format!("{name}@{version}"));
    let mut found = Vec::new();
    for (name, versions) in &versions {
        if versions.iter().filter(|version| !is_skipped(name, version)).count() > 1 {
            found.push(format!("{name} comes as {}", versions.join(", ")));
        }
    }
    for Named { name: skipped, .. } in skip {
        // Which of them, cargo-deny says: it follows the systems of each dependency more closely than cargo metadata.
        let name = skipped.split_once('@').map_or(skipped.as_str(), |(name, _)| name);
        let is_doubled = versions.get(name).is_some_and(|versions| versions.len() > 1);
        if !is_doubled {
            found.push(format!("{skipped} is allowed twice and comes once"));
        }
    }
    found
}

fn strange_sources(deny: &Deny, all: &[Dependency]) -> Vec<String> {
    let is_allowed = |source: &str| {
        deny.sources.allow_registry.iter().any(|allowed| source.strip_prefix("registry+") == Some(allowed))
    };
    let mut found = Vec::new();
    for Dependency { name, version, source, .. } in all {
        if let Some(source) = source.as_deref().filter(|source| !is_allowed(source)) {
            found.push(format!("{name} {version} comes from {source}"));
        }
    }
    found
}

fn deny() -> Deny {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    toml::from_str(&text).expect("deny.toml is read")
}

/// What comes with every feature, for each system that programs are made for.
fn dependencies() -> Vec<Dependency> {
    let mut found = BTreeMap::new();
    for target in deny().graph.targets {
        let mut command = MetadataCommand::new();
        command.manifest_path(root().join("Cargo.toml")).features(CargoOpt::AllFeatures);
        command.other_options(["--locked", "--filter-platform", &target].map(str::to_owned));
        let metadata = command.exec().expect("cargo metadata reads the workspace");
        let resolved: BTreeSet<&PackageId> =
            metadata.resolve.iter().flat_map(|resolve| &resolve.nodes).map(|node| &node.id).collect();
        let packages = metadata.packages.iter().filter(|package| resolved.contains(&package.id));
        found.extend(packages.map(|package| (package.id.clone(), dependency(package))));
    }
    found.into_values().collect()
}

fn dependency(package: &Package) -> Dependency {
    let is_any =
        |wanted: &&cargo_metadata::Dependency| wanted.path.is_none() && wanted.req == VersionReq::STAR;
    Dependency {
        name: package.name.to_string(),
        version: package.version.to_string(),
        licence: package.license.clone(),
        source: package.source.as_ref().map(ToString::to_string),
        any_version_of: package
            .dependencies
            .iter()
            .filter(is_any)
            .map(|wanted| wanted.name.clone())
            .collect(),
    }
}
