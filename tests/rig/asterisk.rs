//! The real Asterisk, on the files that a trust is given (`packaging/asterisk`), with ports and a password of its own.
//!
//! Not here: what it calls. The other end of its trunk is `exchange`.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::needs::{run, tool, wait_for};
use crate::programs::Running;

/// What a trust copies to its Asterisk.
const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging/asterisk");

/// Its folder, and the process while there is one. Both go when it is dropped.
pub struct Asterisk {
    running: Option<Running>,
    /// What it said before it was last killed.
    said: String,
    program: PathBuf,
    ari: SocketAddr,
    password: String,
    home: tempfile::TempDir,
}

impl Asterisk {
    /// Starts one whose trunk leads to `exchange`.
    ///
    /// # Panics
    /// When it cannot be had, or does not start.
    pub fn start(exchange: SocketAddr) -> Self {
        // Says on standard error what it does; that is minutes only where the network is slow.
        let output = tool("bash", "bash").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/asterisk")).output();
        let output = output.expect("bash starts");
        assert!(
            output.status.success(),
            "tests/asterisk failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let program = Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("asterisk");
        let mut asterisk = Self {
            running: None,
            said: String::new(),
            program,
            ari: TcpListener::bind("127.0.0.1:0")
                .and_then(|listener| listener.local_addr())
                .expect("a free port"),
            password: password(),
            home: tempfile::tempdir().expect("a temporary folder"),
        };
        asterisk.configure(exchange);
        asterisk.start_again();
        asterisk
    }

    fn configure(&self, exchange: SocketAddr) {
        let home = self.home.path();
        for folder in ["etc/local", "data/sounds", "var/keys", "log", "run", "spool"] {
            std::fs::create_dir_all(home.join(folder)).expect("a folder");
        }
        let write =
            |name: &str, text: String| std::fs::write(home.join(name), text).expect("the file is written");
        for file in std::fs::read_dir(SHIPPED).expect("the files are there").flatten() {
            let name = file.file_name();
            if name.to_string_lossy().ends_with(".conf") && name != "asterisk.conf" {
                std::os::unix::fs::symlink(file.path(), home.join("etc").join(name)).expect("a link");
            }
        }
        let root = self.program.parent().expect("a folder");
        let shared = root.join("usr/share/asterisk");
        std::os::unix::fs::symlink(shared.join("documentation"), home.join("data/documentation"))
            .expect("a link");
        let (at, modules) = (home.display(), root.join("modules"));
        let folders = format!(
            "[directories]\nastetcdir => {at}/etc\nastmoddir => {}\nastdatadir => {at}/data\nastvarlibdir => {at}/var\n\
             astdbdir => {at}/var\nastkeydir => {at}/var\nastagidir => {at}/var\nastcachedir => {at}/var\n\
             astsbindir => {at}/var\nastspooldir => {at}/spool\nastrundir => {at}/run\nastlogdir => {at}/log\n\
             #include \"{SHIPPED}/asterisk.conf\"\n",
            modules.display()
        );
        write("etc/asterisk.conf", folders);
        write("etc/local/http.conf", format!("[general](+)\nbindport = {}\n", self.ari.port()));
        let example = |name: &str| {
            std::fs::read_to_string(Path::new(SHIPPED).join("local").join(name))
                .expect("the example is there")
        };
        write("etc/local/ari.conf", example("ari.conf.example").replace("CHANGE-THIS", &self.password));
        let sip = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port");
        let trunk = example("trunk.conf.example")
            .replace("0.0.0.0:5060", &sip.to_string())
            .replace("sip.provider.example:5060", &exchange.to_string())
            .replace("198.51.100.5", "127.0.0.1");
        write("etc/local/trunk.conf", trunk);
    }

    /// Starts it on the files it has, at the same address.
    ///
    /// # Panics
    /// When it still runs, or does not start.
    pub fn start_again(&mut self) {
        assert!(self.running.is_none(), "Asterisk still runs");
        let config = self.home.path().join("etc/asterisk.conf");
        let mut running = Running::start(Command::new(&self.program).args(["-f", "-n", "-C"]).arg(config));
        wait_for("Asterisk to answer", 20, || {
            assert!(!running.has_ended(), "Asterisk ended:\n{}", running.said());
            self.ask("GET", "/asterisk/ping").contains("pong").then_some(())
        });
        self.running = Some(running);
        // ARI answers a little earlier than the trunk takes calls.
        wait_for("Asterisk to be ready", 20, || {
            self.console("core waitfullybooted").contains("fully booted").then_some(())
        });
    }

    /// Ends it at once, as a crash does.
    pub fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            self.said += &running.said();
        }
    }

    /// Where ARI is: `http://127.0.0.1:PORT/ari`.
    pub fn ari_url(&self) -> String {
        format!("http://{}/ari", self.ari)
    }

    /// The same as an address, for a wire in front of it.
    pub fn ari_address(&self) -> SocketAddr {
        self.ari
    }

    /// The password of the user `enrol`.
    pub fn ari_password(&self) -> &str {
        &self.password
    }

    /// Asks ARI something and gives the body, empty when nothing answers.
    pub fn ask(&self, method: &str, path_and_query: &str) -> String {
        self.request(&["-X", method], path_and_query)
    }

    /// Posts it some JSON and gives the body, empty when nothing answers.
    pub fn tell(&self, path_and_query: &str, json: &str) -> String {
        self.request(&["-H", "Content-Type: application/json", "-d", json], path_and_query)
    }

    fn request(&self, how: &[&str], path_and_query: &str) -> String {
        let user = format!("enrol:{}", self.password);
        let url = format!("{}{path_and_query}", self.ari_url());
        let mut curl = tool("curl", "curl");
        curl.args(["-s", "--max-time", "10", "-u", &user]).args(how).arg(&url);
        let output = curl.output().expect("curl starts");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Types a command on its console and gives what it says.
    pub fn console(&self, command: &str) -> String {
        let config = self.home.path().join("etc/asterisk.conf");
        let output = run(Command::new(&self.program).arg("-C").arg(config).args(["-r", "-x", command]));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A folder whose files it plays by `sound:NAME/FILE`, without the file's ending.
    ///
    /// # Panics
    /// When the folder cannot be linked.
    pub fn has_sounds(&self, name: &str, folder: &Path) {
        let sounds = self.home.path().join("data/sounds");
        std::os::unix::fs::symlink(folder, sounds.join(name)).expect("a link");
    }

    /// Everything it wrote: its log, its console, and whatever lies in its folders apart from the settings.
    pub fn log_text(&self) -> String {
        let mut text = self.said.clone();
        if let Some(running) = &self.running {
            text += &running.said();
        }
        for folder in ["log", "var", "run", "spool"] {
            let mut folders = vec![self.home.path().join(folder)];
            while let Some(folder) = folders.pop() {
                for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                    let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
                    if entry.path().is_dir() {
                        folders.push(entry.path());
                    } else if let (true, Ok(bytes)) = (is_file, std::fs::read(entry.path())) {
                        text += &format!("\n== {}\n", entry.path().display());
                        text += &String::from_utf8_lossy(&bytes);
                    }
                }
            }
        }
        text
    }
}

fn password() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has entropy");
    data_encoding::HEXLOWER.encode(&bytes)
}
