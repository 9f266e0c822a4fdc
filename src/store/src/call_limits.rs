//! How often somebody was called: counted in the transaction that checks, under the queue's lock.
//!
//! Not here: how often is too often (the policy, through `engine::calls`).

use domain::GrantId;

use super::connection::on;
use super::error::Doing as _;
use super::{Reader, StoreError};

/// How many calls, and when the first of them was asked for.
pub type Counted = (i64, i64);

impl Reader {
    /// Test calls of a grant: those that were placed, without what our own line spoilt; and all that were asked for.
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

    /// Test calls to a phone that were asked for after a time, over all people: those that rang, and those that wait.
    /// What waits for this grant is about to be ended, and does not count.
    pub async fn tests_of_phone(
        &mut self,
        phone_hash: &[u8; 32],
        grant: GrantId,
        after: i64,
    ) -> Result<Counted, StoreError> {
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
    }

    /// All calls that were asked for after a time and were placed or wait.
    pub async fn calls_after(&mut self, after: i64) -> Result<Counted, StoreError> {
        on!(self, open => sqlx::query_as(
            "select count(*), cast(coalesce(min(queued_at), 0) as bigint) from calls
             where queued_at > $1 and (placed_at > 0 or state = 'queued')",
        )
        .bind(after)
        .fetch_one(open)
        .await
        .doing("counting all calls"))
    }
}
