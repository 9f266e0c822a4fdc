//! IT's place on other systems than Windows: a file of policies that only root can write. Read once, at the start.
//!
//! Not here: Apple's managed preferences.

use std::{io, path::Path, sync::OnceLock};

use serde_json::{Map, Value};

use super::{Place, Places};

/// `/etc/enrol/policies.json`: an object with the names of the settings, and texts.
pub(super) struct PolicyFile {
    path: &'static str,
    read: OnceLock<Result<Map<String, Value>, String>>,
}

impl PolicyFile {
    /// The file at a path; there may be none.
    pub(super) const fn at(path: &'static str) -> Self {
        Self { path, read: OnceLock::new() }
    }

    fn values(&self) -> &Result<Map<String, Value>, String> {
        self.read.get_or_init(|| read(Path::new(self.path)))
    }
}

fn read(path: &Path) -> Result<Map<String, Value>, String> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Map::new()),
        Err(error) => return Err(format!("it cannot be read: {error}")),
    };
    serde_json::from_slice(&text).map_err(|error| {
        format!("expected an object of names and texts, as {{\"ServerUrl\": \"https://...\"}}: {error}")
    })
}

impl Places for PolicyFile {
    fn value(&self, place: Place, name: &str) -> Result<Option<String>, String> {
        if place != Place::PolicyFile {
            return Ok(None);
        }
        let values = self.values().as_ref().map_err(Clone::clone)?;
        // As the registry, whose names IT knows, takes them in any case.
        match values.iter().find(|(called, _)| called.eq_ignore_ascii_case(name)) {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(Some(text.clone())),
            Some(_) => Err("expected a text, in quotes".to_owned()),
        }
    }

    fn names(&self, place: Place) -> Vec<String> {
        let values = self.values().as_ref().ok().filter(|_| place == Place::PolicyFile);
        values.map(|values| values.keys().cloned().collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Flags, Origin, Rules};
    use super::*;

    /// Rules of a file with this text, and what is said of them.
    fn rules(text: &str, words: &[&str]) -> (Rules, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("policies.json");
        std::fs::write(&path, text).expect("writes");
        let file = PolicyFile::at(path.to_str().expect("a text").to_owned().leak());
        let flags = Flags::read(std::iter::once("enrol").chain(words.iter().copied())).expect("good flags");
        let rules = Rules::of(&flags, &file);
        let described = rules.described(&file);
        (rules, described)
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
        let file = PolicyFile::at("/nowhere/policies.json");
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
        let folder = PolicyFile::at("/");
        let said = folder.value(Place::PolicyFile, "ServerUrl").expect_err("a folder");
        assert!(said.starts_with("it cannot be read"), "{said}");
    }
}
