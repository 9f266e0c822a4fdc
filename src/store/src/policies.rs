//! Policies by serial, and the service's own few settings.

use domain::Timestamp;

use super::connection::{Open, on};
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};

/// A stored policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// Its number; each policy has a higher one.
    pub serial: i64,
    /// The policy as JSON.
    pub body: String,
    /// The key that assistants seal to under it.
    pub envelope_key: String,
    /// When it came into force.
    pub adopted_at: Timestamp,
}

impl Reader {
    /// The newest policy.
    pub async fn newest_policy(&mut self) -> Result<Option<PolicyRow>, StoreError> {
        let row: Option<(i64, String, String, i64)> = on!(self, open => sqlx::query_as(
            "select serial, body, envelope_key, adopted_at from policies order by serial desc limit 1",
        )
        .fetch_optional(open)
        .await
        .doing("reading the newest policy"))?;
        Ok(row.map(|(serial, body, envelope_key, at)| PolicyRow {
            serial,
            body,
            envelope_key,
            adopted_at: Timestamp::from_millis(at),
        }))
    }

    /// The serial of the newest policy.
    pub async fn newest_serial(&mut self) -> Result<Option<i64>, StoreError> {
        on!(self, open => sqlx::query_scalar("select max(serial) from policies")
            .fetch_one(open)
            .await
            .doing("reading the newest serial"))
    }

    /// The text of one policy.
    pub async fn policy_text(&mut self, serial: i64) -> Result<Option<String>, StoreError> {
        on!(self, open => sqlx::query_scalar("select body from policies where serial = $1")
            .bind(serial)
            .fetch_optional(open)
            .await
            .doing("reading a policy"))
    }

    /// A setting that may not be there.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        on!(self, open => sqlx::query_scalar("select value from settings where name = $1")
            .bind(name)
            .fetch_optional(open)
            .await
            .doing("looking for a setting"))
    }

    /// Copies a SQLite database, as it is at one moment, to a new file.
    pub async fn copy_to(&mut self, file: &str) -> Result<(), StoreError> {
        match &mut self.open {
            Open::Sqlite(pooled) => sqlx::query("vacuum into $1")
                .bind(file)
                .execute(&mut **pooled)
                .await
                .map(|_| ())
                .doing("copying the database"),
            Open::Postgres(_) => Err(StoreError::Url),
        }
    }
}

impl Tx {
    /// Makes the newest policy active again, so many serials later, perhaps with another key to seal to. Returns its serial;
    /// `None` when another node took that serial.
    pub async fn renew_policy(
        &mut self,
        serials: i64,
        envelope_key: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        let newest = self.newest_policy().await?.ok_or(StoreError::Corrupt("policy"))?;
        let serial = newest.serial + serials;
        let envelope_key = envelope_key.map_or(newest.envelope_key, str::to_owned);
        let renewed = PolicyRow { serial, envelope_key, adopted_at: now, body: newest.body };
        Ok(self.add_policy(&renewed).await?.then_some(serial))
    }

    /// Adds a policy. `false` when another node took the serial.
    pub async fn add_policy(&mut self, policy: &PolicyRow) -> Result<bool, StoreError> {
        let PolicyRow { serial, body, envelope_key, adopted_at } = policy;
        let done = on!(self, open => sqlx::query(
            "insert into policies (serial, body, envelope_key, adopted_at) values ($1, $2, $3, $4)
             on conflict (serial) do nothing",
        )
        .bind(serial)
        .bind(body)
        .bind(envelope_key)
        .bind(adopted_at.millis())
        .execute(open)
        .await
        .done("adding a policy"))?;
        Ok(done == 1)
    }

    /// Sets a setting that is not there yet. Returns its value, old or new.
    pub async fn insert_setting_if_absent(&mut self, name: &str, value: &str) -> Result<String, StoreError> {
        on!(self, open => sqlx::query("insert into settings (name, value) values ($1, $2) on conflict (name) do nothing")
            .bind(name)
            .bind(value)
            .execute(open)
            .await
            .done("writing a setting"))?;
        on!(self, open => sqlx::query_scalar("select value from settings where name = $1")
            .bind(name)
            .fetch_one(open)
            .await
            .doing("reading a setting"))
    }

    /// Changes a setting from one value to another. `false` when it has another value by now.
    pub async fn move_setting(&mut self, name: &str, from: &str, to: &str) -> Result<bool, StoreError> {
        let moved = on!(self, open => sqlx::query("update settings set value = $3 where name = $1 and value = $2")
            .bind(name)
            .bind(from)
            .bind(to)
            .execute(open)
            .await
            .done("moving a setting"))?;
        Ok(moved == 1)
    }
}
