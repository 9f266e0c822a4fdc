//! Records that were sealed open in their own place, for their own purpose, and nowhere else.

use domain::{Generation, PersonId};
use metrics_exporter_prometheus::PrometheusBuilder;
use uuid::Uuid;

use super::*;
use crate::keys::Keys;

const NOW: Timestamp = Timestamp::from_secs(1_111_111_109);

fn vault() -> Vault {
    Vault::new(Arc::new(Keyring::new(Keys::generate(NOW).expect("entropy"))))
}

fn binding() -> RecordBinding {
    RecordBinding {
        table: "methods",
        record: Uuid::from_u128(1),
        person: PersonId::from_uuid(Uuid::from_u128(2)),
        kind: MethodKind::AuthenticatorApp,
        generation: Generation(1),
    }
}

fn secret() -> TotpSecret {
    TotpSecret::from_bytes(b"12345678901234567890")
}

fn digits(code: &str) -> SixDigits {
    SixDigits::parse(code).expect("six digits")
}

#[test]
fn a_sealed_secret_answers_codes_and_openings_are_counted() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let vault = vault();
    let record = vault.seal(&binding(), &secret()).expect("seals");
    let ask =
        |code: &str, late: i64| vault.verify_code(&binding(), &record, &digits(code), NOW.plus_secs(late));
    metrics::with_local_recorder(&recorder, || {
        for late in [-30, 0, 30] {
            assert_eq!(ask("081804", late), Ok(Some(Step::at(NOW))));
        }
        for (code, late) in [("081804", 60), ("081804", -90), ("081805", 0)] {
            assert_eq!(ask(code, late), Ok(None), "{code} {late}");
        }
    });
    assert_eq!(vault.openings(), 6);
    let page = recorder.handle().render();
    assert!(page.lines().any(|line| line == "enrol_vault_openings_total 6"), "{page}");
    assert!(!record.sealed.windows(8).any(|window| secret().bytes().windows(8).any(|part| part == window)));
}

#[test]
fn a_record_moved_to_another_place_does_not_open() {
    let vault = vault();
    let record = vault.seal(&binding(), &secret()).expect("seals");
    let moved = [
        RecordBinding { table: "numbers", ..binding() },
        RecordBinding { record: Uuid::from_u128(9), ..binding() },
        RecordBinding { person: PersonId::from_uuid(Uuid::from_u128(9)), ..binding() },
        RecordBinding { kind: MethodKind::PhoneCall, ..binding() },
        RecordBinding { generation: Generation(2), ..binding() },
    ];
    for binding in moved {
        let asked = vault.verify_code(&binding, &record, &digits("081804"), NOW);
        assert_eq!(asked, Err(VaultError::Closed), "{binding:?}");
    }
    let unknown = SealedRecord { key_id: "v9".to_owned(), ..record.clone() };
    assert_eq!(vault.verify_code(&binding(), &unknown, &digits("081804"), NOW), Err(VaultError::KeyMissing));
    for byte in 0..record.sealed.len() {
        let mut changed = record.clone();
        changed.sealed[byte] ^= 1;
        assert_eq!(vault.verify_code(&binding(), &changed, &digits("081804"), NOW), Err(VaultError::Closed));
    }
    let short = SealedRecord { sealed: vec![0; 10], ..record };
    assert_eq!(vault.verify_code(&binding(), &short, &digits("081804"), NOW), Err(VaultError::Closed));
}

#[test]
fn a_number_goes_to_the_line_alone_and_opens_nowhere_else() {
    let vault = vault();
    let binding = RecordBinding { table: "pending_numbers", kind: MethodKind::PhoneCall, ..binding() };
    let number = PhoneNumber::new("447700900123", "").expect("a number");
    let record = vault.seal_number(&binding, &number).expect("seals");
    let spec = || CallSpec {
        id: telephony::CallId(Uuid::from_u128(1)),
        script: telephony::Script::Test {
            language: domain::PromptLanguage::English,
            trust: telephony::SpokenName::new("Ash Grove Trust").expect("a name"),
            digits: domain::TwoDigits::parse("47").expect("two digits"),
        },
        caller_id: None,
        ring_secs: 25,
        call_secs: 60,
    };
    let call = vault.call(&binding, &record, &NumberRule::default(), spec()).expect("opens");
    assert!(call.number == number && !format!("{call:?}").contains("900123"));
    assert_eq!(vault.openings(), 1);
    let moved = [
        RecordBinding { table: "methods", ..binding },
        RecordBinding { record: Uuid::from_u128(9), ..binding },
        RecordBinding { kind: MethodKind::AuthenticatorApp, ..binding },
    ];
    for binding in moved {
        assert_eq!(
            vault.call(&binding, &record, &NumberRule::default(), spec()).err(),
            Some(VaultError::Closed),
            "{binding:?}"
        );
    }
    // One kind of record is none of the other, even under the other's name.
    let app = vault.seal(&binding, &secret()).expect("seals");
    assert_eq!(vault.call(&binding, &app, &NumberRule::default(), spec()).err(), Some(VaultError::Closed));
    let code = vault.verify_code(&binding, &record, &digits("081804"), NOW);
    assert_eq!(code, Err(VaultError::Closed));
}

#[test]
fn a_proof_is_for_exactly_its_step() {
    let step = Step::at(NOW);
    assert!(proves(&secret(), &digits("081804"), step));
    for other in [Step(step.0 - 1), Step(step.0 + 1), Step(i64::MAX), Step(i64::MIN), Step(-1)] {
        assert!(!proves(&secret(), &digits("081804"), other));
    }
}
