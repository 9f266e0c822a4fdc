//! The real service as a process: settings, policy and keys in a folder of its own, started, stopped and asked by its
//! own commands.
//!
//! Not here: the service as a library. What a scenario knows of it comes from its commands, its answers and its file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::needs::{run, tool};
use crate::policy::policy_with_calls;
use crate::programs::{Running, allowing_cores, begun_with, program};

/// The program that ships.
const PROGRAM: &str = "enrol-service";

/// A running service and its folder. Both go when it is dropped.
pub struct Service {
    program: &'static str,
    begun_with: Option<String>,
    running: Option<Running>,
    address: SocketAddr,
    identity_key: String,
    home: tempfile::TempDir,
}

impl Service {
    /// Starts one on SQLite, with the example policy.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start() -> Self {
        Self::start_with("", &[])
    }

    /// Starts one with more lines of settings and with variables, for example `store = "postgres://.."`.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_with(settings: &str, variables: &[(&str, &str)]) -> Self {
        let policy = run(program_alone(PROGRAM).args(["default-config", "--policy"]));
        let mut service = Self::laid_out(PROGRAM, settings, &String::from_utf8_lossy(&policy.stdout));
        service.start_again(variables);
        service
    }

    /// Starts one with more lines of settings and a policy of the scenario's own.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_under(policy: &str, settings: &str, variables: &[(&str, &str)]) -> Self {
        let mut service = Self::laid_out(PROGRAM, settings, policy);
        service.start_again(variables);
        service
    }

    /// One that has its settings and policy, and was not started yet.
    ///
    /// # Panics
    /// When its files cannot be written.
    pub fn not_started(settings: &str, policy: &str) -> Self {
        Self::laid_out(PROGRAM, settings, policy)
    }

    /// Starts one whose practice phone does what a plan says (`practice/main.rs`).
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_practice(settings: &str, policy: &str, plan: &str, variables: &[(&str, &str)]) -> Self {
        let mut service = Self::laid_out("practice-service", settings, policy);
        std::fs::write(service.home().join("phone"), plan).expect("the plan is written");
        service.start_again(variables);
        service
    }

    /// Starts one that asks for a number as well, at any hour, and whose practice phone answers at once.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_training() -> Self {
        let settings = "training = true\n[calls]\nline = \"practice\"\nlines = 2";
        Self::start_practice(settings, &policy_with_calls("required", &[]), "pace 200", &[])
    }

    /// From its next start it is the program that ships, also with a practice phone.
    pub fn becomes_the_one_that_ships(&mut self) {
        self.program = PROGRAM;
    }

    /// From its next start it is given so many open files at first, as systems do; it may take more.
    pub fn is_given_open_files(&mut self, most: u32) {
        self.begun_with = Some(format!("ulimit -S -n {most} && exec"));
    }

    /// From its next start it is one of which the system would keep a core.
    pub fn may_leave_cores(&mut self) {
        self.begun_with = Some(allowing_cores());
    }

    fn laid_out(program: &'static str, settings: &str, policy: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(home.path().join("keys")).expect("a folder for the keys");
        std::fs::write(home.path().join("policy.toml"), policy).expect("the policy is written");
        let lines =
            format!("listen = \"127.0.0.1:0\"\ndata = \"data\"\nkeys = \"keys/keys.toml\"\n{settings}\n");
        std::fs::write(home.path().join("service.toml"), lines).expect("the settings are written");
        let address = ([127, 0, 0, 1], 0).into();
        Self { program, begun_with: None, running: None, address, identity_key: String::new(), home }
    }

    /// Starts it on the files it has, on another free port.
    ///
    /// # Panics
    /// When it still runs, or does not start.
    pub fn start_again(&mut self, variables: &[(&str, &str)]) {
        assert!(self.running.as_mut().is_none_or(Running::has_ended), "the service still runs");
        let mut command = self.with_settings(self.program);
        if let Some(words) = &self.begun_with {
            command = begun_with(words, &command);
        }
        let mut running =
            Running::start(command.args(["serve", "--make-keys"]).envs(variables.iter().copied()));
        let serving = running.line_with("Serving at http");
        let pin = running.line_with("--server-key ");
        let after = |line: &str, sign: &str| {
            line.split_once(sign).map(|(_, rest)| rest.trim().to_owned()).expect("the sign is on the line")
        };
        self.address = after(&serving, "://").parse().expect("an address");
        self.identity_key = after(&pin, "--server-key ");
        self.running = Some(running);
    }

    /// The program with its settings named, to be told what to do.
    pub fn command(&self) -> Command {
        self.with_settings(PROGRAM)
    }

    fn with_settings(&self, program: &str) -> Command {
        let mut command = program_alone(program);
        command.arg("--config").arg(self.home.path().join("service.toml"));
        command
    }

    /// Carries out one of its commands and gives what it printed.
    ///
    /// # Panics
    /// When the command fails.
    pub fn run(&self, arguments: &[&str]) -> String {
        String::from_utf8_lossy(&run(self.command().args(arguments)).stdout).into_owned()
    }

    /// Gives a person of the first school a code. The sign-in name is the name as well.
    ///
    /// # Panics
    /// When the command fails.
    pub fn issue_code(&self, sign_in_name: &str) -> String {
        first_line(&self.run(&[
            "code",
            "issue",
            "--name",
            sign_in_name,
            "--sign-in-name",
            sign_in_name,
            "--school",
            "elm",
        ]))
    }

    /// Lets a relying party ask, and gives its key.
    ///
    /// # Panics
    /// When the command fails.
    pub fn add_client(&self, name: &str) -> String {
        first_line(&self.run(&["client", "add", name]))
    }

    /// What a query of its SQLite file gives, one row a line, columns parted by `|`. Only while it runs: whoever opens
    /// the file of a killed service does its clearing up.
    ///
    /// # Panics
    /// When the query fails.
    pub fn rows(&self, query: &str) -> String {
        let mut command = tool("sqlite3", "sqlite3");
        command.args(["-batch", "-cmd", ".timeout 10000"]).arg(self.data().join("enrol.sqlite")).arg(query);
        String::from_utf8_lossy(&run(&mut command).stdout).trim_end().to_owned()
    }

    /// The number that a query gives.
    ///
    /// # Panics
    /// When the query fails or gives something else.
    pub fn count(&self, query: &str) -> u64 {
        self.rows(query).parse().unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of one of its paths.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What assistants pin.
    pub fn identity_key(&self) -> &str {
        &self.identity_key
    }

    /// The folder with settings, policy, keys and data.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The process's number.
    ///
    /// # Panics
    /// When it was never started.
    pub fn id(&self) -> u32 {
        self.running.as_ref().expect("the service was started").id()
    }

    /// Everything that it said so far.
    ///
    /// # Panics
    /// When it was never started.
    pub fn said(&self) -> String {
        self.running.as_ref().expect("the service was started").said()
    }

    /// The process.
    ///
    /// # Panics
    /// When it was never started.
    pub fn running(&mut self) -> &mut Running {
        self.running.as_mut().expect("the service was started")
    }

    /// Asks it to stop, as the system does, and gives its exit code.
    ///
    /// # Panics
    /// When it goes on for 30 seconds.
    pub fn stop(&mut self) -> Option<i32> {
        self.running().signal("TERM");
        self.running().ended(30)
    }
}

/// The program without the settings that the tests' own surroundings may hold.
fn program_alone(name: &str) -> Command {
    let mut command = Command::new(program(name));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("ENROL_")) {
            command.env_remove(name);
        }
    }
    command
}

fn first_line(text: &str) -> String {
    text.lines().next().map(str::trim).expect("a line was printed").to_owned()
}
