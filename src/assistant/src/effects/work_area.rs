//! The part of an X11 screen that windows may fill, in pixels.
//!
//! Not here: Windows, which says it in points (`windows/accessibility.rs`), and Wayland and macOS, which hold a window
//! to its screen themselves.

/// A rectangle in pixels: left, top, width, height.
pub type Area = [f32; 4];

/// What is known of a screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Screen {
    /// Without panels, where a window manager says so.
    pub free: Area,
    /// Each monitor.
    pub monitors: Vec<Area>,
    /// Somebody else places windows and draws their frames.
    pub has_manager: bool,
}

impl Screen {
    /// What is free of the monitor on which a point lies. The largest part of a screen without monitors is all of it.
    pub fn free_at(&self, [x, y]: [f32; 2]) -> Area {
        let holds = |[left, top, width, height]: &&Area| {
            (*left..*left + *width).contains(&x) && (*top..*top + *height).contains(&y)
        };
        let monitor = self.monitors.iter().find(holds).or(self.monitors.first());
        monitor.and_then(|monitor| common(self.free, *monitor)).unwrap_or(self.free)
    }
}

/// What two areas have in common.
fn common(one: Area, other: Area) -> Option<Area> {
    let (left, top) = (one[0].max(other[0]), one[1].max(other[1]));
    let right = (one[0] + one[2]).min(other[0] + other[2]);
    let bottom = (one[1] + one[3]).min(other[1] + other[3]);
    (right > left && bottom > top).then_some([left, top, right - left, bottom - top])
}

/// Asks the X server. `None` where the window is no window of X11.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) fn read() -> Option<Screen> {
    None
}

/// Asks the X server. `None` where the window is no window of X11.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn read() -> Option<Screen> {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    // The toolkit takes Wayland where there are both.
    if is_set("WAYLAND_DISPLAY") || !is_set("DISPLAY") {
        return None;
    }
    x11::read().inspect_err(|error| tracing::debug!(%error, "the X server does not say what is free")).ok()
}

#[cfg(all(unix, not(target_os = "macos")))]
mod x11 {
    use x11rb::connection::Connection as _;
    use x11rb::protocol::randr::ConnectionExt as _;
    use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};

    use super::{Area, Screen};

    type Fault = Box<dyn std::error::Error>;

    pub(super) fn read() -> Result<Screen, Fault> {
        let (connection, number) = x11rb::connect(None)?;
        let screen = connection.setup().roots.get(number).ok_or("no such screen")?;
        let root = screen.root;
        let whole = [0.0, 0.0, f32::from(screen.width_in_pixels), f32::from(screen.height_in_pixels)];
        let numbers = |name: &[u8], kind: AtomEnum| -> Result<Vec<u32>, Fault> {
            let atom = connection.intern_atom(false, name)?.reply()?.atom;
            let reply = connection.get_property(false, root, atom, kind, 0, 256)?.reply()?;
            Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
        };
        let manager = numbers(b"_NET_SUPPORTING_WM_CHECK", AtomEnum::WINDOW)?;
        let desktop = numbers(b"_NET_CURRENT_DESKTOP", AtomEnum::CARDINAL)?.first().copied().unwrap_or(0);
        let areas = numbers(b"_NET_WORKAREA", AtomEnum::CARDINAL)?;
        // Four numbers for each desktop; some window managers give one for all.
        let area = areas.chunks_exact(4).nth(desktop as usize).or(areas.chunks_exact(4).next());
        let monitors = connection.randr_get_monitors(root, true)?.reply().map(|reply| {
            let of = |monitor: &x11rb::protocol::randr::MonitorInfo| {
                [monitor.x.into(), monitor.y.into(), monitor.width.into(), monitor.height.into()]
            };
            reply.monitors.iter().map(of).collect()
        });
        Ok(Screen {
            free: area.map_or(whole, pixels),
            // An old server has no monitors to tell of.
            monitors: monitors.unwrap_or_default(),
            has_manager: !manager.is_empty(),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "no screen has so many pixels")]
    fn pixels(area: &[u32]) -> Area {
        let at = |index: usize| area.get(index).copied().unwrap_or_default() as f32;
        [at(0), at(1), at(2), at(3)]
    }
}

#[cfg(test)]
mod tests;
