//! `station add`, `station list` and `station revoke`.

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};
use domain::{Label, SchoolId, Timestamp};
use serde_json::{Value, json};

use super::list::{self, Format};
use super::operator::{actor, operator};
use super::time::day_and_time;
use super::{Failure, with_service};
use engine::{Reason, Refusal, Station as Listed, StationError, StationState};

#[derive(Debug, Subcommand)]
pub(super) enum Station {
    /// Let a computer become an enrolment station. Prints a code, once, for `enrol --register-station` there.
    Add(Add),
    /// Show every station: whether it is registered, and when somebody last signed in there.
    List(Format),
    /// Take a station's registration back, from now on.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// A name for reports, such as "Elm staff room". No name is used twice.
    name: String,
    /// The school where it stands, by its short name in the policy, such as elm.
    #[arg(long)]
    school: String,
    /// Hours until the code expires, 1 to 720. Left out: 24.
    #[arg(long)]
    hours: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The name it was added under.
    name: String,
    /// Why. It goes into the audit.
    #[arg(long)]
    reason: Reason,
}

impl Station {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        match self {
            Self::Add(Add { name, school, hours }) => {
                let name = parse_name(&name)?;
                let station = with_service(config, async |service| {
                    let added =
                        service.add_station(name.clone(), SchoolId::typed(&school), operator(), hours);
                    added.await.map_err(Failure::from)
                })?;
                writeln!(out, "{}", *station.code.printed())?;
                writeln!(
                    out,
                    "For {name}, until {}. Shown once. On that computer, as the user who will run it: enrol --register-station",
                    day_and_time(station.expires_at)
                )?;
                Ok(())
            }
            Self::List(format) => {
                let stations = with_service(config, async |service| {
                    service.stations().await.map_err(|error| Failure::failed(&Refusal::from(error)))
                })?;
                if format.json {
                    return list::print_json(out, stations.iter().map(json_of));
                }
                if stations.is_empty() {
                    writeln!(out, "No stations. To add one: enrol-service station add NAME --school SCHOOL")?;
                }
                for Listed { name, school, state } in stations {
                    writeln!(out, "{name} ({school}): {}", describe(state))?;
                }
                Ok(())
            }
            Self::Revoke(Revoke { name, reason }) => {
                let name = parse_name(&name)?;
                let grants = with_service(config, async |service| {
                    service.revoke_station(name.clone(), actor(reason)).await.map_err(Failure::from)
                })?;
                writeln!(
                    out,
                    "{name} is a station no more. Rights to enrol that were given there and ended with it: {grants}. To use the computer as any other: enrol --forget-station"
                )?;
                Ok(())
            }
        }
    }
}

fn json_of(station: &Listed) -> Value {
    let Listed { name, school, state } = station;
    let (status, at, seen_at, code_expires_at) = match *state {
        StationState::Awaited { code_expires_at } => ("awaited", None, None, Some(code_expires_at)),
        StationState::Registered { at, seen_at } => ("registered", Some(at), seen_at, None),
        StationState::Revoked => ("revoked", None, None, None),
    };
    json!({
        "name": name,
        "school": school,
        "status": status,
        "registered_at": at.map(Timestamp::rfc3339),
        "last_sign_in_at": seen_at.map(Timestamp::rfc3339),
        "code_expires_at": code_expires_at.map(Timestamp::rfc3339),
    })
}

fn describe(state: StationState) -> String {
    match state {
        StationState::Awaited { code_expires_at } => {
            format!("not registered yet; code valid until {}", day_and_time(code_expires_at))
        }
        StationState::Registered { at, seen_at: None } => {
            format!("registered {}; nobody has signed in there yet", day_and_time(at))
        }
        StationState::Registered { at, seen_at: Some(seen) } => {
            format!("registered {}; last sign-in {}", day_and_time(at), day_and_time(seen))
        }
        StationState::Revoked => "revoked".to_owned(),
    }
}

fn parse_name(name: &str) -> Result<Label, Failure> {
    Label::new(name).map_err(|error| {
        Failure::Usage(format!("{name:?}: {error}; expected a name of 1 to 64 plain characters"))
    })
}

impl From<StationError> for Failure {
    fn from(error: StationError) -> Self {
        match error {
            StationError::School(_) | StationError::Lifetime(_) => Self::Usage(error.to_string()),
            StationError::Taken(_)
            | StationError::Unknown(_)
            | StationError::Revoked(_)
            | StationError::Fault(_) => Self::failed(&error),
        }
    }
}
