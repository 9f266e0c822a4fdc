//! What IT deploys the assistant with: packages that come out the same, manifests and templates that parse, and that
//! name what the assistant reads.
//!
//! Not here: installing the packages (`windows::installing`, and `tests/debian`); a Flatpak was not built, which would
//! want its runtime.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use assistant::settings::Rules;
use tests::needs::{run, tool};

fn packaging(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging").join(path)
}

/// A program as far as the package looks into it: it has a version (`VS_FIXEDFILEINFO`).
fn program(folder: &Path) -> PathBuf {
    let program = folder.join("enrol.exe");
    let fields = [0xFEEF_04BD_u32, 0x0001_0000, 3, 0];
    let bytes: Vec<u8> = fields.iter().flat_map(|field| field.to_le_bytes()).collect();
    std::fs::write(&program, [b"MZ", &bytes[..]].concat()).expect("writes");
    program
}

#[test]
fn one_program_makes_one_windows_package_and_winget_is_told_which() {
    tool("wixl", "wixl");
    tool("msibuild", "msitools");
    let folder = tempfile::tempdir().expect("a folder");
    let program = program(folder.path());
    let package = |name: &str, epoch: &str| {
        let package = folder.path().join(name);
        let mut msi = Command::new(packaging("windows/msi"));
        msi.env_remove("ENROL_SIGN_CERTIFICATE").env("SOURCE_DATE_EPOCH", epoch);
        run(msi.arg(&program).arg("0.3.0").arg(&package));
        std::fs::read(package).expect("it was made")
    };
    let first = package("first.msi", "1700000000");
    // The older version goes within it, and comes back when it fails.
    let tables = ["InstallExecuteSequence", "RemoveFile", "Property"].map(|table| {
        let export =
            run(tool("msiinfo", "msitools").arg("export").arg(folder.path().join("first.msi")).arg(table));
        String::from_utf8_lossy(&export.stdout).replace('\r', "")
    });
    for line in ["InstallInitialize\t\t1500", "RemoveExistingProducts\t\t1501"] {
        assert!(tables[0].lines().any(|said| said == line), "{line}: {}", tables[0]);
    }
    assert!(tables[1].contains("|station.json\tOFDATA\t2\n"), "{}", tables[1]);
    assert!(tables[2].contains("\nREBOOT\tReallySuppress\n"), "{}", tables[2]);
    assert!(first == package("second.msi", "1700000000"), "byte for byte");
    assert!(first != package("later.msi", "1700000060"), "and the time is in it");

    let manifests = folder.path().join("winget");
    let url = "https://enrol.example.org/releases/enrol-0.3.0.msi";
    let winget = || Command::new(packaging("windows/winget"));
    run(winget().arg(folder.path().join("first.msi")).args(["0.3.0", url]).arg(&manifests));
    let sum = run(tool("sha256sum", "coreutils").arg(folder.path().join("first.msi")));
    let sum = String::from_utf8_lossy(&sum.stdout).split_whitespace().next().expect("a sum").to_uppercase();
    let read = |name: &str| std::fs::read_to_string(manifests.join(name)).expect("it was written");
    let installer = read("Enrol.Enrol.installer.yaml");
    for line in
        [&format!("  InstallerUrl: {url}"), &format!("  InstallerSha256: {sum}"), "PackageVersion: 0.3.0"]
    {
        assert!(installer.lines().any(|said| said == line), "{line} is not in {installer}");
    }
    let product = installer.lines().find_map(|line| line.strip_prefix("ProductCode: ")).expect("a code");
    assert!(product.len() == 40 && product.starts_with("'{") && product.ends_with("}'"), "{product}");
    assert!(read("Enrol.Enrol.yaml").contains("ManifestType: version"));
    assert!(read("Enrol.Enrol.locale.en-GB.yaml").contains("ManifestType: defaultLocale"));
    let mut other = winget();
    other.arg(folder.path().join("first.msi")).args(["0.4.0", url]).arg(&manifests);
    assert!(!other.output().expect("starts").status.success(), "another version's package");
}

