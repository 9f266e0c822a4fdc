//! Group commit on SQLite: one task writes, and all writes that wait meanwhile share the next commit.
//!
//! Not here: PostgreSQL, which groups commits itself.

use std::sync::Arc;
use std::time::Duration;

use sqlx::SqlitePool;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::connection::Open;
use super::error::Doing as _;
use super::tx::{BoxFuture, Tx, catch_panic};
use super::{Reader, StoreError};

/// How many writes may wait before the service is busy.
const WAITING: usize = 1024;

/// How long a write waits for a place in the queue.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long SQLite waits for another process that has locked the file.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

type Jobs = mpsc::Sender<Request>;

/// A request to the writing task.
enum Request {
    Write(Box<dyn Job>),
    /// Empties the log beside the file. The answer is `false` while somebody still reads the log.
    EmptyLog(oneshot::Sender<Result<bool, StoreError>>),
}

/// A handle to the writing task.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: Arc<Mutex<Option<Jobs>>>,
    sender: mpsc::WeakSender<Request>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Writer {
    pub(super) fn start(pool: SqlitePool, batch: usize) -> Self {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let sender = jobs.downgrade();
        let task = tokio::spawn(write_all(pool, waiting, batch.max(1)));
        Self { jobs: Arc::new(Mutex::new(Some(jobs))), sender, task: Arc::new(Mutex::new(Some(task))) }
    }

    pub(super) async fn write<T, E, F>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(Waiting { body: Some(body), outcome: None, answer });
        self.ask(Request::Write(job)).await?;
        answered.await.unwrap_or_else(|_| Err(StoreError::Stopped.into()))
    }

    /// Empties the log beside the file. `false` while somebody still reads the log.
    pub(super) async fn empty_log(&self) -> Result<bool, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.ask(Request::EmptyLog(answer)).await?;
        answered.await.unwrap_or(Err(StoreError::Stopped))
    }

    async fn ask(&self, request: Request) -> Result<(), StoreError> {
        let Some(jobs) = self.sender.upgrade() else { return Err(StoreError::Stopped) };
        match jobs.send_timeout(request, PATIENCE).await {
            Ok(()) => Ok(()),
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => Err(StoreError::Full),
            Err(mpsc::error::SendTimeoutError::Closed(_)) => Err(StoreError::Stopped),
        }
    }

    /// Takes no more writes, and waits until those that were taken are committed.
    pub(super) async fn stop(&self) {
        self.jobs.lock().await.take();
        if let Some(task) = self.task.lock().await.take()
            && task.await.is_err()
        {
            tracing::error!("the writing task panicked");
        }
    }
}

/// A write that waits to be run, whatever its types.
trait Job: Send {
    /// Runs the write. `false` when its changes are to be undone.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool>;
    /// Answers the waiting caller.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Waiting<T, E, F> {
    body: Option<F>,
    outcome: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Waiting<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let Some(body) = self.body.take() else { return false };
            let outcome = catch_panic(body(tx)).await.unwrap_or_else(|| Err(StoreError::Panicked.into()));
            let keep = outcome.is_ok();
            self.outcome = Some(outcome);
            keep
        })
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (self.outcome, committed) {
            // A write's own failure is its answer, whatever became of the commit.
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(answer)), Ok(())) => Ok(answer),
            (Some(Ok(_)), Err(error)) | (None, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(StoreError::Stopped.into()),
        };
        // When nobody waits any more, the change stands all the same.
        let _ = self.answer.send(outcome);
    }
}

async fn write_all(pool: SqlitePool, mut waiting: mpsc::Receiver<Request>, batch: usize) {
    let mut requests = Vec::with_capacity(batch);
    let mut jobs = Vec::with_capacity(batch);
    let mut idle = None;
    while waiting.recv_many(&mut requests, batch).await > 0 {
        let mut emptied = Vec::new();
        for request in requests.drain(..) {
            match request {
                Request::Write(job) => jobs.push(job),
                Request::EmptyLog(answer) => emptied.push(answer),
            }
        }
        let committed = match connection(&pool, idle.take()).await {
            Ok(reader) => {
                let mut tx = Tx::new(reader);
                let committed = if jobs.is_empty() { Ok(()) } else { write_batch(&mut tx, &mut jobs).await };
                match committed {
                    Ok(()) => idle = Some(tx),
                    // Closing the connection undoes whatever is still open.
                    Err(_) => tx.give_up(),
                }
                committed
            }
            Err(error) => Err(error),
        };
        for job in jobs.drain(..) {
            job.answer(committed.clone());
        }
        for answer in emptied {
            // When nobody waits any more, the log is empty all the same.
            let _ = answer.send(match &mut idle {
                Some(tx) => empty_log(tx).await,
                None => Ok(false),
            });
        }
    }
    drop(idle);
    pool.close().await;
}

/// Waits only a moment for readers, since nobody can write meanwhile.
async fn empty_log(tx: &mut Tx) -> Result<bool, StoreError> {
    let doing = "emptying the log";
    let Open::Sqlite(open) = &mut tx.open else { return Ok(true) };
    sqlx::raw_sql("pragma busy_timeout = 100").execute(&mut **open).await.doing(doing)?;
    let as_before = sqlx::AssertSqlSafe(format!("pragma busy_timeout = {}", BUSY_TIMEOUT.as_millis()));
    let emptied = sqlx::query("pragma wal_checkpoint(truncate)").fetch_one(&mut **open).await;
    sqlx::raw_sql(as_before).execute(&mut **open).await.doing(doing)?;
    let is_in_use: i64 = emptied.and_then(|row| sqlx::Row::try_get(&row, 0)).doing(doing)?;
    Ok(is_in_use == 0)
}

async fn connection(pool: &SqlitePool, idle: Option<Tx>) -> Result<Reader, StoreError> {
    match idle {
        Some(tx) => Ok(tx.into_reader()),
        None => pool.acquire().await.map(Reader::sqlite).doing("opening a connection"),
    }
}

async fn write_batch(tx: &mut Tx, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    tx.run("begin immediate").await.doing("beginning")?;
    let alone = jobs.len() == 1;
    for job in jobs {
        if alone {
            if !job.run(tx).await {
                return tx.run("rollback").await.doing("undoing");
            }
            continue;
        }
        let head = tx.head.clone();
        tx.run("savepoint body").await.doing("setting a savepoint")?;
        if !job.run(tx).await {
            tx.run("rollback to body").await.doing("undoing")?;
            tx.head = head;
        }
        tx.run("release body").await.doing("releasing a savepoint")?;
    }
    tx.commit().await
}
