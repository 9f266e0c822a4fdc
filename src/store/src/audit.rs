//! The audit's rows, its head and its beginning.
//!
//! Not here: what a row says and how it is chained (`engine::audit`), and when the head is written (`tx`).

use domain::PersonId;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{HeadRow, Reader, StoreError, Tx};

/// Where the audit begins since old rows were deleted, with the proof that the service deleted them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartRow {
    /// The last row that was deleted.
    pub head: HeadRow,
    /// An HMAC that only the service can make.
    pub proof: Vec<u8>,
}

/// A row as it is stored.
pub struct AuditRow {
    /// Its number in the chain.
    pub sequence: i64,
    /// When it was written, in milliseconds since 1970.
    pub at: i64,
    /// What was done, as JSON.
    pub body: Vec<u8>,
    /// Its hash, over the row before and this one.
    pub hash: Vec<u8>,
}

impl Tx {
    /// The head, locked until the transaction ends. Call this after all other locks, so that nobody waits in a circle.
    pub async fn lock_head(&mut self) -> Result<HeadRow, StoreError> {
        if let Some((head, _)) = &self.head {
            return Ok(head.clone());
        }
        let head = if self.is_postgres() {
            self.head_by("select sequence, hash, at from audit_head where id = 1 for update").await?
        } else {
            // The transaction holds SQLite's one lock already.
            self.head_by(HEAD).await?
        };
        self.head = Some((head.clone(), false));
        Ok(head)
    }

    /// Adds the row that follows the head.
    pub async fn add_audit_row(
        &mut self,
        head: HeadRow,
        body: &[u8],
        address: Option<(&str, Option<PersonId>)>,
    ) -> Result<(), StoreError> {
        let HeadRow { sequence, hash, at } = head;
        on!(self, open => sqlx::query("insert into audit (sequence, at, body, hash) values ($1, $2, $3, $4)")
            .bind(sequence)
            .bind(at)
            .bind(body)
            .bind(&hash[..])
            .execute(open)
            .await
            .done("adding an audit row"))?;
        if let Some((address, person)) = address {
            on!(self, open => sqlx::query("insert into audit_addresses (sequence, at, address, person) values ($1, $2, $3, $4)")
                .bind(sequence)
                .bind(at)
                .bind(address)
                .bind(person.map(|person| person.to_string()).unwrap_or_default())
                .execute(open)
                .await
                .done("adding an audit row's address"))?;
        }
        self.head = Some((head, true));
        Ok(())
    }
}

const HEAD: &str = "select sequence, hash, at from audit_head where id = 1";

impl Reader {
    /// The newest row's number, hash and time.
    pub async fn head(&mut self) -> Result<HeadRow, StoreError> {
        self.head_by(HEAD).await
    }

    /// Where the audit begins; `None` when nothing was deleted.
    pub async fn audit_start(&mut self) -> Result<Option<StartRow>, StoreError> {
        let row: Option<(i64, Vec<u8>, i64, Vec<u8>)> = on!(self, open => sqlx::query_as(
            "select sequence, hash, at, proof from audit_start where id = 1",
        )
        .fetch_optional(open)
        .await
        .doing("reading where the audit begins"))?;
        row.map(|(sequence, hash, at, proof)| {
            let hash = hash.try_into().map_err(|_| StoreError::Corrupt("audit start"))?;
            Ok(StartRow { head: HeadRow { sequence, hash, at }, proof })
        })
        .transpose()
    }

    /// The last of the audit's oldest rows: they are all from before a time, and at most so many.
    pub async fn last_before(&mut self, at: i64, most: i64) -> Result<Option<HeadRow>, StoreError> {
        let row: Option<(i64, Vec<u8>, i64)> = on!(self, open => sqlx::query_as(
            "select sequence, hash, at from (select sequence, hash, at from audit order by sequence limit $2) oldest
             where sequence < coalesce((select sequence from audit where at >= $1 order by sequence limit 1),
                                       (select sequence from audit_head where id = 1))
             order by sequence desc limit 1",
        )
        .bind(at)
        .bind(most)
        .fetch_optional(open)
        .await
        .doing("looking for old audit rows"))?;
        row.map(|(sequence, hash, at)| {
            let hash = hash.try_into().map_err(|_| StoreError::Corrupt("audit row"))?;
            Ok(HeadRow { sequence, hash, at })
        })
        .transpose()
    }

    async fn head_by(&mut self, sql: &'static str) -> Result<HeadRow, StoreError> {
        let (sequence, hash, at): (i64, Vec<u8>, i64) =
            on!(self, open => sqlx::query_as(sql).fetch_one(open).await.doing("reading the audit's head"))?;
        let hash = hash.try_into().map_err(|_| StoreError::Corrupt("audit head"))?;
        Ok(HeadRow { sequence, hash, at })
    }

    /// The number of the last row before a time; 0 when there is none. Read from the end: most questions are about late rows.
    pub async fn audit_end_before(&mut self, at: i64) -> Result<i64, StoreError> {
        let row: Option<i64> = on!(self, open => sqlx::query_scalar(
            "select sequence from audit where at < $1 order by sequence desc limit 1",
        )
        .bind(at)
        .fetch_optional(open)
        .await
        .doing("looking for a time in the audit"))?;
        Ok(row.unwrap_or(0))
    }

    /// Rows after a number, in order, at most `limit`.
    pub async fn audit_after(&mut self, sequence: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        let rows: Vec<(i64, i64, Vec<u8>, Vec<u8>)> = on!(self, open => sqlx::query_as(
            "select sequence, at, body, hash from audit where sequence > $1 order by sequence limit $2",
        )
        .bind(sequence)
        .bind(limit)
        .fetch_all(open)
        .await
        .doing("reading the audit"))?;
        Ok(rows.into_iter().map(|(sequence, at, body, hash)| AuditRow { sequence, at, body, hash }).collect())
    }
}

impl Tx {
    /// Deletes the audit's rows up to a row, after which the audit then begins. Returns how many.
    pub async fn begin_audit_after(&mut self, start: &StartRow) -> Result<u64, StoreError> {
        let StartRow { head: HeadRow { sequence, hash, at }, proof } = start;
        on!(self, open => sqlx::query(
            "insert into audit_start (id, sequence, hash, at, proof) values (1, $1, $2, $3, $4)
             on conflict (id) do update set sequence = excluded.sequence, hash = excluded.hash,
                                            at = excluded.at, proof = excluded.proof",
        )
        .bind(sequence)
        .bind(&hash[..])
        .bind(at)
        .bind(proof)
        .execute(open)
        .await
        .done("noting where the audit begins"))?;
        on!(self, open => sqlx::query("delete from audit_addresses where sequence <= $1")
            .bind(sequence)
            .execute(open)
            .await
            .done("deleting addresses of old audit rows"))?;
        on!(self, open => sqlx::query("delete from audit where sequence <= $1")
            .bind(sequence)
            .execute(open)
            .await
            .done("deleting old audit rows"))
    }
}

#[cfg(any(test, feature = "testing"))]
impl Tx {
    /// Runs any statement, as somebody with access to the database could.
    pub async fn spoil(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.run(sql).await.doing("spoiling the store")
    }
}
