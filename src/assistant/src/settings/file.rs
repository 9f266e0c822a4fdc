//! IT's places on other systems than Windows: files that only root, or a Mac's management, can write. Read once, at the
//! start.
//!
//! Not here: a Mac user's own managed preferences.

use std::{io, path::Path, sync::OnceLock};

use serde_json::{Map, Value};

use super::{Flags, Place, Places, Rules};

/// What is in a file, or what is wrong with it.
type Read = Result<Map<String, Value>, String>;

/// The files of this system, first the one that counts most.
pub(super) struct PolicyFiles([PolicyFile; 2]);

/// A file with the names of the settings, and texts.
struct PolicyFile {
    place: Place,
    path: Option<&'static str>,
    parse: fn(&[u8]) -> Read,
    values: OnceLock<Read>,
}

impl PolicyFiles {
    /// Where they are on this system; there may be none.
    pub(super) const fn here() -> Self {
        let managed = if cfg!(target_os = "macos") { Some(Place::ManagedPreferences.name()) } else { None };
        Self::at(managed, Place::PolicyFile.name())
    }

    const fn at(managed: Option<&'static str>, file: &'static str) -> Self {
        Self([
            PolicyFile::at(Place::ManagedPreferences, managed, property_list),
            PolicyFile::at(Place::PolicyFile, Some(file), json),
        ])
    }

    fn values(&self, place: Place) -> Option<&Read> {
        let Self(files) = self;
        files.iter().find(|file| file.place == place).map(PolicyFile::values)
    }
}

impl PolicyFile {
    const fn at(place: Place, path: Option<&'static str>, parse: fn(&[u8]) -> Read) -> Self {
        Self { place, path, parse, values: OnceLock::new() }
    }

    fn values(&self) -> &Read {
        let Self { place: _, path, parse, values } = self;
        values.get_or_init(|| {
            let Some(path) = path else { return Ok(Map::new()) };
            // Flatpak has a folder of its own there, and shows the computer's elsewhere.
            let of_the_host = Path::new("/run/host").join(path.trim_start_matches('/'));
            let is_flatpak = Path::new("/.flatpak-info").exists();
            match std::fs::read(if is_flatpak { &of_the_host } else { Path::new(path) }) {
                Ok(text) => parse(&text),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Map::new()),
                Err(error) => Err(format!("it cannot be read: {error}")),
            }
        })
    }
}

/// Also within `policies`, as other programs' files have it.
fn json(text: &[u8]) -> Read {
    let mut values: Map<String, Value> = serde_json::from_slice(text).map_err(|error| {
        format!("expected an object of names and texts, as {{\"ServerUrl\": \"https://...\"}}: {error}")
    })?;
    Ok(match values.get_mut("policies").map(Value::take) {
        Some(Value::Object(inner)) => inner,
        Some(_) => return Err("expected an object of names and texts in policies".to_owned()),
        None => values,
    })
}

fn property_list(text: &[u8]) -> Read {
    plist::from_bytes(text).map_err(|error| format!("expected a property list of names and texts: {error}"))
}

/// Whether the program would run by a file with these bytes, and what it says of them. For the scenario that tries millions.
pub fn judge_policy_file(place: Place, flags: &Flags, bytes: &[u8]) -> (bool, String) {
    let files = PolicyFiles::at(None, "");
    for file in &files.0 {
        let is_it = file.place == place;
        file.values.get_or_init(|| if is_it { (file.parse)(bytes) } else { Ok(Map::new()) });
    }
    let rules = Rules::of(flags, &files);
    (rules.fault().is_none(), rules.described(&files))
}

impl Places for PolicyFiles {
    fn value(&self, place: Place, name: &str) -> Result<Option<String>, String> {
        let Some(values) = self.values(place) else { return Ok(None) };
        let values = values.as_ref().map_err(Clone::clone)?;
        // As the registry, whose names IT knows, takes them in any case.
        match values.iter().find(|(called, _)| called.eq_ignore_ascii_case(name)) {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(Some(text.clone())),
            Some(_) => Err("expected a text, in quotes".to_owned()),
        }
    }

