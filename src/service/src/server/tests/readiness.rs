//! Whether a node is ready, on a PostgreSQL that goes away and comes back, and before it has its tables.

use std::path::Path;

use super::*;
use store::testing::{MigrationLock, Postgres, waiting_for_locks};
use store::{Store, StoreOptions};

#[tokio::test]
async fn a_node_whose_database_went_away_is_not_ready_until_it_is_back() {
    let server = Postgres::start(false).unwrap_or_else(|error| panic!("{error}"));
    let store = server.database().expect("a database");
    let rig = rig_with(|settings| settings.store = store).await;
    assert_eq!(sent(rig.ask(Method::GET, paths::READY)).await.status(), 200);
    server.stop();
    let problem = problem(rig.ask(Method::GET, paths::READY)).await;
    assert_eq!((problem.code, problem.code.status()), (ErrorCode::StoreUnreachable, 503));
    assert!(problem.retry_after_secs.is_some());
    assert_eq!(sent(rig.ask(Method::GET, paths::HEALTH)).await.status(), 200, "it lives all the same");
    server.start_again().unwrap_or_else(|error| panic!("{error}"));
    let is_ready =
        || async { (sent(rig.ask(Method::GET, paths::READY)).await.status() == 200).then_some(()) };
    eventually("the node to be ready again", 60, is_ready).await;
}

/// Settings with a port that nobody has.
fn node(folder: &Path, store: &str) -> Settings {
    let free = std::net::TcpListener::bind("127.0.0.3:0").and_then(|listener| listener.local_addr());
    Settings { listen: free.expect("an address"), store: store.to_owned(), ..settings(folder) }
}

#[tokio::test]
async fn a_node_that_waits_to_make_its_tables_answers_nothing_and_keeps_no_other_from_being_ready() {
    let server = Postgres::shared().unwrap_or_else(|error| panic!("{error}"));
    let url = server.database().expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    let watched = Store::open(&url, &StoreOptions::default()).await.expect("opens");
    let mut running: Vec<(Settings, Running)> = Vec::new();
    // First there are no tables; then there are, and another node serves.
    for others in 0..2 {
        let held = MigrationLock::on(&url).await.expect("held");
        let settings = node(folder.path(), &url);
        let starting = tokio::spawn({
            let settings = settings.clone();
            async move { start_here(&settings).await }
        });
        let waits = || async { (waiting_for_locks(&watched).await.expect("reads") > 0).then_some(()) };
        eventually("the node to wait for the tables", 60, waits).await;
        assert!(!starting.is_finished());
        let no = check_ready(&settings).await.expect_err("it does not listen yet");
        assert!(matches!(no, NotReady::NoAnswer { .. }), "{no}");
        assert_eq!(running.len(), others);
        for (settings, _) in &running {
            check_ready(settings).await.expect("goes on");
        }
        held.release().await.expect("released");
        let started = starting.await.expect("no panic").expect("starts");
        check_ready(&settings).await.expect("ready");
        running.push((settings, started));
    }
    for (_, node) in running {
        node.stop().await.expect("stops");
    }
}
