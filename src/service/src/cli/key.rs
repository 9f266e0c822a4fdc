//! `key make`, `list`, `add`, `rotate`, `forget`, `export` and `import`. None prints a key.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use domain::Timestamp;
use serde_json::{Value, json};

use super::advice::explain;
use super::list::{self, Format, Row};
use super::operator::{actor, operator};
use super::passphrase::passphrase;
use super::time::{day_and_second, day_and_time};
use super::{Failure, with_service};
use crate::config::Settings;
use engine::{
    EnvelopeRotation, KeyError, KeyStatus, ListedKey, MustStartAgain, Reason, RotatedEnvelope, Service,
    system_clock,
};
use platform::files::write_private;
use vault::{KeyKind, Keys};

#[derive(Debug, Subcommand)]
pub(super) enum Key {
    /// Make the key file of a new service. Keep it apart from the data, and never lose it.
    Make,
    /// Show which keys there are, which are in use, what needs them, and which nodes have read them.
    List(Format),
    /// Add a new key to the key file, without using it yet: to bring it to the other nodes first.
    Add(Add),
    /// Take a new key into use. With the vault's key, seal every record anew; broken off, run it again.
    Rotate(Rotate),
    /// Write all keys to a new file, under a passphrase: to be kept apart, or brought to another node.
    Export(Export),
    /// Add the keys of such a file to this node's key file, or make it of them.
    Import(Import),
    /// Take an old key out of the key file. Refused while anything needs it.
    Forget(Forget),
}

const NEEDS_REASON: &str = "changing the identity key wants --reason TEXT";

/// What a key is for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Assistants seal to it.
    Envelope,
    /// Secrets and numbers are sealed with it.
    Vault,
    /// What the service says is signed with it, and assistants know the service by it.
    Identity,
}

impl From<Kind> for KeyKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Envelope => Self::Envelope,
            Kind::Vault => Self::Vault,
            Kind::Identity => Self::Identity,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What the key is for.
    kind: Kind,
}

#[derive(Debug, Args)]
pub(super) struct Rotate {
    /// What the key is for.
    kind: Kind,
    /// Somebody else may have the key file: take no key that lay in it. The old envelope key is refused at once, and
    /// who has to start again is listed.
    #[arg(long, requires = "reason")]
    compromised: bool,
    /// With --compromised: the unused key to take, where an earlier run of this has added it.
    #[arg(long, value_name = "ID", requires = "compromised")]
    with: Option<String>,
    /// Why. It goes into the audit.
    #[arg(long)]
    reason: Option<Reason>,
    /// How long to wait until every node has read the new key.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    wait: u64,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// A file that does not exist yet.
    to: PathBuf,
    /// The passphrase is the first line of this file; - reads it from standard input. Left out: you are asked.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// What key export wrote.
    from: PathBuf,
    /// The passphrase is the first line of this file; - reads it from standard input. Left out: you are asked.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Forget {
    /// What the key is for.
    kind: Kind,
    /// Its id, as `key list` shows it.
    id: String,
    /// Why. It goes into the audit.
    #[arg(long)]
    reason: Reason,
}

impl Key {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        match self {
            Self::Make => make(config, out),
            Self::List(format) => list(config, format, out),
            Self::Add(add) => add.run(config, out),
            Self::Rotate(rotate) => rotate.run(config, out),
            Self::Export(export) => export.run(config, out),
            Self::Import(import) => import.run(config, out),
            Self::Forget(forget) => forget.run(config, out),
        }
    }
}

/// As `serve --make-keys` does, without serving.
fn make(config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let keys = Keys::create(&settings.keys, Some(&settings.store_folder()), system_clock()())?;
    print_new_keys(&settings, out)?;
    Ok(writeln!(out, "Assistants pin it with --server-key {}", keys.identity_key())?)
}

/// What whoever made a key file has to know.
pub(super) fn print_new_keys(settings: &Settings, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "Made the key file {}. Losing it means enrolling everyone again.", settings.keys.display())
}

fn list(config: &Path, format: Format, out: &mut dyn Write) -> Result<(), Failure> {
    let keys = with_service(config, async |service| service.list_keys().await.map_err(Failure::from))?;
    list::print(out, format, &keys, "No keys.")
}

impl Row<6> for ListedKey {
    const HEAD: [&str; 6] = ["kind", "id", "made", "status", "needed by", "read by"];

    fn cells(&self) -> [String; 6] {
        let Self { kind, id, created, status, needed_by: _, read_by } = self;
        let created = created.map_or_else(|| "not in this file".to_owned(), day_and_time);
        let shown = match *status {
            KeyStatus::Unused => "not used yet".to_owned(),
            KeyStatus::InUse(from) => format!("in use since {}", day_and_time(from)),
            KeyStatus::OpensOnly(from) if *kind == KeyKind::Identity => {
                format!("signed until {}", day_and_time(from))
            }
            KeyStatus::OpensOnly(from) => format!("opens only since {}", day_and_time(from)),
            KeyStatus::Refused(from) => format!("refused since {}", day_and_time(from)),
            KeyStatus::Forgotten(from) => format!("forgotten, used until {}", day_and_time(from)),
        };
        let read_by = if read_by.is_empty() { "no node".to_owned() } else { read_by.join("; ") };
        [kind.name().to_owned(), id.clone(), created, shown, needs(self), read_by]
    }

