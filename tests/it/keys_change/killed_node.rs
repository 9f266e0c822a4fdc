//! The vault's key is changed on two nodes on one PostgreSQL, and the change is killed together with one of them: the
//! other goes on serving and finishes it.
//!
//! The scenario holds some records, which the change passes over: so it is killed where these alone are left.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, Stdio};

use store::testing::Postgres;
use tests::needs::{run, wait_for};
use tests::programs::Running;
use tests::service::Service;

use super::killed::{command, old_keys, people_of};
use super::load::{At, Done, Load, all_sign_in};

/// Enrolled before.
const PEOPLE: usize = 30;

/// How many records are left under the old key when it is killed.
const LEFT: [usize; 3] = [15, 7, 1];

/// Records under a key that is no more in use.
const OLD: &str = "select count(*) from methods where key_id in
    (select key_id from key_uses where kind = 'vault' and ended_at <> 0)";

struct Nodes {
    first: Service,
    second: Service,
    keys: String,
    server: Postgres,
    database: String,
}

impl Nodes {
    fn start() -> Self {
        let server = Postgres::shared().unwrap_or_else(|error| panic!("{error}"));
        let database = server.database().expect("a database");
        let settings = format!("store = {database:?}");
        let first = Service::start_with(&settings, &[]);
        let keys = first.home().join("keys/keys.toml").display().to_string();
        let second = Service::start_with(&settings, &[("ENROL_KEYS", &keys)]);
        Self { first, second, keys, server, database }
    }

    fn count(&self, sql: &str) -> usize {
        let output = run(self.server.program("psql", &self.database).args(["-X", "-A", "-t", "-c", sql]));
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
    }

    fn kill_the_second(&mut self) {
        self.second.running().signal("KILL");
        assert_eq!(self.second.running().ended(10), None, "the signal ended it");
    }

    fn start_the_second(&mut self) {
        // Two minutes after its death a node is forgotten. Here it is so at once.
        let forget = format!(
            "with gone as (delete from nodes where name like '%process {}' returning 1) select count(*) from gone",
            self.second.id()
        );
        assert_eq!(self.count(&forget), 1);
        self.second.start_again(&[("ENROL_KEYS", &self.keys)]);
    }
}

/// Records that a session of its own holds until it is dropped.
struct Held(Child);

impl Held {
    /// Those of the last people; the load asks about the first ones.
    fn of_last(nodes: &Nodes, count: usize) -> Self {
        let names: Vec<String> = (PEOPLE - count..PEOPLE).map(|number| format!("'there{number}'")).collect();
        let mut psql = nodes.server.program("psql", &nodes.database);
        let psql = psql.args(["-X", "-q", "-A", "-t"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut psql = psql.spawn().expect("starts");
        let hold = format!(
            "begin; select count(*) from (select 1 from methods where person in
                (select id from people where sign_in_key in ({})) for update) held;\n",
            names.join(", ")
        );
        psql.stdin.as_mut().expect("piped").write_all(hold.as_bytes()).expect("writes");
        let mut said = String::new();
        let mut reader = BufReader::new(psql.stdout.take().expect("piped"));
        reader.read_line(&mut said).expect("reads");
        assert_eq!(said.trim(), count.to_string());
        Self(psql)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // The end of what it reads is the end of the session.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

#[test]
fn one_of_two_nodes_is_killed_with_the_change_of_the_vaults_key_and_every_record_opens() {
    let mut nodes = Nodes::start();
    let client = nodes.first.add_client("rds");
    let at = At::new(&nodes.first, &client);
    let mut people = people_of(&nodes.first, PEOPLE);
    let later = people.split_off(PEOPLE / 2);
    let load = Load::start(&at, &nodes.first, people);
    for left in LEFT {
        load.goes_on();
        let held = Held::of_last(&nodes, left);
        let rotate = ["key", "rotate", "vault", "--reason", "yearly"];
        let mut change = Running::start(nodes.first.command().args(rotate));
        wait_for("the others to be sealed anew", 60, || {
            assert!(!change.has_ended(), "{}", change.said());
            (nodes.count(OLD) == left).then_some(())
        });
        change.signal("KILL");
        assert_eq!(change.ended(10), None, "the signal ended it");
        nodes.kill_the_second();
        load.goes_on();
        let old = old_keys(&nodes.first);
        let [old] = old.as_slice() else { panic!("one old key: {old:?}") };
        let forget = ["key", "forget", "vault", old, "--reason", "nothing needs it"];
        let refused = command(&nodes.first, &forget);
        assert!(refused.0 == Some(1) && refused.1.contains(&format!("{left} records")), "{}", refused.1);
        drop(held);
        let again = nodes.first.run(&rotate);
        assert!(again.contains("is in use"), "{again}");
        assert_eq!(nodes.count(OLD), 0);
        nodes.first.run(&forget);
        nodes.start_the_second();
    }
    load.goes_on();
    let Done { refused, enrolled, verified } = load.stop();
    println!("{enrolled} enrolled and {verified} signed in meanwhile");
    assert_eq!(refused, [""; 0], "nothing is refused meanwhile");
    let total = nodes.count("select count(*) from methods");
    assert_eq!(total, PEOPLE + enrolled);
    let opened = nodes.first.run(&["restore", "--in-place", "--check"]);
    assert!(opened.contains(&format!("{total} sealed records")), "{opened}");
    // By the node that was killed.
    all_sign_in(&At::new(&nodes.second, &client), &later);
    let audit = nodes.first.run(&["audit", "verify"]);
    assert!(audit.starts_with("Whole: "), "{audit}");
}
