//! A PostgreSQL server for tests: it is made in a temporary folder, reached by a socket there, and gone afterwards.
//! All tests that run at the same time share one server, and have a database each.
//!
//! `dump` shows a store's content to a test that compares it with an earlier one.

mod dump;
mod migration_lock;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use dump::{Dump, columns, dump, waiting_for_locks};
pub use migration_lock::MigrationLock;

/// A running server. It stops when the last clone is dropped.
#[derive(Clone)]
pub struct Postgres(Arc<Server>);

struct Server {
    folder: tempfile::TempDir,
    port: u16,
    programs: PathBuf,
    /// The settings that it is started with, besides its folder.
    settings: Vec<String>,
    running: Mutex<Option<Supervised>>,
    databases: AtomicU32,
}

/// A server process and the thread that owns it. Dropping the sender ends both.
type Supervised = (mpsc::Sender<()>, JoinHandle<()>);

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// PostgreSQL is not installed.
    #[error(
        "PostgreSQL is not installed here: there is no initdb in /usr/lib/postgresql. Install the package postgresql"
    )]
    Missing,
    /// One of its programs failed.
    #[error("{doing}: {words}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// What the program said.
        words: String,
    },
}

static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Postgres {
    /// The server that all tests share. It does not wait for the disk.
    pub fn shared() -> Result<Self, PostgresError> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Ok(Self(server));
        }
        let started = Self::start(false)?;
        *shared = Arc::downgrade(&started.0);
        Ok(started)
    }

    /// A server of its own; `durable` when commits shall wait for the disk (benchmarks).
    pub fn start(durable: bool) -> Result<Self, PostgresError> {
        Self::start_with(durable, None)
    }

    /// A server of its own that is also reached by the network, with a certificate and its key in PEM.
    pub fn start_encrypted(certificate: &str, key: &str) -> Result<Self, PostgresError> {
        Self::start_with(false, Some([("server.crt", certificate), ("server.key", key)]))
    }

    fn start_with(durable: bool, tls: Option<[(&str, &str); 2]>) -> Result<Self, PostgresError> {
        let programs = programs().ok_or(PostgresError::Missing)?;
        let folder = tempfile::Builder::new()
            .prefix("enrol-pg")
            .tempdir()
            .map_err(|error| failed("making a folder", error))?;
        give_to_postgres(folder.path())?;
        let data = folder.path().join("data");
        let mut initdb = as_postgres(&programs.join("initdb"));
        initdb
            .args([
                "--no-sync",
                "--no-locale",
                "--encoding=UTF8",
                "--auth=trust",
                "--username=enrol",
                "--pgdata",
            ])
            .arg(&data);
        run("initdb", &mut initdb)?;
        let mut settings = vec!["max_connections=200".to_owned()];
        let port = if let Some(files) = tls {
            for (name, pem) in files {
                private_file(&data.join(name), pem)?;
            }
            let port = free_port().map_err(|error| failed("finding a port", error))?;
            settings.extend([
                "ssl=on".to_owned(),
                "listen_addresses=127.0.0.1".to_owned(),
                format!("port={port}"),
            ]);
            port
        } else {
            // The number is a part of the socket's name.
            settings.push("listen_addresses=".to_owned());
            5432
        };
        if !durable {
            settings.extend(["fsync=off".to_owned(), "synchronous_commit=off".to_owned()]);
        }
        let (running, databases) = (Mutex::new(None), AtomicU32::new(0));
        let server = Self(Arc::new(Server { folder, port, programs, settings, running, databases }));
        server.start_again()?;
        Ok(server)
    }

    /// Ends the server and every connection to it. Its databases stay.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Starts it again with the databases that it has.
    pub fn start_again(&self) -> Result<(), PostgresError> {
        self.0.start()?;
        self.wait()
    }

    /// The address of a new, empty database.
    pub fn database(&self) -> Result<String, PostgresError> {
        let name = format!("enrol{}", self.0.databases.fetch_add(1, Ordering::Relaxed));
        let mut createdb = Command::new(self.0.programs.join("createdb"));
        createdb.arg("-h").arg(self.0.folder.path()).args(["-p", &self.0.port.to_string()]);
        createdb.args(["-U", "enrol", &name]);
        run("createdb", &mut createdb)?;
        Ok(self.url(&name))
    }

    fn url(&self, database: &str) -> String {
        let socket = self.0.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://enrol@localhost:{}/{database}?host={socket}", self.0.port)
    }

    /// One of PostgreSQL's own programs, such as `pg_dump`, set up for a database of this server.
    pub fn program(&self, name: &str, database: &str) -> Command {
        let database = database.rsplit_once('/').map_or(database, |(_, rest)| rest);
        let mut command = Command::new(self.0.programs.join(name));
        command.env("PGHOST", self.0.folder.path()).env("PGPORT", self.0.port.to_string());
        command.env("PGUSER", "enrol").env("PGDATABASE", database.split('?').next().unwrap_or(database));
        command
    }

    /// The address of a database, from its address by the socket, through the network under a name of this computer.
    pub fn url_by_network(&self, database: &str, host: &str) -> Option<String> {
        let (name, _) = database.rsplit_once('/')?.1.split_once('?')?;
        Some(format!("postgres://enrol@{host}:{}/{name}", self.0.port))
    }

    fn wait(&self) -> Result<(), PostgresError> {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let mut ready = Command::new(self.0.programs.join("pg_isready"));
            ready.arg("-q").arg("-h").arg(self.0.folder.path()).args(["-p", &self.0.port.to_string()]);
            ready.args(["-U", "enrol", "-d", "postgres"]);
            match run("pg_isready", &mut ready) {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > until => {
                    let log = std::fs::read_to_string(self.0.folder.path().join("log")).unwrap_or_default();
                    return Err(failed("starting PostgreSQL", format!("{error}\n{log}")));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(30)),
            }
        }
    }
}

