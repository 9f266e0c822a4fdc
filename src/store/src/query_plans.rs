//! How both databases would run every statement of the store. None reads a whole table that grows, but for those that are
//! named here with their reason.
//!
//! The statements are taken from the sources, so that a new one is checked without being named. Not here: statements
//! that are put together while running (`person_data`), and how long anything takes (`tests/bench`).

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::{ConnectOptions as _, Row as _};

use super::testing::Postgres;
use super::{Store, StoreOptions};

/// Tables of a few rows, however many people there are.
const SMALL: &[&str] = &["nodes", "policies", "key_uses", "stations"];

/// Indexes of no more than what waits or rings just now.
const OF_NOW: &[&str] = &["calls_queued", "calls_on_line"];

/// SQLite's names for results of a part of the statement.
const MADE: &[&str] = &["CONSTANT", "(subquery-3)", "places", "oldest"];

/// Statements that may read a whole table: how they begin, and why that does no harm.
const MAY_SCAN: &[(&str, &str)] = &[
    ("select count(*) from enrolments where accepted_at", "a command asks it: key rotate, key list"),
    ("select count(*), coalesce(max(expires_at), 0) from grants", "a command asks it: key forget, key list"),
    ("select code, person from grants where state", "a command asks it: key rotate --compromised"),
    ("update grants set state = 'revoked' where station", "a command asks it: station revoke"),
    ("delete from sessions where grant_id in (select id from grants where station", "the same"),
    ("select key_id from methods union", "restore asks it"),
    ("select id, sign_in_key, sign_in_name from people", "asked once a start and once an hour"),
    (
        "select id, name, scope, addresses, revoked_at from clients where lower(name)",
        "a command asks it, and programs are few: client add, client revoke",
    ),
    (
        "select sequence from audit where at < $1",
        "the daily deletion; it ends at the first row that it finds",
    ),
    ("select sequence, hash, at from (select sequence", "the daily deletion, so many rows at a time"),
];

/// The daily deletion may read whole tables.
const DAILY: &str = "retention.rs";

/// The store's sources by name, without their tests.
fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).expect("the sources").flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rs") && !["query_plans.rs", "rows.rs", "tests.rs", "testing.rs"].contains(&&*name)
        {
            let text = std::fs::read_to_string(file.path()).expect("a source");
            let product = text.split("#[cfg(test)]").next().unwrap_or_default();
            found.push((name, product.to_owned()));
        }
    }
    let prefixes: Vec<(String, String)> = found.iter().flat_map(|(_, product)| macros(product)).collect();
    for (_, product) in &mut found {
        for (call, statement) in &prefixes {
            *product = written_out(product, call, statement);
        }
    }
    found
}

/// The statements' beginnings that `columns!` defines macros for, each with the macro's call.
fn macros(product: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for block in product.split("columns! { $").skip(1) {
        let (head, rest) = block.split_once(" {\n").expect("a list of columns");
        let (names, _) = rest.split_once('}').expect("its end");
        let names: Vec<&str> =
            names.lines().filter_map(|line| line.trim().split_once(": ")).map(|(name, _)| name).collect();
        let names = names.join(", ");
        let head = head.lines().last().expect("the struct's line");
        let (_, table) = head.split_once(" in \"").expect("a table");
        let (table, macros) = table.split_once('"').expect("the name's end");
        for name in macros.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let begins = if name.starts_with("select_") {
                format!("select {names} from {table} ")
            } else {
                format!("insert into {table} ({names}")
            };
            found.push((format!("{name}!("), begins));
        }
    }
    found
}

/// The source with a macro's calls written out as statements. With two texts, the first is one more column.
fn written_out<'a>(product: &'a str, call: &str, begins: &str) -> String {
    let mut pieces = product.split(call);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let quoted = |text: &'a str| text.split_once('"').and_then(|(_, rest)| rest.split_once('"'));
        let (first, after) = quoted(piece).expect("a text");
        let second =
            after.strip_prefix(',').filter(|more| more.trim_start().starts_with('"')).and_then(quoted);
        let (statement, after) = match second {
            None => (format!("{begins}{first}"), after),
            Some((rest, after)) => {
                let (columns, table) = begins.split_once(" from ").expect("a select");
                (format!("{columns}, {first} from {table}{rest}"), after)
            }
        };
        text.push_str("(\"");
        text.push_str(&statement);
        text.push('"');
        text.push_str(after);
    }
    text
}

/// Every statement in the store's sources, with its file.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, product) in sources() {
        if ["person_data.rs", "open.rs", "pg_tools.rs"].contains(&&*name) {
            continue;
        }
        let is_statement = |text: &str| {
            let begins = ["select ", "insert ", "update ", "delete ", "with "];
            begins.iter().any(|word| text.starts_with(word))
        };
        let literals = literals(&product).into_iter();
        found.extend(literals.filter(|text| is_statement(text)).map(|text| (name.clone(), text)));
    }
    found
}

/// The texts in quotes. Comments with quotes in them are no statements, and characters and raw texts do not occur.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let without_comments: Vec<&str> =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let joined = without_comments.join("\n");
    for (number, piece) in joined.split('"').enumerate() {
        if number % 2 == 1 {
            found.push(
                piece.replace("\\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ")
                    + if piece.ends_with(' ') { " " } else { "" },
            );
        }
    }
    found
}

