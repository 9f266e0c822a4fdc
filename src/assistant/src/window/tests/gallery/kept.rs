//! What the pictures were: of each state the one that most people see, and of the others a checksum for each tile.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use raster::{Fingerprint, Picture};

use super::states::State;
use super::variants::{Variant, variants};

/// Of a kept picture, so that all of them are a few megabytes.
const COLOURS: usize = 64;

/// By so much a colour of theirs is off at most.
const OFF: u8 = 60;

/// Enough to see what has changed.
const MOST_REPORTED: usize = 200;

/// The first line of the file.
const HEAD: &str = "# Checksums of the gallery's pictures: cargo xtask gallery --accept writes them.\n";

/// The pictures that are kept, in the repository.
fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gallery")
}

/// Where pictures are put for a look.
pub(super) fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target =
        target.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    target.join("gallery")
}

/// Empties the folder: nothing of an earlier run is to be taken for something of this one.
pub(super) fn clear(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).expect("a folder for pictures");
}

/// The folder of what is kept.
pub(super) fn make_home() {
    std::fs::create_dir_all(home()).expect("a folder for what is kept");
}

/// What was kept.
pub(super) struct Kept {
    prints: BTreeMap<String, Fingerprint>,
    reported: AtomicUsize,
}

impl Kept {
    pub(super) fn read() -> Self {
        let text = std::fs::read_to_string(home().join("prints.txt")).unwrap_or_default();
        Self { prints: prints(&text), reported: AtomicUsize::new(0) }
    }

    fn print(&self, state: &State, variant: &Variant) -> Option<&Fingerprint> {
        self.prints.get(&format!("{} {variant}", state.name))
    }

    /// Puts a picture that is not what it was, and where it differs, into the folder.
    pub(super) fn report(
        &self,
        folder: &Path,
        state: &State,
        variant: &Variant,
        picture: &Picture,
        print: &Fingerprint,
    ) {
        let before = self.print(state, variant);
        if variant.is_usual() && before == Some(print) {
            let kept = read_picture(state).unwrap_or_else(|| panic!("no picture of {}", state.name));
            let apart = kept.pixels_apart(picture, OFF);
            assert_eq!(apart, 0, "the kept picture of {} is an old one", state.name);
        }
        if before == Some(print) || self.reported.fetch_add(1, Ordering::Relaxed) >= MOST_REPORTED {
            return;
        }
        let name = format!("{} {variant}", state.name).replace(' ', "_");
        write_png(&folder.join(format!("{name}.png")), picture);
        let was = variant.is_usual().then(|| read_picture(state)).flatten();
        let marked = match (was, before) {
            (Some(was), _) => picture.marked_against(&was, OFF),
            (None, Some(before)) => {
                let mut marked = picture.clone();
                before
                    .tiles_apart(print, picture)
                    .into_iter()
                    .for_each(|tile| marked.outline(tile, [200, 0, 0]));
                marked
            }
            (None, None) => return,
        };
        write_png(&folder.join(format!("{name}.difference.png")), &marked);
    }

    /// Fails where anything is not what it was.
    pub(super) fn judge(&self, folder: &Path, states: &[State], drawn: &[Vec<Fingerprint>]) {
        let mut differ = Vec::new();
        let mut known = 0;
        for (state, prints) in states.iter().zip(drawn) {
            for (variant, print) in variants().iter().zip(prints) {
                let before = self.print(state, variant);
                known += usize::from(before.is_some());
                if before != Some(print) {
                    differ.push(format!("{} {variant}", state.name));
                }
            }
        }
        let gone = self.prints.len() - known;
        if differ.is_empty() && gone == 0 {
            return;
        }
        let count = differ.len();
        differ.truncate(20);
        panic!(
            "{count} pictures are not what they were, and {gone} are no more. What they are now, and where they \
             differ: {}.\nIf they are right: cargo xtask gallery --accept\n{}",
            folder.display(),
            differ.join("\n")
        );
    }
}

/// Keeps everything as it is now.
pub(super) fn write(states: &[State], drawn: &[Vec<Fingerprint>]) {
    let mut text = HEAD.to_owned();
    for (state, prints) in states.iter().zip(drawn) {
        let _ = writeln!(text, "\n[{}]", state.name);
        for (variant, print) in variants().iter().zip(prints) {
            let _ = writeln!(text, "{variant}: {print}");
        }
    }
    std::fs::write(home().join("prints.txt"), text).expect("writes");
    let files = std::fs::read_dir(home()).expect("a folder").map(|file| file.expect("a file").path());
    for file in files.filter(|file| file.extension().is_some_and(|end| end == "png")) {
        let is_drawn = states.iter().any(|state| picture_of(state) == file);
        if !is_drawn {
            std::fs::remove_file(file).expect("a picture of nothing");
        }
    }
}

fn prints(text: &str) -> BTreeMap<String, Fingerprint> {
    let mut prints = BTreeMap::new();
    let mut state = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            state = name;
        } else if let Some((variant, print)) = line.split_once(": ").filter(|_| !line.starts_with('#')) {
            prints.insert(format!("{state} {variant}"), print.parse().expect("a checksum"));
        }
    }
    prints
}

fn picture_of(state: &State) -> PathBuf {
    home().join(format!("{}.png", state.name))
}

fn read_picture(state: &State) -> Option<Picture> {
    std::fs::read(picture_of(state)).ok().and_then(|file| Picture::from_png(&file).ok())
}

/// Keeps the picture that most people see.
pub(super) fn write_picture(state: &State, picture: &Picture) {
    let file = picture.to_small_png(COLOURS).expect("a picture that can be encoded");
    if std::fs::read(picture_of(state)).ok().as_ref() != Some(&file) {
        std::fs::write(picture_of(state), file).expect("writes a picture");
    }
}

/// Writes a file.
pub(super) fn write_png(path: &Path, picture: &Picture) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let file = picture.to_png().expect("a picture that can be encoded");
    std::fs::write(path, file).expect("writes a picture");
}
