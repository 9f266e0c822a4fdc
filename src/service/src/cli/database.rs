//! `migrate`, `backup` and `restore`.

mod restore;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::operator::operator;
use super::{Failure, runtime, with_service};
use crate::config::Settings;
use crate::process;
use crate::server;
use store::{Store, StoreOptions};

pub(super) use restore::Restore;

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// A folder that does not exist yet.
    to: PathBuf,
}

impl Backup {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { to } = self;
        let done = with_service(config, async |service| {
            service.backup(&to, operator()).await.map_err(Failure::from)
        })?;
        writeln!(out, "{} ({} bytes) and {}.", done.database.display(), done.bytes, done.manifest.display())?;
        Ok(writeln!(out, "It holds no key: keep a copy of the key file elsewhere.")?)
    }
}

/// Needs neither keys nor policy, so that a database's owner can run it before the first start.
pub(super) fn migrate(config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    process::start_log(false);
    let settings = Settings::load(config)?;
    server::make_data_folder(&settings)?;
    runtime()?.block_on(async {
        let store = Store::open(&settings.store_url(), &StoreOptions::default())
            .await
            .map_err(|error| Failure::failed(&error))?;
        let migrated = store.migrate().await.map_err(|error| Failure::failed(&error));
        store.close().await;
        migrated
    })?;
    Ok(writeln!(out, "The store's tables are up to date.")?)
}
