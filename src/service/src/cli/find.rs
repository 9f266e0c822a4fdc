//! `person find`: whose a reference is.

use std::io::Write;
use std::path::Path;

use clap::Args;
use domain::{MethodKind, Person, Reference, ReferenceError, SchoolId};
use serde_json::{Value, json};

use super::list::{self, Format, Row};
use super::time::day_and_time;
use super::{Failure, with_service};
use engine::{EnrolmentState, FoundEnrolment};

#[derive(Debug, Args)]
pub(super) struct Find {
    /// The reference as the person noted it down, such as "K7M 4PX 92"; small letters and no spaces will do.
    #[arg(long, value_parser = parsed)]
    reference: Reference,
    #[command(flatten)]
    format: Format,
}

fn parsed(typed: &str) -> Result<Reference, ReferenceError> {
    Reference::parse(typed)
}

impl Find {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { reference, format } = self;
        let found = with_service(config, async |service| Ok(service.find_by_reference(&reference).await?))?;
        let none = format!(
            "No accepted enrolment has the reference {}. It is not sent yet, it was refused, or it is erased. Look whether the person misread 8 and B, or 2 and Z.",
            reference.grouped()
        );
        list::print(out, format, &found, &none)
    }
}

impl Row<6> for FoundEnrolment {
    const HEAD: [&str; 6] = ["school", "sign-in name", "name", "accepted", "what became of it", "id"];

    fn cells(&self) -> [String; 6] {
        let Self { person, accepted_at, state } = self;
        let Person { id, name, sign_in_name, school: SchoolId(school) } = person;
        let state = match state {
            EnrolmentState::Counts(kinds) => {
                format!("counts: {}", kinds.iter().map(|kind| way(*kind)).collect::<Vec<_>>().join(", "))
            }
            EnrolmentState::Replaced => "a newer one took its place".to_owned(),
            EnrolmentState::Departed => "the person has left".to_owned(),
        };
        [
            school.clone(),
            sign_in_name.to_string(),
            name.to_string(),
            day_and_time(*accepted_at),
            state,
            id.to_string(),
        ]
    }

    fn json(&self) -> Value {
        let Self { person, accepted_at, state } = self;
        let Person { id, name, sign_in_name, school } = person;
        let (state, methods) = match state {
            EnrolmentState::Counts(kinds) => ("counts", kinds.as_slice()),
            EnrolmentState::Replaced => ("replaced", &[][..]),
            EnrolmentState::Departed => ("departed", &[][..]),
        };
        json!({
            "id": id,
            "sign_in_name": sign_in_name,
            "name": name,
            "school": school,
            "accepted_at": accepted_at.rfc3339(),
            "state": state,
            "methods": methods,
        })
    }
}

const fn way(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::AuthenticatorApp => "authenticator app",
        MethodKind::PhoneCall => "phone call",
    }
}
