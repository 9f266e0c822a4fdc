//! The pictures that are painted without a graphics card are those of the window: a real one on a real screen, painted by
//! OpenGL, is held against them.
//!
//! Not here: the pictures of all states (`window/tests/gallery.rs` of the assistant).

use std::cell::Cell;
use std::path::Path;
use std::process::Command;

use raster::Picture;
use tests::needs::wait_for_or;
use tests::programs::{Running, program};
use tests::x11::Screen;

/// OpenGL rounds otherwise, and spreads what it rounds over the pixels.
const ROUNDING: u8 = 24;

/// Letters are the same to a few pixels of their edges: of 648,000 so many.
const MOST_APART: usize = 650;

fn read(path: &Path) -> Option<Picture> {
    std::fs::read(path).ok().and_then(|file| Picture::from_png(&file).ok())
}

#[test]
fn the_pictures_of_the_readme_are_those_of_the_real_window() {
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/pictures");
    for (page, theme) in [("before-you-start", "light"), ("scan-the-code", "dark"), ("done", "light")] {
        let kept = read(&pictures.join(format!("{page}-{theme}.png"))).expect("a picture of the README");
        let screen = Screen::open_unmanaged(900, 720);
        let mut command = screen.command(Command::new(program("examples/gallery")));
        let mut gallery = Running::start(command.args([page, theme, "still", "900x720"]));
        let folder = tempfile::tempdir().expect("a folder");
        let seen = folder.path().join("screen.png");
        let apart = Cell::new(kept.width() * kept.height());
        let look = || {
            screen.picture(&seen);
            apart.set(read(&seen).map_or(apart.get(), |seen| kept.pixels_apart(&seen, ROUNDING)));
            (apart.get() <= MOST_APART).then_some(())
        };
        wait_for_or(30, look, || {
            let end = if gallery.has_ended() { "it has ended" } else { "it runs" };
            panic!("{page} {theme}: {} pixels are not those of the window; {end}", apart.get())
        });
    }
}
