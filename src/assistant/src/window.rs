//! The window: draws the same [`View`] as the console. egui is named here and nowhere else.
//!
//! Not here: what stands on a page (module `view`), the journey's rules, and secrets, which stay in the keeper.

mod a11y;
mod app;
mod clipboard;
mod contrast;
mod error;
mod field_state;
mod fit;
mod focus;
mod fonts;
mod frame;
mod high_contrast;
mod key_pacing;
mod kit;
mod leave;
mod look;
mod memory;
mod notice;
mod overlay;
mod paste;
mod phone_picture;
mod qr;
mod renderer;
mod style;
mod tokens;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use egui::ViewportBuilder;

pub use app::App;
pub use error::WindowError;
pub use look::ThemeChoice;
pub use renderer::RendererChoice;

use fit::Fit;
use notice::NoticeApp;

use crate::driver::Driver;
use crate::effects::Effects;
use crate::effects::appearance::AppearanceReader;
use crate::effects::desktop;
use crate::effects::display_preferences::DisplayPreferences;
use crate::effects::instance::Name;
use crate::view::View;

/// How the window is opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct WindowOptions {
    /// Which colours to use.
    pub theme: ThemeChoice,
    /// Width and height in points, where they are not the usual ones. It may be smaller than what people can make it.
    pub size: Option<[f32; 2]>,
    /// In place of what the system says of text size and contrast.
    pub preferences: Option<DisplayPreferences>,
    /// What another start of the program finds it by.
    pub name: Option<Name>,
    /// As large as the screen.
    pub maximised: bool,
    /// Told once there is a window, or a terminal in its place.
    pub on_open: Option<fn()>,
    /// What paints it.
    pub renderer: RendererChoice,
}

/// Opens the window and runs until it is closed.
///
/// # Errors
///
/// When no window can be opened here; the error names the package that is missing, where that is known.
pub fn run<E: Effects + 'static>(driver: Driver<E>, options: WindowOptions) -> Result<(), WindowError> {
    let title = driver.view().window_title.clone();
    let WindowOptions { theme, preferences, .. } = options;
    let is_shared = options.maximised;
    open(&title, options, move |ctx, opened| {
        Box::new(App::new(ctx, driver, theme, preferences).opened(ctx, opened, is_shared))
    })
}

/// Opens a window with one page that has no journey behind it, and runs until it is closed.
///
/// # Errors
///
/// When no window can be opened here.
pub fn show_notice(view: View, options: WindowOptions) -> Result<(), WindowError> {
    let title = view.window_title.clone();
    let WindowOptions { theme, preferences, .. } = options;
    open(&title, options, move |ctx, opened| {
        Box::new(NoticeApp::new(ctx, view, theme, preferences).opened(ctx, opened))
    })
}

/// What a program gets with its window.
struct Opened {
    /// How the desktop wants programs to look, where the window toolkit does not say.
    appearance: AppearanceReader,
    /// Holds the window to its monitor.
    fit: Option<Fit>,
    /// To be told when a frame has been painted.
    painted: Rc<Cell<bool>>,
}

/// Opens a window for the program that `make` makes.
fn open(
    title: &str,
    options: WindowOptions,
    make: impl FnOnce(&egui::Context, Opened) -> Box<dyn eframe::App> + 'static,
) -> Result<(), WindowError> {
    let mut native = native_options(title, options.size);
    let lacks_room = options.size.is_none() && desktop::room().is_some_and(|room| !fits(room));
    // The scale of a screen of X11 is known only to the window that is on it: see `fit`.
    let fit = options.size.is_none().then(|| Fit::new(options.maximised));
    if fit.as_ref().is_some_and(Fit::sets_least) {
        native.viewport.min_inner_size = None;
    }
    native.viewport.maximized = (options.maximised || lacks_room).then_some(true);
    renderer::choose(options.renderer, &mut native)?;
    let taken = native.renderer;
    // The answer comes while the window is being made.
    let appearance = AppearanceReader::default();
    appearance.ask();
    let painted = Rc::new(Cell::new(false));
    let paints = Rc::clone(&painted);
    // The window toolkit panics where a library cannot be loaded.
    let ran = catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native(
            "enrol",
            native,
            Box::new(move |creation| {
                #[cfg(windows)]
                if let Some(name) = options.name {
                    name_window(creation, name);
                }
                if let Some(tell) = options.on_open {
                    tell();
                }
                Ok(make(&creation.egui_ctx, Opened { appearance, fit, painted: paints }))
            }),
        )
    }));
    let why = match ran {
        Ok(Ok(())) => return Ok(()),
        // A device that is lost has the library that paints panic. By then something may have been typed, and stand in
        // what the panic says.
        Ok(Err(_)) | Err(_) if painted.get() => return Err(WindowError::Lost),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => error::words_of(panic.as_ref()),
    };
    Err(renderer::blame(options.renderer, taken, error::from_text(why)))
}

/// The size that a window has at least, in such a room.
fn smallest(room: Option<[f32; 2]>) -> [f32; 2] {
    let [width, height] = SMALLEST_SIZE;
    room.map_or(SMALLEST_SIZE, |room| [width.min(room[0] - FRAME[0]), height.min(room[1] - FRAME[1])])
}

/// Whether the usual window and what is round it fit into so many points.
fn fits([width, height]: [f32; 2]) -> bool {
    let [usual_width, usual_height] = USUAL_SIZE;
    width >= usual_width + FRAME[0] && height >= usual_height + FRAME[1]
}

#[cfg(windows)]
fn name_window(creation: &eframe::CreationContext<'_>, name: Name) {
    use wgpu::rwh::{HasWindowHandle as _, RawWindowHandle};
    if let Ok(RawWindowHandle::Win32(window)) = creation.window_handle().map(|handle| handle.as_raw()) {
        crate::effects::windows::instance::name_window(window.hwnd.get(), &name.to_string());
    }
}

/// Width and height in points.
const USUAL_SIZE: [f32; 2] = [900.0, 720.0];
/// Smaller than this nobody can make it, where the screen has so much room.
const SMALLEST_SIZE: [f32; 2] = [480.0, 560.0];
/// What the borders and the title bar of Windows take, in points.
const FRAME: [f32; 2] = [16.0, 39.0];

/// What the window is opened with. Public for the benchmark, whose empty window is opened with the same.
pub fn native_options(title: &str, size: Option<[f32; 2]>) -> eframe::NativeOptions {
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../../../assets/icons/enrol-256.png"))
        .unwrap_or_default();
    eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title(title)
            .with_app_id("enrol")
            .with_icon(icon)
            .with_inner_size(size.unwrap_or(USUAL_SIZE))
            .with_min_inner_size(size.unwrap_or_else(|| smallest(desktop::room()))),
        renderer: eframe::Renderer::Glow,
        centered: true,
        ..eframe::NativeOptions::default()
    }
}

#[cfg(test)]
mod tests;
