//! The migrations, which make the tables and bring those of older programs up to date.
//!
//! Not `sqlx::migrate!`: for that one macro the drivers of both databases are compiled a second time.

use std::sync::LazyLock;

use sqlx::SqlStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// A migration's number, name and text, as its file is named.
type Step = (i64, &'static str, &'static str);

pub(super) static SQLITE: LazyLock<Migrator> = LazyLock::new(|| {
    migrator(&[
        (1, "start", include_str!("../migrations/sqlite/0001_start.sql")),
        (2, "codes sent", include_str!("../migrations/sqlite/0002_codes_sent.sql")),
        (3, "refused at", include_str!("../migrations/sqlite/0003_refused_at.sql")),
        (4, "stations", include_str!("../migrations/sqlite/0004_stations.sql")),
        (5, "ways in", include_str!("../migrations/sqlite/0005_ways_in.sql")),
    ])
});

pub(super) static POSTGRES: LazyLock<Migrator> = LazyLock::new(|| {
    migrator(&[
        (1, "start", include_str!("../migrations/postgres/0001_start.sql")),
        (2, "codes sent", include_str!("../migrations/postgres/0002_codes_sent.sql")),
        (3, "refused at", include_str!("../migrations/postgres/0003_refused_at.sql")),
        (4, "stations", include_str!("../migrations/postgres/0004_stations.sql")),
        (5, "ways in", include_str!("../migrations/postgres/0005_ways_in.sql")),
    ])
});

fn migrator(steps: &[Step]) -> Migrator {
    let step = |(version, name, sql): &Step| {
        Migration::new(*version, (*name).into(), MigrationType::Simple, SqlStr::from_static(sql), false)
    };
    Migrator::with_migrations(steps.iter().map(step).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn every_file_is_a_step_as_sqlx_reads_it() {
        for (folder, ours) in [("sqlite", &*SQLITE), ("postgres", &*POSTGRES)] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            let files = Migrator::new(&*folder).await.expect("reads");
            let told = |all: &Migrator| {
                let all = all.iter();
                all.map(|step| (step.version, step.description.clone(), step.checksum.clone(), step.no_tx))
                    .collect::<Vec<_>>()
            };
            assert_eq!(told(ours), told(&files), "{}", folder.display());
        }
    }
}
