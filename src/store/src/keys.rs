//! Which keys are in use, which node has read which key, and the records that a key sealed.
//!
//! Not here: the keys, and what is in a record (both in `vault`).

use domain::{Generation, Timestamp};
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::methods::method_kind;
use super::rows::{parse, time};
use super::{Reader, StoreError, Tx};
use vault::{KeyKind, KeyState, KeyUse, KeyUses};
use vault::{RecordBinding, SealedRecord};

/// A process that serves the store.
#[derive(Debug, Clone)]
pub struct NodeRow {
    /// A random id of the process.
    pub id: String,
    /// Its name for people: the computer and the process.
    pub name: String,
    /// The keys that it has read.
    pub key_ids: Vec<String>,
    /// When it last reported.
    pub seen_at: Timestamp,
}

/// A table with sealed records.
#[derive(Debug, Clone, Copy)]
pub enum SealedTable {
    /// The secrets and numbers of people who are set up.
    Methods,
    /// The numbers of calls that are not over.
    PendingNumbers,
}

impl SealedTable {
    /// All tables with sealed records.
    pub const ALL: [Self; 2] = [Self::Methods, Self::PendingNumbers];

    const fn name(self) -> &'static str {
        match self {
            Self::Methods => "methods",
            Self::PendingNumbers => "pending_numbers",
        }
    }
}

const fn state_name(state: KeyState) -> &'static str {
    match state {
        KeyState::Kept => "kept",
        KeyState::Refused => "refused",
        KeyState::Forgotten => "forgotten",
    }
}

fn key_use((kind, id, from, ended, state): (String, String, i64, i64, String)) -> Result<KeyUse, StoreError> {
    let corrupt = || StoreError::Corrupt("key in use");
    let states = [KeyState::Kept, KeyState::Refused, KeyState::Forgotten];
    Ok(KeyUse {
        kind: KeyKind::ALL.into_iter().find(|known| known.name() == kind).ok_or_else(corrupt)?,
        id,
        from: Timestamp::from_millis(from),
        ended: time(ended),
        state: states.into_iter().find(|known| state_name(*known) == state).ok_or_else(corrupt)?,
    })
}

impl Reader {
    /// All keys that are in use or were.
    pub async fn key_uses(&mut self) -> Result<KeyUses, StoreError> {
        let rows: Vec<(String, String, i64, i64, String)> = on!(self, open => sqlx::query_as(
            "select kind, key_id, from_at, ended_at, state from key_uses order by kind, place",
        )
        .fetch_all(open)
        .await
        .doing("reading which keys are in use"))?;
        Ok(KeyUses::new(rows.into_iter().map(key_use).collect::<Result<_, _>>()?))
    }

    /// The nodes that have reported since a time.
    pub async fn nodes(&mut self, since: i64) -> Result<Vec<NodeRow>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = on!(self, open => sqlx::query_as(
            "select id, name, key_ids, seen_at from nodes where seen_at >= $1 order by name, id",
        )
        .bind(since)
        .fetch_all(open)
        .await
        .doing("reading the nodes"))?;
        let node = |(id, name, key_ids, seen_at): (String, String, String, i64)| NodeRow {
            id,
            name,
            key_ids: key_ids.split_whitespace().map(str::to_owned).collect(),
            seen_at: Timestamp::from_millis(seen_at),
        };
        Ok(rows.into_iter().map(node).collect())
    }

    /// The vault keys that some record is sealed with.
    pub async fn keys_of_records(&mut self) -> Result<Vec<String>, StoreError> {
        on!(self, open => sqlx::query_scalar(
            "select key_id from methods union select key_id from pending_numbers order by 1",
        )
        .fetch_all(open)
        .await
        .doing("reading the keys of records"))
    }

    /// Some records that a vault key sealed, in the order of their ids.
    pub async fn some_records_under(
        &mut self,
        table: SealedTable,
        key_id: &str,
        after: &str,
        most: i64,
    ) -> Result<Vec<(RecordBinding, SealedRecord)>, StoreError> {
        let sql = match table {
            SealedTable::Methods => {
                "select id, person, kind, generation, sealed from methods
                 where key_id = $1 and id > $2 order by id limit $3"
            }
            SealedTable::PendingNumbers => {
                "select p.call, c.person, 'phone-call', cast(0 as bigint), p.sealed
                 from pending_numbers p join calls c on c.id = p.call
                 where p.key_id = $1 and p.call > $2 order by p.call limit $3"
            }
        };
        let rows: Vec<RecordColumns> = on!(self, open => sqlx::query_as(sql)
            .bind(key_id)
            .bind(after)
            .bind(most)
            .fetch_all(open)
            .await
            .doing("reading a key's records"))?;
        rows.into_iter().map(|row| record_of(table, key_id, row)).collect()
    }

    /// How many records a vault key sealed.
    pub async fn records_under(&mut self, key_id: &str) -> Result<i64, StoreError> {
        on!(self, open => sqlx::query_scalar(
            "select (select count(*) from methods where key_id = $1)
                  + (select count(*) from pending_numbers where key_id = $1)",
        )
        .bind(key_id)
        .fetch_one(open)
        .await
        .doing("counting a key's records"))
    }
}

