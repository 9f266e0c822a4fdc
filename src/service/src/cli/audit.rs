//! `audit verify`, `audit head` and `audit export`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use protocol::{AuditHead, Purpose, Signed};

use super::{Failure, with_service};
use engine::Refusal;
use vault::Keys;

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Read the whole audit again and check that nothing in it was changed or cut.
    Verify(Verify),
    /// Print the signed head. Kept elsewhere, it shows later whether the audit was cut.
    Head,
    /// Print its rows as JSON, one a line: what was done, by ids, and the reasons that were given with commands. No
    /// addresses, and no names but those that somebody wrote into a reason.
    Export(Export),
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// From this row on, such as the one after the last that was exported.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    from: u32,
    /// Also who gave each command: the names of computer users.
    #[arg(long)]
    users: bool,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A head that was kept: what `audit head` printed, or a backup's manifest.
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
}

impl Audit {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        match self {
            Self::Head => {
                let head = with_service(config, async |service| {
                    service.signed_audit_head().await.map_err(Failure::from)
                })?;
                let text = serde_json::to_string(&head).map_err(|error| Failure::failed(&error))?;
                Ok(writeln!(out, "{text}")?)
            }
            Self::Export(Export { from, users }) => with_service(config, async |service| {
                let mut next = i64::from(from);
                loop {
                    let lines = service.audit_lines(next, users).await?;
                    let Some(last) = lines.last() else { return Ok(out.flush()?) };
                    next = last.sequence + 1;
                    for line in &lines {
                        let text = serde_json::to_string(line).map_err(|error| Failure::failed(&error))?;
                        writeln!(out, "{text}")?;
                    }
                }
            }),
            Self::Verify(Verify { head }) => {
                let report = with_service(config, async |service| {
                    let kept = head.map(|file| read_kept_head(&file, &service.keys())).transpose()?;
                    service.audit_verify(kept.as_ref()).await.map_err(Failure::from)
                })?;
                if report.is_whole() {
                    writeln!(out, "Whole: {} rows.", report.rows)?;
                    return Ok(());
                }
                for fault in &report.faults {
                    writeln!(out, "{fault}")?;
                }
                Err(Failure::Failed(format!(
                    "the audit is not whole: {} faults in {} rows",
                    report.faults.len(),
                    report.rows
                )))
            }
        }
    }
}

/// The head in a file, if this service signed it.
pub(super) fn read_kept_head(file: &Path, keys: &Keys) -> Result<AuditHead, Failure> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Head(Signed),
        Manifest { audit_head: Signed },
    }
    let wrong = |why: &dyn std::fmt::Display| {
        Failure::Failed(format!(
            "{}: {why}; expected what `audit head` printed, or a backup's manifest",
            file.display()
        ))
    };
    let text = platform::read_text(file).map_err(|error| wrong(&error))?;
    let (Kept::Head(signed) | Kept::Manifest { audit_head: signed }) =
        serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    keys.open_own(Purpose::AuditHead, &signed).map_err(|error| wrong(&error))
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(format!("the service could not do it ({refusal}); the log says why"))
    }
}
