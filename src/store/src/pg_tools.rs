//! PostgreSQL's own programs, which copy a database and restore it, and the databases that this needs.
//!
//! Not here: what a backup consists of (`engine::backup`).

use std::path::Path;
use std::process::Stdio;

use data_encoding::HEXLOWER;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use super::error::Doing as _;
use super::{Kind, Store, StoreError, StoreOptions};

/// Why one of PostgreSQL's programs failed.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// The program is not installed.
    #[error(
        "{0} was not found; install PostgreSQL's client programs of the server's version (on Debian: postgresql-client)"
    )]
    Missing(&'static str),
    /// The server could not read back what the program writes.
    #[error(
        "{program} is of version {client} and the server of {server}, which does not take back what that writes; have those of version {server} found first (on Debian: install postgresql-client-{server}, and put /usr/lib/postgresql/{server}/bin first in PATH)"
    )]
    TooNew {
        /// The program.
        program: &'static str,
        /// The program's version.
        client: u32,
        /// The server's version.
        server: u32,
    },
    /// The program failed.
    #[error("{program}: {words}")]
    Failed {
        /// The program.
        program: &'static str,
        /// What the program said.
        words: String,
    },
}

impl Store {
    /// Copies a PostgreSQL database, as it is at one moment, to a new file. The database stays in use.
    pub async fn dump_to(&self, file: &Path) -> Result<(), ToolError> {
        let mut command = self.tool_command("pg_dump").await?;
        command
            .args(["--format=custom", "--no-owner", "--no-privileges", "--no-comments", "--file"])
            .arg(file);
        run_tool("pg_dump", command).await.map(|_| ())
    }

    /// Restores such a file into an empty database: all of it, or nothing.
    pub async fn load_from(&self, file: &Path) -> Result<(), ToolError> {
        let mut command = self.tool_command("pg_restore").await?;
        command.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]);
        command.args(["--no-comments", "--dbname", &self.name()]).arg(file);
        run_tool("pg_restore", command).await.map(|_| ())
    }

    /// The database's name, or the file.
    pub fn name(&self) -> String {
        match &self.kind {
            Kind::Sqlite { file, .. } => file.display().to_string(),
            Kind::Postgres(pool) => {
                let options = pool.connect_options();
                options.get_database().unwrap_or(options.get_username()).to_owned()
            }
        }
    }

    /// Whether a PostgreSQL database has no tables.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let tables: i64 =
            sqlx::query_scalar("select count(*) from pg_tables where schemaname = current_schema()")
                .fetch_one(self.pool()?)
                .await
                .doing("looking whether the database is empty")?;
        Ok(tables == 0)
    }

    /// Drops all tables of a PostgreSQL database that was empty before.
    pub async fn empty(&self) -> Result<(), StoreError> {
        sqlx::raw_sql(
            "do $$ declare found record; begin
                 for found in select tablename from pg_tables where schemaname = current_schema() loop
                     execute format('drop table %I cascade', found.tablename);
                 end loop;
             end $$",
        )
        .execute(self.pool()?)
        .await
        .doing("emptying the database again")
        .map(|_| ())
    }

    /// Makes a database without tables on the same server, for the same user, and opens it.
    pub async fn make_database(&self) -> Result<Self, StoreError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|_| StoreError::Corrupt("name without entropy"))?;
        let name = format!("enrol_check_{}", HEXLOWER.encode(&random));
        self.database(&format!("create database {name} template template0"), "making a database").await?;
        let connect = PgConnectOptions::clone(&self.pool()?.connect_options()).database(&name);
        let opened =
            super::open::postgres(connect, &StoreOptions { connections: 2, ..StoreOptions::default() }).await;
        if opened.is_err() {
            self.drop_database(&name).await?;
        }
        opened
    }

    /// Drops a database that `make_database` made.
    pub async fn drop_database(&self, name: &str) -> Result<(), StoreError> {
        self.database(&format!("drop database if exists {name} with (force)"), "dropping a database").await
    }

    async fn database(&self, sql: &str, doing: &'static str) -> Result<(), StoreError> {
        // The text is our own, and hexadecimal digits.
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(self.pool()?).await.doing(doing).map(|_| ())
    }

    fn pool(&self) -> Result<&sqlx::PgPool, StoreError> {
        match &self.kind {
            Kind::Postgres(pool) => Ok(pool),
            Kind::Sqlite { .. } => Err(StoreError::Url),
        }
    }

    /// A program whose environment says where the database is. Its command line does not: everybody on the computer can
    /// read that.
    async fn tool_command(&self, program: &'static str) -> Result<Command, ToolError> {
        let failed = |error: StoreError| ToolError::Failed { program, words: domain::error_chain(&error) };
        let pool = self.pool().map_err(failed)?;
        let server = sqlx::query_scalar("show server_version").fetch_one(pool).await;
        let server: String = server.doing("asking for the server's version").map_err(failed)?;
        let mut asked = Command::new(program);
        // With its environment: Debian's wrapper chooses another version by where the database is.
        asked.envs(environment(&pool.connect_options())).arg("--version");
        let client = run_tool(program, asked).await?;
        if let (Some(client), Some(server)) = (major(&client), major(&server))
            && !is_compatible(client, server)
        {
            return Err(ToolError::TooNew { program, client, server });
        }
        let mut command = Command::new(program);
        command.envs(environment(&pool.connect_options())).arg("--no-password");
        Ok(command)
    }
}

