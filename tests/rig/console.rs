//! A person at the assistant's console: the real program on a data folder, and the way that everybody goes.
//!
//! Not here: what the pages say beyond what is needed to find the way.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::phone::Phone;
use crate::programs::program;
use crate::terminal::Terminal;

/// What stands at the foot of each page.
const FOOT: &str = "q: stop";

/// The assistant in a terminal.
pub struct Console {
    /// Its terminal.
    pub terminal: Terminal,
    data: PathBuf,
}

impl Console {
    /// Starts it on a data folder.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(data: &Path, server: SocketAddr, key: &str) -> Self {
        Self::start_with(data, server, key, &[])
    }

    /// The same with variables.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start_with(data: &Path, server: SocketAddr, key: &str, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program("enrol"));
        command.envs(variables.iter().copied());
        command.args(["--server", &format!("http://{server}"), "--server-key", key]);
        Self::of(command, data)
    }

    /// Starts a command of the scenario's own on a data folder.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn of(mut command: Command, data: &Path) -> Self {
        command.args(["--console", "--data"]);
        Self { terminal: Terminal::start(command.arg(data)), data: data.to_owned() }
    }

    /// Waits for a page and for all of it.
    ///
    /// # Panics
    /// When it does not come.
    pub fn page(&mut self, heading: &str) -> String {
        let mut text = self.terminal.until(heading);
        text.push_str(&self.terminal.until(FOOT));
        text
    }

    /// From the first page, or from where it lets people go on, to "Check and send", with a phone that links and proves an account.
    ///
    /// # Panics
    /// When a page does not come.
    pub fn walk_to_send(&mut self, code: &str) -> Phone {
        self.walk_to("Check and send", code)
    }

    /// The same to a page after that on which the code of the app is tested.
    ///
    /// # Panics
    /// When a page does not come.
    pub fn walk_to(&mut self, end: &str, code: &str) -> Phone {
        let mut phone = None;
        loop {
            self.terminal.until("Step ");
            let page = self.terminal.until(FOOT);
            // After "3 of 10".
            let heading = page.lines().skip(1).map(str::trim).find(|line| !line.is_empty());
            let heading = heading.expect("a page has a heading");
            if heading == end {
                return phone.expect("the code was scanned before");
            }
            let line = match heading {
                "Who are you?" => code.to_owned(),
                // The number selects, Enter goes on.
                "Which phone do you have?" if !page.contains("(selected)") => "1".to_owned(),
                "Scan the code" => {
                    phone = Some(self.terminal.scan());
                    String::new()
                }
                "Test it" => phone.as_ref().map(Phone::code).expect("the code was scanned before"),
                _ => String::new(),
            };
            self.terminal.line(&line);
        }
    }

    /// Selects **Send**.
    pub fn send(&mut self) {
        self.terminal.line("");
    }

    /// Whether it told the person that the enrolment is saved.
    pub fn said_saved(&self) -> bool {
        let said = self.terminal.said();
        ["It is saved.", "Not sent yet", "Your sign-in security is set up"]
            .iter()
            .any(|sign| said.contains(sign))
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }
}

/// The files that wait in a data folder's outbox, finished or not.
pub fn outbox(data: &Path) -> Vec<PathBuf> {
    files_in(&data.join("outbox"))
}

/// The files that were set aside in a data folder.
pub fn set_aside(data: &Path) -> Vec<PathBuf> {
    files_in(&data.join("set-aside"))
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}
