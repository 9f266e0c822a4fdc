//! Relying parties, by the HMAC of their key.

use ipnet::IpNet;
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};

/// A relying party as it is kept.
#[derive(Debug, Clone)]
pub struct ClientRow {
    pub id: Uuid,
    pub name: String,
    pub scope: String,
    /// From where it may ask; from anywhere when empty.
    pub addresses: Vec<IpNet>,
    pub revoked: bool,
}

type Columns = (String, String, String, String, i64);

fn client_row((id, name, scope, addresses, revoked_at): Columns) -> Result<ClientRow, StoreError> {
    let corrupt = || StoreError::Corrupt("client");
    Ok(ClientRow {
        id: id.parse().map_err(|_| corrupt())?,
        name,
        scope,
        addresses: addresses
            .split_whitespace()
            .map(|network| network.parse().map_err(|_| corrupt()))
            .collect::<Result<_, _>>()?,
        revoked: revoked_at != 0,
    })
}

impl Reader {
    pub async fn client_by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<ClientRow>, StoreError> {
        let row: Option<Columns> = on!(self, open => sqlx::query_as(
            "select id, name, scope, addresses, revoked_at from clients where key_hash = $1",
        )
        .bind(&hash[..])
        .fetch_optional(open)
        .await
        .doing("looking up a client"))?;
        row.map(client_row).transpose()
    }

    pub async fn client_called(&mut self, name: &str) -> Result<Option<ClientRow>, StoreError> {
        let row: Option<Columns> = on!(self, open => sqlx::query_as(
            "select id, name, scope, addresses, revoked_at from clients where name = $1",
        )
        .bind(name)
        .fetch_optional(open)
        .await
        .doing("reading a client"))?;
        row.map(client_row).transpose()
    }
}

impl Tx {
    /// Adds a client. `false` when the name is taken.
    pub async fn add_client(
        &mut self,
        client: &ClientRow,
        hash: &[u8; 32],
        now: i64,
    ) -> Result<bool, StoreError> {
        let ClientRow { id, name, scope, addresses, revoked: _ } = client;
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let done = on!(self, open => sqlx::query(
            "insert into clients (id, name, key_hash, scope, addresses, added_at, revoked_at)
             values ($1, $2, $3, $4, $5, $6, 0) on conflict (name) do nothing",
        )
        .bind(id.to_string())
        .bind(name)
        .bind(&hash[..])
        .bind(scope)
        .bind(addresses.join(" "))
        .bind(now)
        .execute(open)
        .await
        .done("adding a client"))?;
        Ok(done == 1)
    }

    /// Revokes a client. `false` when it was revoked before.
    pub async fn revoke_client(&mut self, id: Uuid, now: i64) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query("update clients set revoked_at = $2 where id = $1 and revoked_at = 0")
            .bind(id.to_string())
            .bind(now)
            .execute(open)
            .await
            .done("revoking a client"))?;
        Ok(done == 1)
    }
}