    fn json(&self) -> Value {
        let Self { kind, id, created, status, needed_by, read_by } = self;
        let (status, since) = match *status {
            KeyStatus::Unused => ("unused", None),
            KeyStatus::InUse(from) => ("in_use", Some(from)),
            KeyStatus::OpensOnly(from) => ("opens_only", Some(from)),
            KeyStatus::Refused(from) => ("refused", Some(from)),
            KeyStatus::Forgotten(from) => ("forgotten", Some(from)),
        };
        json!({
            "kind": kind.name(),
            "id": id,
            "made_at": created.map(Timestamp::rfc3339),
            "status": status,
            "since": since.map(Timestamp::rfc3339),
            "needed_by": needed_by,
            "read_by": read_by,
        })
    }
}

/// What is lost without a key: what lies under it, and for one in use what is to come.
fn needs(key: &ListedKey) -> String {
    let counted = match (key.kind, key.needed_by) {
        (KeyKind::Identity, _) | (_, 0) => None,
        (KeyKind::Vault, 1) => Some("1 record".to_owned()),
        (KeyKind::Vault, records) => Some(format!("{records} records")),
        (KeyKind::Envelope, 1) => Some("1 right to enrol".to_owned()),
        (KeyKind::Envelope, rights) => Some(format!("{rights} rights to enrol")),
    };
    let to_come = matches!(key.status, KeyStatus::InUse(_)).then_some(match key.kind {
        KeyKind::Vault => "every new record",
        KeyKind::Envelope => "every new sign-in",
        KeyKind::Identity => "every assistant",
    });
    match (counted, to_come) {
        (None, None) => "nothing".to_owned(),
        (Some(counted), None) => counted,
        (None, Some(to_come)) => to_come.to_owned(),
        (Some(counted), Some(to_come)) => format!("{counted}, {to_come}"),
    }
}

impl Add {
    fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { kind } = self;
        let id = with_service(config, async |service| {
            service.add_key(kind.into(), operator()).await.map_err(Failure::from)
        })?;
        let kind = KeyKind::from(kind);
        Ok(writeln!(
            out,
            "Added {kind} key {id}. It is not in use yet: bring it to every other node, then run key rotate {kind}."
        )?)
    }
}

impl Rotate {
    fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { kind, compromised, with, reason, wait } = self;
        let patience = Duration::from_secs(wait);
        let check = async |service: &Service| match compromised {
            true => service.check_no_unused_key(kind.into(), with.as_deref()).await,
            false => Ok(()),
        };
        match kind {
            Kind::Vault => {
                let done = with_service(config, async |service| {
                    check(service).await?;
                    service.rotate_vault(operator(), reason, patience).await.map_err(Failure::from)
                })?;
                if done.was_finished {
                    writeln!(out, "Went on with an earlier change, which had not come to its end.")?;
                }
                if done.was_finished && compromised {
                    writeln!(out, "For a key that was never in the old file run this again.")?;
                }
                writeln!(out, "Vault key {} is in use. Records sealed anew: {}.", done.id, done.records)?;
                writeln!(
                    out,
                    "Keep a copy of the key file. The old key opens older backups. When no backup from before is kept: key forget vault ID."
                )?;
            }
            Kind::Envelope => {
                let rotation = match reason {
                    Some(reason) if compromised => EnvelopeRotation::Compromised { reason, with },
                    reason => EnvelopeRotation::Planned(reason),
                };
                let done = with_service(config, async |service| {
                    service.rotate_envelope(operator(), rotation, patience).await.map_err(Failure::from)
                })?;
                print_envelope_rotation(&done, out)?;
            }
            Kind::Identity => {
                let reason = reason.ok_or_else(|| Failure::Usage(NEEDS_REASON.to_owned()))?;
                let done = with_service(config, async |service| {
                    check(service).await?;
                    service.rotate_identity(actor(reason), patience).await.map_err(Failure::from)
                })?;
                let from = done.from.millis().div_euclid(1000);
                let from = day_and_second(Timestamp::from_secs(from + 1));
                writeln!(out, "Identity key {} signs from {from} on.", done.id)?;
                writeln!(out, "From then on give assistants: --server-key {}", done.key)?;
                writeln!(
                    out,
                    "Those that know the old key learn the new one by themselves, since the old one has signed it. So can whoever has the old key make them believe in another: if it was stolen, set the new one on every computer."
                )?;
            }
        }
        Ok(())
    }
}

