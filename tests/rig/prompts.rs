//! The calls' prompts as Asterisk has them: the voice that ships, or short sounds in its place, each with a rhythm of its
//! own by which it is known again.
//!
//! Not here: which prompts there are. The assets say so.

use std::path::{Path, PathBuf};

use crate::needs::{run, tool};
use crate::sound::Sound;

/// A folder of prompts in English. It goes when it is dropped.
pub struct Prompts(tempfile::TempDir);

impl Prompts {
    /// A third of a second to a second of tone and silence for each prompt of the product, and for each of these names.
    ///
    /// # Panics
    /// When they cannot be made.
    pub fn short(names: &[&str]) -> Self {
        let prompts = Self(folder());
        make_short(&prompts.path().join("en"), names);
        prompts
    }

    /// The voice that ships, which takes its time, put there as IT does it; it says these names too.
    ///
    /// # Panics
    /// When they cannot be made.
    pub fn that_ship(names: &[&str]) -> Self {
        let prompts = Self(folder());
        let _ = (tool("espeak-ng", "espeak-ng"), tool("sox", "sox"));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/assets/make-prompts.sh");
        run(tool("bash", "bash").arg(script).arg("--deploy").arg(prompts.path()).args(names));
        prompts
    }

    /// The folder, for `Telephones::has_sounds`.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes a prompt away, as somebody does who tidies up.
    ///
    /// # Panics
    /// When it is not there.
    pub fn take_away(&self, prompt: &str) {
        std::fs::rename(self.file(prompt), self.taken(prompt))
            .unwrap_or_else(|error| panic!("{prompt}: {error}"));
    }

    /// Puts it back.
    ///
    /// # Panics
    /// When it was not taken away.
    pub fn put_back(&self, prompt: &str) {
        std::fs::rename(self.taken(prompt), self.file(prompt))
            .unwrap_or_else(|error| panic!("{prompt}: {error}"));
    }

    fn file(&self, prompt: &str) -> PathBuf {
        self.path().join("en").join(prompt).with_extension("wav")
    }

    fn taken(&self, prompt: &str) -> PathBuf {
        self.file(prompt).with_extension("taken")
    }

    /// What these sound like one after the other.
    ///
    /// # Panics
    /// When one is not there.
    pub fn sound_of(&self, prompts: &[&str]) -> Sound {
        let file = |name: &&str| Sound::read(&self.file(name));
        prompts.iter().map(file).fold(Sound::silence(0.0), Sound::then)
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn make_short(folder: &Path, names: &[&str]) {
    std::fs::create_dir_all(folder.join("names")).expect("a folder");
    let prompts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/prompts/en");
    let file = |name: &&str| Path::new("names").join(name.to_lowercase().replace(' ', "-"));
    let mut files: Vec<PathBuf> = names.iter().map(file).collect();
    for prompt in std::fs::read_dir(prompts).expect("the prompts are there").flatten() {
        files.push(Path::new(&prompt.file_name()).with_extension(""));
    }
    for file in files {
        let letters =
            file.to_string_lossy().bytes().map(u32::from).fold(7, |sum, byte| sum * 31 % 9973 + byte);
        let secs = |part: u32| 0.04 + 0.05 * f64::from(letters / 4_u32.pow(part) % 4);
        let sound = (0..3).fold(Sound::silence(0.04), |sound, part| {
            sound.then(Sound::tone(500.0, secs(2 * part))).then(Sound::silence(secs(2 * part + 1)))
        });
        sound.write(&folder.join(file).with_extension("wav"));
    }
}
