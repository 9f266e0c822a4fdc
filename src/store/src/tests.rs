//! Transactions on both databases, and the group commit of SQLite.

use std::cell::Cell;
use std::time::Duration;

use platform::testing::{CapturedLog, eventually};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::testing::Postgres;
use super::{Store, StoreError, StoreOptions};
use crate::connection::Open;

pub(crate) struct Both {
    pub(crate) stores: Vec<(Store, String)>,
    _folder: tempfile::TempDir,
    _server: Postgres,
}

async fn open(url: &str, batch: usize) -> Store {
    let store = Store::open(url, &StoreOptions { batch, ..StoreOptions::default() }).await.expect("opens");
    store.migrate().await.expect("makes the tables");
    store
}

pub(crate) async fn both() -> Both {
    let server = Postgres::shared().unwrap_or_else(|error| panic!("{error}"));
    let folder = tempfile::tempdir().expect("a folder");
    let mut stores = Vec::new();
    for url in
        [format!("sqlite:{}", folder.path().join("s").display()), server.database().expect("a database")]
    {
        stores.push((open(&url, 128).await, url));
    }
    Both { stores, _folder: folder, _server: server }
}

/// Sets a setting, then does as told.
#[derive(Clone, Copy)]
enum Then {
    Keep,
    Undo,
    Panic,
}

async fn set(store: &Store, name: String, then: Then) -> Result<String, StoreError> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let value = tx.insert_setting_if_absent(&name, "set").await?;
                // Gives others the time to join the same batch.
                tokio::time::sleep(Duration::from_millis(1)).await;
                match then {
                    Then::Keep => Ok(value),
                    Then::Undo => Err(StoreError::Corrupt("on purpose")),
                    Then::Panic => panic!("on purpose"),
                }
            })
        })
        .await
}

