//! Telephone numbers: sealed until the call is over, and as HMACs once a call has proved or stopped them.
//!
//! Not here: the numbers of people who are set up (`methods`).

use domain::{CallId, GrantId, PersonId};

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};
use vault::SealedRecord;

impl Reader {
    /// The sealed number of a call that is not over.
    pub async fn pending(&mut self, call: CallId) -> Result<Option<SealedRecord>, StoreError> {
        let row: Option<(String, Vec<u8>)> = on!(self, open => sqlx::query_as(
            "select key_id, sealed from pending_numbers where call = $1",
        )
        .bind(call.to_string())
        .fetch_optional(open)
        .await
        .doing("reading a pending number"))?;
        Ok(row.map(|(key_id, sealed)| SealedRecord { key_id, sealed }))
    }

    /// Whether a call proved this number for this grant at a time or later.
    pub async fn is_tested(
        &mut self,
        grant: GrantId,
        number_hash: &[u8; 32],
        from: i64,
    ) -> Result<bool, StoreError> {
        let found: Option<i64> = on!(self, open => sqlx::query_scalar(
            "select at from tested_numbers where grant_id = $1 and number_hash = $2 and at >= $3",
        )
        .bind(grant.to_string())
        .bind(&number_hash[..])
        .bind(from)
        .fetch_optional(open)
        .await
        .doing("reading a tested number"))?;
        Ok(found.is_some())
    }

    /// Whether calls to a phone are stopped.
    pub async fn is_stopped(&mut self, phone_hash: &[u8; 32], now: i64) -> Result<bool, StoreError> {
        let found: Option<i64> = on!(self, open => sqlx::query_scalar(
            "select until from stopped_numbers where phone_hash = $1 and until > $2",
        )
        .bind(&phone_hash[..])
        .bind(now)
        .fetch_optional(open)
        .await
        .doing("reading a stopped phone"))?;
        Ok(found.is_some())
    }

    /// How many other people have a number set up.
    pub async fn others_with_number(
        &mut self,
        number_hash: &[u8; 32],
        person: PersonId,
    ) -> Result<i64, StoreError> {
        on!(self, open => sqlx::query_scalar(
            "select count(distinct person) from methods where number_hash = $1 and person <> $2",
        )
        .bind(&number_hash[..])
        .bind(person.to_string())
        .fetch_one(open)
        .await
        .doing("counting the people of a number"))
    }
}

impl Tx {
    /// Adds a call's sealed number, until the call is over.
    pub async fn add_pending(
        &mut self,
        call: CallId,
        record: &SealedRecord,
        now: i64,
    ) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "insert into pending_numbers (call, key_id, sealed, made_at) values ($1, $2, $3, $4)",
        )
        .bind(call.to_string())
        .bind(&record.key_id)
        .bind(&record.sealed)
        .bind(now)
        .execute(open)
        .await
        .done("adding a pending number"))?;
        Ok(())
    }

    /// Deletes a call's sealed number.
    pub async fn delete_pending(&mut self, call: CallId) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("delete from pending_numbers where call = $1")
            .bind(call.to_string())
            .execute(open)
            .await
            .done("deleting a pending number"))?;
        Ok(())
    }

    /// Notes that a call proved a number for a grant.
    pub async fn add_tested(
        &mut self,
        grant: GrantId,
        number_hash: &[u8; 32],
        now: i64,
    ) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "insert into tested_numbers (grant_id, number_hash, at) values ($1, $2, $3)
             on conflict (grant_id, number_hash) do update set at = excluded.at",
        )
        .bind(grant.to_string())
        .bind(&number_hash[..])
        .bind(now)
        .execute(open)
        .await
        .done("recording a tested number"))?;
        Ok(())
    }

    /// Stops calls to a phone until a time.
    pub async fn stop_phone(&mut self, phone_hash: &[u8; 32], until: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "insert into stopped_numbers (phone_hash, until) values ($1, $2)
             on conflict (phone_hash) do update set until = excluded.until
             where stopped_numbers.until < excluded.until",
        )
        .bind(&phone_hash[..])
        .bind(until)
        .execute(open)
        .await
        .done("stopping calls to a phone"))?;
        Ok(())
    }

    /// Allows calls again to the phones that a person set up or was called on. Returns how many were stopped.
    pub async fn lift_phones_of(&mut self, person: PersonId) -> Result<u64, StoreError> {
        on!(self, open => sqlx::query(
            "delete from stopped_numbers where phone_hash in (
                 select phone_hash from calls where person = $1
                 union select phone_hash from methods where person = $1)",
        )
        .bind(person.to_string())
        .execute(open)
        .await
        .done("lifting a stop"))
    }
}
