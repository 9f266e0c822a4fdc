//! Failed enrolment codes, counted by place and minute. Several nodes share one count.

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};

/// Milliseconds in a slot.
const SLOT_MS: i64 = 60_000;

/// How many in a window, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guesses {
    pub tries: i64,
    /// When the oldest of them leaves the window.
    pub oldest_leaves_at: i64,
}

impl Reader {
    /// The guesses of the last `window_ms`, a minute more at most.
    pub async fn guesses(&mut self, scope: &str, window_ms: i64, now: i64) -> Result<Guesses, StoreError> {
        let window = window_ms.div_euclid(SLOT_MS);
        let (tries, oldest): (i64, i64) = on!(self, open => sqlx::query_as(
            "select cast(coalesce(sum(tries), 0) as bigint), cast(coalesce(min(slot), 0) as bigint)
             from guesses where scope = $1 and slot >= $2 and tries > 0",
        )
        .bind(scope)
        .bind(now.div_euclid(SLOT_MS) - window)
        .fetch_one(open)
        .await
        .doing("reading the guesses"))?;
        Ok(Guesses { tries, oldest_leaves_at: (oldest + window + 1) * SLOT_MS })
    }
}

impl Tx {
    /// Counts a guess. In PostgreSQL the count stays locked until the end of the transaction,
    /// so guesses at one place wait for one another.
    pub async fn count_guess(&mut self, scope: &str, now: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "insert into guesses (scope, slot, tries) values ($1, $2, 1)
             on conflict (scope, slot) do update set tries = guesses.tries + 1",
        )
        .bind(scope)
        .bind(now.div_euclid(SLOT_MS))
        .execute(open)
        .await
        .done("counting a guess"))?;
        Ok(())
    }

    /// Takes a guess back: it was none. Where none is left, nothing is left of the place either.
    pub async fn uncount_guess(&mut self, scope: &str, now: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "update guesses set tries = tries - 1 where scope = $1 and slot = $2 and tries > 0",
        )
        .bind(scope)
        .bind(now.div_euclid(SLOT_MS))
        .execute(open)
        .await
        .done("taking a guess back"))?;
        on!(self, open => sqlx::query("delete from guesses where scope = $1 and slot = $2 and tries <= 0")
            .bind(scope)
            .bind(now.div_euclid(SLOT_MS))
            .execute(open)
            .await
            .done("forgetting a place without guesses"))?;
        Ok(())
    }

    /// Forgets guesses that no window holds any more.
    pub async fn forget_guesses(&mut self, before: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("delete from guesses where slot < $1")
            .bind(before.div_euclid(SLOT_MS))
            .execute(open)
            .await
            .done("forgetting old guesses"))?;
        Ok(())
    }
}
