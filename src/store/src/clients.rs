//! Relying parties, by the HMAC of their key.

use domain::Timestamp;
use ipnet::IpNet;
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{columns, parse, time};
use super::{Reader, StoreError, Tx};

/// A stored relying party.
#[derive(Debug, Clone)]
pub struct ClientRow {
    /// Its id.
    pub id: Uuid,
    /// Its name in reports.
    pub name: String,
    /// What it may ask.
    pub scope: String,
    /// The networks that it may ask from; any when empty.
    pub addresses: Vec<IpNet>,
    /// Whether IT revoked it.
    pub revoked: bool,
}

/// A relying party as a list shows it.
#[derive(Debug, Clone)]
pub struct ClientListing {
    /// Its name.
    pub name: String,
    /// The networks that it may ask from; any when empty.
    pub addresses: Vec<IpNet>,
    /// When it was added.
    pub added_at: Timestamp,
    /// When IT revoked it.
    pub revoked_at: Option<Timestamp>,
}

columns! { $
    /// A relying party's columns.
    ClientColumns in "clients", select_clients {
        id: String,
        name: String,
        scope: String,
        addresses: String,
        revoked_at: i64,
    }
}

impl TryFrom<ClientColumns> for ClientRow {
    type Error = StoreError;

    fn try_from(columns: ClientColumns) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&columns.id, "client")?,
            name: columns.name,
            scope: columns.scope,
            addresses: networks_in(&columns.addresses)?,
            revoked: columns.revoked_at != 0,
        })
    }
}

fn networks_in(column: &str) -> Result<Vec<IpNet>, StoreError> {
    column.split_whitespace().map(|network| parse(network, "client")).collect()
}

impl Reader {
    /// All relying parties, by name. Revoked ones are among them, since their names are not used again.
    pub async fn clients(&mut self) -> Result<Vec<ClientListing>, StoreError> {
        let rows: Vec<(String, String, i64, i64)> = on!(self, open => sqlx::query_as(
            "select name, addresses, added_at, revoked_at from clients order by name",
        )
        .fetch_all(open)
        .await
        .doing("reading the clients"))?;
        let listing = |(name, addresses, added_at, revoked_at): (String, String, i64, i64)| {
            Ok(ClientListing {
                name,
                addresses: networks_in(&addresses)?,
                added_at: Timestamp::from_millis(added_at),
                revoked_at: time(revoked_at),
            })
        };
        rows.into_iter().map(listing).collect()
    }

    /// A relying party by the hash of its key.
    pub async fn client_by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<ClientRow>, StoreError> {
        let row: Option<ClientColumns> = on!(self, open => sqlx::query_as(select_clients!("where key_hash = $1"))
        .bind(&hash[..])
        .fetch_optional(open)
        .await
        .doing("looking up a client"))?;
        row.map(ClientRow::try_from).transpose()
    }

    /// A relying party by its name. It is found in another case too, unless two have that name.
    pub async fn client_by_name(&mut self, name: &str) -> Result<Option<ClientRow>, StoreError> {
        let rows: Vec<ClientColumns> = on!(self, open => sqlx::query_as(select_clients!("where lower(name) = lower($1)"))
        .bind(name)
        .fetch_all(open)
        .await
        .doing("reading a client"))?;
        let alone = rows.len() == 1;
        let row = rows.into_iter().find(|row| alone || row.name == name);
        row.map(ClientRow::try_from).transpose()
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
