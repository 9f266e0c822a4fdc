//! How the desktop wants programs to look, where the window toolkit does not say: light or dark, and whether things move.
//!
//! Asked on a thread of its own, so a bus that does not answer holds nothing up. A desktop that says nothing is light, and
//! things move on it.
//!
//! Not here: Windows, which is asked at once (`display_preferences`), and what is made of it (`window/look.rs`).

#[cfg(target_os = "macos")]
mod macos;
#[cfg(all(unix, not(target_os = "macos")))]
mod portal;

use std::sync::{Arc, Mutex, PoisonError};

/// What the person has set the desktop to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appearance {
    /// The colours.
    pub scheme: ColourScheme,
    /// Nothing is to move.
    pub reduced_motion: bool,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourScheme {
    /// Light, or nothing in particular.
    #[default]
    Light,
    /// Dark.
    Dark,
}

/// Asks the desktop, and keeps its last answer.
#[derive(Clone, Default)]
pub struct AppearanceReader(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    appearance: Appearance,
    is_asking: bool,
    /// The bus to ask on, where it is not the session's.
    bus: Option<String>,
    wake: Option<Box<dyn Fn() + Send>>,
}

impl AppearanceReader {
    /// Asks on another bus than the session's.
    pub fn on_bus(address: &str) -> Self {
        let reader = Self::default();
        reader.with(|state| state.bus = Some(address.to_owned()));
        reader
    }

    /// The last answer.
    pub fn appearance(&self) -> Appearance {
        self.with(|state| state.appearance)
    }

    /// Sets what is called, from another thread, when the answer is another one.
    pub fn wake_with(&self, wake: Box<dyn Fn() + Send>) {
        self.with(|state| state.wake = Some(wake));
    }

    /// Asks, unless an answer is still to come. Never waits.
    pub fn ask(&self) {
        if cfg!(windows) || self.with(|state| std::mem::replace(&mut state.is_asking, true)) {
            return;
        }
        let reader = self.clone();
        let bus = self.with(|state| state.bus.clone());
        let asked = std::thread::Builder::new().name("appearance".to_owned()).spawn(move || {
            read(bus.as_deref(), &mut |appearance| reader.take(appearance));
            reader.with(|state| state.is_asking = false);
        });
        if asked.is_err() {
            self.with(|state| state.is_asking = false);
        }
    }

    fn take(&self, appearance: Appearance) {
        self.with(|state| {
            if std::mem::replace(&mut state.appearance, appearance) != appearance
                && let Some(wake) = &state.wake
            {
                wake();
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Hands over what is known, as soon as it is.
#[cfg(windows)]
fn read(_bus: Option<&str>, _take: &mut dyn FnMut(Appearance)) {}

#[cfg(target_os = "macos")]
use macos::read;
#[cfg(all(unix, not(target_os = "macos")))]
use portal::read;

#[cfg(test)]
mod tests;
