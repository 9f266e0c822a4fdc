//! Whether the service can be reached from here, which way, and whether it is the one that is expected: for IT, who set the
//! way up.
//!
//! Not here: anything about a person. The policy is fetched, as everybody may, and not kept.

use std::{fmt::Write as _, path::Path};

use journey::ServiceFault;
use platform::ServiceUrl;
use protocol::{IdentityKey, Signed, paths};

use super::{
    DataFolder, StartError,
    certificates::read_certificates,
    log,
    pin::Pin,
    proxy::ProxyChoice,
    routed_transport::{RoutedTransport, Tried},
};

/// What came of it.
pub struct ConnectionReport {
    /// In words, one line for each way.
    pub text: String,
    /// The same for the exit code.
    pub outcome: ConnectionOutcome,
}

/// Whether people can be enrolled here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionOutcome {
    /// The service answered on one of the ways.
    Reached,
    /// It answered on none.
    NotReached,
    /// Somebody answers whom this computer refuses, for this reason. Where several ways are refused, that of the first.
    Refused(ServiceFault),
}

/// Tries every way that leads to the service. Takes seconds where one is cut off. What comes of it is in the log of the data
/// folder too, where that can be written.
///
/// # Errors
///
/// When the file of certificates or what is remembered of the service cannot be used, or the system gives no thread to wait
/// on.
pub fn check_connection(
    server: &ServiceUrl,
    server_key: Option<IdentityKey>,
    ca_file: Option<&Path>,
    proxy: ProxyChoice,
    folder: Option<&Path>,
) -> Result<ConnectionReport, StartError> {
    let extra = ca_file.map(read_certificates).transpose()?.unwrap_or_default();
    let remembered = folder.map(DataFolder::service_file_in).unwrap_or_default();
    let pin =
        Pin::load(remembered.clone(), server_key).map_err(|error| StartError::Pin(remembered, error))?;
    // While a window is open the log is that window's, and it has the refusal there.
    let held = folder.and_then(|folder| DataFolder::hold(folder).ok());
    if let Some(data) = &held {
        log::begin(data);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.map_err(StartError::Thread)?;
    let transport = RoutedTransport::new(server.clone(), extra, proxy);
    let tried = runtime.block_on(transport.on_each_way(paths::POLICY));
    // Windows may still be looking for a PAC file.
    runtime.shutdown_background();
    Ok(match tried {
        Ok((how, tried)) => report(server, &pin, &how, &tried),
        Err(error) => ConnectionReport {
            text: format!("The certificates to trust cannot be used: {}\n", domain::error_chain(&error)),
            outcome: ConnectionOutcome::NotReached,
        },
    })
}

fn report(server: &ServiceUrl, pin: &Pin, how: &[String], tried: &[Tried]) -> ConnectionReport {
    let mut text = format!("The way to {server}: {}\n", how.join("; "));
    let mut outcome = ConnectionOutcome::NotReached;
    let mut faults = Vec::new();
    for (route, result) in tried {
        let (judged, result) = judge(pin, result);
        match judged {
            ConnectionOutcome::Reached => tracing::info!(%route, result, "the connection was checked"),
            ConnectionOutcome::NotReached | ConnectionOutcome::Refused(_) => {
                tracing::error!(%route, result, "the connection was checked");
            }
        }
        let _ = writeln!(text, "{route}: {result}");
        outcome = match (outcome, judged) {
            (refused @ ConnectionOutcome::Refused(_), _) | (_, refused @ ConnectionOutcome::Refused(_)) => {
                refused
            }
            (ConnectionOutcome::Reached, _) | (_, ConnectionOutcome::Reached) => ConnectionOutcome::Reached,
            (ConnectionOutcome::NotReached, ConnectionOutcome::NotReached) => ConnectionOutcome::NotReached,
        };
        if let ConnectionOutcome::Refused(fault) = judged
            && !faults.contains(&fault)
        {
            faults.push(fault);
        }
    }
    for fault in faults {
        let _ = writeln!(text, "What to do: {}", what_to_do(fault));
    }
    ConnectionReport { text, outcome }
}

/// What came of one way, also in words.
fn judge(pin: &Pin, result: &Result<Vec<u8>, String>) -> (ConnectionOutcome, String) {
    let body = match result {
        Ok(body) => body,
        Err(reason) => return (ConnectionOutcome::NotReached, format!("NOT REACHED. {reason}")),
    };
    let Ok(signed) = serde_json::from_slice::<Signed>(body) else {
        let said = "NOT REACHED. Something else answers in the service's place";
        return (ConnectionOutcome::NotReached, said.to_owned());
    };
    match pin.check_policy(&signed) {
        Ok(_) => (ConnectionOutcome::Reached, "reached".to_owned()),
        Err(fault) => {
            let why = pin.why_refused(fault, signed.key);
            (ConnectionOutcome::Refused(fault), format!("REFUSED. Somebody answers, but {why}"))
        }
    }
}

/// What IT does about an answer that was refused. The keys are named only where they differ.
fn what_to_do(fault: ServiceFault) -> &'static str {
    match fault {
        ServiceFault::UnknownIdentity => {
            "ask whoever runs the service for its identity key. The service prints it when it starts.\n\
             If that is the key shown here, this computer expects a wrong one: correct ServerKey (--server-key).\n\
             If it is another key, something else answers in the service's place. Tell them, and enrol nobody here until then."
        }
        ServiceFault::BadSignature => {
            "ask whoever runs the network what changes answers on the way, and enrol nobody here until it is found."
        }
        ServiceFault::OlderPolicy => {
            "ask whoever runs the service whether an older store was put back: \
             then they run enrol-service restore --in-place, and else enrol nobody here."
        }
        ServiceFault::Unexpected => "install a version of this program that is as new as the service.",
        ServiceFault::Unreachable | ServiceFault::NotTrusted | ServiceFault::NothingToSetUp => {
            "send these words to whoever runs the service."
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::{IdentitySigner, PolicyDocument, Purpose};

    use super::*;
    use crate::effects::{proxy::Route, scripted::sample_document};

    fn pin(given: Option<IdentityKey>) -> Pin {
        Pin::load(std::path::PathBuf::new(), given).expect("nothing is remembered")
    }

    fn server() -> ServiceUrl {
        "https://enrol.example.org".parse().expect("good")
    }

    #[test]
    fn only_the_services_own_answer_counts_as_reached() {
        let how = ["the PAC file says a:80".to_owned()];
        let through = Route::Through("http://a:80".parse().expect("good"));
        let no = Err("connection refused".to_owned());
        let tried = [(through.clone(), no), (Route::Direct, Ok(b"<html>".to_vec()))];
        let checked = report(&server(), &pin(None), &how, &tried);
        assert_eq!(checked.outcome, ConnectionOutcome::NotReached);
        assert_eq!(
            checked.text,
            "The way to https://enrol.example.org: the PAC file says a:80\nthrough http://a:80: NOT REACHED. \
             connection refused\ndirectly: NOT REACHED. Something else answers in the service's place\n"
        );
    }

    #[test]
    fn another_service_than_the_one_expected_is_refused_and_both_keys_are_named() {
        let signer = IdentitySigner::from_bytes(&[1; 32]);
        let signed = Signed::sign(Purpose::Policy, &sample_document(), &signer).expect("signs");
        let answers = |signed: &Signed| serde_json::to_vec(signed).expect("writes");
        let other = IdentitySigner::from_bytes(&[2; 32]).key();
        let check = |given, body| report(&server(), &pin(given), &[], &[(Route::Direct, Ok(body))]);
        for given in [None, Some(signer.key())] {
            let checked = check(given, answers(&signed));
            assert!(checked.outcome == ConnectionOutcome::Reached, "{}", checked.text);
            assert!(checked.text.ends_with("directly: reached\n"), "{}", checked.text);
        }
        let checked = check(Some(other), answers(&signed));
        assert_eq!(checked.outcome, ConnectionOutcome::Refused(ServiceFault::UnknownIdentity));
        for words in [
            "directly: REFUSED.",
            &signer.key().to_string(),
            &other.to_string(),
            "as ServerKey says",
            "What to do: ask whoever runs the service for its identity key",
        ] {
            assert!(checked.text.contains(words), "{words}: {}", checked.text);
        }
        let both = report(
            &server(),
            &pin(Some(other)),
            &[],
            &[(Route::Direct, Ok(answers(&signed))), (Route::Direct, Err("refused".to_owned()))],
        );
        let unknown = ConnectionOutcome::Refused(ServiceFault::UnknownIdentity);
        assert_eq!(both.outcome, unknown, "whatever comes of the other ways");
    }

    #[test]
    fn each_refusal_has_its_own_reason_and_advice_and_keys_are_spoken_of_only_where_they_are_shown() {
        let signer = IdentitySigner::from_bytes(&[1; 32]);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("service.json");
        let signed =
            |document: &PolicyDocument| Signed::sign(Purpose::Policy, document, &signer).expect("signs");
        let newest = signed(&PolicyDocument { serial: 5, ..sample_document() });
        assert!(Pin::load(file.clone(), None).expect("loads").policy(&newest).is_ok(), "it is remembered");
        let pin = Pin::load(file, None).expect("loads");

        let changed = Signed { body: newest.body.replace("Oaktree", "Oaktrea"), ..newest };
        let older = signed(&PolicyDocument { serial: 4, ..sample_document() });
        let strange = Signed::sign(Purpose::Policy, &"of a later version", &signer).expect("signs");
        let answers = |signed: &Signed| (Route::Direct, Ok(serde_json::to_vec(signed).expect("writes")));
        for (signed, fault, reason, advice) in [
            (&changed, ServiceFault::BadSignature, "changed on the way", "ask whoever runs the network"),
            (&older, ServiceFault::OlderPolicy, "rules are older", "restore --in-place"),
            (&strange, ServiceFault::Unexpected, "does not understand", "install a version"),
        ] {
            let checked = report(&server(), &pin, &[], &[answers(signed)]);
            assert_eq!(checked.outcome, ConnectionOutcome::Refused(fault), "{}", checked.text);
            let (said, to_do) = checked.text.split_once("What to do: ").expect("advice");
            assert!(said.contains(reason) && to_do.contains(advice), "{}", checked.text);
            assert!(!checked.text.contains("key"), "none is shown: {}", checked.text);
        }
        let ways = [answers(&older), answers(&changed), answers(&older)];
        let checked = report(&server(), &pin, &[], &ways);
        assert_eq!(checked.outcome, ConnectionOutcome::Refused(ServiceFault::OlderPolicy), "the first");
        assert_eq!(checked.text.matches("What to do: ").count(), 2, "once each: {}", checked.text);
    }
}
