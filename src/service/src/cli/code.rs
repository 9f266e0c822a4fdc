//! `code issue`, `code list` and `code revoke`.

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};
use domain::{Label, Person, SchoolId};
use serde_json::{Value, json};

use super::advice::explain;
use super::csv::print_csv;
use super::list::{self, Format, Row};
use super::operator::{actor, operator};
use super::time::day_and_time;
use super::{Failure, with_service};
use engine::{CodeError, CodeProgress, ListedCode, NewPerson, Reason};

#[derive(Debug, Subcommand)]
pub(super) enum Code {
    /// Give a person a code to begin with. It is printed once; the service keeps only a hash of it.
    /// Older codes of the person end.
    Issue(Issue),
    /// Show the codes that were given out and that nobody has finished with: whose, until when, and the id to revoke each
    /// by. The code itself is not shown: the service does not have it.
    List(List),
    /// Revoke a code and the right to enrol that it gave.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Issue {
    /// The person's name as it is said at school.
    #[arg(long)]
    name: String,
    /// What the person types to sign in, such as jsmith.
    #[arg(long)]
    sign_in_name: String,
    /// The school's short name in the policy, such as elm.
    #[arg(long)]
    school: String,
    /// Who has this sign-in name already shall get this name and school. Without it another name is refused.
    #[arg(long)]
    rename: bool,
    /// Hours until the code expires, 1 to 720. Left out: as the policy says.
    #[arg(long)]
    hours: Option<u32>,
    /// The person is set up and shall start anew, on a new phone. The old way ends when the new one is accepted.
    #[arg(long, requires = "reason")]
    replace: bool,
    /// Why. It goes into the audit.
    #[arg(long, requires = "replace")]
    reason: Option<Reason>,
    /// Print one line of CSV instead: name, sign-in name, school, code, until, id. For lists of slips.
    #[arg(long)]
    csv: bool,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only of the school with this short name in the policy, such as elm.
    #[arg(long)]
    school: Option<String>,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The code or its id; - reads it from standard input, so that it stays out of the shell's history.
    code: String,
    /// Why. It goes into the audit.
    #[arg(long)]
    reason: Reason,
}

impl Code {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        match self {
            Self::Issue(issue) => issue.run(config, out),
            Self::List(list) => list.run(config, out),
            Self::Revoke(revoke) => revoke.run(config, out),
        }
    }
}

impl Issue {
    fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { name, sign_in_name, school, rename, hours, replace: _, reason, csv } = self;
        let label = |option: &str, text: &str| {
            Label::new(text).map_err(|error| {
                Failure::Usage(format!("{option} {text:?}: {error}; expected 1 to 64 plain characters"))
            })
        };
        let person = NewPerson {
            name: label("--name", &name)?,
            sign_in_name: label("--sign-in-name", &sign_in_name)?,
            school: SchoolId::typed(&school),
            rename,
        };
        let SchoolId(school) = person.school.clone();
        let issued = with_service(config, async |service| {
            service.issue_code(person, operator(), hours, reason).await.map_err(Failure::from)
        })?;
        if csv {
            let (code, until, id) =
                (issued.code.printed(), issued.expires_at.rfc3339(), issued.id.to_string());
            return print_csv(out, [&name, &sign_in_name, &school, &code, &until, &id]);
        }
        writeln!(out, "{}", *issued.code.printed())?;
        writeln!(
            out,
            "For {name} ({sign_in_name}), until {}. Shown once. Id to revoke it by: {}",
            day_and_time(issued.expires_at),
            issued.id
        )?;
        if issued.codes_ended > 0 {
            writeln!(
                out,
                "Only this code counts now. Older codes of this person that ended: {}; rights to enrol that ended with them: {}.",
                issued.codes_ended, issued.grants_ended
            )?;
        }
        if issued.replaces {
            writeln!(out, "What is set up now keeps working until the new enrolment is accepted.")?;
        }
        Ok(())
    }
}

impl List {
    fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { school, format } = self;
        let codes = with_service(config, async |service| {
            service.codes(school.as_deref().map(SchoolId::typed).as_ref()).await.map_err(Failure::from)
        })?;
        list::print(
            out,
            format,
            &codes,
            "No codes that count. To issue one: enrol-service code issue --name NAME --sign-in-name NAME --school SCHOOL",
        )
    }
}

impl Row<6> for ListedCode {
    const HEAD: [&str; 6] = ["school", "sign-in name", "name", "until", "status", "id"];

    fn cells(&self) -> [String; 6] {
        let Self { id, person, issued_at: _, expires_at, replaces, sign_ins, progress } = self;
        let Person { id: _, name, sign_in_name, school: SchoolId(school) } = person;
        let status = match progress {
            CodeProgress::Unused => "not used yet".to_owned(),
            CodeProgress::Begun => format!("begun, {sign_ins} sign-ins"),
            CodeProgress::UsedUp => format!("no tries left after {sign_ins} sign-ins"),
            CodeProgress::Expired => "expired".to_owned(),
        };
        let status = if *replaces { format!("{status}; replaces what is set up") } else { status };
        [
            school.clone(),
            sign_in_name.to_string(),
            name.to_string(),
            day_and_time(*expires_at),
            status,
            id.to_string(),
        ]
    }

    fn json(&self) -> Value {
        let Self { id, person, issued_at, expires_at, replaces, sign_ins, progress } = self;
        let Person { id: _, name, sign_in_name, school } = person;
        json!({
            "id": id,
            "sign_in_name": sign_in_name,
            "name": name,
            "school": school,
            "issued_at": issued_at.rfc3339(),
            "expires_at": expires_at.rfc3339(),
            "replaces": replaces,
            "sign_ins": sign_ins,
            "status": match progress {
                CodeProgress::Unused => "unused",
                CodeProgress::Begun => "begun",
                CodeProgress::UsedUp => "used_up",
                CodeProgress::Expired => "expired",
            },
        })
    }
}

impl Revoke {
    fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { mut code, reason } = self;
        if code == "-" {
            code.clear();
            std::io::stdin().read_line(&mut code)?;
        }
        let revoked = with_service(config, async |service| {
            service.revoke_code(&code, actor(reason)).await.map_err(Failure::from)
        })?;
        writeln!(out, "Revoked. Rights to enrol that ended with it: {}.", revoked.grants_ended)?;
        for enrolment in &revoked.accepted {
            writeln!(
                out,
                "Accepted before: enrolment {enrolment}, which still counts. If it is not the person's own, issue a code with --replace."
            )?;
        }
        Ok(())
    }
}

impl From<CodeError> for Failure {
    fn from(error: CodeError) -> Self {
        let text = explain(&error);
        match error {
            CodeError::School(_) | CodeError::Lifetime(_) | CodeError::SignInName(_) => Self::Usage(text),
            CodeError::Enrolled
            | CodeError::OtherPerson { .. }
            | CodeError::OtherSpelling(_)
            | CodeError::Departed
            | CodeError::Unknown
            | CodeError::Revoked
            | CodeError::Fault(_) => Self::Failed(text),
        }
    }
}
