//! `person find`, `export`, `erase`, `leave`, `back` and `fields`. None shows a secret or a number.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::PersonId;
use serde_json::Value;

use super::advice::explain;
use super::find::Find;
use super::operator::{actor, operator};
use super::{Failure, with_service};
use engine::{ExportedTable, PersonError, PersonExport, PersonReference, Reason};
use platform::files::write_private;

#[derive(Debug, Subcommand)]
pub(super) enum Person {
    /// Find whose enrolment has a reference: the one on the last page, and on pages that say to ring.
    Find(Find),
    /// Show everything that is kept on a person. Of keys and phone numbers it says that they are there, no more.
    Export(Export),
    /// Delete everything that is kept on a person, now and for good. The audit keeps a random id, and that they were
    /// erased.
    Erase(Named),
    /// Note that a person has left: they sign in no more. Everything on them is deleted later, as the policy says.
    Leave(Named),
    /// Take back that a person left. What they had set up counts again.
    Back(Named),
    /// Print what is kept on anybody: every field, why, and how long.
    Fields(Fields),
}

/// Whom a command is about.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Whom {
    /// What the person types to sign in, such as jsmith.
    sign_in_name: Option<String>,
    /// The person's id instead, as the log and `person export` show it.
    #[arg(long)]
    id: Option<PersonId>,
}

impl Whom {
    pub(super) fn reference(self) -> PersonReference {
        let Self { sign_in_name, id } = self;
        id.map_or_else(|| PersonReference::Name(sign_in_name.unwrap_or_default()), PersonReference::Id)
    }
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    whom: Whom,
    /// Also write it as JSON to a new file, which only its owner may read.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Named {
    #[command(flatten)]
    whom: Whom,
    /// Why, without a name in it. It goes into the audit.
    #[arg(long)]
    reason: Reason,
}

#[derive(Debug, Args)]
pub(super) struct Fields {
    /// As JSON instead of a table in Markdown.
    #[arg(long)]
    json: bool,
}

impl Person {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        match self {
            Self::Find(find) => find.run(config, out),
            Self::Export(export) => export.run(config, out),
            Self::Erase(Named { whom, reason }) => {
                let who = whom.reference();
                let rows = with_service(config, async |service| {
                    Ok(service.erase_person(who.clone(), actor(reason)).await?)
                })?;
                writeln!(out, "Everything on {who} is deleted: {rows} rows.")?;
                Ok(writeln!(out, "Backups made before still hold it until you delete them.")?)
            }
            Self::Leave(Named { whom, reason }) => {
                let who = whom.reference();
                let days = with_service(config, async |service| {
                    service.record_departure(who.clone(), actor(reason)).await?;
                    Ok(service.policy().retention.departed_days)
                })?;
                writeln!(out, "{who} signs in no more. Everything on them is deleted in {days} days.")?;
                let flag = if matches!(who, PersonReference::Id(_)) { "--id " } else { "" };
                Ok(writeln!(out, "If it was a mistake: enrol-service person back {flag}{who} --reason TEXT")?)
            }
            Self::Back(Named { whom, reason }) => {
                let who = whom.reference();
                with_service(config, async |service| {
                    Ok(service.record_return(who.clone(), actor(reason)).await?)
                })?;
                Ok(writeln!(out, "{who} is here again. What was set up counts.")?)
            }
            Self::Fields(Fields { json }) => {
                let fields = with_service(config, async |service| Ok(service.fields()))?;
                if json {
                    return Ok(writeln!(out, "{}", pretty(&fields)?)?);
                }
                writeln!(out, "| field | what it is | of a person | shown to them | why | how long |")?;
                writeln!(out, "|---|---|---|---|---|---|")?;
                let yes = |is: bool| if is { "yes" } else { "no" };
                for field in fields {
                    let (personal, shown) =
                        (yes(field.personal), if field.personal { yes(field.shown) } else { "" });
                    writeln!(
                        out,
                        "| {}.{} | {} | {personal} | {shown} | {} | {} |",
                        field.table, field.column, field.what, field.why, field.kept_for
                    )?;
                }
                Ok(())
            }
        }
    }
}

impl Export {
    fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { whom, json } = self;
        let who = whom.reference();
        let export =
            with_service(config, async |service| Ok(service.export_person(who.clone(), operator()).await?))?;
        if let Some(file) = json {
            write_private(&file, pretty(&export)?.as_bytes())
                .map_err(|error| Failure::Failed(format!("writing {}: {error}", file.display())))?;
        }
        let PersonExport { service, made_at, tables } = export;
        writeln!(out, "All that service {service} keeps on {who}, as of {made_at}.")?;
        for ExportedTable { table, what, why, kept_for, columns, rows } in tables {
            writeln!(out, "\n{} ({table}). Kept {why}; {kept_for}.", capital(what))?;
            for (place, row) in rows.iter().enumerate() {
                for (nth, column) in columns.iter().enumerate() {
                    let mark = if nth == 0 { format!("{}.", place + 1) } else { String::new() };
                    let value = match row.get(column.name) {
                        None | Some(Value::Null) => "-".to_owned(),
                        Some(Value::String(text)) => text.clone(),
                        Some(Value::Bool(is)) => (if *is { "yes" } else { "no" }).to_owned(),
                        Some(other @ (Value::Number(_) | Value::Array(_) | Value::Object(_))) => {
                            other.to_string()
                        }
                    };
                    writeln!(out, "{mark:>4} {}: {value}", column.what)?;
                }
            }
        }
        Ok(())
    }
}

fn pretty(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| Failure::failed(&error))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

impl From<PersonError> for Failure {
    fn from(error: PersonError) -> Self {
        Self::Failed(explain(&error))
    }
}
