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

use raster::{Fingerprint, Picture};

use kept::Kept;
use stage::Stage;
use states::State;
use variants::{Variant, variants};

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

/// Fractions of light are rounded by the processor's own instructions where letters are drawn.
#[cfg(target_arch = "x86_64")]
#[test]
fn every_page_looks_as_it_did() {
    let states = states::states();
    let task = Task::asked();
    let kept = Kept::read();
    let folder = kept::target();
    kept::clear(&folder);
    kept::make_home();
    let drawn = draw_all(&states, |state, variant, picture| {
        let print = Fingerprint::of(picture);
        match task {
            Task::Draw => contact_sheet::keep(&folder, state, variant, picture),
            Task::Accept => {
                if variant.is_usual() {
                    kept::write_picture(state, picture);
                }
            }
            Task::Compare => kept.report(&folder, state, variant, picture, &print),
        }
        print
    });
    match task {
        Task::Draw => contact_sheet::write(&folder, &states),
        Task::Accept => kept::write(&states, &drawn),
        Task::Compare => kept.judge(&folder, &states, &drawn),
    }
}

/// The prints of every state, in the order of its variants. Variants are drawn side by side.
fn draw_all(
    states: &[State],
    each: impl Fn(&State, &Variant, &Picture) -> Fingerprint + Sync,
) -> Vec<Vec<Fingerprint>> {
    let variants = variants();
    let next = AtomicUsize::new(0);
    let all = Mutex::new(vec![Vec::new(); variants.len()]);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(variant) = variants.get(number) else { break };
                    let drawn = draw(states.iter(), variant, &each);
                    all.lock().unwrap_or_else(PoisonError::into_inner)[number] = drawn;
                }
            });
        }
    });
    let by_variant = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    let of_state = |state: usize| by_variant.iter().map(|prints| prints[state].clone()).collect();
    (0..states.len()).map(of_state).collect()
}

/// The prints of states, drawn one after another in one window.
fn draw<'state>(
    states: impl IntoIterator<Item = &'state State>,
    variant: &Variant,
    each: impl Fn(&State, &Variant, &Picture) -> Fingerprint,
) -> Vec<Fingerprint> {
    let (mut stage, mut keeper) = (Stage::of(variant), keeper());
    let mut print = |state| each(state, variant, &stage.shown(state, variant, &mut keeper));
    states.into_iter().map(&mut print).collect()
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
fn a_page_looks_the_same_whatever_was_drawn_before_it() {
    let states = states::states();
    let named = |name: &str| states.iter().find(|state| state.name == name).expect("a page");
    let page = named("scan-the-code");
    let others = ["before-you-start-with-help", "your-phone-number-typed", "a-bigger-code"].map(named);
    for variant in variants() {
        let order = [page].into_iter().chain(others).chain([page]);
        let prints = draw(order, &variant, |_, _, picture| Fingerprint::of(picture));
        assert_eq!(prints.first(), prints.last(), "{variant}");
    }
}
