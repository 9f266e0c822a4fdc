//! A transaction: a connection, and the audit's head as this transaction sees it.

use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use sqlx::PgPool;

use super::connection::{Open, on};
use super::error::{Doing as _, Done as _};
use super::{HeadRow, Reader, StoreError};

/// What the body of a transaction returns.
pub type BoxFuture<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;

/// A transaction under way. It offers all that a [`Reader`] offers, and everything that changes the store.
pub struct Tx {
    reader: Reader,
    /// The audit's head, once it was read; `true` when it has to be written.
    pub(super) head: Option<(HeadRow, bool)>,
}

impl Deref for Tx {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}

impl Tx {
    pub(super) const fn new(reader: Reader) -> Self {
        Self { reader, head: None }
    }

    pub(super) fn into_reader(self) -> Reader {
        self.reader
    }

    /// Runs a statement without arguments: transactions and savepoints.
    pub(super) async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        on!(self, open => sqlx::raw_sql(sql).execute(open).await.map(|_| ()))
    }

    /// Closes the connection instead of using it again: its state is unknown.
    pub(super) fn give_up(&mut self) {
        match &mut self.open {
            Open::Sqlite(pooled) => pooled.close_on_drop(),
            Open::Postgres(pooled) => pooled.close_on_drop(),
        }
    }

    /// Writes the audit's head if it has moved, and commits.
    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        self.write_head().await?;
        self.run("commit").await.doing("committing")
    }

    /// Writes the head once for all rows that were added.
    async fn write_head(&mut self) -> Result<(), StoreError> {
        let Some((HeadRow { sequence, hash, at }, true)) = self.head.take() else { return Ok(()) };
        on!(self, open => sqlx::query("update audit_head set sequence = $1, hash = $2, at = $3 where id = 1")
            .bind(sequence)
            .bind(&hash[..])
            .bind(at)
            .execute(open)
            .await
            .done("moving the audit's head"))?;
        Ok(())
    }
}

/// Runs a body in a transaction of its own.
pub(super) async fn run_in_transaction<T, E, F>(pool: &PgPool, body: F) -> Result<T, E>
where
    E: From<StoreError>,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>>,
{
    let pooled = pool.acquire().await.doing("opening a connection")?;
    let mut tx = Tx::new(Reader::postgres(pooled));
    tx.run("begin").await.doing("beginning")?;
    let outcome = match catch_panic(body(&mut tx)).await {
        Some(Ok(answer)) => tx.commit().await.map(|()| answer).map_err(E::from),
        Some(Err(error)) => match tx.run("rollback").await {
            Ok(()) => return Err(error),
            Err(_) => Err(error),
        },
        None => Err(StoreError::Panicked.into()),
    };
    if outcome.is_err() {
        // The transaction may still be open. Closing the connection undoes it for certain.
        tx.give_up();
    }
    outcome
}

/// Runs a future to its end. `None` when it panicked.
pub(super) async fn catch_panic<T>(mut future: BoxFuture<'_, T>) -> Option<T> {
    std::future::poll_fn(move |context| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Some),
            Err(_) => std::task::Poll::Ready(None),
        }
    })
    .await
}
