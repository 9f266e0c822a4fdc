//! What an operator can do about an error of the service: said after what is wrong, with the commands' own names.
//!
//! Not here: what is wrong, which the errors say by themselves.

use std::error::Error;
use std::io::ErrorKind;

use domain::error_chain;
use engine::{BackupError, CodeError, KeyError, OpenError, PersonError};
use store::StoreError;
use vault::KeyFileError;

use crate::server::StartError;

/// An error with all its causes, and what to do about it.
pub(super) fn explain(error: &(impl Error + Advice)) -> String {
    error_chain(error) + &error.advice()
}

/// What to do about an error; empty when the error says enough.
pub(super) trait Advice {
    fn advice(&self) -> String;
}

impl Advice for KeyFileError {
    fn advice(&self) -> String {
        let advice = match self {
            Self::Missing(_) => ". On a first start make it with: enrol-service key make",
            Self::Io { source, .. } if source.kind() == ErrorKind::NotFound => {
                ". Make its folder first, for the service's user alone: install -d -m 0700 FOLDER"
            }
            Self::Exists(_)
            | Self::HandedOver(_)
            | Self::InsideData { .. }
            | Self::Mode { .. }
            | Self::Owner { .. }
            | Self::Content { .. }
            | Self::Io { .. }
            | Self::Entropy(_) => "",
        };
        advice.to_owned()
    }
}

impl Advice for StartError {
    fn advice(&self) -> String {
        match self {
            Self::Open(error) => error.advice(),
            Self::Store { source, .. } => source.advice(),
            Self::Config(_) | Self::Keys(_) | Self::Tls(_) | Self::Listen { .. } => String::new(),
        }
    }
}

impl Advice for StoreError {
    fn advice(&self) -> String {
        let advice = match self {
            Self::Tables => {
                "; expected a store that enrol-service migrate, or serve, of this version brought up to date"
            }
            Self::Url
            | Self::Password
            | Self::Unproved(_)
            | Self::Open { .. }
            | Self::BeingReplaced
            | Self::Newer { .. }
            | Self::Altered(_)
            | Self::Migrate(_)
            | Self::Query { .. }
            | Self::Corrupt(_)
            | Self::Full
            | Self::Panicked
            | Self::Stopped => "",
        };
        advice.to_owned()
    }
}

impl Advice for OpenError {
    fn advice(&self) -> String {
        let advice = match self {
            Self::Store(error) => return error.advice(),
            Self::NeverServed => "; start the service on it first: enrol-service serve",
            Self::NoLine => "; expected [calls] in the settings, or a policy without it",
            Self::KeyMissing { .. } => {
                "; bring it from where it is: enrol-service key export, and here key import. If the store was put back from before the key was changed: enrol-service restore --in-place --reason TEXT"
            }
            Self::OtherKeys { .. } | Self::Policy(_) | Self::OtherLine { .. } | Self::EnvelopeKey => "",
        };
        advice.to_owned()
    }
}

impl Advice for CodeError {
    fn advice(&self) -> String {
        let advice = match self {
            Self::Enrolled => "; to replace what is set up, issue the code with --replace --reason TEXT",
            Self::OtherPerson { .. } => {
                "; if that is the person, give that name and school, or change them with --rename"
            }
            Self::OtherSpelling(_) => {
                ". Two spellings may look alike. If that is the person: copy the stored name for --sign-in-name"
            }
            Self::SignInName(_) => "; type the name anew instead of pasting it",
            Self::School(_)
            | Self::Lifetime(_)
            | Self::Departed
            | Self::Unknown
            | Self::Revoked
            | Self::Fault(_) => "",
        };
        advice.to_owned()
    }
}

impl Advice for PersonError {
    fn advice(&self) -> String {
        match self {
            Self::OtherSpelling(other) => {
                format!(
                    ". Two spellings may look alike. If that is the person: --id {} instead of the name",
                    other.id
                )
            }
            Self::Unknown(_) | Self::OnCall | Self::Left | Self::Here | Self::Fault(_) => String::new(),
        }
    }
}

