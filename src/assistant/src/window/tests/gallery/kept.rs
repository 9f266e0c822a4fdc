//! What the pictures were: of each state the one that most people see, and of all of them what their tiles are like.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use raster::{Fingerprint, Picture};

use super::states::State;
use super::variants::Variant;

/// Of a kept picture, so that all of them are less than a megabyte.
const COLOURS: usize = 256;

/// A colour of theirs is off by no more. That is by 8, and by what another processor rounds otherwise at a letter's edge.
const OFF: u8 = 16;

/// Enough to see what has changed.
const MOST_REPORTED: usize = 200;

/// The first line of the file.
const HEAD: &str = "# What the gallery's pictures are like: cargo xtask gallery --accept writes them.\n";

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
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    count: usize,
    differ: Vec<String>,
}

impl Kept {
    pub(super) fn read() -> Self {
        let text = std::fs::read_to_string(home().join("prints.txt")).unwrap_or_default();
        Self { prints: prints(&text), seen: Mutex::default() }
    }

    /// Puts a picture that is not what it was, and where it differs, into the folder.
    pub(super) fn compare(&self, folder: &Path, state: &State, variant: &Variant, picture: &Picture) {
        let name = format!("{} {variant}", state.name);
        let before = self.prints.get(&name);
        let print = Fingerprint::of(picture);
        let tiles = before.map(|before| print.tiles_apart(before));
        let was = if variant.is_usual() { Some(read_picture(state)) } else { None };
        let has_changed =
            was.as_ref().is_some_and(|was| was.as_ref().is_none_or(|was| was.pixels_apart(picture, OFF) > 0));
        let differs = has_changed || tiles.as_ref().is_none_or(|tiles| !tiles.is_empty());
        let number = self.note(before.is_some(), differs.then_some(&name));
        if !differs || number > MOST_REPORTED {
            return;
        }
        let name = name.replace(' ', "_");
        write_png(&folder.join(format!("{name}.png")), picture);
        let marked = match (was.flatten(), tiles) {
            (Some(was), _) => picture.marked_against(&was, OFF),
            (None, Some(tiles)) => {
                let mut marked = picture.clone();
                tiles.into_iter().for_each(|tile| marked.outline(tile, [200, 0, 0]));
                marked
            }
            (None, None) => return,
        };
        write_png(&folder.join(format!("{name}.difference.png")), &marked);
    }

    /// Returns how many differ so far.
    fn note(&self, is_known: bool, differs: Option<&String>) -> usize {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.count += usize::from(is_known);
        seen.differ.extend(differs.cloned());
        seen.differ.len()
    }

    /// Fails where anything is not what it was.
    pub(super) fn judge(self, folder: &Path) {
        let Seen { count, mut differ } = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        let gone = self.prints.len() - count;
        if differ.is_empty() && gone == 0 {
            return;
        }
        differ.sort_unstable();
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
pub(super) fn write(states: &[State], drawn: &[(Variant, Vec<Fingerprint>)]) {
    let mut text = HEAD.to_owned();
    for (number, state) in states.iter().enumerate() {
        text.push_str(&format!("\n[{}]\n", state.name));
        let mut lines: Vec<String> =
            drawn.iter().map(|(variant, prints)| format!("{variant}: {}", prints[number])).collect();
        lines.sort_unstable();
        text.push_str(&lines.join("\n"));
        text.push('\n');
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
