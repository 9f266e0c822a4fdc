//! `restore`: proves that a backup opens, puts it in place, or takes over a store that was put back by other means.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::advice::explained;
use super::super::audit::kept_head;
use super::super::code::day_and_time;
use super::super::operator::{actor, operator};
use super::super::{Failure, runtime, with_service};
use crate::config::Settings;
use crate::process;
use crate::server;
use engine::{BackupError, CheckedBackup, Dump, Proved, ProvedBackup, Reason, system_clock, take_over};
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
    /// With --in-place: the newest head that was kept (`audit head`). It shows how much is undone, and finds an audit that
    /// was rebuilt; with --check it finds an older store.
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
            return in_place(config, check, head.as_deref(), reason, out);
        };
        if reason.is_some() && !replace {
            return Err(Failure::Usage("--reason goes with --replace or --in-place".to_owned()));
        }
        process::start_log(false);
        let settings = Settings::load(config)?;
        let keys = Keys::load(&settings.keys, Some(&settings.store_folder()))?;
        match settings.store_file() {
            Some(file) => into_file(&settings, &file, keys, &from, check, reason, out),
            None => into_database(&settings.store_url(), keys, &from, check, replace, out),
        }
    }
}

fn into_file(
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
        opens(&backup.found, out)?;
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
        newer_keys(&keys_taken, out)?;
        undone(&format!("after {made_at}"), out)
    })
}

fn into_database(
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
            opens(&backup.check(store, keys, system_clock()).await?, out)?;
            return Ok(writeln!(out, "Nothing was changed.")?);
        }
        let found = backup.put_in_place(store, keys, system_clock(), operator()).await?;
        opens(&found, out)?;
        writeln!(out, "It is in place.")?;
        newer_keys(&found.keys_taken, out)?;
        undone(&format!("after {}", day_and_time(found.made_at)), out)
    })
}

/// The store is where it belongs, whoever put it there.
fn in_place(
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
        let holds = with_service(config, async |service| {
            let kept = head.map(|file| kept_head(file, &service.keys())).transpose()?;
            Ok(service.look_through(kept.as_ref()).await?)
        })?;
        whole("The store", holds, out)?;
        return Ok(writeln!(out, "Nothing was changed.")?);
    };
    process::start_log(false);
    let settings = Settings::load(config)?;
    let keys = Keys::load(&settings.keys, Some(&settings.store_folder()))?;
    let kept = head.map(|file| kept_head(file, &keys)).transpose()?;
    let taken = runtime()?.block_on(take_over(
        &settings.store_url(),
        keys,
        system_clock(),
        kept.as_ref(),
        actor(reason),
    ))?;
    whole("The store", taken.holds, out)?;
    if let Some(rows) = taken.undone {
        writeln!(out, "It ends {rows} audit rows before the head that was kept.")?;
    }
    newer_keys(&taken.keys_taken, out)?;
    writeln!(out, "It is noted as restored, and its policy is newer than any that assistants have seen.")?;
    undone(&format!("since its last change, {},", day_and_time(taken.head.at)), out)
}

fn whole(what: &str, holds: Proved, out: &mut dyn Write) -> Result<(), Failure> {
    let Proved { records, audit_rows } = holds;
    Ok(writeln!(
        out,
        "{what} opens with these keys: {records} sealed records, {audit_rows} audit rows, all as they were written."
    )?)
}

fn newer_keys(taken: &[String], out: &mut dyn Write) -> Result<(), Failure> {
    for key in taken {
        writeln!(
            out,
            "Key {key} of the key file is newer than the store, which uses it from now on. A node with a key file of its own needs it before it starts: key export here, key import there."
        )?;
    }
    Ok(())
}

fn opens(found: &ProvedBackup, out: &mut dyn Write) -> Result<(), Failure> {
    whole(&format!("The backup of {}", day_and_time(found.made_at)), found.holds, out)?;
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

fn undone(since: &str, out: &mut dyn Write) -> Result<(), Failure> {
    Ok(writeln!(
        out,
        "What was done {since} is undone. Do again what must stay done: codes and clients revoked, people erased or left, keys refused. People who enrolled since enrol again."
    )?)
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        Self::Failed(explained(&error))
    }
}