impl Advice for KeyError {
    fn advice(&self) -> String {
        match self {
            Self::NotLoaded { .. } => {
                ". Bring it there (enrol-service key export here, key import there; where systemd hands over the key file, restart the service with the new one) and run this again; a node that was stopped is forgotten within two minutes".to_owned()
            }
            Self::StoredTogether { kind, id } => format!(
                ": enrol-service key forget {kind} {id}, then run this again. If it was added since, by key add or an earlier run of this command, add --with {id}"
            ),
            Self::NotAnnounced { id } => format!(". enrol-service key forget identity {id}, then run this again"),
            Self::Conflict => "; see key list, and run this again if need be".to_owned(),
            Self::Unused { kind, .. } => format!("; key rotate {kind} takes it into use"),
            Self::Unknown { .. } => "; expected an id as key list shows it".to_owned(),
            Self::InUse { kind, .. } => format!("; first take another into use: enrol-service key rotate {kind}"),
            Self::NeededByRecords { .. } => "; enrol-service key rotate vault seals them anew".to_owned(),
            Self::RecordsDoNotOpen { .. } => ". Let them enrol anew: enrol-service code issue --replace".to_owned(),
            Self::File(error) => error.advice(),
            Self::NoFile | Self::NeededByGrants { .. } | Self::Fault(_) => String::new(),
        }
    }
}

