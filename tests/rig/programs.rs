//! The programs under test, built once by the same profile as the tests, and started as a user would start them.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use crate::needs::{is_root, wait_for};

/// The path of a program (or of `examples/NAME`), freshly built; never one that was found lying about.
///
/// # Panics
/// When the build fails.
pub fn program(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT
        .get_or_init(|| {
            // target/<profile>/deps/it-… is this very test.
            let this = std::env::current_exe().expect("the test's own path");
            let folder = this.parent().and_then(Path::parent).expect("target/profile").to_owned();
            let mut build = Command::new(env!("CARGO"));
            build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).args([
                "build",
                "--workspace",
                "--bins",
                "--examples",
                "--quiet",
            ]);
            // What cargo tells this test about its package is not for that build: ring's build script would see a change,
            // and half of the workspace would be compiled again, here and in the next build outside.
            for (name, _) in std::env::vars_os() {
                if name
                    .to_str()
                    .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
                {
                    build.env_remove(name);
                }
            }
            match folder.file_name().and_then(|name| name.to_str()) {
                Some("debug") | None => {}
                Some(profile) => {
                    build.args(["--profile", profile]);
                }
            }
            assert!(build.status().expect("cargo starts").success(), "the programs do not build");
            folder
        })
        .join(name)
}

/// Words of the shell before a program's own, under which an abort leaves a core unless the program forbids it. The
/// superuser is put into a group of nobody, so that `/proc` shows by the owner of its files whether the program has.
pub fn allowing_cores() -> String {
    let group = if is_root() { " setpriv --regid=65534 --clear-groups" } else { "" };
    format!("ulimit -S -c unlimited && exec{group}")
}

/// The same command begun by the shell with other words before it, which end with `exec`, and with nothing to read. It
/// stays one process.
pub fn begun_with(words: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{words} \"$0\" \"$@\"")]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell.stdin(Stdio::null());
    shell
}

/// A running program whose output is kept, and which is ended when dropped.
pub struct Running {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Running {
    /// Starts a command with its output piped.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let said = Arc::new(Mutex::new(Vec::new()));
        let pipes: [Option<Box<dyn std::io::Read + Send>>; 2] = [
            child.stdout.take().map(|pipe| Box::new(pipe) as _),
            child.stderr.take().map(|pipe| Box::new(pipe) as _),
        ];
        for pipe in pipes.into_iter().flatten() {
            let said = Arc::clone(&said);
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
                    said.lock().expect("no panic holds it").push(String::from_utf8_lossy(&line).into_owned());
                }
            });
        }
        Self { child, said }
    }

    /// Everything said so far, on both channels.
    ///
    /// # Panics
    /// Never in practice.
    pub fn said(&self) -> String {
        self.said.lock().expect("no panic holds it").join("\n")
    }

    /// Waits for a line that holds `sign`, and gives the line.
    ///
    /// # Panics
    /// When the program ends or stays silent for 30 seconds.
    pub fn line_with(&mut self, sign: &str) -> String {
        wait_for(&format!("{sign:?}"), 30, || {
            if let Some(line) = self.said().lines().find(|line| line.contains(sign)) {
                return Some(line.to_owned());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the program ended ({status}) before it said {sign:?}:\n{}", self.said());
            }
            None
        })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by name, for example `TERM`.
    pub fn signal(&self, name: &str) {
        let _ = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status();
    }

    /// Waits for the end and gives the exit code; `None` when a signal ended it.
    ///
    /// # Panics
    /// When it has not ended after `within_secs`.
    pub fn ended(&mut self, within_secs: u64) -> Option<i32> {
        wait_for("the program's end", within_secs, || self.child.try_wait().ok().flatten()).code()
    }

    /// Aborts it, and says whether the system took a core of it, into a file or for a program: the process that started
    /// it is told so with the end.
    ///
    /// # Panics
    /// When it goes on for 60 seconds, or ends otherwise.
    pub fn leaves_a_core(&mut self) -> bool {
        self.signal("ABRT");
        let status = wait_for("the program's end", 60, || self.child.try_wait().ok().flatten());
        assert!(status.signal().is_some(), "the signal did not end it: {status}");
        status.core_dumped()
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
