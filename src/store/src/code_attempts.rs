//! Failed enrolment codes, counted by source and minute. All nodes share one count.

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};

/// Milliseconds in one slot.
const SLOT_MS: i64 = 60_000;

/// The failed codes of one source in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeAttempts {
    /// How many there were.
    pub attempts: i64,
    /// When the oldest of them leaves the window.
    pub oldest_leaves_at: i64,
}

impl Reader {
    /// The failed codes of the last `window_ms`, or up to a minute more.
    pub async fn code_attempts(
        &mut self,
        scope: &str,
        window_ms: i64,
        now: i64,
    ) -> Result<CodeAttempts, StoreError> {
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
        Ok(CodeAttempts { attempts: tries, oldest_leaves_at: (oldest + window + 1) * SLOT_MS })
    }
}

impl Tx {
    /// Counts a failed code. On PostgreSQL the count stays locked until the transaction ends, so that attempts from one source
    /// wait for one another.
    pub async fn count_code_attempt(&mut self, scope: &str, now: i64) -> Result<(), StoreError> {
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

    /// Takes a count back: the code was right. A source without failed codes leaves no row.
    pub async fn uncount_code_attempt(&mut self, scope: &str, now: i64) -> Result<(), StoreError> {
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

    /// Deletes counts that are older than any window.
    pub async fn forget_code_attempts(&mut self, before: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("delete from guesses where slot < $1")
            .bind(before.div_euclid(SLOT_MS))
            .execute(open)
            .await
            .done("forgetting old guesses"))?;
        Ok(())
    }
}