    fn names(&self, place: Place) -> Vec<String> {
        let values = self.values(place).and_then(|values| values.as_ref().ok());
        values.map(|values| values.keys().cloned().collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::*;

    /// Rules of a file with this text, and what is said of them.
    fn rules(text: &str, words: &[&str]) -> (Rules, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("policies.json");
        std::fs::write(&path, text).expect("writes");
        let files = PolicyFiles::at(None, path.to_str().expect("a text").to_owned().leak());
        rules_of(&files, words)
    }

    fn rules_of(files: &PolicyFiles, words: &[&str]) -> (Rules, String) {
        let flags = Flags::read(std::iter::once("enrol").chain(words.iter().copied())).expect("good flags");
        let rules = Rules::of(&flags, files);
        let described = rules.described(files);
        (rules, described)
    }

    #[test]
    fn a_macs_configuration_profile_counts_more_than_the_file_and_is_read_in_both_of_apples_forms() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| -> &'static str {
            folder.path().join(name).to_str().expect("a text").to_owned().leak()
        };
        let (managed, file) = (path("managed.plist"), path("policies.json"));
        std::fs::write(file, r#"{"ServerUrl": "https://file.example", "SiteId": "elm"}"#).expect("writes");
        let profile = plist::Dictionary::from_iter([("ServerUrl", "https://profile.example")]);
        let profile = plist::Value::Dictionary(profile);
        for binary in [true, false] {
            if binary { profile.to_file_binary(managed) } else { profile.to_file_xml(managed) }
                .expect("writes");
            let (rules, described) = rules_of(&PolicyFiles::at(Some(managed), file), &[]);
            assert!(rules.fault().is_none());
            let place = Place::ManagedPreferences.name();
            assert!(
                described.contains(&format!("ServerUrl: https://profile.example ({place})\n")),
                "{described}"
            );
            assert!(described.contains("SiteId: elm (/etc/enrol/policies.json)\n"), "{described}");
        }
        std::fs::write(managed, "no list").expect("writes");
        let fault =
            rules_of(&PolicyFiles::at(Some(managed), file), &[]).0.fault().expect("wrong").to_string();
        assert!(fault.contains("expected a property list of names and texts"), "{fault}");
    }

    #[test]
    fn the_names_may_stand_within_policies() {
        let (rules, described) = rules(r#"{"policies": {"ServerUrl": "https://enrol.example.org"}}"#, &[]);
        assert!(rules.fault().is_none());
        assert!(described.contains("ServerUrl: https://enrol.example.org (/etc/"), "{described}");
    }

    #[test]
    fn the_file_counts_more_than_a_flag_and_what_means_nothing_in_it_is_told() {
        let text = r#"{"serverurl": "https://enrol.example.org", "Mode": "session", "Colour": "blue"}"#;
        let (rules, described) = rules(text, &["--server", "https://flag.example", "--site", "elm"]);
        assert!(rules.fault().is_none());
        assert_eq!(rules.server.origin, Origin::Place(Place::PolicyFile));
        let said = "ServerUrl: https://enrol.example.org (/etc/enrol/policies.json)\n";
        assert!(described.contains(said), "{described}");
        assert!(described.contains("Mode: session (/etc/enrol/policies.json)\n"), "{described}");
        assert!(described.contains("SiteId: elm (flag)\n"), "{described}");
        let unknown = "Colour: means nothing, and is not used (/etc/enrol/policies.json)\n";
        assert!(described.ends_with(unknown), "{described}");
    }

    #[test]
    fn without_a_file_the_flags_count() {
        let file = PolicyFiles::at(None, "/nowhere/policies.json");
        assert_eq!(file.value(Place::PolicyFile, "ServerUrl"), Ok(None));
        assert_eq!(file.names(Place::PolicyFile), Vec::<String>::new());
    }

    #[test]
    fn a_wrong_file_is_told_and_never_passed_over() {
        let flag = ["--server", "https://flag.example"];
        let fault = |text| rules(text, &flag).0.fault().expect("a fault").to_string();
        let said = fault("ServerUrl = x");
        assert!(said.starts_with("ServerUrl in /etc/enrol/policies.json: expected an object"), "{said}");
        assert!(said.contains("line 1"), "{said}");
        assert!(fault(r#"["ServerUrl"]"#).contains("expected an object"));
        assert!(
            fault(r#"{"Mode": 1}"#).ends_with("Mode in /etc/enrol/policies.json: expected a text, in quotes")
        );
        assert!(fault(r#"{"ServerUrl": "http://enrol.example.org"}"#).contains("plain http"));
        let within = fault(r#"{"policies": 1}"#);
        assert!(within.contains("expected an object of names and texts in policies"), "{within}");
        let folder = PolicyFiles::at(None, "/");
        let said = folder.value(Place::PolicyFile, "ServerUrl").expect_err("a folder");
        assert!(said.starts_with("it cannot be read"), "{said}");
    }
}
