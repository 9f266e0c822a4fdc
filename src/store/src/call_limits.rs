//! How often somebody was called. The transaction that checks a limit counts, under the queue's lock.
//!
//! Not here: how often is too often (the policy, through `engine::calls`).

use domain::{GrantId, Timestamp};

use super::connection::on;
use super::error::Doing as _;
use super::{Reader, StoreError};

/// How many calls there are in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallCount {
    /// How many.
    pub calls: i64,
    /// When the first of them was; `None` when there is none.
    pub first_at: Option<Timestamp>,
}

impl CallCount {
    pub(super) fn from_columns((calls, first_at): (i64, i64)) -> Self {
        Self { calls, first_at: (calls > 0).then_some(Timestamp::from_millis(first_at)) }
    }
}

impl Reader {
    /// The test calls of a grant: those that were placed, without faults of our own line, and all that were asked for.
    pub async fn tests_of_grant(&mut self, grant: GrantId) -> Result<(i64, i64), StoreError> {
        on!(self, open => sqlx::query_as(
            "select cast(coalesce(sum(case when placed_at > 0 and step <> 'fault' then 1 else 0 end), 0) as bigint),
                    count(*)
             from calls where grant_id = $1 and kind = 'test'",
        )
        .bind(grant.to_string())
        .fetch_one(open)
        .await
        .doing("counting a grant's calls"))
    }

    /// Test calls to a phone that were asked for after a time, for all people: those that rang, and those that wait.
    /// Calls that wait for this grant are about to be ended, and do not count.
    pub async fn tests_of_phone(
        &mut self,
        phone_hash: &[u8; 32],
        grant: GrantId,
        after: i64,
    ) -> Result<CallCount, StoreError> {
        on!(self, open => sqlx::query_as(
            "select count(*), cast(coalesce(min(queued_at), 0) as bigint) from calls
             where phone_hash = $1 and queued_at > $2 and kind = 'test'
               and (placed_at > 0 or (state = 'queued' and grant_id <> $3))",
        )
        .bind(&phone_hash[..])
        .bind(after)
        .bind(grant.to_string())
        .fetch_one(open)
        .await
        .doing("counting the calls to a phone"))
        .map(CallCount::from_columns)
    }

    /// All calls that were asked for after a time, and were placed or wait.
    pub async fn calls_after(&mut self, after: i64) -> Result<CallCount, StoreError> {
        on!(self, open => sqlx::query_as(
            "select count(*), cast(coalesce(min(queued_at), 0) as bigint) from calls
             where queued_at > $1 and (placed_at > 0 or state = 'queued')",
        )
        .bind(after)
        .fetch_one(open)
        .await
        .doing("counting all calls"))
        .map(CallCount::from_columns)
    }
}