impl Advice for BackupError {
    fn advice(&self) -> String {
        let advice = match self {
            Self::Manifest { .. } => "; expected the manifest of a folder that enrol-service backup made",
            Self::StoreExists(_) => {
                "; to put the backup in its place: --replace --reason TEXT. The old one is kept beside it"
            }
            Self::NotEmpty(_) => {
                "; make an empty one (createdb) and name it in the setting store. If a restore into it was broken off, restore --in-place --reason TEXT looks through it and finishes"
            }
            Self::NoScratchDatabase => {
                "; let it (alter role .. createdb), or name an empty database in the setting store and restore into it, which looks through all of it as well"
            }
            Self::InUse(_) => "; stop the service first",
            Self::Serving(_) => ". Stop all of them; one that was stopped is forgotten within two minutes",
            Self::KeyMissing(_) => {
                "; expected a key file that has it: the one that was in use then, or a newer one. Where the key was forgotten since: a copy of the key file from before key forget"
            }
            Self::Open(error) => return error.advice(),
            Self::Store(error) => return error.advice(),
            Self::Exists(_)
            | Self::Changed { .. }
            | Self::OtherStore { .. }
            | Self::RecordsDoNotOpen(_)
            | Self::Audit(_)
            | Self::Conflict
            | Self::Io { .. }
            | Self::Tool(_)
            | Self::Fault(_) => "",
        };
        advice.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use domain::{Label, PersonId};
    use engine::OtherSpelling;
    use vault::KeyKind;

    use super::*;

    fn label(text: &str) -> Label {
        Label::new(text).expect("a label")
    }

    #[test]
    fn the_operator_reads_what_is_wrong_and_what_to_do() {
        let id = || "v2".to_owned();
        let table = [
            (
                explain(&OpenError::Store(StoreError::Tables)),
                "the store is not there, or its tables are those of another version of this program; expected a store that enrol-service migrate, or serve, of this version brought up to date",
            ),
            (
                explain(&OpenError::NeverServed),
                "this store has no active policy yet; start the service on it first: enrol-service serve",
            ),
            (
                explain(&StartError::from(OpenError::NoLine)),
                "the store could not be opened: the policy lists the method phone-call, and this service has no line to call with; expected [calls] in the settings, or a policy without it",
            ),
            (
                explain(&BackupError::from(OpenError::KeyMissing { kind: KeyKind::Vault, id: id() })),
                "the key file lacks vault key v2, which the store uses; bring it from where it is: enrol-service key export, and here key import. If the store was put back from before the key was changed: enrol-service restore --in-place --reason TEXT",
            ),
            (
                explain(&CodeError::Enrolled),
                "this person is enrolled; to replace what is set up, issue the code with --replace --reason TEXT",
            ),
            (
                explain(&CodeError::OtherPerson {
                    sign_in_name: label("jsmith"),
                    name: label("Jo Smith"),
                    school: "elm".to_owned(),
                }),
                "jsmith is Jo Smith at school elm; if that is the person, give that name and school, or change them with --rename",
            ),
            (
                explain(&PersonError::from(OtherSpelling {
                    typed: "spr\u{ad}ice".to_owned(),
                    stored: label("sprice"),
                    id: PersonId::from_uuid(uuid::Uuid::nil()),
                })),
                "nothing was done: nobody's stored sign-in name is spr\u{ad}ice; in another spelling, sprice, it is of the person with the id 00000000-0000-0000-0000-000000000000. Two spellings may look alike. If that is the person: --id 00000000-0000-0000-0000-000000000000 instead of the name",
            ),
            (
                explain(&KeyError::NotLoaded { id: id(), nodes: vec!["one".to_owned(), "two".to_owned()] }),
                "key v2 is not in use yet: one and two has not read it. Bring it there (enrol-service key export here, key import there; where systemd hands over the key file, restart the service with the new one) and run this again; a node that was stopped is forgotten within two minutes",
            ),
            (
                explain(&KeyError::StoredTogether { kind: KeyKind::Envelope, id: id() }),
                "envelope key v2 lay in the same file, so somebody else may have it too: enrol-service key forget envelope v2, then run this again. If it was added since, by key add or an earlier run of this command, add --with v2",
            ),
            (
                explain(&KeyError::NotAnnounced { id: id() }),
                "identity key v2 was made on another node, and the one in use has not named it: assistants would refuse it. enrol-service key forget identity v2, then run this again",
            ),
            (
                explain(&KeyError::Conflict),
                "another command changed the key in use meanwhile; see key list, and run this again if need be",
            ),
            (
                explain(&KeyError::Unused { kind: KeyKind::Vault, id: id() }),
                "vault key v2 is in the file and was never used; key rotate vault takes it into use",
            ),
            (
                explain(&KeyError::Unknown { kind: KeyKind::Vault, id: id() }),
                "there is no vault key v2; expected an id as key list shows it",
            ),
            (
                explain(&KeyError::InUse { kind: KeyKind::Vault, id: id() }),
                "vault key v2 is in use; first take another into use: enrol-service key rotate vault",
            ),
            (
                explain(&KeyError::NeededByRecords { id: id(), records: 3 }),
                "vault key v2 is needed: 3 records are sealed with it; enrol-service key rotate vault seals them anew",
            ),
            (
                explain(&KeyError::RecordsDoNotOpen { records: 1, people: vec!["jsmith".to_owned()] }),
                "1 records do not open, so they stay under the old key: they were changed or moved. Whose they are: jsmith. Let them enrol anew: enrol-service code issue --replace",
            ),
            (
                explain(&BackupError::Manifest { path: PathBuf::from("b/m"), problem: "no JSON".to_owned() }),
                "b/m: no JSON; expected the manifest of a folder that enrol-service backup made",
            ),
            (
                explain(&BackupError::StoreExists(PathBuf::from("s"))),
                "there is a store already: s; to put the backup in its place: --replace --reason TEXT. The old one is kept beside it",
            ),
            (
                explain(&BackupError::NotEmpty("enrol".to_owned())),
                "the database enrol has tables already, and is left as it is; make an empty one (createdb) and name it in the setting store. If a restore into it was broken off, restore --in-place --reason TEXT looks through it and finishes",
            ),
            (
                explain(&BackupError::NoScratchDatabase),
                "the store's user may not make a database to look at the backup in; let it (alter role .. createdb), or name an empty database in the setting store and restore into it, which looks through all of it as well",
            ),
            (
                explain(&BackupError::KeyMissing(id())),
                "the key file lacks the vault key v2, and the backup has records under it; expected a key file that has it: the one that was in use then, or a newer one. Where the key was forgotten since: a copy of the key file from before key forget",
            ),
            (explain(&BackupError::InUse(PathBuf::from("s"))), "s is in use; stop the service first"),
            (
                explain(&BackupError::Serving(vec!["one".to_owned()])),
                "services serve from this store: one. Stop all of them; one that was stopped is forgotten within two minutes",
            ),
        ];
        for (said, expected) in table {
            assert_eq!(said, expected);
        }
    }
}