/// The source in two parts: what stands in `impl Tx` blocks, and the rest.
fn of_transactions(product: &str) -> (String, String) {
    let (mut inside, mut outside) = (String::new(), String::new());
    let mut is_inside = false;
    for line in product.lines() {
        is_inside |= line == "impl Tx {";
        let part = if is_inside { &mut inside } else { &mut outside };
        part.push_str(line);
        part.push('\n');
        is_inside &= line != "}";
    }
    (inside, outside)
}

/// Whether a statement writes, or locks rows until its transaction ends.
fn changes(statement: &str) -> bool {
    let writes = ["insert ", "update ", "delete "];
    let locks = [" for update", " for share", " for key share", "insert into"];
    writes.iter().any(|word| statement.starts_with(word)) || locks.iter().any(|word| statement.contains(word))
}

#[test]
fn whatever_changes_the_store_is_a_transactions() {
    let mut in_transactions = 0;
    for (file, product) in sources() {
        let (inside, outside) = of_transactions(&product);
        in_transactions += literals(&inside).iter().filter(|text| changes(text)).count();
        let elsewhere: Vec<String> = literals(&outside).into_iter().filter(|text| changes(text)).collect();
        assert!(elsewhere.is_empty(), "{file}: {elsewhere:?}");
    }
    assert!(in_transactions > 60, "{in_transactions} statements were found");
}

fn may_scan(file: &str, statement: &str, table: &str) -> bool {
    file == DAILY || SMALL.contains(&table) || MAY_SCAN.iter().any(|(begin, _)| statement.starts_with(begin))
}

/// How many arguments it takes.
fn arguments(statement: &str) -> usize {
    let numbers = statement.split('$').skip(1);
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
    numbers.filter_map(number).max().unwrap_or(0)
}

#[tokio::test]
async fn no_statement_of_a_request_reads_a_whole_table_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("s");
    let store =
        Store::open(&format!("sqlite:{}", file.display()), &StoreOptions::default()).await.expect("opens");
    store.migrate().await.expect("makes the tables");
    store.close().await;
    let mut open = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).connect().await.expect("opens");
    let mut scans = BTreeSet::new();
    let all = statements();
    assert!(all.len() > 60, "{} statements were found", all.len());
    // Locks of rows are PostgreSQL's; here one writes at a time.
    for (file, statement) in all.iter().filter(|(_, statement)| {
        ![" for update", " for share", " for key share"].iter().any(|lock| statement.contains(lock))
    }) {
        let explain = sqlx::AssertSqlSafe(format!("explain query plan {statement}"));
        let rows = sqlx::query(explain).fetch_all(&mut open).await;
        let rows = rows.unwrap_or_else(|error| panic!("{file}: {statement}: {error}"));
        for row in rows {
            let step: String = row.get("detail");
            if let Some(table) = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next())
                && !MADE.contains(&table)
                && !OF_NOW.iter().any(|index| step.ends_with(&format!(" INDEX {index}")))
                && !may_scan(file, statement, table)
            {
                scans.insert(format!("{file}: {step}: {statement}"));
            }
        }
    }
    assert!(scans.is_empty(), "{scans:#?}");
    for (begin, why) in MAY_SCAN {
        assert!(
            all.iter().any(|(_, statement)| statement.starts_with(begin)),
            "nobody asks it any more: {why}"
        );
    }
}

#[tokio::test]
async fn no_statement_of_a_request_reads_a_whole_table_on_postgres() {
    let server = Postgres::shared().unwrap_or_else(|error| panic!("{error}"));
    let url = server.database().expect("a database");
    let store = Store::open(&url, &StoreOptions::default()).await.expect("opens");
    store.migrate().await.expect("makes the tables");
    let options: sqlx::postgres::PgConnectOptions = url.parse().expect("an address");
    let mut open = options.connect().await.expect("opens");
    // The tables are empty, where a scan is cheapest: with scans forbidden, one is planned only where no index serves.
    let settings = "set enable_seqscan = off; set plan_cache_mode = force_generic_plan";
    sqlx::raw_sql(settings).execute(&mut open).await.expect("sets");
    let mut scans = BTreeSet::new();
    for (file, statement) in statements() {
        let count = arguments(&statement);
        let values = vec!["null"; count].join(", ");
        let values = if count == 0 { String::new() } else { format!("({values})") };
        let prepare = sqlx::AssertSqlSafe(format!("prepare p as {statement}"));
        sqlx::raw_sql(prepare)
            .execute(&mut open)
            .await
            .unwrap_or_else(|error| panic!("{file}: {statement}: {error}"));
        let explain = sqlx::AssertSqlSafe(format!("explain execute p{values}"));
        let rows = sqlx::raw_sql(explain).fetch_all(&mut open).await;
        let rows = rows.unwrap_or_else(|error| panic!("{file}: {statement}: {error}"));
        for row in rows {
            let step: String = row.get(0);
            if let Some((_, rest)) = step.split_once("Seq Scan on ") {
                let table = rest.split(' ').next().unwrap_or_default();
                if !may_scan(&file, &statement, table) {
                    scans.insert(format!("{file}: {}: {statement}", step.trim()));
                }
            }
        }
        sqlx::raw_sql("deallocate p").execute(&mut open).await.expect("forgets it");
    }
    store.close().await;
    assert!(scans.is_empty(), "{scans:#?}");
}