impl Tx {
    /// Takes a key into use. `false` when it was in use before, or another key was taken meanwhile.
    pub async fn begin_key_use(
        &mut self,
        kind: KeyKind,
        id: &str,
        from: Timestamp,
    ) -> Result<bool, StoreError> {
        self.add_key_use(kind, id, from.millis(), 0, KeyState::Kept).await
    }

    /// Notes that a key which was never used is forgotten. `false` when it was taken into use meanwhile.
    pub async fn retire_unused_key(
        &mut self,
        kind: KeyKind,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.add_key_use(kind, id, now.millis(), now.millis(), KeyState::Forgotten).await
    }

    /// Adds the next key of its kind. `false` when it is there already, or another key took its place.
    async fn add_key_use(
        &mut self,
        kind: KeyKind,
        id: &str,
        from: i64,
        ended: i64,
        state: KeyState,
    ) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "insert into key_uses (kind, place, key_id, from_at, ended_at, state)
             select $1, 1 + coalesce(max(place), 0), $2, $3, $4, $5 from key_uses where kind = $1
             on conflict do nothing",
        )
        .bind(kind.name())
        .bind(id)
        .bind(from)
        .bind(ended)
        .bind(state_name(state))
        .execute(open)
        .await
        .done("noting a key's use"))?;
        Ok(done == 1)
    }

    /// Replaces the key in use, from a time on. `false` when the old key is not in use, or the new one was before.
    /// It waits for transactions that write under the old key.
    pub async fn change_key_use(
        &mut self,
        kind: KeyKind,
        old: &str,
        new: &str,
        from: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.end_key_use(kind, old, from).await? && self.begin_key_use(kind, new, from).await?)
    }

    async fn end_key_use(&mut self, kind: KeyKind, id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "update key_uses set ended_at = $3 where kind = $1 and key_id = $2 and ended_at = 0",
        )
        .bind(kind.name())
        .bind(id)
        .bind(now.millis())
        .execute(open)
        .await
        .done("ending a key's use"))?;
        Ok(done == 1)
    }

    /// Whether a key is the one in use. It stays so until this transaction ends.
    pub async fn lock_key_in_use(&mut self, kind: KeyKind, id: &str) -> Result<bool, StoreError> {
        const ASKED: &str = "select ended_at from key_uses where kind = $1 and key_id = $2";
        const HELD: &str = "select ended_at from key_uses where kind = $1 and key_id = $2 for share";
        // SQLite has one writer at a time.
        let sql = if self.is_postgres() { HELD } else { ASKED };
        let ended: Option<i64> = on!(self, open => sqlx::query_scalar(sql)
            .bind(kind.name())
            .bind(id)
            .fetch_optional(open)
            .await
            .doing("asking whether a key is in use"))?;
        Ok(ended == Some(0))
    }

    /// Locks which keys are in use until this transaction ends. Others may lock them in the same way.
    pub async fn share_lock_key_uses(&mut self) -> Result<(), StoreError> {
        // SQLite has one writer at a time.
        if self.is_postgres() {
            on!(self, open => sqlx::query("select key_id from key_uses where ended_at = 0 for share")
                .execute(open)
                .await
                .done("holding the keys in use"))?;
        }
        Ok(())
    }

    /// Locks which key of a kind is in use until this transaction ends, for itself alone. A node that reports locks all
    /// kinds, so none reports meanwhile.
    pub async fn lock_key_use(&mut self, kind: KeyKind) -> Result<(), StoreError> {
        // SQLite has one writer at a time.
        if self.is_postgres() {
            on!(self, open => sqlx::query(
                "select key_id from key_uses where kind = $1 and ended_at = 0 for update",
            )
            .bind(kind.name())
            .execute(open)
            .await
            .done("claiming a key in use"))?;
        }
        Ok(())
    }

    /// Sets what a key may still do whose use has ended. `false` when its use has not ended.
    pub async fn set_key_state(
        &mut self,
        kind: KeyKind,
        id: &str,
        state: KeyState,
    ) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "update key_uses set state = $3 where kind = $1 and key_id = $2 and ended_at <> 0",
        )
        .bind(kind.name())
        .bind(id)
        .bind(state_name(state))
        .execute(open)
        .await
        .done("noting a key's state"))?;
        Ok(done == 1)
    }

    /// Notes that a node serves, and which keys it has read.
    pub async fn put_node(&mut self, node: &NodeRow) -> Result<(), StoreError> {
        let NodeRow { id, name, key_ids, seen_at } = node;
        on!(self, open => sqlx::query(
            "insert into nodes (id, name, key_ids, seen_at) values ($1, $2, $3, $4)
             on conflict (id) do update set key_ids = excluded.key_ids, seen_at = excluded.seen_at",
        )
        .bind(id)
        .bind(name)
        .bind(key_ids.join(" "))
        .bind(seen_at.millis())
        .execute(open)
        .await
        .done("noting a node"))?;
        Ok(())
    }

    /// Removes a node that stops, and those that have not reported since a time.
    pub async fn drop_nodes(&mut self, id: &str, seen_before: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("delete from nodes where id = $1 or seen_at < $2")
            .bind(id)
            .bind(seen_before)
            .execute(open)
            .await
            .done("dropping a node"))?;
        Ok(())
    }

    /// Locks and reads some records that a vault key sealed, in the order of their ids. Records that another transaction has
    /// locked are skipped, so that nobody waits.
    pub async fn lock_records_under(
        &mut self,
        table: SealedTable,
        key_id: &str,
        after: &str,
        most: i64,
    ) -> Result<Vec<(RecordBinding, SealedRecord)>, StoreError> {
        // SQLite has one writer at a time.
        if !self.is_postgres() {
            return self.some_records_under(table, key_id, after, most).await;
        }
        let sql = match table {
            SealedTable::Methods => {
                "select id, person, kind, generation, sealed from methods
                 where key_id = $1 and id > $2 order by id limit $3 for update skip locked"
            }
            SealedTable::PendingNumbers => {
                "select p.call, c.person, 'phone-call', cast(0 as bigint), p.sealed
                 from pending_numbers p join calls c on c.id = p.call
                 where p.key_id = $1 and p.call > $2 order by p.call limit $3 for update of p skip locked"
            }
        };
        let rows: Vec<RecordColumns> = on!(self, open => sqlx::query_as(sql)
            .bind(key_id)
            .bind(after)
            .bind(most)
            .fetch_all(open)
            .await
            .doing("locking a key's records"))?;
        rows.into_iter().map(|row| record_of(table, key_id, row)).collect()
    }

    /// Replaces a record that another key sealed. `false` when it is not there any more.
    pub async fn replace_record(
        &mut self,
        table: SealedTable,
        record: Uuid,
        old_key: &str,
        new: &SealedRecord,
    ) -> Result<bool, StoreError> {
        let sql = match table {
            SealedTable::Methods => {
                "update methods set key_id = $3, sealed = $4 where id = $1 and key_id = $2"
            }
            SealedTable::PendingNumbers => {
                "update pending_numbers set key_id = $3, sealed = $4 where call = $1 and key_id = $2"
            }
        };
        let done = on!(self, open => sqlx::query(sql)
            .bind(record.to_string())
            .bind(old_key)
            .bind(&new.key_id)
            .bind(&new.sealed)
            .execute(open)
            .await
            .done("replacing a record"))?;
        Ok(done == 1)
    }
}

type RecordColumns = (String, String, String, i64, Vec<u8>);

fn record_of(
    table: SealedTable,
    key_id: &str,
    (id, person, kind, generation, sealed): RecordColumns,
) -> Result<(RecordBinding, SealedRecord), StoreError> {
    const WHAT: &str = "sealed record";
    let binding = RecordBinding {
        table: table.name(),
        record: parse(&id, WHAT)?,
        person: parse(&person, WHAT)?,
        kind: method_kind(&kind, WHAT)?,
        generation: Generation(generation),
    };
    Ok((binding, SealedRecord { key_id: key_id.to_owned(), sealed }))
}
