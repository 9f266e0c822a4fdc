//! Whether a window can be opened on this computer, and what is missing when it cannot.

use std::{collections::BTreeSet, io::IsTerminal as _};

/// What a program can show itself on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Desktop {
    /// A window can be tried.
    Window,
    /// There is a display, but libraries are missing. Names of Debian's packages.
    Missing(Vec<&'static str>),
    /// There is no display.
    None,
}

/// Libraries that are looked for only when the window opens, and the Debian packages they are in.
const FOR_X11: &[(&str, &str)] = &[
    ("libX11.so.6", "libx11-6"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libXcursor.so.1", "libxcursor1"),
    ("libXi.so.6", "libxi6"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
];
const FOR_WAYLAND: &[(&str, &str)] = &[
    ("libwayland-client.so.0", "libwayland-client0"),
    ("libwayland-egl.so.1", "libwayland-egl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
];
const FOR_BOTH: &[(&str, &str)] = &[("libEGL.so.1", "libegl1")];

/// Looks at the display and the libraries. Finding them here beats failing deep inside a window toolkit.
pub fn desktop() -> Desktop {
    if !cfg!(all(unix, not(target_os = "macos"))) {
        return Desktop::Window;
    }
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let known = known_libraries();
    match (is_set("WAYLAND_DISPLAY"), is_set("DISPLAY")) {
        (false, false) => Desktop::None,
        (true, true) => {
            // Either is enough: the toolkit tries Wayland first, then X11.
            match judge(FOR_WAYLAND, known.as_ref()) {
                Desktop::Missing(_) | Desktop::None => judge(FOR_X11, known.as_ref()),
                Desktop::Window => Desktop::Window,
            }
        }
        (true, false) => judge(FOR_WAYLAND, known.as_ref()),
        (false, true) => judge(FOR_X11, known.as_ref()),
    }
}

/// Width and height in points of what a window can fill, where the system says. Elsewhere it sees to it itself.
pub(crate) fn room() -> Option<[f32; 2]> {
    #[cfg(windows)]
    return super::windows::work_area();
    #[cfg(not(windows))]
    None
}

/// Whether somebody sits at a terminal: both ends are one.
pub fn has_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Whether the program has anything to do with a terminal: whoever started it by an icon reads nothing that it writes.
pub fn is_at_a_terminal() -> bool {
    std::io::stdin().is_terminal() || std::io::stdout().is_terminal() || std::io::stderr().is_terminal()
}

fn judge(wanted: &[(&str, &'static str)], known: Option<&BTreeSet<String>>) -> Desktop {
    // Without the loader's list nothing is known to be missing.
    let Some(known) = known else { return Desktop::Window };
    let missing: Vec<&'static str> = wanted
        .iter()
        .chain(FOR_BOTH)
        .filter(|(library, _)| !known.contains(*library))
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() { Desktop::Window } else { Desktop::Missing(missing) }
}

/// The libraries that the loader's cache and its extra path list.
fn known_libraries() -> Option<BTreeSet<String>> {
    let listed = ["/sbin/ldconfig", "/usr/sbin/ldconfig"].iter().find_map(|program| {
        std::process::Command::new(program).arg("-p").output().ok().filter(|output| output.status.success())
    })?;
    let mut known: BTreeSet<String> = String::from_utf8_lossy(&listed.stdout)
        .lines()
        .filter_map(|line| line.trim().split_once(" (").map(|(name, _)| name.to_owned()))
        .collect();
    let extra = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    for folder in std::env::split_paths(&extra) {
        let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
        known.extend(names.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    }
    (!known.is_empty()).then_some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_by_its_package() {
        let all: BTreeSet<String> =
            FOR_X11.iter().chain(FOR_BOTH).map(|(library, _)| (*library).to_owned()).collect();
        assert_eq!(judge(FOR_X11, Some(&all)), Desktop::Window);
        assert_eq!(judge(FOR_X11, None), Desktop::Window);
        let mut some = all;
        some.remove("libxkbcommon-x11.so.0");
        some.remove("libEGL.so.1");
        assert_eq!(judge(FOR_X11, Some(&some)), Desktop::Missing(vec!["libxkbcommon-x11-0", "libegl1"]));
    }
}
