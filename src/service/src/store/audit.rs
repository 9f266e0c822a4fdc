//! The audit's rows and its head.
//!
//! Not here: what a row says and how it is chained (`crate::audit`).

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Connection, StoreError, Tx};

/// The newest row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) sequence: i64,
    pub(crate) hash: [u8; 32],
    pub(crate) at: i64,
}

/// A row as it is stored.
pub(crate) struct AuditRow {
    pub(crate) sequence: i64,
    pub(crate) at: i64,
    pub(crate) body: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

impl Tx {
    /// The head, locked until the end of the transaction: take it last.
    pub(crate) async fn lock_head(&mut self) -> Result<Head, StoreError> {
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
    pub(crate) async fn add_audit_row(
        &mut self,
        head: Head,
        body: &[u8],
        address: Option<&str>,
    ) -> Result<(), StoreError> {
        let Head { sequence, hash, at } = head;
        on!(&mut **self, open => sqlx::query("insert into audit (sequence, at, body, hash) values ($1, $2, $3, $4)")
            .bind(sequence)
            .bind(at)
            .bind(body)
            .bind(&hash[..])
            .execute(open)
            .await
            .done("adding an audit row"))?;
        if let Some(address) = address {
            on!(&mut **self, open => sqlx::query("insert into audit_addresses (sequence, at, address) values ($1, $2, $3)")
                .bind(sequence)
                .bind(at)
                .bind(address)
                .execute(open)
                .await
                .done("adding an audit row's address"))?;
        }
        self.head = Some((head, true));
        Ok(())
    }

    /// Writes the head once for all rows that were added.
    pub(super) async fn write_head(&mut self) -> Result<(), StoreError> {
        let Some((Head { sequence, hash, at }, true)) = self.head.take() else { return Ok(()) };
        on!(&mut **self, open => sqlx::query("update audit_head set sequence = $1, hash = $2, at = $3 where id = 1")
            .bind(sequence)
            .bind(&hash[..])
            .bind(at)
            .execute(open)
            .await
            .done("moving the audit's head"))?;
        Ok(())
    }
}

const HEAD: &str = "select sequence, hash, at from audit_head where id = 1";

impl Connection {
    /// The head as it is.
    pub(crate) async fn head(&mut self) -> Result<Head, StoreError> {
        self.head_by(HEAD).await
    }

    async fn head_by(&mut self, sql: &'static str) -> Result<Head, StoreError> {
        let (sequence, hash, at): (i64, Vec<u8>, i64) =
            on!(self, open => sqlx::query_as(sql).fetch_one(open).await.doing("reading the audit's head"))?;
        let hash = hash.try_into().map_err(|_| StoreError::Corrupt("audit head"))?;
        Ok(Head { sequence, hash, at })
    }

    /// Rows after a number, in order, at most `limit`.
    pub(crate) async fn audit_after(
        &mut self,
        sequence: i64,
        limit: i64,
    ) -> Result<Vec<AuditRow>, StoreError> {
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

#[cfg(test)]
impl Connection {
    /// What somebody who writes the database might do.
    pub(crate) async fn spoil(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.run(sql).await.doing("spoiling the store")
    }
}
