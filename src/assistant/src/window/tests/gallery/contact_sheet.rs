//! One page with all pictures, for a look: by state, size, theme and type.

use std::path::Path;

use raster::Picture;

use super::kept::write_png;
use super::states::State;
use super::variants::{SIZES, THEMES, TYPES, Variant};

/// A file of the folder.
fn file(state: &State, variant: &Variant) -> String {
    let Variant { size, theme, type_size } = variant;
    format!("{}/{}-{}-{}.png", state.name, size.name, theme.0, type_size.0)
}

/// Puts a picture into the folder.
pub(super) fn keep(folder: &Path, state: &State, variant: &Variant, picture: &Picture) {
    write_png(&folder.join(file(state, variant)), picture);
}

/// Writes the page. It shows one size, theme and type of every state, or every variant of one state.
pub(super) fn write(folder: &Path, states: &[State]) {
    let list = |name: &str, all: &[&str]| {
        let all: Vec<String> = all.iter().map(|one| format!("\"{one}\"")).collect();
        format!("const {name} = [{}];\n", all.join(","))
    };
    let mut page = include_str!("contact_sheet.html").to_owned();
    let mut lists = list("STATES", &states.iter().map(|state| state.name.as_str()).collect::<Vec<_>>());
    lists += &list("SIZES", &SIZES.map(|size| size.name));
    lists += &list("THEMES", &THEMES.map(|theme| theme.0));
    lists += &list("TYPES", &TYPES.map(|type_size| type_size.0));
    page = page.replace("/* LISTS */", &lists);
    std::fs::write(folder.join("index.html"), page).expect("writes the page");
}
