//! Sessions, found by the HMAC of their token.

use domain::{GrantId, PersonId, Timestamp};
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{columns, parse};
use super::{Reader, StoreError, Tx};

/// A stored session.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Who is signed in.
    pub person: PersonId,
    /// The grant that the sign-in gave.
    pub grant: GrantId,
    /// When the person signed in.
    pub made_at: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
}

columns! { $
    /// A session's columns.
    SessionColumns in "sessions", select_sessions, insert_sessions {
        person: String,
        grant_id: String,
        made_at: i64,
        used_at: i64,
    }
}

impl TryFrom<SessionColumns> for SessionRow {
    type Error = StoreError;

    fn try_from(columns: SessionColumns) -> Result<Self, StoreError> {
        Ok(Self {
            person: parse(&columns.person, "session")?,
            grant: parse(&columns.grant_id, "session")?,
            made_at: Timestamp::from_millis(columns.made_at),
            used_at: Timestamp::from_millis(columns.used_at),
        })
    }
}

impl From<&SessionRow> for SessionColumns {
    fn from(session: &SessionRow) -> Self {
        Self {
            person: session.person.to_string(),
            grant_id: session.grant.to_string(),
            made_at: session.made_at.millis(),
            used_at: session.used_at.millis(),
        }
    }
}

impl Reader {
    /// A session by the hash of its token.
    pub async fn session(&mut self, hash: &[u8; 32]) -> Result<Option<SessionRow>, StoreError> {
        let row: Option<SessionColumns> = on!(self, open => sqlx::query_as(select_sessions!("where token_hash = $1"))
            .bind(&hash[..])
            .fetch_optional(open)
            .await
            .doing("reading a session"))?;
        row.map(SessionRow::try_from).transpose()
    }

    /// Whether a grant has a session that was used after a time.
    pub async fn is_signed_in(&mut self, grant: GrantId, used_after: i64) -> Result<bool, StoreError> {
        let last: i64 = on!(self, open => sqlx::query_scalar(
            "select cast(coalesce(max(used_at), 0) as bigint) from sessions where grant_id = $1",
        )
        .bind(grant.to_string())
        .fetch_one(open)
        .await
        .doing("looking for a session"))?;
        Ok(last > used_after)
    }
}

impl Tx {
    /// Adds a session with the hash of its token.
    pub async fn add_session(&mut self, hash: &[u8; 32], session: &SessionRow) -> Result<(), StoreError> {
        const INSERT: &str = insert_sessions!(", token_hash) values ($1, $2, $3, $4, $5)");
        let columns = SessionColumns::from(session);
        on!(self, open => columns
            .bind_to(sqlx::query(INSERT))
            .bind(&hash[..])
            .execute(open)
            .await
            .done("adding a session"))?;
        Ok(())
    }

    /// Notes that a session was used. An earlier time changes nothing.
    pub async fn touch_session(&mut self, hash: &[u8; 32], now: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("update sessions set used_at = $2 where token_hash = $1 and used_at < $2")
            .bind(&hash[..])
            .bind(now)
            .execute(open)
            .await
            .done("keeping a session"))?;
        Ok(())
    }

    /// Ends a session. `false` when there was none.
    pub async fn end_session(&mut self, hash: &[u8; 32]) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query("delete from sessions where token_hash = $1")
            .bind(&hash[..])
            .execute(open)
            .await
            .done("ending a session"))?;
        Ok(done == 1)
    }

    /// Ends every session of a grant.
    pub async fn end_sessions_of(&mut self, grant: GrantId) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("delete from sessions where grant_id = $1")
            .bind(grant.to_string())
            .execute(open)
            .await
            .done("ending a grant's sessions"))?;
        Ok(())
    }

    /// Ends every session of a person.
    pub async fn end_sessions_of_person(&mut self, person: PersonId) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("delete from sessions where person = $1")
            .bind(person.to_string())
            .execute(open)
            .await
            .done("ending a person's sessions"))?;
        Ok(())
    }

    /// Ends every session of a code's grants.
    pub async fn end_sessions_of_code(&mut self, code: Uuid) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "delete from sessions where grant_id in (select id from grants where code = $1)",
        )
        .bind(code.to_string())
        .execute(open)
        .await
        .done("ending a code's sessions"))?;
        Ok(())
    }

    /// Deletes sessions that were not used since a time.
    pub async fn forget_sessions(&mut self, before: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("delete from sessions where used_at < $1")
            .bind(before)
            .execute(open)
            .await
            .done("forgetting old sessions"))?;
        Ok(())
    }
}
