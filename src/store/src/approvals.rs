//! Sign-ins that a call asks a person about, and people who said that a sign-in was not theirs.
//!
//! Not here: the calls themselves (`calls`), and how often somebody is asked (`engine::calls::approval`).

use domain::{CallId, PersonId, Timestamp};
use protocol::CallStep;
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{parse, time};
use super::{Reader, StoreError, Tx};

/// What a call asks about.
#[derive(Debug, Clone)]
pub struct ApprovalRow {
    /// The call that asks.
    pub call: CallId,
    /// The relying party that asks.
    pub client: Uuid,
    /// The relying party's own id of this request.
    pub key: Uuid,
    /// What the person signs in to, as the voice says it.
    pub what: String,
    /// Whether the sign-in comes from a school's network.
    pub at_school: bool,
    /// Whether the relying party shows the digits.
    pub shown: bool,
}

/// An earlier approval call of a person, as far as it matters for the next.
#[derive(Debug, Clone, Copy)]
pub struct PastApproval {
    /// How far the call came.
    pub step: CallStep,
    /// When it was asked for.
    pub queued_at: Timestamp,
    /// Whether a line was given the call.
    pub is_placed: bool,
    /// When it ended; `None` while it is under way.
    pub ended_at: Option<Timestamp>,
}

impl Reader {
    /// What a call asks about.
    pub async fn approval(&mut self, call: CallId) -> Result<Option<ApprovalRow>, StoreError> {
        let row: Option<(String, String, String, i64, i64)> = on!(self, open => sqlx::query_as(
            "select client, key, what, at_school, shown from approvals where call = $1",
        )
        .bind(call.to_string())
        .fetch_optional(open)
        .await
        .doing("reading an approval"))?;
        row.map(|(client, key, what, at_school, shown)| {
            Ok(ApprovalRow {
                call,
                client: parse(&client, "approval")?,
                key: parse(&key, "approval")?,
                what,
                at_school: at_school != 0,
                shown: shown != 0,
            })
        })
        .transpose()
    }

    /// The call that a relying party asked for with a request id.
    pub async fn approval_of(&mut self, client: Uuid, key: Uuid) -> Result<Option<CallId>, StoreError> {
        let found: Option<String> = on!(self, open => sqlx::query_scalar(
            "select call from approvals where client = $1 and key = $2",
        )
        .bind(client.to_string())
        .bind(key.to_string())
        .fetch_optional(open)
        .await
        .doing("looking for an approval"))?;
        found.map(|call| parse(&call, "approval")).transpose()
    }

    /// A person's approval calls that were asked for after a time or are under way, the newest first.
    pub async fn recent_approvals(
        &mut self,
        person: PersonId,
        after: i64,
    ) -> Result<Vec<PastApproval>, StoreError> {
        let rows: Vec<(String, i64, i64, i64)> = on!(self, open => sqlx::query_as(
            "select step, queued_at, placed_at, ended_at from calls
             where person = $1 and kind = 'approval' and (queued_at > $2 or state <> 'ended') order by turn desc",
        )
        .bind(person.to_string())
        .bind(after)
        .fetch_all(open)
        .await
        .doing("reading a person's sign-in calls"))?;
        let corrupt = || StoreError::Corrupt("call");
        rows.into_iter()
            .map(|(step, queued_at, placed_at, ended_at)| {
                Ok(PastApproval {
                    step: CallStep::named(&step).ok_or_else(corrupt)?,
                    queued_at: Timestamp::from_millis(queued_at),
                    is_placed: placed_at > 0,
                    ended_at: time(ended_at),
                })
            })
            .collect()
    }

    /// Whether a person said that a sign-in was not theirs, and IT has not cleared it.
    pub async fn is_person_stopped(&mut self, person: PersonId) -> Result<bool, StoreError> {
        let found: Option<i64> = on!(self, open => sqlx::query_scalar(
            "select at from stopped_people where person = $1",
        )
        .bind(person.to_string())
        .fetch_optional(open)
        .await
        .doing("reading whether a person is stopped"))?;
        Ok(found.is_some())
    }
}

impl Tx {
    /// Adds what a call asks about.
    pub async fn add_approval(&mut self, approval: &ApprovalRow) -> Result<(), StoreError> {
        let ApprovalRow { call, client, key, what, at_school, shown } = approval;
        on!(self, open => sqlx::query(
            "insert into approvals (call, client, key, what, at_school, shown) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(call.to_string())
        .bind(client.to_string())
        .bind(key.to_string())
        .bind(what)
        .bind(i64::from(*at_school))
        .bind(i64::from(*shown))
        .execute(open)
        .await
        .done("adding an approval"))?;
        Ok(())
    }

    /// Notes that a person approved a sign-in by phone. The first time turns `tested` into `used`.
    pub async fn use_phone(
        &mut self,
        person: PersonId,
        number_hash: &[u8; 32],
        now: i64,
    ) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "update methods set state = 'used', used_at = $3
             where person = $1 and number_hash = $2 and state = 'tested'",
        )
        .bind(person.to_string())
        .bind(&number_hash[..])
        .bind(now)
        .execute(open)
        .await
        .done("using a phone"))?;
        Ok(())
    }

    /// Notes that a person said a sign-in was not theirs.
    pub async fn stop_person(&mut self, person: PersonId, call: CallId, now: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "insert into stopped_people (person, call, at) values ($1, $2, $3) on conflict (person) do nothing",
        )
        .bind(person.to_string())
        .bind(call.to_string())
        .bind(now)
        .execute(open)
        .await
        .done("stopping a person's sign-ins"))?;
        Ok(())
    }

    /// Lets a person sign in from outside and be called again. `false` when they were not stopped.
    pub async fn clear_person(&mut self, person: PersonId) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query("delete from stopped_people where person = $1")
            .bind(person.to_string())
            .execute(open)
            .await
            .done("clearing a person"))?;
        Ok(done == 1)
    }
}
