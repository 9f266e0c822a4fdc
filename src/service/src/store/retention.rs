//! Deletes what has been kept long enough. SQLite overwrites what is deleted (`secure_delete`).
//!
//! Not here: how long that is (the policy, through `engine::retention`).

use super::connection::on;
use super::error::Done as _;
use super::{Connection, StoreError};

impl Connection {
    /// Grants that expired before a time and were never used, with their sessions; how many grants.
    pub(crate) async fn delete_unused_grants(&mut self, expired_before: i64) -> Result<u64, StoreError> {
        on!(self, open => sqlx::query(
            "delete from sessions where grant_id in (
                 select id from grants where expires_at < $1 and not exists (
                     select 1 from enrolments where enrolments.grant_id = grants.id))",
        )
        .bind(expired_before)
        .execute(open)
        .await
        .done("deleting the sessions of unused grants"))?;
        on!(self, open => sqlx::query(
            "delete from grants where expires_at < $1 and not exists (
                 select 1 from enrolments where enrolments.grant_id = grants.id)",
        )
        .bind(expired_before)
        .execute(open)
        .await
        .done("deleting unused grants"))
    }

    /// Network addresses that were noted before a time; how many.
    pub(crate) async fn delete_addresses(&mut self, noted_before: i64) -> Result<u64, StoreError> {
        on!(self, open => sqlx::query("delete from audit_addresses where at < $1")
            .bind(noted_before)
            .execute(open)
            .await
            .done("deleting network addresses"))
    }
}
