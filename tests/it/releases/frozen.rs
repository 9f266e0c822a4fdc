//! A frozen release: what its folder holds, on each of the two databases.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::{Deserialize, Serialize};
use store::testing::Postgres;
use tests::needs::{run, tool};
use tests::service::Service;

/// The store as SQL.
pub(super) const STORE: &str = "store.sql";
/// Test keys, used nowhere else.
pub(super) const KEYS: &str = "keys.toml";
/// The active policy.
pub(super) const POLICY: &str = "policy.toml";
/// The head that the release signed last.
pub(super) const HEAD: &str = "head.json";
/// What a scenario has to know.
pub(super) const FACTS: &str = "facts.json";
/// SQLite: a backup that the release made.
pub(super) const BACKUP: &str = "backup";

/// The line is the one for practice, whose calls the store knows.
pub(super) const SETTINGS: &str =
    "training = true\ntrusted_proxies = [\"127.0.0.1/32\"]\n[calls]\nline = \"practice\"";

/// Where stores are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// What a scenario has to know of a frozen release.
#[derive(Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) version: String,
    /// The store as it was then.
    pub(super) frozen_at_secs: i64,
    /// What assistants pinned when they first heard of it. Another key has taken its place since.
    pub(super) pinned: String,
    pub(super) client_key: String,
    /// Sealed records; one of them is the number of a call that rings.
    pub(super) records: u64,
    /// Who is enrolled, by sign-in name.
    pub(super) enrolled: Vec<Enrolled>,
    /// An enrolment that an assistant of that release sealed and has not posted yet, and whose.
    pub(super) on_its_way: (String, protocol::Sealed),
}

/// A person, and what their phone keeps.
#[derive(Serialize, Deserialize)]
pub(super) struct Enrolled {
    pub(super) sign_in_name: String,
    pub(super) secret: Vec<u8>,
}

/// A release on one of the databases.
pub(super) struct Frozen {
    pub(super) kind: Kind,
    folder: PathBuf,
}

impl Frozen {
    /// All that were frozen.
    pub(super) fn all() -> Vec<Self> {
        let mut versions: Vec<PathBuf> = std::fs::read_dir(folder())
            .expect("releases were frozen")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.is_dir())
            .collect();
        versions.sort();
        assert!(!versions.is_empty(), "no release was frozen");
        let both = |version: PathBuf| Kind::ALL.map(|kind| Self { kind, folder: version.join(kind.name()) });
        versions.into_iter().flat_map(both).collect()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn text(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(super) fn facts(&self) -> Facts {
        serde_json::from_str(&self.text(FACTS)).expect("facts")
    }

    /// A service of today that was not started yet, with the keys, the policy and the store of then.
    pub(super) fn laid_out(&self) -> (Service, Option<Database>) {
        let database = match self.kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(Database::new()),
        };
        let store = database.as_ref().map(|on| format!("store = {:?}\n", on.url)).unwrap_or_default();
        let service = Service::not_started(&format!("{store}{SETTINGS}"), &self.text(POLICY));
        let keys = service.home().join("keys/keys.toml");
        std::fs::write(&keys, self.text(KEYS)).expect("the keys are written");
        private(&keys);
        let sql = std::fs::File::open(self.path(STORE)).expect("a dump");
        let mut load = match &database {
            Some(on) => on.psql(),
            None => {
                std::fs::create_dir(service.data()).expect("a folder");
                let mut sqlite = tool("sqlite3", "sqlite3");
                sqlite.arg("-bail").arg(service.data().join("enrol.sqlite"));
                sqlite
            }
        };
        let loaded = load.stdin(Stdio::from(sql)).output().expect("starts");
        assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
        (service, database)
    }

    /// The backup that the release made, in a folder of its own.
    pub(super) fn backup_in(&self, folder: &Path) -> PathBuf {
        let to = folder.join(BACKUP);
        std::fs::create_dir(&to).expect("a folder");
        for file in std::fs::read_dir(self.path(BACKUP)).expect("a backup") {
            let file = file.expect("an entry").path();
            std::fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("copies");
        }
        run(tool("gzip", "gzip").arg("-d").arg(to.join("enrol.sqlite.gz")));
        to
    }
}

/// A database on the server that all scenarios share.
pub(super) struct Database {
    pub(super) url: String,
    server: Postgres,
}

impl Database {
    pub(super) fn new() -> Self {
        let server = Postgres::shared().unwrap_or_else(|error| panic!("{error}"));
        Self { url: server.database().expect("a database"), server }
    }

    /// Reads SQL and stops at the first mistake.
    pub(super) fn psql(&self) -> std::process::Command {
        let mut psql = self.server.program("psql", &self.url);
        psql.args(["-q", "-X", "-v", "ON_ERROR_STOP=1"]);
        psql
    }

    /// All of it as SQL.
    pub(super) fn sql(&self) -> String {
        let mut dump = self.server.program("pg_dump", &self.url);
        let dump = run(dump.args(["--no-owner", "--no-privileges", "--inserts"]));
        String::from_utf8_lossy(&dump.stdout).into_owned()
    }
}

/// Where frozen releases lie.
pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("releases")
}

/// For its owner alone, as keys must be.
pub(super) fn private(file: &Path) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).expect("the mode is set");
}
