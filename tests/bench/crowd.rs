//! Very many people put into a store by SQL: a row of each kind that enrolling and signing in leaves behind, over the
//! eighty days before now, so that the daily deletion keeps all of it.
//!
//! Not here: anything that opens. Their keys and hashes are random bytes of the right length, and their part of the
//! audit's chain does not hold.

use std::path::PathBuf;
use std::time::Duration;

use domain::DAY_MILLIS;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

/// Where they go.
pub(crate) enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

/// In the audit for each person: a code given out, signed in, enrolled, and two codes.
const ROWS: [(&str, &str); 5] = [
    ("code-issued", r#""code":"' || code || '","by":"it""#),
    (
        "signed-in",
        r#""enrolment":"' || enrolment || '","grant":"' || grant_id || '","code":"' || code || '","reason":"enrolment-code""#,
    ),
    (
        "enrolment-accepted",
        r#""enrolment":"' || enrolment || '","grant":"' || grant_id || '","code":"' || code || '","number":1"#,
    ),
    ("code-accepted", r#""enrolment":"' || enrolment || '","client":"' || grant_id || '","reason":"first""#),
    ("code-accepted", r#""enrolment":"' || enrolment || '","client":"' || grant_id || '""#),
];

/// Puts so many people into the tables of a service that does not run. How many bytes the store has then.
pub(crate) async fn fill(database: &Database, people: u32, now: i64) -> anyhow::Result<u64> {
    match database {
        Database::Sqlite(file) => {
            let options = SqliteConnectOptions::new()
                .filename(file)
                .synchronous(SqliteSynchronous::Off)
                .foreign_keys(false)
                .busy_timeout(Duration::from_secs(10))
                .pragma("cache_size", "-1000000")
                .pragma("temp_store", "memory");
            let mut open = options.connect().await?;
            for sql in statements(false, people, now) {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut open).await?;
            }
            // As the service's own file is after a checkpoint.
            sqlx::raw_sql("pragma wal_checkpoint(truncate)").execute(&mut open).await?;
            open.close().await?;
            Ok(std::fs::metadata(file)?.len())
        }
        Database::Postgres(url) => {
            let mut open = url.parse::<PgConnectOptions>()?.connect().await?;
            // No keys of others are looked up meanwhile.
            sqlx::raw_sql("set session_replication_role = replica").execute(&mut open).await?;
            for sql in statements(true, people, now) {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut open).await?;
            }
            // As autovacuum does, only not just while something is measured.
            sqlx::raw_sql("vacuum analyze").execute(&mut open).await?;
            sqlx::raw_sql("checkpoint").execute(&mut open).await?;
            let size: i64 = sqlx::query_scalar("select pg_database_size(current_database())")
                .fetch_one(&mut open)
                .await?;
            open.close().await?;
            Ok(size.unsigned_abs())
        }
    }
}

/// All of it, in the words of one of the two.
fn statements(postgres: bool, people: u32, now: i64) -> Vec<String> {
    let blob = if postgres { "bytea" } else { "blob" };
    let (from, each) = (now - 80 * DAY_MILLIS, 80 * DAY_MILLIS / i64::from(people.max(1)));
    let (code_lasts, grant_lasts) = (14 * DAY_MILLIS, 30 * DAY_MILLIS);
    let numbers = if postgres {
        format!("generate_series(1, {people}) as n")
    } else {
        format!(
            "(with recursive s (n) as (select 1 union all select n + 1 from s where n < {people}) select n from s)"
        )
    };
    let [person, code, grant, enrolment, method] = [0; 5].map(|_| uuid(postgres));
    let text = |text: &str| {
        if postgres { format!("convert_to({text}, 'UTF8')") } else { format!("cast({text} as blob)") }
    };
    let random = |bytes: usize| random(postgres, bytes);
    let (hash, sealed) = (random(32), random(96));
    let mut all = vec![
        format!("create temporary table moments as select n, {from} + cast(n as bigint) * {each} as at from {numbers}"),
        format!(
            "create temporary table crowd as select n, at, {person} as person, {code} as code,
                {grant} as grant_id, {enrolment} as enrolment, {method} as method from moments"
        ),
        "insert into people (id, sign_in_key, sign_in_name, name, school, generation, created_at, departed_at)
             select person, 'crowd' || n, 'crowd' || n, 'Person ' || n, 'elm', 1, at, 0 from crowd"
            .to_owned(),
        format!(
            "insert into codes (id, code_hash, person, generation, state, replaces, issued_at, expires_at, redeemed)
             select code, {hash}, person, 0, 'accepted', 0, at, at + {code_lasts}, 1 from crowd"
        ),
        format!(
            "insert into grants (id, enrolment, person, generation, code, way, policy_serial, token_hash, state, made_at, expires_at)
             select grant_id, enrolment, person, 0, code, 'enrolment-code', 1, {hash}, 'used', at, at + {grant_lasts} from crowd"
        ),
        // Sessions end after hours: those of today alone are there.
        format!(
            "insert into sessions (token_hash, person, grant_id, made_at, used_at)
             select {hash}, person, grant_id, {now} - n % 60000 * 1000, {now} - n % 60000 * 1000 from crowd where n % 20 = 0"
        ),
        format!(
            "insert into enrolments (id, grant_id, person, generation, fingerprint, reference, policy_serial, accepted_at, audit_sequence, audit_hash)
             select enrolment, grant_id, person, 1, {hash}, upper(substr(enrolment, 25, 12)), 1, at,
                 (select sequence from audit_head) + n * 5 - 2, {hash} from crowd"
        ),
        format!(
            "insert into methods (id, person, kind, generation, enrolment, key_id, sealed, phone_hash, number_hash, state, last_step, tested_at, used_at)
             select method, person, 'authenticator-app', 1, enrolment, (select key_id from key_uses where kind = 'vault' and ended_at = 0),
                 {sealed}, cast('' as {blob}), cast('' as {blob}), 'used', at / 30000, at, at from crowd"
        ),
        "insert into verify_tries (person, place, delay_ms, next_at, day_from, day_tries)
             select person, 'outside', 0, 0, at, 0 from crowd"
            .to_owned(),
        "insert into verify_tries (person, place, delay_ms, next_at, day_from, day_tries)
             select person, 'school', 0, 0, at, 0 from crowd where n % 2 = 0"
            .to_owned(),
    ];
    for (place, (what, more)) in ROWS.iter().enumerate() {
        let body = text(&format!(r#"'{{"what":"{what}","person":"' || person || '",{more}}}'"#));
        let sequence = format!("(select sequence from audit_head) + (n - 1) * 5 + {place} + 1");
        all.push(format!(
            "insert into audit (sequence, at, body, hash) select {sequence}, at, {body}, {hash} from crowd"
        ));
        if place > 0 {
            all.push(format!(
                "insert into audit_addresses (sequence, at, address, person)
                 select {sequence}, at, '203.0.113.' || (n % 250), person from crowd"
            ));
        }
    }
    all.push("update audit_head set sequence = (select max(sequence) from audit), at = (select max(at) from audit)".to_owned());
    all.push(
        "update audit_head set hash = (select hash from audit order by sequence desc limit 1)".to_owned(),
    );
    all.push("update settings set value = cast((select sequence from audit_head) as text) where name like 'alerts_%'".to_owned());
    all.push("drop table crowd".to_owned());
    all.push("drop table moments".to_owned());
    all
}

/// A UUID of the time in the column `at`, the rest of it random, as text.
fn uuid(postgres: bool) -> String {
    if postgres {
        "substr(lpad(to_hex(at), 12, '0'), 1, 8) || '-' || substr(lpad(to_hex(at), 12, '0'), 9, 4) || '-7' || substr(gen_random_uuid()::text, 16)"
    } else {
        "substr(printf('%012x', at), 1, 8) || '-' || substr(printf('%012x', at), 9, 4) || '-7' || substr(lower(hex(randomblob(2))), 2)
            || '-8' || substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6)))"
    }
    .to_owned()
}

/// So many random bytes, a multiple of 32.
fn random(postgres: bool, bytes: usize) -> String {
    if postgres {
        vec!["sha256((random()::text || n)::bytea)"; bytes / 32].join(" || ")
    } else {
        format!("randomblob({bytes})")
    }
}
