//! Enrolment stations: computers that IT registered, known by their public key.

use domain::{Label, NameKey, SchoolId, StationId, Timestamp};
use protocol::StationKey;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{columns, hash, parse, time};
use super::{Reader, StoreError, Tx};

/// A stored station.
#[derive(Debug, Clone)]
pub struct StationRow {
    /// Its id.
    pub id: StationId,
    /// Its name in reports.
    pub name: Label,
    /// The school where it stands.
    pub school: SchoolId,
    /// When the code that registers it expires.
    pub code_expires_at: Timestamp,
    /// Its public key, and since when; `None` until its code was used.
    pub registered: Option<(StationKey, Timestamp)>,
    /// When somebody last signed in there.
    pub seen_at: Option<Timestamp>,
    /// Whether IT revoked it.
    pub revoked: bool,
}

columns! { $
    /// A station's columns.
    StationColumns in "stations", select_stations {
        id: String,
        name: String,
        school: String,
        code_expires_at: i64,
        public_key: Vec<u8>,
        registered_at: i64,
        seen_at: i64,
        revoked_at: i64,
    }
}

impl TryFrom<StationColumns> for StationRow {
    type Error = StoreError;

    fn try_from(columns: StationColumns) -> Result<Self, StoreError> {
        const WHAT: &str = "station";
        let key = |registered_at| {
            let key = StationKey::from_bytes(hash(columns.public_key, WHAT)?);
            Ok::<_, StoreError>((key.map_err(|_| StoreError::Corrupt(WHAT))?, registered_at))
        };
        Ok(Self {
            id: parse(&columns.id, WHAT)?,
            name: Label::new(&columns.name).map_err(|_| StoreError::Corrupt(WHAT))?,
            school: SchoolId(columns.school),
            code_expires_at: Timestamp::from_millis(columns.code_expires_at),
            registered: time(columns.registered_at).map(key).transpose()?,
            seen_at: time(columns.seen_at),
            revoked: columns.revoked_at != 0,
        })
    }
}

impl Reader {
    /// A station by its id.
    pub async fn station(&mut self, id: StationId) -> Result<Option<StationRow>, StoreError> {
        let row: Option<StationColumns> = on!(self, open => sqlx::query_as(select_stations!("where id = $1"))
        .bind(id.to_string())
        .fetch_optional(open)
        .await
        .doing("reading a station"))?;
        row.map(StationRow::try_from).transpose()
    }

    /// A station by its name. It is found by another form of the name too, unless two have that name.
    pub async fn station_by_name(&mut self, name: &Label) -> Result<Option<StationRow>, StoreError> {
        let key = NameKey::of(name.as_str());
        let mut found = self.stations().await?;
        found.retain(|station| station.name == *name || NameKey::of(station.name.as_str()) == key);
        let alone = found.len() == 1;
        Ok(found.into_iter().find(|station| alone || station.name == *name))
    }

    /// A station by the hash of its code.
    pub async fn station_by_code(&mut self, code_hash: &[u8; 32]) -> Result<Option<StationRow>, StoreError> {
        let row: Option<StationColumns> = on!(self, open => sqlx::query_as(select_stations!("where code_hash = $1"))
        .bind(&code_hash[..])
        .fetch_optional(open)
        .await
        .doing("looking up a station's code"))?;
        row.map(StationRow::try_from).transpose()
    }

    /// All stations, by name.
    pub async fn stations(&mut self) -> Result<Vec<StationRow>, StoreError> {
        let rows: Vec<StationColumns> = on!(self, open => sqlx::query_as(select_stations!("order by name"))
        .fetch_all(open)
        .await
        .doing("reading the stations"))?;
        rows.into_iter().map(StationRow::try_from).collect()
    }

