//! A screen reader: an accessibility bus of its own, and a script on it that finds, presses, types and listens.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::needs::{run, tool, wait_for};
use crate::x11::Screen;

/// Where Debian and Ubuntu keep the bus launcher.
const LAUNCHER: &str = "/usr/libexec/at-spi-bus-launcher";

/// Other pythons on the path know nothing of the system's packages.
pub(crate) const PYTHON: &str = "/usr/bin/python3";

/// The buses, switched on. Programs that shall be read are started after it.
pub struct Buses {
    address: String,
    folder: tempfile::TempDir,
    children: Vec<Child>,
}

impl Buses {
    /// Starts them, and says that assistive technology is in use.
    ///
    /// # Panics
    /// When they are missing or do not come up.
    pub fn start() -> Self {
        let buses = Self::start_unread();
        wait_for("the accessibility bus", 20, || {
            let set = buses
                .command(tool("gdbus", "libglib2.0-bin"))
                .args(["call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus"])
                .args(["--method", "org.freedesktop.DBus.Properties.Set"])
                .args(["org.a11y.Status", "IsEnabled", "<true>"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            set.is_ok_and(|status| status.success()).then_some(())
        });
        buses
    }

    /// Starts them as they are on a desktop where nobody uses assistive technology.
    ///
    /// # Panics
    /// When they are missing or do not come up.
    pub fn start_unread() -> Self {
        assert!(Path::new(LAUNCHER).exists(), "{LAUNCHER} is missing: install the package at-spi2-core");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut daemon = tool("dbus-daemon", "dbus")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the bus starts");
        let mut address = String::new();
        let said = daemon.stdout.take().expect("a piped output");
        BufReader::new(said).read_line(&mut address).expect("the bus says its address");
        let mut buses = Self { address: address.trim().to_owned(), folder, children: vec![daemon] };
        let launcher = buses
            .command(Command::new(LAUNCHER))
            .arg("--launch-immediately")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        buses.children.push(launcher.expect("the accessibility bus starts"));
        buses
    }

    /// Where the session's bus is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A command that is seen by the screen reader.
    pub fn command(&self, mut command: Command) -> Command {
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env_remove("AT_SPI_BUS_ADDRESS");
        command
    }
}

impl Drop for Buses {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            // The launcher ends the bus that it started when it is asked to stop, not when it is killed.
            let _ = run(Command::new("kill").args(["-TERM", &child.id().to_string()]));
            let _ = child.wait();
        }
    }
}

/// What the reader tells of one thing on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// Its kind, for example `button`.
    pub role: String,
    /// What it is called.
    pub name: String,
    /// What is said about it besides.
    pub description: String,
    /// Some of `checked`, `editable`, `enabled`, `focused`.
    pub states: Vec<String>,
}

/// The reader at work.
pub struct Reader {
    script: Child,
    input: ChildStdin,
    told: Arc<Mutex<Vec<Value>>>,
    seen: usize,
}

impl Reader {
    /// Begins to listen, with its keys going to a screen.
    ///
    /// # Panics
    /// When the script does not start.
    pub fn start(buses: &Buses, screen: &Screen) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("screen_reader.py");
        let mut command = buses.command(screen.command(Command::new(PYTHON)));
        let mut script = command
            // Newer names of what is called are not there on older systems.
            .args(["-W", "ignore::DeprecationWarning"])
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is there: install the packages python3-pyatspi and gir1.2-atspi-2.0");
        let told = Arc::new(Mutex::new(Vec::new()));
        let output = script.stdout.take().expect("a piped output");
        let input = script.stdin.take().expect("a piped input");
        let lines = Arc::clone(&told);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or(Value::String(line));
                lines.lock().expect("no panic holds it").push(line);
            }
        });
        let mut reader = Self { script, input, told, seen: 0 };
        reader.done("start");
        reader
    }

    /// Waits for a thing of a role whose name begins so.
    ///
    /// # Panics
    /// When it does not come.
    pub fn find(&mut self, role: &str, name: &str) -> Thing {
        self.ask(&format!("find {role}|{name}"))
    }

    /// Where it is in its window, in pixels: left, top, width and height.
    ///
    /// # Panics
    /// When it does not come.
    pub fn place(&mut self, role: &str, name: &str) -> [i32; 4] {
        let told = self.command(&format!("where {role}|{name}"));
        let found = told.iter().find(|line| line["kind"] == "found");
        let place = found.and_then(|found| serde_json::from_value(found["place"].clone()).ok());
        place.unwrap_or_else(|| panic!("where {role} {name:?} is: {told:#?}"))
    }

    /// Presses it, and tells what it was.
    ///
    /// # Panics
    /// When it does not come or cannot be pressed.
    pub fn press(&mut self, role: &str, name: &str) -> Thing {
        self.ask(&format!("press {role}|{name}"))
    }

    /// Gives it the keyboard and types, and tells what it was.
    ///
    /// # Panics
    /// When it does not come or does not take the keyboard.
    pub fn type_into(&mut self, role: &str, name: &str, text: &str) -> Thing {
        self.ask(&format!("type {role}|{name}|{text}"))
    }

    /// Everything on the page now.
    ///
    /// # Panics
    /// When the script has ended.
    pub fn page(&mut self) -> Vec<Thing> {
        self.command("dump").iter().filter(|line| line["kind"] == "node").map(thing).collect()
    }

    /// Waits until something is announced that holds `words`, and gives the whole of it.
    ///
    /// # Panics
    /// When it is not.
    pub fn hears(&self, words: &str) -> String {
        wait_for(&format!("{words:?} to be announced; heard: {:#?}", self.heard()), 20, || {
            self.heard().into_iter().find(|heard| heard.contains(words))
        })
    }

    /// Everything announced so far.
    ///
    /// # Panics
    /// Never in practice.
    pub fn heard(&self) -> Vec<String> {
        let told = self.told.lock().expect("no panic holds it");
        let heard = told.iter().filter(|line| line["kind"] == "heard");
        heard.map(|line| text(line, "name")).collect()
    }

    fn ask(&mut self, command: &str) -> Thing {
        let told = self.command(command);
        let found = told.iter().find(|line| line["kind"] == "found");
        thing(found.unwrap_or_else(|| panic!("{command}: {told:#?}")))
    }

    fn command(&mut self, command: &str) -> Vec<Value> {
        writeln!(self.input, "{command}").expect("the script reads");
        self.done(command.split(' ').next().unwrap_or_default())
    }

    /// Waits until the script has done what it was told, and gives what it said meanwhile.
    fn done(&mut self, word: &str) -> Vec<Value> {
        let from = self.seen;
        let to = wait_for(&format!("the screen reader to {word}"), 60, || {
            let told = self.told.lock().expect("no panic holds it").clone();
            if let Ok(Some(status)) = self.script.try_wait() {
                panic!("the screen reader ended ({status}) at {word:?}: {:#?}", &told[from..]);
            }
            told[from..].iter().position(|line| line["kind"] == "did").map(|at| from + at + 1)
        });
        self.seen = to;
        self.told.lock().expect("no panic holds it")[from..to].to_vec()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.script.kill();
        let _ = self.script.wait();
    }
}

fn thing(line: &Value) -> Thing {
    let states = line["states"].as_array().into_iter().flatten();
    Thing {
        role: text(line, "role"),
        name: text(line, "name"),
        description: text(line, "description"),
        states: states.filter_map(|state| state.as_str().map(str::to_owned)).collect(),
    }
}

fn text(line: &Value, key: &str) -> String {
    line[key].as_str().unwrap_or_default().to_owned()
}