fn print_envelope_rotation(done: &RotatedEnvelope, out: &mut dyn Write) -> Result<(), Failure> {
    let RotatedEnvelope { id, serial, refused, start_again, accepted, stations_again, stations_registered } =
        done;
    writeln!(out, "Assistants seal to envelope key {id} from policy {serial} on.")?;
    if refused.is_empty() {
        return Ok(writeln!(
            out,
            "The old key opens what is still on its way; key forget it when key list shows no rights that need it."
        )?);
    }
    writeln!(out, "Refused from now on: {}.", refused.join(", "))?;
    if start_again.is_empty() {
        writeln!(out, "Nobody has to start again.")?;
    } else {
        writeln!(
            out,
            "These have signed in and have to start again; their codes have ended, give each a new one:"
        )?;
        for MustStartAgain { name, sign_in_name } in start_again {
            writeln!(out, "  {name} ({sign_in_name})")?;
        }
    }
    if !stations_again.is_empty() {
        let names = stations_again.join(", ");
        writeln!(out, "These computers need another code to become stations (station add): {names}.")?;
    }
    if !stations_registered.is_empty() {
        let names = stations_registered.join(", ");
        writeln!(
            out,
            "Stations registered under the refused keys: {names}. Look that each is your own, and revoke what is not (station revoke)."
        )?;
    }
    Ok(writeln!(
        out,
        "Enrolments accepted under the refused keys: {accepted}. Whoever has such a key and has copied what was sent meanwhile can read their secrets; if that may be, have these people enrol anew (code issue --replace). If the whole key file may be known, change the other keys too."
    )?)
}

impl Export {
    fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { to, passphrase_file } = self;
        if to.exists() {
            return Err(Failure::Failed(format!("{}: there is a file already", to.display())));
        }
        let passphrase = passphrase(passphrase_file.as_deref(), true)?;
        with_service(config, async |service| {
            let sealed = service.keys().export(&passphrase).map_err(|error| Failure::failed(&error))?;
            // Recorded first: keys that left and are not in the audit would be the worse of two.
            service.record_keys_exported(operator()).await?;
            let wrong = |error: std::io::Error| Failure::Failed(format!("{}: {error}", to.display()));
            write_private(&to, sealed.as_bytes()).map_err(wrong)
        })?;
        writeln!(out, "All keys are in {}, under the passphrase. Keep the two apart.", to.display())?;
        Ok(writeln!(out, "Whoever has both, and the database, can open everything.")?)
    }
}

impl Import {
    /// Without the store, which may not open before the keys are there.
    fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { from, passphrase_file } = self;
        let settings = Settings::load(config)?;
        let wrong = |error: &dyn std::fmt::Display| Failure::Failed(format!("{}: {error}", from.display()));
        let text = platform::read_text(&from).map_err(|error| wrong(&error))?;
        let passphrase = passphrase(passphrase_file.as_deref(), false)?;
        let keys = Keys::import(&text, &passphrase).map_err(|error| wrong(&error))?;
        let added = Keys::merge(&settings.keys, Some(&settings.store_folder()), &keys)?;
        if added.is_empty() {
            writeln!(out, "{} has all of these keys already.", settings.keys.display())?;
            return Ok(());
        }
        writeln!(out, "Added to {}: {}.", settings.keys.display(), added.join(", "))?;
        let recorded = with_service(config, async |service| {
            service.record_keys_imported(&added, operator()).await.map_err(Failure::from)
        });
        if recorded.is_err() {
            writeln!(out, "The store did not open, so its audit does not record it.")?;
        }
        Ok(writeln!(out, "A service that runs with this file reads them within seconds.")?)
    }
}

impl Forget {
    fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { kind, id, reason } = self;
        let kind = KeyKind::from(kind);
        let done = with_service(config, async |service| {
            service.forget_key(kind, &id, actor(reason)).await.map_err(Failure::from)
        })?;
        if done.was_in_file {
            writeln!(out, "{kind} key {id} is no more in this node's key file.")?;
        } else {
            writeln!(out, "{kind} key {id} was not in this node's key file.")?;
        }
        if kind == KeyKind::Vault {
            writeln!(
                out,
                "A backup from before it was replaced opens only with a copy of the old key file."
            )?;
        }
        if !done.read_by.is_empty() {
            writeln!(
                out,
                "It was read by: {}. Where a node has a key file of its own, run this there too.",
                done.read_by.join("; ")
            )?;
        }
        Ok(())
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::File(error) => Self::from(error),
            KeyError::Unknown { .. } => Self::Usage(explain(&error)),
            KeyError::NoFile
            | KeyError::NotLoaded { .. }
            | KeyError::Conflict
            | KeyError::Unused { .. }
            | KeyError::StoredTogether { .. }
            | KeyError::NotAnnounced { .. }
            | KeyError::InUse { .. }
            | KeyError::NeededByRecords { .. }
            | KeyError::NeededByGrants { .. }
            | KeyError::RecordsDoNotOpen { .. }
            | KeyError::Fault(_) => Self::Failed(explain(&error)),
        }
    }
}
