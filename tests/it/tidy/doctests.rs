//! A crate says `doctest = false` when no example stands in its documentation, and only then: an example that is never
//! run shows nothing, and without examples Cargo would build the library a second time beside its tests.

use std::path::Path;

use cargo_metadata::{Metadata, MetadataCommand};

use super::source::{Source, files, root};

#[test]
fn a_crate_runs_its_doctests_when_it_has_some() {
    let example = Source::new("src/a/src/b.rs", "/// ```\n/// f();\n/// ```\nfn f() {}");
    let picture = Source::new("src/a/src/b.rs", "/// ```text\n/// a -> b\n/// ```\nfn f() {}");
    let quoted = Source::new("src/a/src/b.rs", "const A: &str = \"```\";");
    assert!(has_example(&example) && !has_example(&picture) && !has_example(&quoted));
    assert!(differs("a", true, false).is_some() && differs("a", false, true).is_some());
    assert!(differs("a", true, true).is_none() && differs("a", false, false).is_none());

    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec().expect("cargo metadata");
    let libraries = libraries(&metadata);
    assert!(libraries.len() > 10, "only {} libraries were found", libraries.len());
    let found: Vec<String> = libraries
        .iter()
        .filter_map(|(folder, runs)| {
            differs(folder, *runs, files(&[folder.as_str()], ".rs").iter().any(has_example))
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// The folder of each library of ours from the root, and whether Cargo runs its doctests.
fn libraries(metadata: &Metadata) -> Vec<(String, bool)> {
    let targets = metadata.workspace_packages().into_iter().flat_map(|package| &package.targets);
    targets
        .filter(|target| target.is_lib())
        .map(|target| {
            let folder = target.src_path.parent().expect("a file lies in a folder");
            let folder = Path::new(folder).strip_prefix(root()).expect("a crate of ours");
            (folder.to_string_lossy().replace('\\', "/"), target.doctest)
        })
        .collect()
}

fn differs(folder: &str, runs: bool, has: bool) -> Option<String> {
    match (runs, has) {
        (true, false) => Some(format!("{folder}: no example stands there; say `doctest = false`")),
        (false, true) => Some(format!("{folder}: its examples are never run; take `doctest = false` out")),
        (true, true) | (false, false) => None,
    }
}

/// Whether an example stands in a file's documentation.
fn has_example(file: &Source) -> bool {
    let mut is_inside = false;
    file.text.lines().any(|line| {
        let line = line.trim_start();
        let Some(fence) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else { return false };
        let Some(kind) = fence.trim().strip_prefix("```") else { return false };
        is_inside = !is_inside;
        is_inside && kind != "text"
    })
}
