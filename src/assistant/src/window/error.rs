//! Why no window could be opened, or stayed open, and which package helps.

use std::any::Any;

/// Why no window could be opened, or stayed open.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// A library is missing.
    #[error(
        "the window needs {library}. Install the package {package}, for example: apt-get install {package}"
    )]
    Missing {
        /// The library.
        library: &'static str,
        /// The Debian package it is in.
        package: &'static str,
    },
    /// There is no display to open it on.
    #[error("there is no display to open a window on")]
    NoDisplay,
    /// What was asked for, or was tried alone, does not work.
    #[cfg(windows)]
    #[error("{wanted} does not work on this computer ({reason}). {advice}")]
    NotThisRenderer {
        /// What was asked for.
        wanted: &'static str,
        /// What it said.
        reason: String,
        /// What to try instead.
        advice: &'static str,
    },
    /// Nothing that paints.
    #[cfg(windows)]
    #[error(
        "a window needs Direct3D 12 or OpenGL 2, and neither works on this computer ({0}). A graphics driver of its maker may help"
    )]
    NoRenderer(String),
    /// Anything else.
    #[error("the window could not be opened: {0}")]
    Other(String),
    /// There was one, and it is gone: the graphics driver was replaced or reset, or there is a fault in what draws it.
    #[error("the window was lost, by a fault or with the graphics driver. Start this program again")]
    Lost,
}

/// Part of a message, the library it is about, the package that has it. The first that fits counts.
#[cfg(not(windows))]
const KNOWN: &[(&str, &str, &str)] = &[
    ("xkbcommon-x11", "libxkbcommon-x11", "libxkbcommon-x11-0"),
    ("xkbcommon", "libxkbcommon", "libxkbcommon0"),
    ("libX11-xcb", "libX11-xcb", "libx11-xcb1"),
    ("libXcursor", "libXcursor", "libxcursor1"),
    ("libXrandr", "libXrandr", "libxrandr2"),
    ("libXi.", "libXi", "libxi6"),
    ("libX11", "libX11", "libx11-6"),
    ("libxcb", "libxcb", "libxcb1"),
    ("libwayland-egl", "libwayland-egl", "libwayland-egl1"),
    ("wayland-client", "libwayland-client", "libwayland-client0"),
    ("libEGL", "libEGL", "libegl1"),
    ("libGL", "libGL", "libgl1"),
    ("glutin config", "OpenGL", "libgl1-mesa-dri"),
    ("OpenGL", "OpenGL", "libgl1-mesa-dri"),
];

#[cfg(not(windows))]
const NO_DISPLAY: &[&str] = &["WAYLAND_DISPLAY", "neither", "XOpenDisplay", "open display", "NoCompositor"];

/// What a panic said.
pub(super) fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "the window toolkit stopped".to_owned())
}

/// What the window can be painted by on Windows, and what is said where it lists no adapter.
#[cfg(windows)]
pub(super) const DIRECT3D: &str = "Direct3D 12";
#[cfg(windows)]
pub(super) const OPENGL: &str = "OpenGL 2";
#[cfg(windows)]
pub(super) const TRY_AUTO: &str = "With --renderer auto the program takes what works";
#[cfg(windows)]
pub(super) const TRY_OPENGL: &str = "With --renderer glow the program takes OpenGL";
#[cfg(windows)]
pub(super) const NO_ADAPTER: &str = "there is no adapter";

#[cfg(windows)]
pub(super) fn from_text(text: String) -> WindowError {
    let is_about_painting = ["glutin", "OpenGL", "opengl", "wgpu", "adapter", "device", "surface"];
    if is_about_painting.iter().any(|part| text.contains(part)) {
        WindowError::NoRenderer(text)
    } else {
        WindowError::Other(text)
    }
}

#[cfg(not(windows))]
pub(super) fn from_text(text: String) -> WindowError {
    if let Some((_, library, package)) = KNOWN.iter().find(|(part, _, _)| text.contains(part)) {
        WindowError::Missing { library, package }
    } else if NO_DISPLAY.iter().any(|part| text.contains(part)) {
        WindowError::NoDisplay
    } else {
        WindowError::Other(text)
    }
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_named_with_its_package() {
        let said = from_text("Library libxkbcommon-x11.so could not be loaded.".to_owned()).to_string();
        assert!(said.contains("apt-get install libxkbcommon-x11-0"), "{said}");
        let said =
            from_text("opening library failed (libXcursor.so.1: cannot open shared object file)".to_owned())
                .to_string();
        assert!(said.contains("libxcursor1"), "{said}");
        assert!(matches!(
            from_text("Found no glutin configs matching the template".to_owned()),
            WindowError::Missing { .. }
        ));
        assert!(matches!(
            from_text("neither WAYLAND_DISPLAY nor WAYLAND_SOCKET nor DISPLAY is set.".to_owned()),
            WindowError::NoDisplay
        ));
        assert!(matches!(from_text("something else".to_owned()), WindowError::Other(_)));
    }
}
