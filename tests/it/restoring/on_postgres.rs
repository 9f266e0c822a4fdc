//! The same on PostgreSQL: a backup is put into an empty database, or a database is put back by PostgreSQL's own tools
//! and then looked through and noted.

use store::testing::Postgres;
use tests::needs::{in_full, run, tool};
use tests::service::Service;

use super::{BackedUp, refused, text};

/// A server, and the service on one of its databases after another.
struct Harness {
    server: Postgres,
}

impl Harness {
    fn open() -> Self {
        Self { server: Postgres::shared().unwrap_or_else(|error| panic!("{error}")) }
    }

    fn database(&self) -> String {
        self.server.database().expect("a database")
    }

    fn rows(&self, database: &str, sql: &str) -> String {
        let output = run(self.server.program("psql", database).args(["-X", "-A", "-t", "-c", sql]));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// From its next command on it is on another database.
fn moves_to(service: &Service, database: &str) {
    let file = service.home().join("service.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let others = settings.lines().filter(|line| !line.starts_with("store = "));
    let moved: String = others
        .map(str::to_owned)
        .chain([format!("store = {database:?}")])
        .flat_map(|line| [line, "\n".to_owned()])
        .collect();
    std::fs::write(&file, moved).expect("settings");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_store_is_backed_up_meanwhile_and_restored_into_an_empty_database() {
    let people = if in_full() { 400 } else { 18 };
    let harness = Harness::open();
    let first = harness.database();
    let mut made = BackedUp::meanwhile(Service::start_with(&format!("store = {first:?}"), &[]), people).await;
    let (head, folder) = (made.newer_head(), made.folder.clone());
    let (folder, service) = (text(&folder), &made.service);
    let check = service.run(&["restore", folder, "--check"]);
    assert!(check.contains("sealed records") && check.contains("Nothing was changed"), "{check}");
    let left = "select count(*) from pg_database where datname like 'enrol_check_%'";
    // Other scenarios look through backups on the same server; each takes its database away.
    tests::needs::wait_for("the database to be gone", 30, || {
        (harness.rows(&first, left) == "0").then_some(())
    });
    let manifest = format!("{folder}/manifest.json");
    assert!(service.run(&["audit", "verify", "--head", &manifest]).starts_with("Whole: "));
    assert!(refused(service, &["restore", folder]).contains("has tables already"));

    // A key that was forgotten since is named, and nothing is left behind.
    let keys = service.home().join("keys/keys.toml");
    let kept = std::fs::read(&keys).expect("keys");
    let list = service.run(&["key", "list"]);
    let old = list.lines().find(|line| line.starts_with("vault")).expect("a key");
    let old = old.split_whitespace().nth(1).expect("an id");
    service.run(&["key", "rotate", "vault"]);
    service.run(&["key", "forget", "vault", old, "--reason", "the yearly change"]);
    assert!(refused(service, &["restore", folder, "--check"]).contains(old));
    assert_eq!(made.service.stop(), Some(0));
    let second = harness.database();
    moves_to(&made.service, &second);
    let tables = "select count(*) from pg_tables where schemaname = 'public'";
    assert!(refused(&made.service, &["restore", folder]).contains(old));
    assert_eq!(harness.rows(&second, tables), "0");
    std::fs::write(&keys, kept).expect("the kept key file");

    let said = made.service.run(&["restore", folder]);
    assert!(said.contains("It is in place"), "{said}");
    made.service.start_again(&[]);
    let known = made.everybody_in_it_signs_in().await;
    println!("{known} of {people} people are in the backup, {} had their receipt when it began", made.before);
    assert!(
        refused(&made.service, &["audit", "verify", "--head", text(&head)]).contains("was cut or rebuilt")
    );
    assert!(made.service.run(&["audit", "verify", "--head", &manifest]).starts_with("Whole: "));
    let restored = made.service.run(&["audit", "export"]);
    assert!(restored.contains(r#""what":"restored""#), "{restored}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_backup_that_was_changed_or_is_anothers_is_refused() {
    let harness = Harness::open();
    let first = harness.database();
    let service = Service::start_with(&format!("store = {first:?}"), &[]);
    let folder = service.home().join("backup");
    service.run(&["backup", text(&folder)]);
    let (dump, manifest) = (folder.join("enrol.pgdump"), folder.join("manifest.json"));
    let (copy, said) =
        (std::fs::read(&dump).expect("reads"), std::fs::read_to_string(&manifest).expect("reads"));
    let folder = text(&folder);
    assert_eq!(std::fs::read_dir(folder).expect("lists").count(), 2, "nothing else, and so no key");

    let mut changed = copy.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    std::fs::write(&dump, changed).expect("writes");
    assert!(refused(&service, &["restore", folder, "--check"]).contains("was changed"));
    std::fs::write(&dump, &copy).expect("writes");
    std::fs::write(&manifest, said.replace("enrol.pgdump", "enrol.sqlite")).expect("writes");
    assert!(refused(&service, &["restore", folder, "--check"]).contains("of a SQLite store"));
    std::fs::write(&manifest, &said).expect("writes");

    // Somebody who may not make a database is told what to do instead.
    let name = first.rsplit_once('/').and_then(|(_, rest)| rest.split_once('?')).expect("a name").0;
    harness.rows(&first, &format!("create role plain_{name} login"));
    let plain = first.replace("enrol@", &format!("plain_{name}@"));
    moves_to(&service, &plain);
    let refusal = refused(&service, &["restore", folder, "--check"]);
    assert!(refusal.contains("alter role") && refusal.contains("createdb"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_postgresqls_own_tools_put_back_is_looked_through_and_noted() {
    let harness = Harness::open();
    let (first, second) = (harness.database(), harness.database());
    let made = BackedUp::meanwhile(Service::start_with(&format!("store = {first:?}"), &[]), 6).await;
    let mut service = made.service;
    let dump = service.home().join("own.dump");
    run(harness.server.program("pg_dump", &first).args(["-Fc", "-f"]).arg(&dump));
    service.issue_code("later");
    let head = service.home().join("later.json");
    std::fs::write(&head, service.run(&["audit", "head"])).expect("writes");
    assert_eq!(service.stop(), Some(0));
    // Keys are changed, and the old ones forgotten.
    service.run(&["key", "rotate", "envelope", "--compromised", "--reason", "a leak"]);
    service.run(&["key", "rotate", "identity", "--reason", "a leak"]);
    let keys = service.run(&["key", "list"]);
    for kind in ["envelope", "identity"] {
        let of_kind: Vec<_> = keys.lines().filter(|line| line.starts_with(kind)).collect();
        let old = of_kind.iter().find(|line| !line.contains("in use")).expect("an old key");
        let old = old.split_whitespace().nth(1).expect("an id");
        service.run(&["key", "forget", kind, old, "--reason", "a leak"]);
    }
    let name = second.rsplit_once('/').and_then(|(_, rest)| rest.split_once('?')).expect("a name").0;
    run(harness.server.program("pg_restore", &second).args(["-d", name]).arg(&dump));

    moves_to(&service, &second);
    let without = service.command().args(["restore", "--in-place", "--check"]).output().expect("starts");
    assert_eq!(
        without.status.code(),
        Some(3),
        "it needs keys that are there no more, and --check takes none"
    );
    let words = String::from_utf8_lossy(&without.stderr);
    assert!(words.contains("restore --in-place --reason"), "what to do instead: {words}");
    let serial = "select max(serial) from policies";
    let before: u64 = harness.rows(&second, serial).parse().expect("a number");
    // What is refused changes nothing: the right command afterwards finds the store as it was put back.
    let serves =
        "insert into nodes select 'n', 'auth-2', '', extract(epoch from now())::bigint * 1000 returning name";
    assert_eq!(harness.rows(&second, serves).lines().next(), Some("auth-2"));
    let in_place = ["restore", "--in-place", "--head", text(&head), "--reason", "the disk broke"];
    assert!(refused(&service, &in_place).contains("auth-2"));
    harness.rows(&second, "delete from nodes");
    let noted = service.run(&in_place);
    for said in
        ["6 sealed records", "before the head that was kept", "noted as restored", "is newer than the store"]
    {
        assert!(noted.contains(said), "{noted}");
    }
    let after: u64 = harness.rows(&second, serial).parse().expect("a number");
    assert!(after > before + 1_000, "no assistant takes its policy for an older one");
    let check = service.run(&["restore", "--in-place", "--check"]);
    assert!(check.contains("6 sealed records") && check.contains("Nothing was changed"), "{check}");
    let older = refused(&service, &["restore", "--in-place", "--check", "--head", text(&head)]);
    assert!(older.contains("was cut or rebuilt"), "{older}");
    // Its audit has gone on past that head by now, in another way.
    let rebuilt = refused(&service, &["restore", "--in-place", "--head", text(&head), "--reason", "again"]);
    assert!(rebuilt.contains("was cut or rebuilt"), "{rebuilt}");
    service.start_again(&[]);
    assert!(service.run(&["audit", "verify"]).starts_with("Whole: "));
    let metrics = || run(tool("curl", "curl").args(["-sS", &service.url("/metrics")])).stdout;
    tests::needs::wait_for("the time of the restore among the metrics", 30, || {
        String::from_utf8_lossy(&metrics()).contains("enrol_restored_timestamp_seconds 1").then_some(())
    });
}
