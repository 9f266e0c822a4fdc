//! Every page, problem, help and waiting state at eight sizes, in three themes and two sizes of type, painted without a
//! graphics card and compared with what they were. `cargo xtask gallery` draws them for a look, and takes a change over.
//!
//! Not here: whether things stand where they may (`geometry`).

mod contact_sheet;
mod docs;
mod kept;
mod stage;
mod states;
mod variants;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use journey::FieldId;
use raster::{Fingerprint, Picture};

use kept::Kept;
use stage::Stage;
use states::State;
use variants::{Variant, compared, variants};

use super::keeper;

/// What is to be done with the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// Compare them.
    Compare,
    /// Lay all of them out on a page.
    Draw,
    /// Keep them as they are now.
    Accept,
}

impl Task {
    /// As `cargo xtask` asks for it.
    fn asked() -> Self {
        match std::env::var("ENROL_GALLERY").as_deref() {
            Ok("draw") => Self::Draw,
            Ok("accept") => Self::Accept,
            _ => Self::Compare,
        }
    }
}

#[test]
fn every_page_looks_as_it_did() {
    let states = states::states();
    let task = Task::asked();
    let folder = kept::target();
    kept::clear(&folder);
    match task {
        Task::Compare => {
            let kept = Kept::read();
            let compare = |state: &State, variant: &Variant, picture: &Picture| {
                kept.compare(&folder, state, variant, picture);
            };
            draw_all(&states, &compared(), compare);
            kept.judge(&folder);
        }
        Task::Draw => {
            let keep = |state: &State, variant: &Variant, picture: &Picture| {
                contact_sheet::keep(&folder, state, variant, picture);
            };
            draw_all(&states, &variants(), keep);
            contact_sheet::write(&folder, &states);
        }
        Task::Accept => {
            kept::make_home();
            let keep = |state: &State, variant: &Variant, picture: &Picture| {
                if variant.is_usual() {
                    kept::write_picture(state, picture);
                }
                Fingerprint::of(picture)
            };
            kept::write(&states, &draw_all(&states, &compared(), keep));
        }
    }
}

/// What comes of every variant's states, in their order. Variants are drawn side by side.
fn draw_all<T: Send>(
    states: &[State],
    variants: &[Variant],
    each: impl Fn(&State, &Variant, &Picture) -> T + Sync,
) -> Vec<(Variant, Vec<T>)> {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(variant) = variants.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let drawn = draw(states, variant, &each);
                    all.lock().unwrap_or_else(PoisonError::into_inner).push((*variant, drawn));
                }
            });
        }
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What comes of states, drawn one after another in one window.
fn draw<'state, T>(
    states: impl IntoIterator<Item = &'state State>,
    variant: &Variant,
    each: impl Fn(&State, &Variant, &Picture) -> T,
) -> Vec<T> {
    let (mut stage, mut keeper) = (Stage::of(variant), keeper());
    let mut draw = |state| each(state, variant, &stage.shown(state, variant, &mut keeper));
    states.into_iter().map(&mut draw).collect()
}

#[test]
fn each_state_has_a_name_of_its_own_that_is_a_file_name() {
    let mut names: Vec<String> = states::states().into_iter().map(|state| state.name).collect();
    let is_plain = |name: &String| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    assert!(names.iter().all(is_plain), "{names:?}");
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn other_letters_of_the_same_number_look_otherwise() {
    let states = states::states();
    let typed = states.iter().find(|state| state.name == "who-are-you-typed").expect("a page");
    let other = State { name: typed.name.clone(), view: typed.view.clone(), typed: Vec::new() };
    let other = other.typed(FieldId::EnrolmentCode, "EEEEE-EEEEE");
    for variant in compared().into_iter().filter(|variant| variant.size.name == "900x720") {
        let prints = draw([typed, &other], &variant, |_, _, picture| Fingerprint::of(picture));
        assert!(!prints[0].tiles_apart(&prints[1]).is_empty(), "{variant}");
    }
}

#[test]
fn a_page_looks_the_same_whatever_was_drawn_before_it() {
    let states = states::states();
    let named = |name: &str| states.iter().find(|state| state.name == name).expect("a page");
    let page = named("scan-the-code");
    let others = ["before-you-start-with-help", "your-phone-number-typed", "a-bigger-code"].map(named);
    for variant in variants() {
        let order = [page].into_iter().chain(others).chain([page]);
        let pictures = draw(order, &variant, |_, _, picture| picture.clone());
        assert!(pictures.first() == pictures.last(), "{variant}");
    }
}
