//! Light or dark, as the desktop has it, where the window toolkit does not say: the portal's `color-scheme`.
//!
//! Asked on a thread of its own, so a bus that does not answer holds nothing up. A desktop that says nothing is light.
//!
//! Not here: Windows and macOS, whose window toolkit says it, and what is made of it (`window/look.rs`).

use std::sync::{Arc, Mutex, PoisonError};

/// What the person has set the desktop to.
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
pub struct SchemeReader(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    scheme: ColourScheme,
    is_asking: bool,
    wake: Option<Box<dyn Fn() + Send>>,
}

impl SchemeReader {
    /// The last answer.
    pub fn scheme(&self) -> ColourScheme {
        self.with(|state| state.scheme)
    }

    /// Sets what is called, from another thread, when the answer is another one.
    pub fn wake_with(&self, wake: Box<dyn Fn() + Send>) {
        self.with(|state| state.wake = Some(wake));
    }

    /// Asks, unless an answer is still to come. Never waits.
    pub fn ask(&self) {
        if cfg!(any(windows, target_os = "macos"))
            || self.with(|state| std::mem::replace(&mut state.is_asking, true))
        {
            return;
        }
        let reader = self.clone();
        let asked = std::thread::Builder::new().name("colour-scheme".to_owned()).spawn(move || {
            let scheme = read().unwrap_or_default();
            reader.take(scheme);
        });
        if asked.is_err() {
            self.with(|state| state.is_asking = false);
        }
    }

    fn take(&self, scheme: ColourScheme) {
        self.with(|state| {
            state.is_asking = false;
            if std::mem::replace(&mut state.scheme, scheme) != scheme
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

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn read() -> Option<ColourScheme> {
    None
}

/// Asks the portal. `None` where there is no bus, no portal, or no answer in time.
#[cfg(all(unix, not(target_os = "macos")))]
fn read() -> Option<ColourScheme> {
    use zbus::zvariant::OwnedValue;
    let answer = zbus::block_on(async {
        let connection = zbus::connection::Builder::session()?.method_timeout(PATIENCE).build().await?;
        let reply = connection
            .call_method(
                Some("org.freedesktop.portal.Desktop"),
                "/org/freedesktop/portal/desktop",
                Some("org.freedesktop.portal.Settings"),
                // Its newer name, ReadOne, is not known to every desktop.
                "Read",
                &("org.freedesktop.appearance", "color-scheme"),
            )
            .await?;
        reply.body().deserialize::<OwnedValue>()
    });
    match answer {
        Ok(value) => scheme_of(&value),
        Err(error) => {
            tracing::debug!(%error, "the desktop does not say whether it is dark");
            None
        }
    }
}

/// Long enough for a portal that starts only when it is asked.
#[cfg(all(unix, not(target_os = "macos")))]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// 1 is dark, 2 is light, 0 is neither. Desktops differ in how many variants they wrap it in.
#[cfg(all(unix, not(target_os = "macos")))]
fn scheme_of(value: &zbus::zvariant::Value<'_>) -> Option<ColourScheme> {
    use zbus::zvariant::Value;
    if let Value::Value(inner) = value {
        return scheme_of(inner);
    }
    let Value::U32(number) = value else { return None };
    Some(if *number == 1 { ColourScheme::Dark } else { ColourScheme::Light })
}

#[cfg(test)]
mod tests;
