//! All that a store holds, as text. Tests compare it before and after, to show what changed.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use crate::connection::Open;
use crate::error::Doing as _;
use crate::{Reader, Store, StoreError};

/// Tables by name, each with its rows as text, sorted.
pub type Dump = BTreeMap<String, Vec<String>>;

/// Reads every row of every table but `nodes`, whose rows change whenever a node reports.
pub async fn dump(store: &Store) -> Result<Dump, StoreError> {
    let mut reader = store.read().await?;
    let mut all = Dump::new();
    for table in tables(&mut reader).await? {
        let mut rows = rows(&mut reader, &table).await?;
        rows.sort();
        all.insert(table, rows);
    }
    Ok(all)
}

/// How many transactions of a PostgreSQL database wait for a lock just now.
pub async fn waiting_for_locks(store: &Store) -> Result<i64, StoreError> {
    let Open::Postgres(mut open) = store.read().await?.open else { return Ok(0) };
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    .fetch_one(&mut *open)
    .await
    .doing("counting who waits")
}

async fn tables(reader: &mut Reader) -> Result<Vec<String>, StoreError> {
    match &mut reader.open {
        Open::Sqlite(open) => {
            sqlx::query_scalar("select name from sqlite_master where type = 'table' and name <> 'nodes'")
                .fetch_all(&mut **open)
                .await
        }
        Open::Postgres(open) => {
            sqlx::query_scalar(
                "select tablename::text from pg_tables where schemaname = 'public' and tablename <> 'nodes'",
            )
            .fetch_all(&mut **open)
            .await
        }
    }
    .doing("listing the tables")
}

async fn rows(reader: &mut Reader, table: &str) -> Result<Vec<String>, StoreError> {
    match &mut reader.open {
        Open::Sqlite(open) => {
            let columns: Vec<String> = sqlx::query_scalar("select name from pragma_table_info($1)")
                .bind(table)
                .fetch_all(&mut **open)
                .await
                .doing("listing the columns")?;
            // The names come from the database's own list, never from a request.
            let each: Vec<String> =
                columns.iter().map(|name| format!("'{name}=' || quote(\"{name}\")")).collect();
            let sql = format!("select {} from \"{table}\"", each.join(" || ' ' || "));
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut **open).await
        }
        Open::Postgres(open) => {
            let sql = format!("select to_jsonb(t)::text from \"{table}\" t");
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut **open).await
        }
    }
    .doing("reading a table")
}

/// Every column of every table, as `table.column`, as the database itself lists them.
pub async fn columns(store: &Store) -> Result<Vec<String>, StoreError> {
    let mut reader = store.read().await?;
    let mut columns: Vec<String> = match &mut reader.open {
        Open::Sqlite(open) => {
            sqlx::query_scalar(
                "select t.name || '.' || c.name from sqlite_master t, pragma_table_info(t.name) c
                 where t.type = 'table' and t.name not like 'sqlite_%'",
            )
            .fetch_all(&mut **open)
            .await
        }
        Open::Postgres(open) => {
            sqlx::query_scalar(
                "select table_name::text || '.' || column_name::text from information_schema.columns
                 where table_schema = current_schema()",
            )
            .fetch_all(&mut **open)
            .await
        }
    }
    .doing("listing the columns")?;
    columns.sort();
    Ok(columns)
}
