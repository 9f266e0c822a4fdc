//! `migrate`, `backup` and `restore`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::code::day_and_time;
use super::{Failure, runtime, who, with_service};
use crate::config::Settings;
use crate::engine::{CheckedBackup, RestoreError, system_clock};
use crate::keys::Keys;
use crate::process;
use crate::server;
use crate::store::{Store, StoreOptions};

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// A folder that does not exist yet.
    to: PathBuf,
}

impl Backup {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { to } = self;
        let done = with_service(config, async |service| {
            service.backup(&to, &who::claimed()).await.map_err(|error| Failure::failed(&error))
        })?;
        writeln!(out, "{} ({} bytes) and {}.", done.database.display(), done.bytes, done.manifest.display())?;
        Ok(writeln!(out, "It holds no key: keep a copy of the key file elsewhere.")?)
    }
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The folder that `backup` made.
    from: PathBuf,
    /// Only prove that it opens with the key file at hand: every record, the whole audit, the checksum.
    #[arg(long, conflicts_with = "replace")]
    check: bool,
    /// Put it in the place of the store that is there, which is kept beside it.
    #[arg(long, requires = "reason")]
    replace: bool,
    /// Why. It goes into the audit.
    #[arg(long, requires = "replace")]
    reason: Option<String>,
}

impl Restore {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { from, check, replace: _, reason } = self;
        process::start_log(false);
        let settings = Settings::load(config)?;
        let Some(file) = settings.store_file() else {
            return Err(Failure::Failed(
                "the store is PostgreSQL: restore it with its own tools, then: enrol-service audit verify --head FILE"
                    .to_owned(),
            ));
        };
        let keys = Keys::load(&settings.keys, Some(&settings.store_folder()))?;
        server::make_data_folder(&settings)?;
        runtime()?.block_on(async {
            let failed = |error: RestoreError| {
                if matches!(error, RestoreError::Reason) {
                    return Failure::Usage(error.to_string());
                }
                Failure::failed(&error)
            };
            let backup = CheckedBackup::open(&from, &settings.store_folder(), keys, system_clock())
                .await
                .map_err(failed)?;
            let made_at = day_and_time(backup.made_at);
            writeln!(
                out,
                "The backup of {made_at} opens with these keys: {} sealed records, {} audit rows, all as they were written.",
                backup.records, backup.audit_rows
            )?;
            for key in &backup.envelope_keys_missing {
                writeln!(out, "The envelope key {key} is not in the key file: what was sealed to it and is still on its way will not be accepted.")?;
            }
            if check {
                backup.close().await;
                return Ok(writeln!(out, "Nothing was changed.")?);
            }
            let restored =
                backup.put_in_place(&file, &who::claimed(), reason.as_deref()).await.map_err(failed)?;
            writeln!(out, "It is in place: {}.", restored.store.display())?;
            if let Some(old) = &restored.old {
                writeln!(out, "The store that was there is kept as {}; delete it when it is not needed.", old.display())?;
            }
            writeln!(
                out,
                "What was done after {made_at} is undone. Do again what must stay done: codes and clients revoked, people erased or left, keys refused. People who enrolled since enrol again."
            )?;
            Ok(())
        })
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
