//! A screen of its own (Xvfb), a window manager (openbox), a keyboard (xdotool) and a camera (import).

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::needs::{run, tool, wait_for, wait_for_or};
use crate::programs::Running;

/// A virtual screen; everything it started ends with it.
pub struct Screen {
    display: String,
    children: Vec<Child>,
}

impl Screen {
    /// Opens a screen of the given size in pixels.
    ///
    /// # Panics
    /// When the tools are missing or the screen does not come up.
    pub fn open(width: u32, height: u32) -> Self {
        let screen = Self::open_unmanaged(width, height);
        screen.managed(None)
    }

    /// The same with a panel at the bottom, so many pixels high, that windows keep clear of.
    ///
    /// # Panics
    /// When the tools are missing or the screen does not come up.
    pub fn open_with_panel(width: u32, height: u32, panel: u32) -> Self {
        let screen = Self::open_unmanaged(width, height);
        screen.managed(Some(panel))
    }

    /// The same without a window manager: nobody places windows, and they have no frame.
    ///
    /// # Panics
    /// When the tools are missing or the screen does not come up.
    pub fn open_unmanaged(width: u32, height: u32) -> Self {
        let read = tempfile::NamedTempFile::new().expect("a temporary file");
        let write = read.reopen().expect("the same file");
        // -displayfd lets the server choose a free number, so that tests run side by side.
        let server = tool("Xvfb", "xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(write)
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let number = wait_for("the virtual screen", 30, || {
            std::fs::read_to_string(read.path())
                .ok()
                .filter(|text| text.ends_with('\n'))
                .map(|text| text.trim().to_owned())
        });
        Self { display: format!(":{number}"), children: vec![server] }
    }

    fn managed(mut self, panel: Option<u32>) -> Self {
        // A window that asks to be shown while openbox starts is forgotten by it; a person's screen is there before.
        let folder = tempfile::tempdir().expect("a temporary folder");
        let is_up = folder.path().join("is-up");
        let mut manager = self.command(tool("openbox", "openbox"));
        if let Some(panel) = panel {
            let file = folder.path().join("rc.xml");
            let settings = format!(
                "<openbox_config xmlns=\"http://openbox.org/3.4/rc\"><margins><top>0</top><bottom>{panel}</bottom>\
                 <left>0</left><right>0</right></margins></openbox_config>"
            );
            std::fs::write(&file, settings).expect("writes");
            manager.arg("--config-file").arg(&file);
        }
        manager.arg("--startup").arg(format!("touch {}", is_up.display()));
        let manager = manager.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.children.push(manager.expect("openbox starts"));
        wait_for("openbox", 30, || is_up.exists().then_some(()));
        self
    }

    /// `DISPLAY` of this screen.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// A command that shows on this screen, painted by Mesa's software renderer.
    pub fn command(&self, mut command: Command) -> Command {
        command
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .stdin(Stdio::null());
        command
    }

    /// Waits for a window whose title holds `title` and gives its id.
    pub fn window(&self, title: &str) -> String {
        wait_for_or(60, || self.find(title), || panic!("no window titled {title:?}, but {:?}", self.titles()))
    }

    /// The same, of a program that has just been started.
    pub fn window_of(&self, program: &mut Running, title: &str) -> String {
        let missing = |program: &mut Running| {
            let state = if program.has_ended() { "ended" } else { "runs" };
            panic!(
                "no window titled {title:?}, but {:?}; it {state} and said:\n{}",
                self.titles(),
                program.said()
            )
        };
        wait_for_or(60, || self.find(title), || missing(program))
    }

    /// Whether such a window can be seen now.
    pub fn shows(&self, title: &str) -> bool {
        self.find(title).is_some()
    }

    /// Puts a window out of the way.
    ///
    /// # Panics
    /// When there is no such window.
    pub fn minimise(&self, window: &str) {
        run(self.command(tool("xdotool", "xdotool")).args(["windowminimize", window]));
    }

    fn find(&self, title: &str) -> Option<String> {
        let output = self
            .command(tool("xdotool", "xdotool"))
            .args(["search", "--onlyvisible", "--name", title])
            .output()
            .ok()?;
        String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
    }

    /// How many colours there are on the screen.
    pub fn colours(&self) -> u32 {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let picture = folder.path().join("screen.png");
        self.picture(&picture);
        let counted = run(tool("identify", "imagemagick").args(["-format", "%k"]).arg(&picture));
        String::from_utf8_lossy(&counted.stdout).trim().parse().expect("a number")
    }

    /// How many pixels of the screen have a colour, for example `#0f385c`.
    ///
    /// # Panics
    /// When ImageMagick does not count.
    pub fn pixels_of(&self, colour: &str) -> u32 {
        self.of_colour(colour, &[], "%[fx:round(w*h*mean)]").parse().expect("a number")
    }

    /// Presses the mouse's button in the middle of what has a colour in the lower half of the screen.
    ///
    /// # Panics
    /// When nothing has it.
    pub fn click_on(&self, colour: &str) {
        let lower_half = ["-gravity", "south", "-crop", "100%x50%+0+0", "+repage"];
        // How high that is, and width x height + left + top of what is not black in it.
        let bounds = self.of_colour(colour, &lower_half, "%h+%@");
        let sides: Option<Vec<u32>> = bounds.split(['x', '+']).map(|side| side.parse().ok()).collect();
        let Some([half, width, height, left, top]) = sides.as_deref() else { panic!("{colour}: {bounds}") };
        let (across, down) = ((left + width / 2).to_string(), (half + top + height / 2).to_string());
        let mut mouse = self.command(tool("xdotool", "xdotool"));
        run(mouse.args(["mousemove", &across, &down, "click", "1"]));
    }

    /// Moves the mouse to a point of a window and presses its button: 1 is the left one, 4 and 5 turn the wheel up and down.
    pub fn press_mouse(&self, window: &str, [across, down]: [i32; 2], button: u32) {
        let (across, down, button) = (across.to_string(), down.to_string(), button.to_string());
        let mut mouse = self.command(tool("xdotool", "xdotool"));
        run(mouse.args(["mousemove", "--window", window, &across, &down, "click", &button]));
    }

    /// What ImageMagick says of the screen's pixels of one colour, which are white, and all others black.
    fn of_colour(&self, colour: &str, part: &[&str], format: &str) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let picture = folder.path().join("screen.png");
        self.picture(&picture);
        let mut look = tool("convert", "imagemagick");
        look.arg(&picture).args(["-fill", "black", "+opaque", colour, "-fill", "white", "-opaque", colour]);
        let said = run(look.args(part).args(["-format", format, "info:"]));
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    /// How many colours there are in the upper part of the window whose title holds `title`, if there is one.
    pub fn colours_of(&self, title: &str) -> Option<u32> {
        let window = self.find(title)?;
        let mut look = self.command(tool("import", "imagemagick"));
        look.args(["-window", &window, "-crop", "600x200+0+0", "-format", "%k", "info:"]);
        String::from_utf8_lossy(&look.output().ok()?.stdout).trim().parse().ok()
    }

    /// A window's width and height in pixels.
    pub fn size(&self, window: &str) -> (u32, u32) {
        let output =
            run(self.command(tool("xdotool", "xdotool")).args(["getwindowgeometry", "--shell", window]));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let value = |name: &str| {
            text.lines().find_map(|line| line.strip_prefix(name)?.parse().ok()).unwrap_or_default()
        };
        (value("WIDTH="), value("HEIGHT="))
    }

    /// Left, top, right and bottom of a window with the frame that the window manager draws round it, in pixels.
    ///
    /// # Panics
    /// When there is no such window.
    pub fn frame(&self, window: &str) -> [i32; 4] {
        let said = run(self.command(tool("xwininfo", "x11-utils")).args(["-id", window]));
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let value = |name: &str| -> i32 {
            said.lines()
                .find_map(|line| line.trim().strip_prefix(name)?.trim().parse().ok())
                .unwrap_or_default()
        };
        let (left, top) = (value("Absolute upper-left X:"), value("Absolute upper-left Y:"));
        let (right, bottom) = (left + value("Width:"), top + value("Height:"));
        let said = run(self.command(tool("xprop", "x11-utils")).args(["-id", window, "_NET_FRAME_EXTENTS"]));
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let sides = said.split_once('=').map_or("", |(_, sides)| sides);
        let sides: Vec<i32> = sides.split(',').filter_map(|side| side.trim().parse().ok()).collect();
        let [west, east, north, south] = sides.as_slice() else { return [left, top, right, bottom] };
        [left - west, top - north, right + east, bottom + south]
    }

    /// The titles of all windows, for messages.
    pub fn titles(&self) -> Vec<String> {
        let script =
            "for w in $(xdotool search --onlyvisible --name '.*'); do xdotool getwindowname $w; done";
        let output = self.command(Command::new("sh")).args(["-c", script]).output();
        output
            .map(|output| String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
            .unwrap_or_default()
    }

    /// Presses keys by their X names, for example `Tab` or `Return`, faster than a busy computer draws.
    pub fn press(&self, keys: &[&str]) {
        run(self
            .command(tool("xdotool", "xdotool"))
            .args(["key", "--clearmodifiers", "--delay", "1"])
            .args(keys));
    }

    /// Presses the button or link that is the `tabs`th stop after the focus.
    pub fn press_stop(&self, tabs: usize) {
        self.press(&[vec!["Tab"; tabs], vec!["space"]].concat());
    }

    /// Types text.
    pub fn type_text(&self, text: &str) {
        run(self.command(tool("xdotool", "xdotool")).args(["type", "--delay", "40", text]));
    }

    /// Gives the keyboard to a window.
    pub fn focus(&self, window: &str) {
        run(self.command(tool("xdotool", "xdotool")).args(["windowactivate", "--sync", window]));
    }

    /// Takes a picture of the whole screen.
    pub fn picture(&self, path: &Path) {
        run(self.command(tool("import", "imagemagick")).args(["-window", "root"]).arg(path));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