    /// Whether a station has this key, also one that was revoked.
    pub async fn is_stations_key(&mut self, key: &StationKey) -> Result<bool, StoreError> {
        let found: Option<String> = on!(self, open => sqlx::query_scalar(
            "select id from stations where registered_at > 0 and public_key = $1",
        )
        .bind(&key.bytes()[..])
        .fetch_optional(open)
        .await
        .doing("looking up a station's key"))?;
        Ok(found.is_some())
    }

    /// The names of the stations that were registered since a time.
    pub async fn stations_registered_since(&mut self, from: i64) -> Result<Vec<String>, StoreError> {
        on!(self, open => sqlx::query_scalar(
            "select name from stations where registered_at >= $1 and registered_at > 0 and revoked_at = 0 order by name",
        )
        .bind(from)
        .fetch_all(open)
        .await
        .doing("reading the newer stations"))
    }
}

impl Tx {
    /// Adds a station, or gives one that has no key yet another code. `false` when the name is taken.
    pub async fn put_station(
        &mut self,
        station: &StationRow,
        code_hash: &[u8; 32],
        now: i64,
    ) -> Result<bool, StoreError> {
        let StationRow { id, name, school, code_expires_at, registered: _, seen_at: _, revoked: _ } = station;
        let done = on!(self, open => sqlx::query(
            "insert into stations (id, name, school, code_hash, code_expires_at, public_key, added_at, registered_at, seen_at, revoked_at)
             values ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0)
             on conflict (name) do update set school = excluded.school, code_hash = excluded.code_hash,
                 code_expires_at = excluded.code_expires_at
             where stations.registered_at = 0 and stations.revoked_at = 0",
        )
        .bind(id.to_string())
        .bind(name.as_str())
        .bind(&school.0)
        .bind(&code_hash[..])
        .bind(code_expires_at.millis())
        .bind(&[0_u8; 0][..])
        .bind(now)
        .execute(open)
        .await
        .done("adding a station"))?;
        Ok(done == 1)
    }

    /// Gives a station its key. `false` when it has one, or was revoked.
    pub async fn register_station(
        &mut self,
        id: StationId,
        key: &StationKey,
        now: i64,
    ) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "update stations set public_key = $2, registered_at = $3
             where id = $1 and registered_at = 0 and revoked_at = 0",
        )
        .bind(id.to_string())
        .bind(&key.bytes()[..])
        .bind(now)
        .execute(open)
        .await
        .done("registering a station"))?;
        Ok(done == 1)
    }

    /// Notes that somebody is at a station. `false` when it is not registered, or was revoked.
    pub async fn touch_station(&mut self, id: StationId, now: i64) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "update stations set seen_at = $2 where id = $1 and registered_at > 0 and revoked_at = 0",
        )
        .bind(id.to_string())
        .bind(now)
        .execute(open)
        .await
        .done("noting that a station was seen"))?;
        Ok(done == 1)
    }

    /// Revokes a station. `false` when it was revoked before.
    pub async fn revoke_station(&mut self, id: StationId, now: i64) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query("update stations set revoked_at = $2 where id = $1 and revoked_at = 0")
                .bind(id.to_string())
                .bind(now)
                .execute(open)
                .await
                .done("revoking a station"))?;
        Ok(done == 1)
    }

    /// Ends the code of a station that has no key yet, or with `None` of all such stations. Returns the ended ones.
    pub async fn end_station_codes(
        &mut self,
        of: Option<StationId>,
        now: i64,
    ) -> Result<Vec<(StationId, String)>, StoreError> {
        let ended: Vec<(String, String)> = on!(self, open => sqlx::query_as(
            "update stations set code_expires_at = $2
             where registered_at = 0 and revoked_at = 0 and code_expires_at > $2 and ($1 = '' or id = $1)
             returning id, name",
        )
        .bind(of.map(|id| id.to_string()).unwrap_or_default())
        .bind(now)
        .fetch_all(open)
        .await
        .doing("ending the codes of stations"))?;
        ended.into_iter().map(|(id, name)| Ok((parse(&id, "station")?, name))).collect()
    }
}