async fn is_set(store: &Store, name: &str) -> bool {
    store.read().await.expect("reads").setting(name).await.expect("reads").as_deref() == Some("set")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_or_broken_body_undoes_itself_and_nobody_else() {
    for (store, url) in both().await.stores {
        let tasks: Vec<_> = (0..60)
            .map(|n| {
                let store = store.clone();
                let then = [Then::Keep, Then::Undo, Then::Panic][n % 3];
                tokio::spawn(async move { set(&store, format!("n{n}"), then).await })
            })
            .collect();
        for (n, task) in tasks.into_iter().enumerate() {
            let done = task.await.expect("answers");
            let kept = match n % 3 {
                0 => matches!(done, Ok(ref value) if value == "set"),
                1 => matches!(done, Err(StoreError::Corrupt(_))),
                _ => matches!(done, Err(StoreError::Panicked)),
            };
            assert!(kept, "{url} {n} {done:?}");
            assert_eq!(is_set(&store, &format!("n{n}")).await, n % 3 == 0, "{url} {n}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alone_or_in_a_batch_of_one_the_rules_are_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    for batch in [0, 1, 128] {
        let store =
            open(&format!("sqlite:{}", folder.path().join(format!("b{batch}")).display()), batch).await;
        for (then, kept) in [(Then::Undo, false), (Then::Panic, false), (Then::Keep, true)] {
            assert_eq!(set(&store, "name".to_owned(), then).await.is_ok(), kept);
        }
        assert!(is_set(&store, "name").await);
    }
}

/// A write that has begun, and goes on when it is released.
async fn begin_write(
    store: &Store,
    name: &'static str,
) -> (JoinHandle<Result<(), StoreError>>, oneshot::Sender<()>) {
    let (begun, has_begun) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let store = store.clone();
    let asked = tokio::spawn(async move {
        let write = store.write(move |tx| {
            Box::pin(async move {
                tx.insert_setting_if_absent(name, "set").await?;
                begun.send(()).expect("the test waits for it");
                released.await.expect("the test lets it go on");
                Ok::<_, StoreError>(())
            })
        });
        write.await
    });
    has_begun.await.expect("begins");
    (asked, release)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_begun_write_ends_also_when_nobody_waits() {
    for (store, url) in both().await.stores {
        let (asked, release) = begin_write(&store, "left").await;
        asked.abort();
        assert!(asked.await.expect_err("nobody waits").is_cancelled(), "{url}");
        release.send(()).unwrap_or_else(|()| panic!("the write was broken off: {url}"));
        // Behind the one that was left on SQLite, beside it on PostgreSQL.
        set(&store, "after".to_owned(), Then::Keep).await.expect("writes");
        let is_left = || async { is_set(&store, "left").await.then_some(()) };
        eventually(&format!("the end of the write on {url}"), 10, is_left).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_finishes_what_was_taken_and_takes_no_more() {
    for (store, url) in both().await.stores {
        let tasks: Vec<_> = (0..30)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move { set(&store, format!("n{n}"), Then::Keep).await })
            })
            .collect();
        let (begun, release) = begin_write(&store, "begun").await;
        // The write goes on once the store takes no more, which it says while it waits for this one.
        let is_released = Cell::new(false);
        let release_later = async {
            let is_closing =
                || async { set(&store, "late".to_owned(), Then::Keep).await.is_err().then_some(()) };
            eventually(&format!("{url} to close"), 10, is_closing).await;
            // PostgreSQL's pool refuses questions at once. SQLite answers them for as long as a write is open.
            assert_eq!(store.is_reachable().await, store.file().is_some(), "{url}");
            is_released.set(true);
            release.send(())
        };
        let close = async {
            store.close().await;
            assert!(is_released.get(), "closed, and a write is not done: {url}");
        };
        // It begins to close first, or the refusal that is waited for would wait for the write.
        let closing = async { tokio::join!(close, release_later) };
        let ((), released) = tokio::time::timeout(Duration::from_secs(30), closing).await.expect("closes");
        assert_eq!((released, begun.await.expect("answers").is_ok()), (Ok(()), true), "{url}");
        let mut kept = Vec::new();
        for (n, task) in tasks.into_iter().enumerate() {
            match task.await.expect("answers") {
                Ok(_) => kept.push(n),
                Err(error) => assert!(error.is_busy(), "{url} {error:?}"),
            }
        }
        assert!(set(&store, "late".to_owned(), Then::Keep).await.is_err());
        assert!(!store.is_reachable().await);
        let again = open(&url, 128).await;
        assert!(is_set(&again, "begun").await, "{url}");
        for n in kept {
            assert!(is_set(&again, &format!("n{n}")).await, "{url} {n}");
        }
        again.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_may_write_the_same_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("shared").display());
    let (one, two) = (open(&url, 128).await, open(&url, 128).await);
    let tasks: Vec<_> = (0..100)
        .map(|n| {
            let store = if n % 2 == 0 { one.clone() } else { two.clone() };
            tokio::spawn(async move { set(&store, format!("n{n}"), Then::Keep).await.is_ok() })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert!(task.await.expect("answers"));
        assert!(is_set(&two, &format!("n{n}")).await, "{n}");
    }
}

/// On one thread, since a test's log is its thread's.
#[tokio::test]
async fn what_a_body_logs_is_of_the_request_that_asked_for_it() {
    for (store, url) in both().await.stores {
        let log = CapturedLog::default();
        let _here = tracing::subscriber::set_default(log.as_json());
        let ask = async |id: &str| {
            let said = store.write(|tx| {
                Box::pin(async move {
                    tx.insert_setting_if_absent("name", "value").await?;
                    tracing::info!("from within");
                    Ok::<_, StoreError>(())
                })
            });
            said.instrument(tracing::error_span!("request", id)).await.expect("writes");
        };
        // Two that share a batch, and one that nobody asked for.
        tokio::join!(ask("one"), ask("two"));
        let alone = store.write(|_| {
            Box::pin(async {
                tracing::info!("from within");
                Ok::<_, StoreError>(())
            })
        });
        alone.await.expect("writes");
        let mut requests = log.requests_that_said("from within");
        requests.sort();
        assert_eq!(requests, ["none", "one", "two"], "{url}: {}", log.text());
    }
}

#[tokio::test]
async fn sqlite_is_opened_as_safely_as_it_can_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("s");
    let store = open(&format!("sqlite:{}", file.display()), 128).await;
    let super::Kind::Sqlite { readers, .. } = &store.kind else { panic!("SQLite") };
    let mut open = readers.acquire().await.expect("a connection");
    for (pragma, expected) in [
        ("select journal_mode from pragma_journal_mode", "wal"),
        ("select cast(synchronous as text) from pragma_synchronous", "2"),
        ("select cast(foreign_keys as text) from pragma_foreign_keys", "1"),
        ("select cast(secure_delete as text) from pragma_secure_delete", "1"),
        ("select cast(timeout as text) from pragma_busy_timeout", "10000"),
    ] {
        let value: String = sqlx::query_scalar(pragma).fetch_one(&mut *open).await.expect(pragma);
        assert_eq!(value, expected, "{pragma}");
    }
    #[cfg(unix)]
    for name in ["s", "s-wal", "s-shm"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.path().join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_column_of_either_database_may_be_null_but_what_a_check_guards() {
    for (store, url) in both().await.stores {
        let sql = if store.file().is_some() {
            "select m.name || '.' || c.name from sqlite_master m join pragma_table_info(m.name) c
             where m.type = 'table' and m.name not like '\\_%' escape '\\' and m.name not like 'sqlite%' and c.\"notnull\" = 0
             order by 1"
        } else {
            "select table_name || '.' || column_name from information_schema.columns
             where table_schema = 'public' and table_name not like '\\_%' and is_nullable = 'YES' order by 1"
        };
        let nullable: Vec<String> = match &store.kind {
            super::Kind::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_all(readers).await,
            super::Kind::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
        }
        .expect("reads");
        // Of these two a check of the table wants exactly one, so that an argument that was left out is refused.
        assert_eq!(nullable, ["grants.code", "grants.evidence"], "{url}");
    }
}

#[tokio::test]
async fn a_dump_shows_every_table_and_the_smallest_change() {
    use super::testing::dump;
    for (store, url) in &both().await.stores {
        let before = dump(store).await.expect("dumps");
        for table in ["people", "codes", "grants", "sessions", "enrolments", "methods", "guesses", "audit"] {
            assert!(before.contains_key(table), "{url}: {table}");
        }
        set(store, "dumped".to_owned(), Then::Keep).await.expect("set");
        let after = dump(store).await.expect("dumps");
        let changed: Vec<&String> =
            after.keys().filter(|name| before.get(*name) != after.get(*name)).collect();
        assert_eq!(changed, ["settings"], "{url}");
        assert!(after["settings"].iter().any(|row| row.contains("dumped") && row.contains("set")), "{url}");
    }
}

#[tokio::test]
async fn what_is_asked_about_calls_again_and_again_looks_at_no_more_than_it_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&format!("sqlite:{}", folder.path().join("s").display()), 1).await;
    let Open::Sqlite(mut held) = store.read().await.expect("reads").open else { panic!("another database") };
    for (sql, index) in [(super::calls::LIVE, "calls_by_end"), (super::call_queue::EXPIRED, "calls_on_line")]
    {
        let plan = sqlx::AssertSqlSafe(format!("explain query plan {sql}"));
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(plan).bind(0).fetch_all(&mut *held).await.expect("a plan");
        let steps: Vec<String> = steps.into_iter().map(|(_, _, _, step)| step).collect();
        assert!(steps.iter().any(|step| step.contains(index)), "{steps:?}");
        // All of an index of what is on a line now are few.
        let is_whole = |step: &String| step.starts_with("SCAN") && !step.contains("calls_on_line");
        assert!(!steps.iter().any(is_whole), "{steps:?}");
    }
}
