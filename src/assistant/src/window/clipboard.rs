//! The copied key: kept out of the clipboard's history where the system can, and cleared if still ours, after a minute
//! or as soon as the key is no longer held.

use std::time::{Duration, Instant};

use zeroize::Zeroizing;

/// Long enough to paste, short enough to forget.
const KEPT: Duration = Duration::from_secs(60);

/// Until the next try, when another program has the clipboard open.
const BUSY: Duration = Duration::from_millis(500);

/// The system's clipboard, opened only once something is copied.
#[derive(Default)]
pub(super) struct Clipboard {
    // On X11 and Wayland the program that copied serves the text itself, so this stays open.
    system: Option<arboard::Clipboard>,
    ours: Option<(Zeroizing<String>, Instant)>,
}

impl Clipboard {
    /// Copies; false when there is no clipboard.
    pub(super) fn copy(&mut self, ctx: &egui::Context, text: Zeroizing<String>) -> bool {
        if self.system.is_none() {
            self.system = arboard::Clipboard::new().ok();
        }
        let Some(system) = &mut self.system else { return false };
        let copied = quietly(system.set()).text(text.as_str()).is_ok();
        if copied {
            self.ours = Some((text, Instant::now()));
            ctx.request_repaint_after(KEPT);
        }
        copied
    }

    /// Clears it when its minute is over or the key is gone; true when it just was. Until then it asks to be called
    /// again: a frame forgets what the one before asked for.
    pub(super) fn tick(&mut self, ctx: &egui::Context, is_held: bool) -> bool {
        let Some((_, since)) = &self.ours else { return false };
        let left = if is_held { KEPT.saturating_sub(since.elapsed()) } else { Duration::ZERO };
        if left.is_zero() && self.clear() {
            return true;
        }
        ctx.request_repaint_after(left.max(BUSY));
        false
    }

    /// Clears it now, if it still holds what was copied here. False when another program has it open.
    fn clear(&mut self) -> bool {
        let (Some((text, since)), Some(system)) = (self.ours.take(), &mut self.system) else { return true };
        let held = system.get_text().map(Zeroizing::new);
        let cleared = match held {
            Ok(held) if held.as_str() == text.as_str() => system.clear(),
            Err(error @ arboard::Error::ClipboardOccupied) => Err(error),
            // Something else is in it by now.
            Ok(_) | Err(_) => Ok(()),
        };
        if matches!(cleared, Err(arboard::Error::ClipboardOccupied)) {
            self.ours = Some((text, since));
            return false;
        }
        if cleared.is_err() {
            tracing::warn!("the clipboard could not be cleared");
        }
        true
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        if !self.clear() {
            tracing::warn!("another program kept the clipboard open; the key is still in it");
        }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn quietly(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtLinux::exclude_from_history(set)
}

#[cfg(windows)]
fn quietly(set: arboard::Set<'_>) -> arboard::Set<'_> {
    use arboard::SetExtWindows as _;
    set.exclude_from_history().exclude_from_cloud()
}

#[cfg(target_os = "macos")]
fn quietly(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtApple::exclude_from_history(set)
}
