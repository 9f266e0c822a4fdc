//! The change of the vault's key killed at points spread over it, while people enrol and sign in.

use std::path::Path;
use std::process::Command;

use tests::needs::{in_full, run, tool};
use tests::people::{Ready, enrolled, office};
use tests::service::Service;
use tests::strace::{Call, calls};

use super::load::{At, Done, Load, all_sign_in};

/// The calls that leave something behind. What is only read changes nothing.
const WRITING: &str = "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat2,link,linkat,unlink,unlinkat";

#[test]
fn the_vaults_key_is_changed_under_load_and_killed_anywhere_and_every_record_opens() {
    let (people, points) = if in_full() { (10_000, 60) } else { (30, 5) };
    let service = Service::start();
    let at = At::new(&service, &service.add_client("rds"));
    let mut enrolled = people_of(&service, people);
    let later = enrolled.split_off(people / 2);
    let load = Load::start(&at, &service, enrolled);
    let trace = service.home().join("trace");
    let all = measured(&service, &trace);
    let (mut killed, mut unfinished) = (0, 0);
    for place in 0..points {
        load.goes_on();
        let call = &all[place * (all.len() - 1) / (points - 1)];
        killed += usize::from(!rotate_killed_at(&service, call));
        let records = "select count(*) from methods where key_id in
            (select key_id from key_uses where kind = 'vault' and ended_at <> 0)";
        if service.count(records) > 0 {
            unfinished += 1;
            let old = service.rows("select min(key_id) from methods");
            let refused = command(&service, &["key", "forget", "vault", &old, "--reason", "too early"]);
            assert_ne!(refused.0, Some(0), "killed at {call}: {}", refused.1);
        }
        // Whatever was left behind, the same command again comes to its end.
        let again = service.run(&["key", "rotate", "vault", "--reason", "again"]);
        assert!(again.contains("is in use"), "killed at {call}: {again}");
        assert_eq!(service.count(records), 0, "killed at {call}");
    }
    load.goes_on();
    let Done { refused, enrolled, verified } = load.stop();
    println!(
        "killed at {killed} points, {unfinished} with records under an old key; {enrolled} enrolled, {verified} signed in meanwhile"
    );
    assert_eq!(refused, [""; 0], "nothing is refused meanwhile");
    assert!(enrolled > points && verified > points, "{enrolled} enrolled, {verified} signed in");
    assert!(killed >= if in_full() { 50 } else { 3 }, "only {killed} points were met");

    for old in old_keys(&service) {
        service.run(&["key", "forget", "vault", &old, "--reason", "nothing needs it"]);
    }
    assert_eq!(old_keys(&service), [""; 0]);
    let total = service.count("select count(*) from methods");
    assert_eq!(total as usize, people + enrolled);
    // Sealing anew opens each of them.
    let last = service.run(&["key", "rotate", "vault"]);
    assert!(last.contains(&format!("Records sealed anew: {total}.")), "{last}");
    all_sign_in(&at, &later);
    let audit = service.run(&["audit", "verify"]);
    assert!(audit.starts_with("Whole: "), "{audit}");
}

/// So many who are enrolled, made by a second process on the same store.
pub(super) fn people_of(service: &Service, count: usize) -> Vec<Ready> {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let office = office(service.home()).await.expect("opens");
        let enrolled = enrolled(&office, "there", count).await.expect("people");
        office.store().close().await;
        enrolled
    })
}

pub(super) fn old_keys(service: &Service) -> Vec<String> {
    let list = service.run(&["key", "list"]);
    let old = list.lines().filter(|line| line.starts_with("vault") && line.contains("opens only"));
    old.filter_map(|line| line.split_whitespace().nth(1)).map(str::to_owned).collect()
}

/// What one whole change calls: of each thread, in its order.
fn measured(service: &Service, trace: &Path) -> Vec<Call> {
    let file = trace.to_string_lossy().into_owned();
    run(strace(service, &["-e", &format!("trace={WRITING}"), "-o", &file]).args(["key", "rotate", "vault"]));
    let text = std::fs::read_to_string(trace).expect("a trace");
    let mut threads: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    threads.sort_unstable();
    threads.dedup();
    let mut all = Vec::new();
    for thread in threads {
        let own = text
            .lines()
            .filter_map(|line| line.strip_prefix(thread))
            .map(|line| line.trim_start().to_owned());
        for call in calls(&own.collect::<Vec<_>>()) {
            if !all.contains(&call) {
                all.push(call);
            }
        }
    }
    assert!(all.len() > 10, "{text}");
    all
}

/// Whether it came through all the same: a run may make a call less than the one that was measured.
fn rotate_killed_at(service: &Service, call: &Call) -> bool {
    let inject = format!("inject={}:signal=SIGKILL:when={}", call.name, call.nth);
    let mut command = strace(service, &["-e", &inject, "-o", "/dev/null"]);
    command.args(["key", "rotate", "vault"]).output().expect("starts").status.success()
}

/// The service's program under strace, with all its threads, from its first call on.
fn strace(service: &Service, options: &[&str]) -> Command {
    let program = service.command();
    let mut command = tool("strace", "strace");
    command.args(["-f", "-qq"]).args(options).arg(program.get_program()).args(program.get_args());
    command
}

pub(super) fn command(service: &Service, line: &[&str]) -> (Option<i32>, String) {
    let output = service.command().args(line).output().expect("starts");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}
