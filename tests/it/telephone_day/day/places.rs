//! Where is searched for numbers after a day.

use std::path::Path;

use tests::numbers::{Numbers, Place};
use tests::service::Service;

/// What a command says, on both channels.
pub(super) fn told(service: &Service, arguments: &[&str]) -> Vec<u8> {
    let output = service.command().args(arguments).output().expect("the command starts");
    let said = [output.stdout, b"\n".to_vec(), output.stderr].concat();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said));
    said
}

#[derive(Default)]
pub(super) struct Places(Vec<Place>);

impl Places {
    /// Every file below a folder, as bytes.
    pub(super) fn folder(&mut self, label: &str, folder: &Path) {
        let before = self.0.len();
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let (path, name) = (entry.path(), format!("{label}: {}", entry.file_name().display()));
            if path.is_dir() {
                self.folder(&name, &path);
            } else {
                let heap = std::fs::read(&path).expect("a file that can be read");
                self.0.push(Place { name, heap, is_text: false });
            }
        }
        assert!(self.0.len() > before, "{label}: nothing is in {}", folder.display());
    }

    /// Text in which figures have no other meaning than the ones looked for.
    pub(super) fn text(&mut self, name: &str, text: impl AsRef<str>) {
        let heap = text.as_ref().as_bytes().to_vec();
        assert!(!heap.is_empty(), "{name}");
        self.0.push(Place { name: name.to_owned(), heap, is_text: true });
    }

    /// A log: as it is; and, without its times and how long things took, as text.
    pub(super) fn log(&mut self, name: &str, log: &str) {
        assert!(log.contains("DEBUG") || log.contains("INFO"), "{log}");
        self.0.push(Place { name: name.to_owned(), heap: log.as_bytes().to_vec(), is_text: false });
        let is_time = |word: &str| {
            word.starts_with("micros=")
                || (word.starts_with("20") && word.contains('T') && word.ends_with('Z'))
        };
        let words = |line: &str| line.split(' ').filter(|word| !is_time(word)).collect::<Vec<_>>().join(" ");
        self.text(&format!("{name}, without times"), log.lines().map(words).collect::<Vec<_>>().join("\n"));
    }

    pub(super) fn found(&self, numbers: &Numbers) -> Vec<String> {
        self.0.iter().flat_map(|place| numbers.found_in(place)).collect()
    }

    pub(super) fn missed(&self, numbers: &Numbers, national: &str) -> Vec<String> {
        self.0.iter().flat_map(|place| numbers.missed_in(place, national)).collect()
    }

    pub(super) fn sizes(&self) -> String {
        let sizes = self.0.iter().map(|place| format!("{} {} KiB", place.name, place.heap.len() / 1024));
        sizes.collect::<Vec<_>>().join(", ")
    }
}
