//! The measure for everything that is kept: bare commits to SQLite, each of one row and each fsynced, on the same disk.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

/// As much as an enrolment's rows hold, about.
const ROW_BYTES: usize = 1024;

/// So many commits, one after another: how long each took.
pub(crate) async fn commits(folder: &Path, count: usize) -> anyhow::Result<Vec<Duration>> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("bare.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = options.connect().await?;
    connection.execute("create table rows (id integer primary key, content blob not null)").await?;
    let content = vec![7_u8; ROW_BYTES];
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        // Outside of a transaction, so each is one of its own.
        sqlx::query("insert into rows (content) values ($1)").bind(&content).execute(&mut connection).await?;
        times.push(start.elapsed());
    }
    connection.close().await?;
    Ok(times)
}
