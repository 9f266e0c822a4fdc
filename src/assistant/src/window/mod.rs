//! The window: draws the same [`View`](crate::view::View) as the console. egui is named here and nowhere else.
//!
//! Not here: what stands on a page (module `view`), the journey's rules, and secrets, which stay in the keeper.

mod a11y;
mod app;
mod clipboard;
mod contrast;
mod error;
mod focus;
mod fonts;
mod frame;
mod high_contrast;
mod kit;
mod look;
mod memory;
mod one_at_a_time;
mod overlay;
mod qr;
mod renderer;
mod style;
#[cfg(test)]
mod tests;
mod tokens;

use std::panic::{AssertUnwindSafe, catch_unwind};

use egui::{ViewportBuilder, vec2};

pub use app::App;
pub use error::WindowError;
pub use look::ThemeChoice;
pub use renderer::RendererChoice;

use crate::driver::Driver;
use crate::effects::Effects;
use crate::effects::instance::Name;
use crate::effects::manners::Manners;

/// How the window is opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct WindowOptions {
    /// Which colours to use.
    pub theme: ThemeChoice,
    /// Width and height in points, where they are not the usual ones. It may be smaller than what people can make it.
    pub size: Option<[f32; 2]>,
    /// In place of what the system says of text size and contrast.
    pub manners: Option<Manners>,
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
    let mut native = native_options(&title, options.size);
    native.viewport.maximized = options.maximised.then_some(true);
    renderer::choose(options.renderer, &mut native)?;
    let taken = native.renderer;
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
                Ok(Box::new(App::new(&creation.egui_ctx, driver, options.theme, options.manners)))
            }),
        )
    }));
    let why = match ran {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error::from_eframe(error),
        Err(panic) => error::from_panic(panic.as_ref()),
    };
    Err(renderer::blame(options.renderer, taken, why))
}

#[cfg(windows)]
fn name_window(creation: &eframe::CreationContext<'_>, name: Name) {
    use wgpu::rwh::{HasWindowHandle as _, RawWindowHandle};
    if let Ok(RawWindowHandle::Win32(window)) = creation.window_handle().map(|handle| handle.as_raw()) {
        crate::effects::windows::instance::name_window(window.hwnd.get(), &name.to_string());
    }
}

/// What the window is opened with. Public for the benchmark, whose empty window is opened with the same.
pub fn native_options(title: &str, size: Option<[f32; 2]>) -> eframe::NativeOptions {
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../../../../assets/icons/enrol-256.png"))
        .unwrap_or_default();
    eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title(title)
            .with_app_id("enrol")
            .with_icon(icon)
            .with_inner_size(size.map_or(vec2(900.0, 720.0), Into::into))
            .with_min_inner_size(size.map_or(vec2(480.0, 560.0), Into::into)),
        renderer: eframe::Renderer::Glow,
        centered: true,
        ..eframe::NativeOptions::default()
    }
}
