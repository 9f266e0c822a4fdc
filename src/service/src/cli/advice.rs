//! What an operator can do about an error of the service: said after what is wrong, with the commands' own names.
//!
//! Not here: what is wrong, which the errors say by themselves.

use std::error::Error;
use std::io::ErrorKind;

use domain::error_chain;
use engine::{BackupError, CodeError, KeyError, OpenError};
use vault::KeyFileError;

use crate::server::StartError;

/// An error with all its causes, and what to do about it.
pub(super) fn explained(error: &(impl Error + Advice)) -> String {
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
            Self::Config(_) | Self::Keys(_) | Self::Tls(_) | Self::Store { .. } | Self::Listen { .. } => {
                String::new()
            }
        }
    }
}

impl Advice for OpenError {
    fn advice(&self) -> String {
        let advice = match self {
            Self::NeverServed => "; start the service on it first: enrol-service serve",
            Self::NoLine => "; expected [calls] in the settings, or a policy without it",
            Self::KeyMissing { .. } => {
                "; bring it from where it is: enrol-service key export, and here key import. If the store was put back from before the key was changed: enrol-service restore --in-place --reason TEXT"
            }
            Self::Store(_)
            | Self::OtherKeys { .. }
            | Self::Policy(_)
            | Self::OtherLine { .. }
            | Self::EnvelopeKey => "",
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

impl Advice for KeyError {
    fn advice(&self) -> String {
        match self {
            Self::NotRead { .. } => {
                ". Bring it there (enrol-service key export here, key import there; where systemd hands over the key file, restart the service with the new one) and run this again; a node that was stopped is forgotten within two minutes".to_owned()
            }
            Self::LayThereToo { kind, id } => format!(
                ": enrol-service key forget {kind} {id}, then run this again. If it was added since, by key add or an earlier run of this command, add --with {id}"
            ),
            Self::NotNamed { id } => format!(". enrol-service key forget identity {id}, then run this again"),
            Self::Raced => "; see key list, and run this again if need be".to_owned(),
            Self::Unused { kind, .. } => format!("; key rotate {kind} takes it into use"),
            Self::Unknown { .. } => "; expected an id as key list shows it".to_owned(),
            Self::InUse { kind, .. } => format!("; first take another into use: enrol-service key rotate {kind}"),
            Self::Needed { .. } => "; enrol-service key rotate vault seals them anew".to_owned(),
            Self::Closed { .. } => ". Let them enrol anew: enrol-service code issue --replace".to_owned(),
            Self::File(error) => error.advice(),
            Self::NoFile | Self::OnItsWay { .. } | Self::Fault(_) => String::new(),
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
            Self::NoPlace => {
                "; let it (alter role .. createdb), or name an empty database in the setting store and restore into it, which looks through all of it as well"
            }
            Self::InUse(_) => "; stop the service first",
            Self::Serving(_) => ". Stop all of them; one that was stopped is forgotten within two minutes",
            Self::KeyMissing(_) => {
                "; expected a key file that has it: the one that was in use then, or a newer one. Where the key was forgotten since: a copy of the key file from before key forget"
            }
            Self::Open(error) => return error.advice(),
            Self::Exists(_)
            | Self::Changed { .. }
            | Self::OtherStore { .. }
            | Self::Closed(_)
            | Self::Audit(_)
            | Self::Raced
            | Self::Io { .. }
            | Self::Tool(_)
            | Self::Store(_)
            | Self::Fault(_) => "",
        };
        advice.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use domain::Label;
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
                explained(&OpenError::NeverServed),
                "no policy is in force in this store yet; start the service on it first: enrol-service serve",
            ),
            (
                explained(&StartError::from(OpenError::NoLine)),
                "the store could not be opened: the policy lists the method phone-call, and this service has no line to call with; expected [calls] in the settings, or a policy without it",
            ),
            (
                explained(&BackupError::from(OpenError::KeyMissing { kind: KeyKind::Vault, id: id() })),
                "the key file lacks vault key v2, which the store uses; bring it from where it is: enrol-service key export, and here key import. If the store was put back from before the key was changed: enrol-service restore --in-place --reason TEXT",
            ),
            (
                explained(&CodeError::Enrolled),
                "this person is enrolled; to replace what is set up, issue the code with --replace --reason TEXT",
            ),
            (
                explained(&CodeError::OtherPerson {
                    sign_in_name: label("jsmith"),
                    name: label("Jo Smith"),
                    school: "elm".to_owned(),
                }),
                "jsmith is Jo Smith at school elm; if that is the person, give that name and school, or change them with --rename",
            ),
            (
                explained(&KeyError::NotRead { id: id(), nodes: vec!["one".to_owned(), "two".to_owned()] }),
                "key v2 is not in use yet: one and two has not read it. Bring it there (enrol-service key export here, key import there; where systemd hands over the key file, restart the service with the new one) and run this again; a node that was stopped is forgotten within two minutes",
            ),
            (
                explained(&KeyError::LayThereToo { kind: KeyKind::Envelope, id: id() }),
                "envelope key v2 lay in the same file, so somebody else may have it too: enrol-service key forget envelope v2, then run this again. If it was added since, by key add or an earlier run of this command, add --with v2",
            ),
            (
                explained(&KeyError::NotNamed { id: id() }),
                "identity key v2 was made on another node, and the one in use has not named it: assistants would refuse it. enrol-service key forget identity v2, then run this again",
            ),
            (
                explained(&KeyError::Raced),
                "another command changed the key in use meanwhile; see key list, and run this again if need be",
            ),
            (
                explained(&KeyError::Unused { kind: KeyKind::Vault, id: id() }),
                "vault key v2 is in the file and was never used; key rotate vault takes it into use",
            ),
            (
                explained(&KeyError::Unknown { kind: KeyKind::Vault, id: id() }),
                "there is no vault key v2; expected an id as key list shows it",
            ),
            (
                explained(&KeyError::InUse { kind: KeyKind::Vault, id: id() }),
                "vault key v2 is in use; first take another into use: enrol-service key rotate vault",
            ),
            (
                explained(&KeyError::Needed { id: id(), records: 3 }),
                "vault key v2 is needed: 3 records are sealed with it; enrol-service key rotate vault seals them anew",
            ),
            (
                explained(&KeyError::Closed { records: 1, people: vec!["jsmith".to_owned()] }),
                "1 records do not open, so they stay under the old key: they were changed or moved. Whose they are: jsmith. Let them enrol anew: enrol-service code issue --replace",
            ),
            (
                explained(&BackupError::Manifest {
                    path: PathBuf::from("b/m"),
                    problem: "no JSON".to_owned(),
                }),
                "b/m: no JSON; expected the manifest of a folder that enrol-service backup made",
            ),
            (
                explained(&BackupError::StoreExists(PathBuf::from("s"))),
                "there is a store already: s; to put the backup in its place: --replace --reason TEXT. The old one is kept beside it",
            ),
            (
                explained(&BackupError::NotEmpty("enrol".to_owned())),
                "the database enrol has tables already, and is left as it is; make an empty one (createdb) and name it in the setting store. If a restore into it was broken off, restore --in-place --reason TEXT looks through it and finishes",
            ),
            (
                explained(&BackupError::NoPlace),
                "the store's user may not make a database to look at the backup in; let it (alter role .. createdb), or name an empty database in the setting store and restore into it, which looks through all of it as well",
            ),
            (
                explained(&BackupError::KeyMissing(id())),
                "the key file lacks the vault key v2, and the backup has records under it; expected a key file that has it: the one that was in use then, or a newer one. Where the key was forgotten since: a copy of the key file from before key forget",
            ),
            (explained(&BackupError::InUse(PathBuf::from("s"))), "s is in use; stop the service first"),
            (
                explained(&BackupError::Serving(vec!["one".to_owned()])),
                "services serve from this store: one. Stop all of them; one that was stopped is forgotten within two minutes",
            ),
        ];
        for (said, expected) in table {
            assert_eq!(said, expected);
        }
    }
}