impl Server {
    fn start(&self) -> Result<(), PostgresError> {
        let folder = self.folder.path();
        let log = std::fs::OpenOptions::new().append(true).create(true).open(folder.join("log"));
        let log = log.map_err(|error| failed("making the log", error))?;
        let mut server = as_postgres(&self.programs.join("postgres"));
        server.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
        server.args(self.settings.iter().flat_map(|setting| ["-c", setting]));
        server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(supervise(server)?);
        Ok(())
    }

    fn stop(&self) {
        if let Some((stop, holder)) = self.running.lock().unwrap_or_else(PoisonError::into_inner).take() {
            drop(stop);
            let _ = holder.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts the server from a thread that lives as long as the server. The system ends the server when that thread ends, also
/// when the tests are killed.
fn supervise(mut server: Command) -> Result<Supervised, PostgresError> {
    let (stop, stopped) = mpsc::channel::<()>();
    let (report, started) = mpsc::channel();
    let holder = std::thread::spawn(move || {
        let mut child = match server.spawn() {
            Ok(child) => child,
            Err(error) => return drop(report.send(Err(error))),
        };
        let _ = report.send(Ok(()));
        let _ = stopped.recv();
        end(&mut child);
    });
    match started.recv() {
        Ok(Ok(())) => Ok((stop, holder)),
        Ok(Err(error)) => Err(failed("starting PostgreSQL", error)),
        Err(error) => Err(failed("starting PostgreSQL", error)),
    }
}

fn end(child: &mut Child) {
    // SIGINT: disconnect everybody and stop.
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
    }
    let until = Instant::now() + Duration::from_secs(5);
    while Instant::now() < until {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The newest version that is installed.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            path.join("bin/initdb").exists().then(|| (version, path.join("bin")))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, path)| path)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    }
    command.arg("--pdeathsig=INT").arg(program).current_dir("/");
    command
}

fn give_to_postgres(folder: &Path) -> Result<(), PostgresError> {
    if !is_root() {
        return Ok(());
    }
    run("chown", Command::new("chown").arg("postgres:postgres").arg(folder))
}

/// Writes a key file: PostgreSQL refuses one that others may read.
fn private_file(path: &Path, text: &str) -> Result<(), PostgresError> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| failed("writing a file", error))?;
    give_to_postgres(path)
}

/// Another process could take the port before the server does. The server would then fail to start and say so.
fn free_port() -> std::io::Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn run(doing: &'static str, command: &mut Command) -> Result<(), PostgresError> {
    let Output { status, stdout, stderr } =
        command.stdin(Stdio::null()).output().map_err(|error| failed(doing, error))?;
    if status.success() {
        return Ok(());
    }
    let words = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Err(failed(doing, words))
}

fn failed(doing: &'static str, words: impl std::fmt::Display) -> PostgresError {
    PostgresError::Failed { doing, words: words.to_string() }
}