#[test]
fn the_macs_profile_sets_what_the_assistant_reads() {
    let profile = plist::Value::from_file(packaging("macos/enrol.mobileconfig")).expect("a property list");
    let payloads = profile.as_dictionary().and_then(|profile| profile.get("PayloadContent"));
    let payload = payloads.and_then(plist::Value::as_array).and_then(|payloads| payloads.first());
    let payload = payload.and_then(plist::Value::as_dictionary).expect("a payload");
    let domain = payload.get("PayloadType").and_then(plist::Value::as_string).expect("its domain");
    let read_from = assistant::settings::Place::ManagedPreferences.name();
    assert!(read_from.ends_with(&format!("/{domain}.plist")), "{read_from}");
    let set: Vec<&str> =
        payload.keys().map(String::as_str).filter(|key| !key.starts_with("Payload")).collect();
    assert!(set.contains(&"ServerUrl") && set.contains(&"Mode"), "{set:?}");
    assert!(set.iter().all(|name| Rules::names().contains(name)), "{set:?}");
}

/// Prints the policies' names. Intune takes no template that names another one, and shows none whose words are missing.
const TEMPLATES: &str = r#"
import re, sys, xml.etree.ElementTree as tree
policies, words = (tree.parse(file).getroot() for file in sys.argv[1:])
every = lambda root, tag: [it for it in root.iter() if it.tag.endswith("}" + tag)]
named = lambda root, tag, key: [it.get(key) for it in every(root, tag)]
text = open(sys.argv[1]).read()
assert not named(policies, "using", "prefix"), "it wants another template"
for kind, ids in ("string", named(words, "string", "id")), ("presentation", named(words, "presentation", "id")):
    asked = re.findall(r"\$\(" + kind + r"\.(\w+)\)", text)
    assert asked and set(asked) == set(ids) and len(set(ids)) == len(ids), (kind, set(asked) ^ set(ids))
for policy in every(policies, "policy"):
    name = policy.get("name")
    assert policy.get("key") == r"Software\Policies\Enrol\Enrol", name
    elements = list(every(policy, "elements")[0])
    shown = next(it for it in every(words, "presentation") if it.get("id") == name)
    assert [it.get("valueName") for it in elements] == [name], name
    assert [it.get("refId") for it in shown] == [it.get("id") for it in elements], name
    print(name)
"#;

#[test]
fn the_windows_templates_stand_alone_and_have_every_rule_with_its_words() {
    let mut python = tool("python3", "python3");
    python.args(["-c", TEMPLATES]);
    for file in ["enrol.admx", "en-US/enrol.adml"] {
        python.arg(packaging("windows/policy").join(file));
    }
    let said = run(&mut python);
    let named: BTreeSet<&str> = std::str::from_utf8(&said.stdout).expect("text").lines().collect();
    assert_eq!(named, Rules::names().iter().copied().collect());
}

#[test]
fn the_flatpak_manifest_is_understood_and_every_file_that_it_takes_is_there() {
    let manifest = packaging("linux/flatpak/org.enrol.enrol.json");
    let scratch = tempfile::tempdir().expect("a folder");
    let mut builder = tool("flatpak-builder", "flatpak-builder");
    // It keeps things of its own where it is started.
    builder
        .current_dir(scratch.path())
        .arg("--show-manifest")
        .arg(manifest.canonicalize().expect("it is there"));
    let shown = run(&mut builder);
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    assert_eq!((&shown["id"], &shown["command"]), (&"org.enrol.enrol".into(), &"enrol".into()));
    let module = &shown["modules"][0];
    let texts = |list: &serde_json::Value, name: Option<&str>| -> Vec<String> {
        let list = list.as_array().expect("a list").iter();
        list.map(|it| name.map_or(it, |name| &it[name]).as_str().expect("a text").to_owned()).collect()
    };
    let sources = texts(&module["sources"], Some("path"));
    let mut taken = BTreeSet::new();
    for source in &sources {
        let path = manifest.with_file_name(source);
        assert!(source.contains("target/dist") || path.exists(), "{source}");
        taken.insert(path.file_name().expect("a name").to_string_lossy().into_owned());
    }
    let mut installed = BTreeSet::new();
    for command in texts(&module["build-commands"], None) {
        // install, its options, and then files and a target, or with -t the target first.
        let words =
            command.split_whitespace().skip(2).filter(|word| *word != "-t" && !word.starts_with("/app"));
        installed.extend(words.map(str::to_owned));
    }
    assert_eq!(installed, taken);

    let metainfo = packaging("linux/flatpak/org.enrol.enrol.metainfo.xml");
    run(tool("appstreamcli", "appstream").args(["validate", "--no-net"]).arg(metainfo));
    run(tool("desktop-file-validate", "desktop-file-utils").arg(packaging("linux/assistant/enrol.desktop")));
}
