//! Holds the window to the room on its monitor: its size, its smallest size, its place, and being maximised.
//!
//! Sizes in points are worth more pixels the larger the scale is, so they are compared in pixels, with the frame that the
//! window manager draws round the window. A window manager need not do what it is asked at first: it is asked again, and at
//! last the window takes the room itself.
//!
//! Not here: what the window shows at its size (`frame.rs`).

use std::time::{Duration, Instant};

use egui::{Context, Rect, Vec2, ViewportCommand, pos2, vec2};

use super::SMALLEST_SIZE;
use crate::effects::work_area::{self, Screen};

/// What is round a window whose frame is not known yet, in points.
const FRAME: Vec2 = vec2(16.0, 39.0);

/// How long the window is looked at after it opens: by then a window manager has placed it.
const LOOKS: Duration = Duration::from_millis(1500);

/// Between two looks, and before the frame round the window is the real one.
const PAUSE: Duration = Duration::from_millis(120);

/// How often a maximised window is asked for before it is made so by hand.
const ASKS: u32 = 3;

/// What the window keeps to.
pub(super) struct Fit {
    screen: Option<Screen>,
    maximised: bool,
    /// When the looks began.
    since: Option<Instant>,
    asked: u32,
    asked_at: Option<Instant>,
    seen: Option<Seen>,
    least: Option<Vec2>,
}

/// What decides over the size, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    /// The window without its frame.
    pub(super) inner: Rect,
    /// The window with it.
    pub(super) outer: Rect,
    /// The monitor's width and height.
    pub(super) monitor: Vec2,
    /// Pixels for a point, without the zoom of Ctrl and +.
    pub(super) scale: f32,
}

impl Fit {
    /// For a window that is about to be made.
    pub(super) fn new(maximised: bool) -> Self {
        Self {
            screen: work_area::read(),
            maximised,
            since: None,
            asked: 0,
            asked_at: None,
            seen: None,
            least: None,
        }
    }

    /// Whether it says how small the window can be made. Elsewhere the system is told before there is a window.
    pub(super) fn sets_least(&self) -> bool {
        self.screen.is_some()
    }

    /// Looks at the window, and asks for what it lacks.
    pub(super) fn keep(&mut self, ctx: &Context) {
        let Some(seen) = look(ctx) else { return };
        let is_new =
            self.seen.is_none_or(|before| before.scale != seen.scale || before.monitor != seen.monitor);
        if is_new && self.seen.is_some() {
            // Another monitor, another scale.
            self.screen = work_area::read();
            self.since = None;
        }
        self.seen = Some(seen);
        let looked = self.since.get_or_insert_with(Instant::now).elapsed();
        if looked >= LOOKS {
            return;
        }
        ctx.request_repaint_after(PAUSE);
        let free = self.free(&seen);
        let frame = frame(&seen, looked > PAUSE, self.has_frame());
        let largest = free.size() - frame;
        let least = smallest(largest, seen.scale);
        let points = |pixels: Vec2| pixels / ctx.pixels_per_point();
        if self.least != Some(least) {
            self.least = Some(least);
            ctx.send_viewport_cmd(ViewportCommand::MinInnerSize(points(least)));
        }
        if self.maximised {
            self.maximise(ctx, &seen, free, largest);
        } else if self.screen.is_some()
            && ctx.input(|input| input.viewport().maximized != Some(true))
            && let Some((size, place)) = placed(&seen, free, frame)
        {
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(points(size)));
            ctx.send_viewport_cmd(ViewportCommand::OuterPosition(points(place).to_pos2()));
        }
    }

    /// Whether a window manager draws a frame.
    fn has_frame(&self) -> bool {
        self.screen.as_ref().is_none_or(|screen| screen.has_manager)
    }

    fn free(&self, seen: &Seen) -> Rect {
        let centre = seen.outer.center();
        match &self.screen {
            Some(screen) => {
                let [left, top, width, height] = screen.free_at([centre.x, centre.y]);
                Rect::from_min_size(pos2(left, top), vec2(width, height))
            }
            None => Rect::from_min_size(seen.outer.min, room(seen)),
        }
    }

    fn maximise(&mut self, ctx: &Context, seen: &Seen, free: Rect, largest: Vec2) {
        // Judged by what is painted: window managers, and this toolkit, say that it is maximised before it is.
        let lacks = largest - seen.inner.size();
        if self.screen.is_none() || lacks.x < 1.0 && lacks.y < 1.0 {
            return;
        }
        // Each needs its time, and the first comes before the window is shown.
        if self.asked_at.is_some_and(|asked| asked.elapsed() < PAUSE) {
            return;
        }
        self.asked_at = Some(Instant::now());
        if self.has_frame() && self.asked < ASKS {
            self.asked += 1;
            ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        } else {
            let points = |pixels: Vec2| pixels / ctx.pixels_per_point();
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(points(largest)));
            ctx.send_viewport_cmd(ViewportCommand::OuterPosition(points(free.min.to_vec2()).to_pos2()));
        }
    }
}

/// What is known of the window now; nothing while it is minimised or full screen, and where nothing is told.
fn look(ctx: &Context) -> Option<Seen> {
    ctx.input(|input| {
        let viewport = input.viewport();
        if viewport.minimized == Some(true) || viewport.fullscreen == Some(true) {
            return None;
        }
        let pixels = input.pixels_per_point();
        let scale = viewport.native_pixels_per_point?;
        let inner = viewport.inner_rect? * pixels;
        let outer = viewport.outer_rect? * pixels;
        Some(Seen { inner, outer, monitor: viewport.monitor_size? * pixels, scale })
    })
}

/// Where only the monitor is known, the taskbar is on it as well.
fn room(seen: &Seen) -> Vec2 {
    match crate::effects::desktop::room() {
        Some([width, height]) => (vec2(width, height) * seen.scale).min(seen.monitor),
        None => seen.monitor,
    }
}

/// What stands round the window, in pixels. Before the window is shown nobody has drawn it yet.
fn frame(seen: &Seen, is_shown: bool, has_frame: bool) -> Vec2 {
    let drawn = (seen.outer.size() - seen.inner.size()).max(Vec2::ZERO);
    match (has_frame, is_shown) {
        (false, _) => Vec2::ZERO,
        (true, true) => drawn,
        (true, false) => drawn.max(FRAME * seen.scale),
    }
}

/// The smallest size in pixels: never more than there is room for.
pub(super) fn smallest(largest: Vec2, scale: f32) -> Vec2 {
    let [width, height] = SMALLEST_SIZE;
    (vec2(width, height) * scale).min(largest).floor().max(Vec2::splat(1.0))
}

/// The size and the place of a window that does not lie within what is free; nothing when it does.
pub(super) fn placed(seen: &Seen, free: Rect, frame: Vec2) -> Option<(Vec2, Vec2)> {
    let size = seen.inner.size().min(free.size() - frame).floor();
    let outer = size + frame;
    let most = (free.max.to_vec2() - outer).max(free.min.to_vec2());
    let place = seen.outer.min.to_vec2().max(free.min.to_vec2()).min(most).floor();
    let is_large = seen.inner.size() - size;
    let is_off = (place - seen.outer.min.to_vec2()).abs();
    let is_inside = is_large.x < 1.0 && is_large.y < 1.0 && is_off.x < 1.0 && is_off.y < 1.0;
    (!is_inside).then_some((size, place))
}
