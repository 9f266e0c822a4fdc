//! `restore`: verifies a backup, puts it in place, or records that a store was put back by other means.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::advice::explain;
use super::super::audit::read_kept_head;
use super::super::operator::{actor, operator};
use super::super::time::day_and_time;
use super::super::{Failure, runtime, with_service};
use crate::config::Settings;
use crate::process;
use crate::server;
use engine::{
    BackupError, CheckedBackup, Dump, Reason, VerifiedBackup, VerifiedContents, restore_in_place,
    system_clock,
};
use vault::Keys;

#[derive(Debug, Args)]
pub(in crate::cli) struct Restore {
    /// The folder that `backup` made.
    #[arg(required_unless_present = "in_place")]
    from: Option<PathBuf>,
    /// Only prove that it opens with the key file at hand: every record, the whole audit, the checksum.
    #[arg(long, conflicts_with = "replace")]
    check: bool,
    /// Put it in the place of the SQLite store that is there, which is kept beside it.
    #[arg(long, requires = "reason")]
    replace: bool,
    /// The store was put back already, by the database's own tools or as a copy of the machine: look through all of it,
    /// and note in it that it is an older one. With --check only look.
    #[arg(long, conflicts_with_all = ["from", "replace"])]
    in_place: bool,
    /// With --in-place: the newest head that was kept (`audit head`). It shows how much is undone, and finds an audit
    /// that was rebuilt; with --check it finds an older store.
    #[arg(long, value_name = "FILE", requires = "in_place")]
    head: Option<PathBuf>,
    /// Why. It goes into the audit.
    #[arg(long)]
    reason: Option<Reason>,
}

impl Restore {
    pub(in crate::cli) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { from, check, replace, in_place: _, head, reason } = self;
        let Some(from) = from else {
            return restore_store_in_place(config, check, head.as_deref(), reason, out);
        };
        if reason.is_some() && !replace {
            return Err(Failure::Usage("--reason goes with --replace or --in-place".to_owned()));
        }
        process::start_log(false);
        let settings = Settings::load(config)?;
        let keys = Keys::load(&settings.keys, Some(&settings.store_folder()))?;
        match settings.store_file() {
            Some(file) => restore_into_file(&settings, &file, keys, &from, check, reason, out),
            None => restore_into_database(&settings.store_url(), keys, &from, check, replace, out),
        }
    }
}

fn restore_into_file(
    settings: &Settings,
    file: &Path,
    keys: Keys,
    from: &Path,
    check: bool,
    reason: Option<Reason>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    server::make_data_folder(settings)?;
    runtime()?.block_on(async {
        let backup = CheckedBackup::open(from, &settings.store_folder(), keys, system_clock()).await?;
        print_backup(&backup.found, out)?;
        if check {
            backup.close().await;
            return Ok(writeln!(out, "Nothing was changed.")?);
        }
        let (made_at, keys_taken) = (day_and_time(backup.found.made_at), backup.found.keys_taken.clone());
        let restored = backup.put_in_place(file, operator(), reason).await?;
        writeln!(out, "It is in place: {}.", restored.store.display())?;
        if let Some(old) = &restored.old {
            writeln!(
                out,
                "The store that was there is kept as {}; delete it when it is not needed.",
                old.display()
            )?;
        }
        print_newer_keys(&keys_taken, out)?;
        print_undone(&format!("after {made_at}"), out)
    })
}

fn restore_into_database(
    store: &str,
    keys: Keys,
    from: &Path,
    check: bool,
    replace: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if replace {
        return Err(Failure::Usage(
            "a PostgreSQL store is never replaced: make an empty database (createdb), name it in the setting store, and restore into it"
                .to_owned(),
        ));
    }
    let backup = Dump::read(from, &keys)?;
    runtime()?.block_on(async {
        if check {
            print_backup(&backup.check(store, keys, system_clock()).await?, out)?;
            return Ok(writeln!(out, "Nothing was changed.")?);
        }
        let found = backup.put_in_place(store, keys, system_clock(), operator()).await?;
        print_backup(&found, out)?;
        writeln!(out, "It is in place.")?;
        print_newer_keys(&found.keys_taken, out)?;
        print_undone(&format!("after {}", day_and_time(found.made_at)), out)
    })
}

/// Verifies a store that was put back by other means, and records the restore.
fn restore_store_in_place(
    config: &Path,
    check: bool,
    head: Option<&Path>,
    reason: Option<Reason>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Some(reason) = reason.filter(|_| !check) else {
        if !check {
            let problem = "noting that the store was restored wants --reason TEXT";
            return Err(Failure::Usage(problem.to_owned()));
        }
        let contents = with_service(config, async |service| {
            let kept = head.map(|file| read_kept_head(file, &service.keys())).transpose()?;
            Ok(service.verify_contents(kept.as_ref()).await?)
        })?;
        print_contents("The store", contents, out)?;
        return Ok(writeln!(out, "Nothing was changed.")?);
    };
    process::start_log(false);
    let settings = Settings::load(config)?;
    let keys = Keys::load(&settings.keys, Some(&settings.store_folder()))?;
    let kept = head.map(|file| read_kept_head(file, &keys)).transpose()?;
    let restored = runtime()?.block_on(restore_in_place(
        &settings.store_url(),
        keys,
        system_clock(),
        kept.as_ref(),
        actor(reason),
    ))?;
    print_contents("The store", restored.contents, out)?;
    if let Some(rows) = restored.undone {
        writeln!(out, "It ends {rows} audit rows before the head that was kept.")?;
    }
    print_newer_keys(&restored.keys_taken, out)?;
    writeln!(out, "It is noted as restored, and its policy is newer than any that assistants have seen.")?;
    print_undone(&format!("since its last change, {},", day_and_time(restored.head.at)), out)
}

fn print_contents(what: &str, contents: VerifiedContents, out: &mut dyn Write) -> Result<(), Failure> {
    let VerifiedContents { records, audit_rows } = contents;
    Ok(writeln!(
        out,
        "{what} opens with these keys: {records} sealed records, {audit_rows} audit rows, all as they were written."
    )?)
}

fn print_newer_keys(taken: &[String], out: &mut dyn Write) -> Result<(), Failure> {
    for key in taken {
        writeln!(
            out,
            "Key {key} of the key file is newer than the store, which uses it from now on. A node with a key file of its own needs it before it starts: key export here, key import there."
        )?;
    }
    Ok(())
}

fn print_backup(found: &VerifiedBackup, out: &mut dyn Write) -> Result<(), Failure> {
    print_contents(&format!("The backup of {}", day_and_time(found.made_at)), found.contents, out)?;
    for key in &found.keys_taken {
        writeln!(
            out,
            "Key {key} of the key file is newer than the backup; a store restored from it uses that key."
        )?;
    }
    for key in &found.envelope_keys_missing {
        writeln!(
            out,
            "The envelope key {key} is not in the key file: what was sealed to it and is still on its way will not be accepted."
        )?;
    }
    Ok(())
}

fn print_undone(since: &str, out: &mut dyn Write) -> Result<(), Failure> {
    Ok(writeln!(
        out,
        "What was done {since} is undone. Do again what must stay done: codes and clients revoked, people erased or left, keys refused. People who enrolled since enrol again."
    )?)
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        Self::Failed(explain(&error))
    }
}
