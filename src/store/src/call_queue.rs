//! Who is called next, and which node has which line. All nodes share one queue, so each change is made under its lock.
//!
//! Not here: how many at once and how many a second (`engine::calls`).

use domain::CallId;

use super::call_limits::CallCount;
use super::calls::{CallColumns, CallRow, NEXT_QUEUED, ids};
use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::parse;
use super::{Reader, StoreError, Tx};

/// Runs at every turn over months of calls, so it must use the index of the lines.
pub(super) const EXPIRED: &str = "select id from calls where node <> '' and lease_until < $1";

/// The lines and the queue at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueLoad {
    /// Calls that wait.
    pub queued: i64,
    /// Lines that are in use.
    pub on_line: i64,
}

/// A line that a node has for a call.
#[derive(Debug, Clone, Copy)]
pub struct LineLease {
    /// The call on the line.
    pub call: CallId,
    /// Whether the call has ended. Its closing words may still be spoken.
    pub is_over: bool,
}

impl Reader {
    /// How many calls wait, and how many lines are in use.
    pub async fn load(&mut self) -> Result<QueueLoad, StoreError> {
        let (queued, on_line): (i64, i64) = on!(self, open => sqlx::query_as(
            "select (select count(*) from calls where state = 'queued'),
                    (select count(*) from calls where node <> '')",
        )
        .fetch_one(open)
        .await
        .doing("counting the calls"))?;
        Ok(QueueLoad { queued, on_line })
    }

    /// How many calls were placed after a time and until now. Later times come from before a clock was set back.
    pub async fn placed_between(&mut self, at: i64, now: i64) -> Result<CallCount, StoreError> {
        on!(self, open => sqlx::query_as(
            "select count(*), cast(coalesce(min(placed_at), 0) as bigint) from calls
             where placed_at > $1 and placed_at <= $2",
        )
        .bind(at)
        .bind(now)
        .fetch_one(open)
        .await
        .doing("counting the calls placed"))
        .map(CallCount::from_columns)
    }

    /// The first calls that wait, in their order. Approvals come before tests, since somebody waits to be let in.
    /// Approvals that were asked for between two times are left out: it is too late to call, and they are not over yet.
    pub async fn next_queued(
        &mut self,
        most: i64,
        after: i64,
        before: i64,
    ) -> Result<Vec<CallRow>, StoreError> {
        let rows: Vec<CallColumns> = on!(self, open => sqlx::query_as(NEXT_QUEUED)
        .bind(most)
        .bind(after)
        .bind(before)
        .fetch_all(open)
        .await
        .doing("reading the queue"))?;
        rows.into_iter().map(CallRow::try_from).collect()
    }

    /// Calls that have waited since before a time.
    pub async fn queued_before(&mut self, at: i64) -> Result<Vec<CallId>, StoreError> {
        let rows: Vec<String> = on!(self, open => sqlx::query_scalar(
            "select id from calls where state = 'queued' and queued_at <= $1 order by kind, turn",
        )
        .bind(at)
        .fetch_all(open)
        .await
        .doing("reading who waits for long"))?;
        ids(rows)
    }

    /// Calls whose lease ran out: their node has not renewed it.
    pub async fn calls_with_expired_lease(&mut self, before: i64) -> Result<Vec<CallId>, StoreError> {
        let rows: Vec<String> = on!(self, open => sqlx::query_scalar(EXPIRED)
        .bind(before)
        .fetch_all(open)
        .await
        .doing("reading the calls that were left"))?;
        ids(rows)
    }

    /// The lines that a node has.
    pub async fn leases_of(&mut self, node: &str) -> Result<Vec<LineLease>, StoreError> {
        let rows: Vec<(String, String)> = on!(self, open => sqlx::query_as(
            "select id, state from calls where node = $1 and node <> ''",
        )
        .bind(node)
        .fetch_all(open)
        .await
        .doing("reading a node's lines"))?;
        let line = |(id, state): (String, String)| {
            let call = parse(&id, "call")?;
            Ok(LineLease { call, is_over: state == "ended" })
        };
        rows.into_iter().map(line).collect()
    }
}

impl Tx {
    /// Takes the next number in the queue, and locks the queue until the transaction ends.
    pub async fn take_turn(&mut self) -> Result<i64, StoreError> {
        on!(self, open => sqlx::query_scalar("update call_queue set turn = turn + 1 where id = 1 returning turn")
            .fetch_one(open)
            .await
            .doing("taking a turn"))
    }

    /// Gives a waiting call to a node's line, for as long as the node renews its lease.
    pub async fn lease_line(
        &mut self,
        call: CallId,
        node: &str,
        lease_until: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "update calls set node = $2, lease_until = $3, placed_at = $4 where id = $1 and state = 'queued'",
        )
        .bind(call.to_string())
        .bind(node)
        .bind(lease_until)
        .bind(now)
        .execute(open)
        .await
        .done("holding a line"))?;
        Ok(())
    }

    /// Frees a call's line for another call.
    pub async fn free_line(&mut self, call: CallId) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("update calls set node = '' where id = $1")
            .bind(call.to_string())
            .execute(open)
            .await
            .done("freeing a line"))?;
        Ok(())
    }

    /// Notes that a call was not placed after all: the line refused it before a phone could ring.
    pub async fn clear_placement(&mut self, call: CallId) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("update calls set placed_at = 0 where id = $1")
            .bind(call.to_string())
            .execute(open)
            .await
            .done("taking back that a call was placed"))?;
        Ok(())
    }

    /// Renews the leases of a node's calls.
    pub async fn renew_leases(&mut self, node: &str, until: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("update calls set lease_until = $2 where node = $1 and node <> ''")
            .bind(node)
            .bind(until)
            .execute(open)
            .await
            .done("renewing the leases"))?;
        Ok(())
    }

    /// Adds an event for each waiting test whose place in the queue has changed by a tenth. Every placement moves everybody,
    /// so smaller changes would write a long queue again each second. Approvals show no place: there may be thousands.
    /// Call this under the queue's lock. Returns how many events were added.
    pub async fn update_queue_positions(&mut self, now: i64) -> Result<u64, StoreError> {
        let moved = on!(self, open => sqlx::query(
            "with places as (
                 select id, kind, events, row_number() over (order by kind, turn) - 1 as ahead from calls where state = 'queued')
             insert into call_events (call, number, what, ahead, at)
             select places.id, places.events + 1, 'waiting', places.ahead, $1
             from places join call_events last on last.call = places.id and last.number = places.events
             where places.kind = 'test' and last.ahead <> places.ahead and abs(last.ahead - places.ahead) * 10 >= last.ahead",
        )
        .bind(now)
        .execute(open)
        .await
        .done("adding the places in the queue"))?;
        if moved > 0 {
            on!(self, open => sqlx::query(
                "update calls set events = events + 1 where state = 'queued' and exists (
                     select 1 from call_events e where e.call = calls.id and e.number = calls.events + 1)",
            )
            .execute(open)
            .await
            .done("counting the new places"))?;
        }
        Ok(moved)
    }
}
