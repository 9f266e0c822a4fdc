//! Deletes rows whose time is over. SQLite overwrites what is deleted (`secure_delete`).
//!
//! Not here: how long that is (the policy, through `engine::retention`).

use super::connection::on;
use super::error::Done as _;
use super::{StoreError, Tx};

impl Tx {
    /// Deletes numbers of calls that never ended, and proofs of numbers that are too old. Returns how many.
    pub async fn delete_numbers(
        &mut self,
        sealed_before: i64,
        tested_before: i64,
    ) -> Result<u64, StoreError> {
        let pending = on!(self, open => sqlx::query("delete from pending_numbers where made_at < $1")
            .bind(sealed_before)
            .execute(open)
            .await
            .done("deleting pending numbers"))?;
        let tested = on!(self, open => sqlx::query("delete from tested_numbers where at < $1")
            .bind(tested_before)
            .execute(open)
            .await
            .done("deleting tested numbers"))?;
        Ok(pending + tested)
    }

    /// Deletes stops that are over. Returns how many.
    pub async fn delete_stops(&mut self, now: i64) -> Result<u64, StoreError> {
        on!(self, open => sqlx::query("delete from stopped_numbers where until <= $1")
            .bind(now)
            .execute(open)
            .await
            .done("deleting stops that are over"))
    }

    /// Deletes events about places in the queue from before a time. They are most of the events, and of no use once the call
    /// was placed.
    pub async fn delete_queue_positions(&mut self, added_before: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "delete from call_events where what = 'waiting' and number > 1 and at < $1
               and call in (select id from calls where state = 'ended')",
        )
        .bind(added_before)
        .execute(open)
        .await
        .done("deleting old places in the queue"))?;
        Ok(())
    }

    /// Deletes calls that were asked for before a time, with their events. Returns how many calls. A call in which 9 was
    /// pressed stays while its stop lasts: it says whose the stop is.
    pub async fn delete_calls(&mut self, asked_before: i64) -> Result<u64, StoreError> {
        const OLD: [&str; 2] = [
            "delete from approvals where call in (select id from calls where queued_at < $1 and state = 'ended'
                 and not (step = 'stopped' and phone_hash in (select phone_hash from stopped_numbers)))",
            "delete from call_events where call in (select id from calls where queued_at < $1 and state = 'ended'
                 and not (step = 'stopped' and phone_hash in (select phone_hash from stopped_numbers)))",
        ];
        for sql in OLD {
            on!(self, open => sqlx::query(sql)
                .bind(asked_before)
                .execute(open)
                .await
                .done("deleting what belongs to old calls"))?;
        }
        on!(self, open => sqlx::query("delete from calls where queued_at < $1 and state = 'ended'
                 and not (step = 'stopped' and phone_hash in (select phone_hash from stopped_numbers))")
            .bind(asked_before)
            .execute(open)
            .await
            .done("deleting old calls"))
    }

    /// Deletes grants that expired before a time and were never used, with their sessions. Returns how many grants.
    pub async fn delete_unused_grants(&mut self, expired_before: i64) -> Result<u64, StoreError> {
        for sql in [
            "delete from sessions where grant_id in (
                 select id from grants where expires_at < $1 and not exists (
                     select 1 from enrolments where enrolments.grant_id = grants.id))",
            "delete from tested_numbers where grant_id in (
                 select id from grants where expires_at < $1 and not exists (
                     select 1 from enrolments where enrolments.grant_id = grants.id))",
        ] {
            on!(self, open => sqlx::query(sql)
                .bind(expired_before)
                .execute(open)
                .await
                .done("deleting what belongs to unused grants"))?;
        }
        on!(self, open => sqlx::query(
            "delete from grants where expires_at < $1 and not exists (
                 select 1 from enrolments where enrolments.grant_id = grants.id)",
        )
        .bind(expired_before)
        .execute(open)
        .await
        .done("deleting unused grants"))
    }

    /// Forgets when people were last refused from outside, before a time.
    pub async fn forget_refused(&mut self, before: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "update verify_tries set refused_at = 0 where refused_at > 0 and refused_at < $1",
        )
        .bind(before)
        .execute(open)
        .await
        .done("forgetting who was refused"))?;
        Ok(())
    }

    /// Deletes network addresses that were noted before a time. Returns how many.
    pub async fn delete_addresses(&mut self, noted_before: i64) -> Result<u64, StoreError> {
        on!(self, open => sqlx::query("delete from audit_addresses where at < $1")
            .bind(noted_before)
            .execute(open)
            .await
            .done("deleting network addresses"))
    }
}
