//! A Windows to run the assistant on: wine, in a folder of its own, on a screen of the scenario's.
//!
//! Not here: the screen itself (`x11`). Nothing of this says how it is on a real Windows.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::needs::{run, tool};
use crate::x11::Screen;

/// A Windows; its programs end with it.
pub struct Wine<'a> {
    screen: &'a Screen,
    folder: tempfile::TempDir,
}

impl<'a> Wine<'a> {
    /// Makes one.
    ///
    /// # Panics
    /// When wine is missing or does not come up.
    pub fn on(screen: &'a Screen) -> Self {
        let wine = Self { screen, folder: tempfile::tempdir().expect("a temporary folder") };
        let mut make = wine.with_folder(Command::new(packaged("prefix")));
        run(make.arg(wine.folder.path()));
        wine
    }

    /// A Windows program's command.
    pub fn command(&self, program: &Path) -> Command {
        tool("wine", "wine");
        let mut command = self.with_folder(Command::new(packaged("under-wine")));
        command.arg(program);
        command
    }

    /// The folder that it sees as `C:\`.
    pub fn drive(&self) -> PathBuf {
        self.folder.path().join("drive_c")
    }

    /// What the user's registry says from the key of that name on, below which another's name begins so; nothing when there
    /// is none. Ends the programs first: the file is written when the last has gone.
    ///
    /// # Panics
    /// When the file cannot be read.
    pub fn user_registry(&self, key: &str, below: &str) -> String {
        let _ = self.with_folder(Command::new("wineserver")).arg("-w").status();
        let text = std::fs::read_to_string(self.folder.path().join("user.reg")).expect("the registry");
        let is_asked = |section: &&str| {
            let name = section.lines().next().unwrap_or_default();
            name.contains(key) && name.contains(below)
        };
        text.split("\n[").find(is_asked).unwrap_or_default().to_owned()
    }

    fn with_folder(&self, command: Command) -> Command {
        let mut command = self.screen.command(command);
        command.env("WINEPREFIX", self.folder.path());
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("ENROL_")) {
                command.env_remove(name);
            }
        }
        command
    }
}

impl Drop for Wine<'_> {
    fn drop(&mut self) {
        for what in ["-k", "-w"] {
            let mut server = self.with_folder(Command::new("wineserver"));
            let _ = server.arg(what).stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
    }
}

/// The assistant for Windows, freshly built.
///
/// # Panics
/// When the build fails.
pub fn enrol_exe() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let output = tool("bash", "bash").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/windows")).output();
        let output = output.expect("bash starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the assistant for Windows does not build (tests/windows): {said}");
        PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
    })
}

fn packaged(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/windows").join(name)
}
