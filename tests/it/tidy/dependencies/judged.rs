//! The page of dependencies that were judged one by one: true of what is built, and without gaps.

use super::{Dependency, dependencies};
use crate::tidy::source::root;

const PAGE: &str = "docs/security/dependencies.md";

/// The part of `Cargo.toml` whose crates hold secrets.
const SECRETS: (&str, &str) = ("# secrets\n", "# the window\n");

#[test]
fn every_dependency_that_holds_secrets_is_judged_in_the_version_that_is_built() {
    let sample = Dependency {
        name: "seal".into(),
        version: "1.0.0".into(),
        licence: Some("MIT".into()),
        ..Dependency::default()
    };
    let built = [sample];
    let right = "| `seal` | 1.0.0 | - | MIT | somebody | keys | good |\n";
    assert_eq!(faults(right, &["seal"], &built), [""; 0]);
    for (page, secrets) in [
        ("", "seal"),
        (right, "another"),
        ("| `seal` | 1.0.1 | - | MIT | somebody | keys | good |\n", "seal"),
        ("| `seal` | 1.0.0 | - | ISC | somebody | keys | good |\n", "seal"),
        ("| `seal` | 1.0.0 | - | MIT |  | keys | good |\n", "seal"),
    ] {
        assert_eq!(faults(page, &[secrets], &built).len(), 1, "{page}");
    }
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect(path);
    let (page, manifest) = (read(PAGE), read("Cargo.toml"));
    let (_, rest) = manifest.split_once(SECRETS.0).expect("the part of the secrets");
    let (part, _) = rest.split_once(SECRETS.1).expect("its end");
    let secrets: Vec<&str> = part.lines().filter_map(|line| line.split(" = ").next()).collect();
    assert!(secrets.len() > 10, "{secrets:?}");
    assert_eq!(faults(&page, &secrets, &dependencies()), [""; 0]);
}

/// What is wrong with the lines of a page, and which crates have none.
fn faults(page: &str, secrets: &[&str], built: &[Dependency]) -> Vec<String> {
    let mut found = Vec::new();
    let mut judged = Vec::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, version, _, licence, ..] = cells[..] else { continue };
        let Some(name) = name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) else { continue };
        judged.push(name);
        let is_built = |it: &&Dependency| it.name == name && it.version == version;
        match built.iter().find(is_built) {
            None => found.push(format!("{PAGE}: {name} {version} is not what is built: look at the new one")),
            Some(it) if it.licence.as_deref() != Some(licence) => {
                found.push(format!("{PAGE}: the licence of {name} is {:?}", it.licence));
            }
            Some(_) if cells.len() < 7 || cells.iter().any(|cell| cell.is_empty()) => {
                found.push(format!("{PAGE}: the line of {name} has an empty cell"));
            }
            Some(_) => {}
        }
    }
    found.extend(
        secrets
            .iter()
            .filter(|name| !judged.contains(name))
            .map(|name| format!("{PAGE} does not judge {name}")),
    );
    found
}
