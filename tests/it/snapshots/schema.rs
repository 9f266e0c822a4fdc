//! The tables of the store on both databases, as each database itself describes them after all migrations.

use std::process::Command;

use store::testing::Postgres;
use tests::needs::{run, tool};
use tests::service::Service;

use super::compare;

/// Columns, keys and indexes of every table that is not the system's.
const POSTGRES: &[(&str, &str)] = &[
    (
        "columns",
        "select format('%s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                case when a.attnotnull then ' not null' else '' end,
                case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end,
                coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0
           and not a.attisdropped
         order by c.relname collate \"C\", a.attnum",
    ),
    (
        "constraints",
        "select format('%s: %s', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint
         where connamespace = 'public'::regnamespace and contype <> 'n'
         order by conrelid::regclass::text collate \"C\", pg_get_constraintdef(oid) collate \"C\"",
    ),
    (
        "indexes",
        "select indexdef from pg_indexes where schemaname = 'public' order by indexdef collate \"C\"",
    ),
    (
        "triggers",
        "select pg_get_triggerdef(t.oid) from pg_trigger t where not tgisinternal
         order by pg_get_triggerdef(t.oid) collate \"C\"",
    ),
    (
        "migrations",
        "select version || ' ' || description || ' ' || encode(checksum, 'hex') from _sqlx_migrations
         order by version",
    ),
];

/// Columns and indexes, and the statements by which SQLite keeps its tables, indexes and triggers.
const SQLITE: &[(&str, &str)] = &[
    (
        "columns",
        "select format('%s.%s %s%s%s%s', t.name, c.name, c.type, iif(c.\"notnull\", ' not null', ''),
                iif(c.pk, ' primary key ' || c.pk, ''), coalesce(' default ' || c.dflt_value, ''))
         from sqlite_schema t, pragma_table_info(t.name) c
         where t.type in ('table', 'view') and t.name not like 'sqlite_%' order by t.name, c.cid",
    ),
    (
        "indexes",
        "select format('%s %s: %s%s', t.name, i.name, iif(i.\"unique\", 'unique ', ''),
                (select group_concat(coalesce(name, '?'), ', ') from
                    (select name from pragma_index_info(i.name) order by seqno)))
         from sqlite_schema t, pragma_index_list(t.name) i where t.type = 'table' order by t.name, i.name",
    ),
    (
        "statements",
        "select sql from sqlite_schema where sql is not null and name not like 'sqlite_%' order by name",
    ),
    (
        "migrations",
        "select version || ' ' || description || ' ' || lower(hex(checksum)) from _sqlx_migrations
         order by version",
    ),
];

#[test]
fn the_tables_on_sqlite() {
    let service = Service::not_started("", "");
    service.run(&["migrate"]);
    let text = described(SQLITE, |query| {
        let mut sqlite = tool("sqlite3", "sqlite3");
        sqlite.arg("-batch").arg(service.data().join("enrol.sqlite")).arg(query);
        sqlite
    });
    compare("schema-sqlite", &text);
}

#[test]
fn the_tables_on_postgresql() {
    let server = Postgres::shared().unwrap_or_else(|error| panic!("{error}"));
    let url = server.database().expect("a database");
    let service = Service::not_started(&format!("store = {url:?}"), "");
    service.run(&["migrate"]);
    let text = described(POSTGRES, |query| {
        let mut psql = server.program("psql", &url);
        psql.args(["-q", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", query]);
        psql
    });
    compare("schema-postgres", &text);
}

/// The answer of each query under its title.
fn described(queries: &[(&str, &str)], command: impl Fn(&str) -> Command) -> String {
    let mut text = String::new();
    for (title, query) in queries {
        let answer = run(&mut command(query)).stdout;
        text.push_str(&format!("-- {title}\n{}\n", String::from_utf8(answer).expect("UTF-8")));
    }
    text
}
