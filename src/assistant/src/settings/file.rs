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
    content: OnceLock<Content>,
}

/// What a file says, and its text, for the lines.
struct Content {
    values: Read,
    text: String,
}

impl Content {
    fn of(bytes: &[u8], parse: fn(&[u8]) -> Read) -> Self {
        let bytes = platform::without_mark(bytes);
        Self { values: parse(bytes), text: String::from_utf8_lossy(bytes).into_owned() }
    }

    const fn without_text(values: Read) -> Self {
        Self { values, text: String::new() }
    }

    /// The line of a name, as JSON has it: in quotes, before a colon. In any case.
    fn line(&self, name: &str) -> Option<usize> {
        let (text, name) = (self.text.to_ascii_lowercase(), format!("\"{}\"", name.to_ascii_lowercase()));
        let is_name = |(at, _): &(usize, &str)| text[at + name.len()..].trim_start().starts_with(':');
        let (at, _) = text.match_indices(&name).find(is_name)?;
        Some(text[..at].matches('\n').count() + 1)
    }
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

    fn content(&self, place: Place) -> Option<&Content> {
        let Self(files) = self;
        files.iter().find(|file| file.place == place).map(PolicyFile::content)
    }
}

impl PolicyFile {
    const fn at(place: Place, path: Option<&'static str>, parse: fn(&[u8]) -> Read) -> Self {
        Self { place, path, parse, content: OnceLock::new() }
    }

    fn content(&self) -> &Content {
        let Self { place: _, path, parse, content } = self;
        content.get_or_init(|| {
            let Some(path) = path else { return Content::without_text(Ok(Map::new())) };
            // Flatpak has a folder of its own there, and shows the computer's elsewhere.
            let of_the_host = Path::new("/run/host").join(path.trim_start_matches('/'));
            let is_flatpak = Path::new("/.flatpak-info").exists();
            match std::fs::read(if is_flatpak { &of_the_host } else { Path::new(path) }) {
                Ok(bytes) => Content::of(&bytes, *parse),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Content::without_text(Ok(Map::new()))
                }
                Err(error) => Content::without_text(Err(format!("it cannot be read: {error}"))),
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
        file.content.get_or_init(|| {
            if is_it { Content::of(bytes, file.parse) } else { Content::without_text(Ok(Map::new())) }
        });
    }
    let rules = Rules::of(flags, &files);
    (rules.fault().is_none(), rules.described(&files))
}

impl Places for PolicyFiles {
    fn value(&self, place: Place, name: &str) -> Result<Option<String>, String> {
        let Some(content) = self.content(place) else { return Ok(None) };
        let values = content.values.as_ref().map_err(Clone::clone)?;
        // As the registry, whose names IT knows, takes them in any case.
        match values.iter().find(|(called, _)| called.eq_ignore_ascii_case(name)) {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(Some(text.clone())),
            Some(_) => Err("expected a text, in quotes".to_owned()),
        }
    }

    fn names(&self, place: Place) -> Vec<String> {
        let values = self.content(place).and_then(|content| content.values.as_ref().ok());
        values.map(|values| values.keys().cloned().collect()).unwrap_or_default()
    }

    fn line(&self, place: Place, name: &str) -> Option<usize> {
        self.content(place)?.line(name)
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
        let overruled = "ServerUrl: overruled by /etc/enrol/policies.json, and not used (flag)\n";
        assert!(described.contains(overruled), "{described}");
        assert_eq!(described.matches("overruled").count(), 1, "{described}");
    }

    #[test]
    fn a_misspelt_name_is_refused_with_its_line_and_the_name_that_was_meant() {
        let text = "{\n  \"ServerUrl\": \"https://enrol.example.org\",\n  \"ServerKei\" : \"ek1_x\"\n}";
        let (rules, described) = rules(text, &[]);
        let expected = "ServerKei in /etc/enrol/policies.json, line 3: there is no such setting; did you mean ServerKey?";
        assert_eq!(rules.fault().map(ToString::to_string).as_deref(), Some(expected));
        assert!(described.ends_with(&format!("WRONG. {expected}\n")), "{described}");
        assert!(!described.contains("means nothing"), "{described}");
    }

    #[test]
    fn the_line_of_a_name_is_that_of_the_name_and_of_no_value() {
        let content = Content::of(b"{\n\"SiteId\": \"Mode\",\n\"mode\"\n: \"self\"}", json);
        assert_eq!(
            (content.line("SiteId"), content.line("Mode"), content.line("Proxy")),
            (Some(2), Some(3), None)
        );
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
            fault("{\n\"Mode\": 1}")
                .ends_with("Mode in /etc/enrol/policies.json, line 2: expected a text, in quotes")
        );
        assert!(fault(r#"{"ServerUrl": "http://enrol.example.org"}"#).contains("plain http"));
        let within = fault(r#"{"policies": 1}"#);
        assert!(within.contains("expected an object of names and texts in policies"), "{within}");
        let folder = PolicyFiles::at(None, "/");
        let said = folder.value(Place::PolicyFile, "ServerUrl").expect_err("a folder");
        assert!(said.starts_with("it cannot be read"), "{said}");
    }
}
