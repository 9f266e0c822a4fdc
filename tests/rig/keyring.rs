//! A user's session with a Secret Service in it: GNOME Keyring on a bus of its own, unlocked, in a folder of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use crate::needs::{tool, wait_for};

/// The session. It ends when dropped.
pub struct Keyring {
    folder: tempfile::TempDir,
    address: String,
    /// The keyring and its bus, until they are ended.
    running: Mutex<Vec<Child>>,
}

impl Keyring {
    /// Starts one, as a person who signs in with a password has it.
    ///
    /// # Panics
    /// When a program is missing or does not come up.
    pub fn unlocked() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let run = folder.path().join("run");
        std::fs::create_dir(&run).expect("a folder");
        std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o700)).expect("made private");
        let mut bus = tool("dbus-daemon", "dbus");
        bus.args(["--session", "--nofork", "--print-address=1"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut bus = with_folder(&mut bus, folder.path()).spawn().expect("a bus starts");
        let mut address = String::new();
        let mut said = BufReader::new(bus.stdout.take().expect("piped"));
        said.read_line(&mut address).expect("an address");
        let address = address.trim().to_owned();
        let daemon = keyring(folder.path(), &address);
        Self { folder, address, running: Mutex::new(vec![daemon, bus]) }
    }

    /// Tells a program of it. Of another session's it then knows nothing.
    pub fn given_to<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        with_folder(command, self.folder.path()).env("DBUS_SESSION_BUS_ADDRESS", &self.address)
    }

    /// Ends the Secret Service, and the bus so that nobody starts another.
    ///
    /// # Panics
    /// Never in practice.
    pub fn end(&self) {
        for mut child in self.running.lock().expect("no panic holds it").drain(..) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// One of our keys as it is kept there.
    ///
    /// # Panics
    /// When there is none.
    pub fn key(&self) -> String {
        let mut look = tool("secret-tool", "libsecret-tools");
        let found =
            self.given_to(look.args(["lookup", "service", "Enrol station"])).output().expect("answers");
        assert!(found.status.success() && found.stdout.len() == 43, "a key of 32 bytes is there");
        String::from_utf8_lossy(&found.stdout).into_owned()
    }

    /// How many of our keys it holds.
    ///
    /// # Panics
    /// When it does not answer.
    pub fn keys(&self) -> usize {
        let mut ask = tool("dbus-send", "dbus");
        ask.args(["--session", "--print-reply=literal", "--dest=org.freedesktop.secrets"]);
        ask.args(["/org/freedesktop/secrets", "org.freedesktop.Secret.Service.SearchItems"]);
        let answer =
            self.given_to(ask.arg("dict:string:string:service,Enrol station")).output().expect("answers");
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        String::from_utf8_lossy(&answer.stdout).matches("/org/freedesktop/secrets/collection/").count()
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.end();
    }
}

fn keyring(folder: &std::path::Path, address: &str) -> Child {
    let mut daemon = tool("gnome-keyring-daemon", "gnome-keyring");
    daemon
        .args(["--foreground", "--unlock", "--components=secrets"])
        .env("DBUS_SESSION_BUS_ADDRESS", address);
    daemon.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut daemon = with_folder(&mut daemon, folder).spawn().expect("a keyring starts");
    let mut password = daemon.stdin.take().expect("piped");
    password.write_all(b"a password").expect("is read");
    drop(password);
    // Whoever asks before it is on the bus has the bus start another, which is locked.
    wait_for("an unlocked keyring on the bus", 40, || {
        let mut ask = tool("dbus-send", "dbus");
        ask.args([
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
        ]);
        ask.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
        let answer = with_folder(&mut ask, folder).env("DBUS_SESSION_BUS_ADDRESS", address).output();
        let is_there = answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("true"));
        (is_there && folder.join("data/keyrings/login.keyring").exists()).then_some(())
    });
    daemon
}

fn with_folder<'c>(command: &'c mut Command, folder: &std::path::Path) -> &'c mut Command {
    command
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_RUNTIME_DIR", folder.join("run"))
        .env_remove("XDG_CONFIG_HOME")
}