/// The first number of a version, as in `pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` and `15.14`.
fn major(version: &str) -> Option<u32> {
    let digits = version.split(|character: char| !character.is_ascii_digit());
    digits.filter(|digits| !digits.is_empty()).find_map(|digits| digits.parse().ok())
}

/// Programs from version 17 on write a setting into a copy that older servers do not know, so those refuse it. A program
/// that is too old says so itself.
fn is_compatible(client: u32, server: u32) -> bool {
    client < 17 || server >= 17
}

/// The system's certificate bundles on Debian and Fedora. `system` names the same, for clients of version 16 and later.
const BUNDLES: [&str; 2] = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/// The environment variables by which PostgreSQL's programs find a database.
fn environment(options: &PgConnectOptions) -> Vec<(&'static str, String)> {
    let url = options.to_url_lossy();
    let host = options.get_socket().map_or_else(
        || options.get_host().trim_matches(['[', ']']).to_owned(),
        |socket| socket.display().to_string(),
    );
    let mut variables = vec![
        ("PGHOST", host),
        ("PGPORT", options.get_port().to_string()),
        ("PGUSER", options.get_username().to_owned()),
        ("PGDATABASE", options.get_database().unwrap_or(options.get_username()).to_owned()),
        ("PGAPPNAME", "enrol-service".to_owned()),
    ];
    if let Some(password) = url.password() {
        variables.push(("PGPASSWORD", percent_decode(password)));
    }
    let mut is_rooted = false;
    for (name, value) in url.query_pairs() {
        let variable = match &*name {
            "sslmode" => "PGSSLMODE",
            "sslrootcert" => "PGSSLROOTCERT",
            "sslcert" => "PGSSLCERT",
            "sslkey" => "PGSSLKEY",
            _ => continue,
        };
        is_rooted |= variable == "PGSSLROOTCERT";
        // As sqlx writes a path.
        variables.push((variable, value.strip_prefix("file: ").unwrap_or(&value).to_owned()));
    }
    // The service itself trusts whom the system trusts; they would look into a file of the user's.
    if !is_rooted && variables.iter().any(|(name, value)| *name == "PGSSLMODE" && value == "verify-full") {
        variables.push(("PGSSLROOTCERT", find_ca_bundle(&BUNDLES).to_owned()));
    }
    variables
}

fn find_ca_bundle<'a>(bundles: &[&'a str]) -> &'a str {
    bundles.iter().copied().find(|bundle| Path::new(bundle).exists()).unwrap_or("system")
}

/// Replaces each `%` and two hexadecimal digits by the byte that they stand for.
fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let digits = others.get(..2).filter(|_| *first == b'%');
        let byte = digits.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = others.get(if byte.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Runs a program to its end, and returns what it printed.
async fn run_tool(program: &'static str, mut command: Command) -> Result<String, ToolError> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            ToolError::Missing(program)
        } else {
            ToolError::Failed { program, words: error.to_string() }
        }
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(ToolError::Failed { program, words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr as _;

    #[test]
    fn the_environment_holds_all_of_an_address() {
        let sorted = |url: &str| {
            let mut variables = environment(&PgConnectOptions::from_str(url).expect("an address"));
            variables.sort();
            variables
        };
        let get = |variables: &[(&'static str, String)], name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        };
        let far = sorted("postgres://enrol:p%40%25ss%C3%A9@db.example:5433/keep?sslmode=verify-full");
        for (name, value) in [
            ("PGHOST", "db.example"),
            ("PGPORT", "5433"),
            ("PGUSER", "enrol"),
            ("PGDATABASE", "keep"),
            ("PGPASSWORD", "p@%ssé"),
            ("PGSSLMODE", "verify-full"),
        ] {
            assert_eq!(get(&far, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(get(&far, "PGSSLROOTCERT").as_deref(), Some(find_ca_bundle(&BUNDLES)));
        let there =
            file!().rsplit('/').next().map(|name| format!("{}/src/{name}", env!("CARGO_MANIFEST_DIR")));
        let there = there.expect("this file");
        assert_eq!(find_ca_bundle(&["/there/is/none", &there]), there);
        assert_eq!(find_ca_bundle(&["/there/is/none"]), "system");
        let own =
            sorted("postgres://enrol@db.example/keep?sslmode=verify-full&sslrootcert=/etc/enrol/ca.pem");
        assert_eq!(get(&own, "PGSSLROOTCERT").as_deref(), Some("/etc/enrol/ca.pem"));
        let socket = sorted("postgres://enrol@localhost/keep?host=/run/postgresql");
        assert_eq!(get(&socket, "PGHOST").as_deref(), Some("/run/postgresql"));
    }

    #[test]
    fn a_program_whose_copies_the_server_does_not_take_back_is_refused() {
        assert_eq!(major("pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major("17beta2"), Some(17));
        assert_eq!(major("unknown"), None);
        for (client, server, goes) in
            [(15, 15, true), (16, 15, true), (17, 15, false), (17, 17, true), (18, 17, true)]
        {
            assert_eq!(is_compatible(client, server), goes, "{client} with {server}");
        }
    }
}
