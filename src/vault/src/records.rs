//! The only place that opens a sealed secret. It offers verbs and never a value.
//!
//! Not here: rows (`store`), limits (`engine`), and when a record is sealed anew (`engine::keys`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::{
    Generation, MethodKind, NUMBER_BYTES, NumberRule, PersonId, PhoneNumber, SECRET_BYTES, STEP_SECS,
    SixDigits, Step, Timestamp, TotpSecret,
};
use totp_rs::{Algorithm, Builder};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::keys::{KeyBytes, NamedKey, Ring};

const NONCE_BYTES: usize = 24;

/// Where a record stands. A ciphertext that was moved to another place does not open.
#[derive(Debug, Clone, Copy)]
pub struct RecordPlace {
    pub table: &'static str,
    pub record: Uuid,
    pub person: PersonId,
    pub kind: MethodKind,
    pub generation: Generation,
}

/// A sealed record and the key that opens it.
#[derive(Debug, Clone)]
pub struct SealedRecord {
    pub key_id: String,
    /// Nonce, ciphertext, tag.
    pub sealed: Vec<u8>,
}

/// A call but for its number.
pub struct CallPlan {
    pub id: telephony::CallId,
    pub script: telephony::Script,
    pub caller_id: Option<String>,
    pub ring_secs: u32,
    pub call_secs: u32,
}

/// Why a record could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("the key file lacks the key that a record was sealed with")]
    KeyMissing,
    #[error("a sealed record does not open: it was changed or moved")]
    Closed,
    #[error("the system has no entropy")]
    Entropy,
    #[error("the policy refuses the number by now")]
    NumberRefused,
}

/// The vault.
pub struct Vault {
    keys: Arc<Ring>,
    openings: AtomicU64,
}

impl Vault {
    pub fn new(keys: Arc<Ring>) -> Self {
        Self { keys, openings: AtomicU64::new(0) }
    }

    /// Seals an authenticator app's secret for one place.
    pub fn seal(&self, place: &RecordPlace, secret: &TotpSecret) -> Result<SealedRecord, VaultError> {
        self.sealed(place, secret.bytes())
    }

    /// Seals a telephone number for one place.
    pub fn seal_number(&self, place: &RecordPlace, number: &PhoneNumber) -> Result<SealedRecord, VaultError> {
        self.sealed(place, number.bytes())
    }

    fn sealed(&self, place: &RecordPlace, plain: &[u8]) -> Result<SealedRecord, VaultError> {
        let keys = self.keys.now();
        let NamedKey { id, bytes, .. } = keys.vault_key(None).ok_or(VaultError::KeyMissing)?;
        let mut sealed = vec![0; NONCE_BYTES];
        getrandom::fill(&mut sealed).map_err(|_| VaultError::Entropy)?;
        let nonce = nonce_of(&sealed)?;
        let payload = Payload { msg: plain, aad: &bound_to(place, id) };
        let ciphertext = cipher(bytes).encrypt(&nonce, payload).map_err(|_| VaultError::Closed)?;
        sealed.extend_from_slice(&ciphertext);
        Ok(SealedRecord { key_id: id.clone(), sealed })
    }

    /// The step of a code that is right now, one step old or one early. `None` when it is wrong.
    pub fn verify_code(
        &self,
        place: &RecordPlace,
        record: &SealedRecord,
        code: &SixDigits,
        now: Timestamp,
    ) -> Result<Option<Step>, VaultError> {
        let plain = self.open(place, record)?;
        let secret = TotpSecret::from_bytes(exactly::<SECRET_BYTES>(&plain)?);
        Ok(step_of(&secret, code, Step::at(now), 1))
    }

    /// The call to a number, for the telephone line and nobody else: what `Call` holds it lends to nobody but the line.
    /// A number of which the policy says by now that it is not called is refused.
    pub fn call(
        &self,
        place: &RecordPlace,
        record: &SealedRecord,
        rule: &NumberRule,
        plan: CallPlan,
    ) -> Result<telephony::Call, VaultError> {
        let plain = self.open(place, record)?;
        let number = PhoneNumber::from_bytes(exactly::<NUMBER_BYTES>(&plain)?).ok_or(VaultError::Closed)?;
        numbers::check(&number, rule).map_err(|_| VaultError::NumberRefused)?;
        let CallPlan { id, script, caller_id, ring_secs, call_secs } = plan;
        Ok(telephony::Call { id, number, script, caller_id, ring_secs, call_secs })
    }

    /// The same record under the key that is in use now.
    pub fn sealed_anew(
        &self,
        place: &RecordPlace,
        record: &SealedRecord,
    ) -> Result<SealedRecord, VaultError> {
        let plain = self.open(place, record)?;
        match place.kind {
            MethodKind::AuthenticatorApp => self.sealed(place, exactly::<SECRET_BYTES>(&plain)?),
            MethodKind::PhoneCall => self.sealed(place, exactly::<NUMBER_BYTES>(&plain)?),
        }
    }

    /// Whether a record opens, and no more.
    pub fn opens(&self, place: &RecordPlace, record: &SealedRecord) -> Result<(), VaultError> {
        let plain = self.open(place, record)?;
        match place.kind {
            MethodKind::AuthenticatorApp => exactly::<SECRET_BYTES>(&plain).map(|_| ()),
            MethodKind::PhoneCall => exactly::<NUMBER_BYTES>(&plain).map(|_| ()),
        }
    }

    /// How many records were opened since the start.
    pub fn openings(&self) -> u64 {
        self.openings.load(Ordering::Relaxed)
    }

    /// On the heap, where it is wiped: an array that is handed on leaves a copy on the stack.
    fn open(&self, place: &RecordPlace, record: &SealedRecord) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let SealedRecord { key_id, sealed } = record;
        let keys = self.keys.now();
        let NamedKey { id, bytes, .. } = keys.vault_key(Some(key_id)).ok_or(VaultError::KeyMissing)?;
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES).ok_or(VaultError::Closed)?;
        let payload = Payload { msg: ciphertext, aad: &bound_to(place, id) };
        let plain = cipher(bytes).decrypt(&nonce_of(nonce)?, payload).map_err(|_| VaultError::Closed)?;
        let plain = Zeroizing::new(plain);
        self.openings.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("enrol_vault_openings_total").increment(1);
        Ok(plain)
    }
}

/// One kind of record is none of the other.
fn exactly<const N: usize>(plain: &[u8]) -> Result<&[u8; N], VaultError> {
    plain.try_into().map_err(|_| VaultError::Closed)
}

/// Whether a code belongs to exactly this step. For a secret that just came out of an envelope.
pub fn proves(secret: &TotpSecret, code: &SixDigits, step: Step) -> bool {
    step_of(secret, code, step, 0) == Some(step)
}

/// Only the steps that are accepted are looked at, in constant time. `domain::judge_code` looks at a whole day
/// to word an error, which costs the service too much and tells nobody here anything.
fn step_of(secret: &TotpSecret, code: &SixDigits, at: Step, skew: u16) -> Option<Step> {
    let code = std::str::from_utf8(code.ascii()).ok()?;
    let secs = u64::try_from(at.0.checked_mul(STEP_SECS)?).ok()?;
    let step = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(STEP_SECS.unsigned_abs())
        .with_skew(skew)
        .with_secret(secret.bytes().to_vec())
        .build_noncompliant()
        .check(code, secs)?;
    i64::try_from(step).ok().map(Step)
}

fn cipher(master: &KeyBytes) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(master.derived("enrol/1 records").bytes().into())
}

fn nonce_of(bytes: &[u8]) -> Result<XNonce, VaultError> {
    let bytes: [u8; NONCE_BYTES] =
        bytes.get(..NONCE_BYTES).and_then(|bytes| bytes.try_into().ok()).ok_or(VaultError::Closed)?;
    Ok(bytes.into())
}

/// Each part with its length, so that no byte can move from one part to the next.
fn bound_to(place: &RecordPlace, key_id: &str) -> Vec<u8> {
    let RecordPlace { table, record, person, kind, generation } = place;
    let mut bound = Vec::with_capacity(128);
    let parts: [&[u8]; 6] = [
        table.as_bytes(),
        record.as_bytes(),
        &person.uuid().into_bytes(),
        kind.name().as_bytes(),
        &generation.0.to_be_bytes(),
        key_id.as_bytes(),
    ];
    for part in parts {
        bound.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        bound.extend_from_slice(part);
    }
    bound
}

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::keys::Keys;

    const NOW: Timestamp = Timestamp::from_secs(1_111_111_109);

    fn vault() -> Vault {
        Vault::new(Arc::new(Ring::new(Keys::generate(NOW).expect("entropy"))))
    }

    fn place() -> RecordPlace {
        RecordPlace {
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
        let record = vault.seal(&place(), &secret()).expect("seals");
        let ask =
            |code: &str, late: i64| vault.verify_code(&place(), &record, &digits(code), NOW.plus_secs(late));
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
        assert!(
            !record.sealed.windows(8).any(|window| secret().bytes().windows(8).any(|part| part == window))
        );
    }

    #[test]
    fn a_record_moved_to_another_place_does_not_open() {
        let vault = vault();
        let record = vault.seal(&place(), &secret()).expect("seals");
        let moved = [
            RecordPlace { table: "numbers", ..place() },
            RecordPlace { record: Uuid::from_u128(9), ..place() },
            RecordPlace { person: PersonId::from_uuid(Uuid::from_u128(9)), ..place() },
            RecordPlace { kind: MethodKind::PhoneCall, ..place() },
            RecordPlace { generation: Generation(2), ..place() },
        ];
        for place in moved {
            let asked = vault.verify_code(&place, &record, &digits("081804"), NOW);
            assert_eq!(asked, Err(VaultError::Closed), "{place:?}");
        }
        let unknown = SealedRecord { key_id: "v9".to_owned(), ..record.clone() };
        assert_eq!(
            vault.verify_code(&place(), &unknown, &digits("081804"), NOW),
            Err(VaultError::KeyMissing)
        );
        for byte in 0..record.sealed.len() {
            let mut changed = record.clone();
            changed.sealed[byte] ^= 1;
            assert_eq!(
                vault.verify_code(&place(), &changed, &digits("081804"), NOW),
                Err(VaultError::Closed)
            );
        }
        let short = SealedRecord { sealed: vec![0; 10], ..record };
        assert_eq!(vault.verify_code(&place(), &short, &digits("081804"), NOW), Err(VaultError::Closed));
    }

    #[test]
    fn a_number_goes_to_the_line_alone_and_opens_nowhere_else() {
        let vault = vault();
        let place = RecordPlace { table: "pending_numbers", kind: MethodKind::PhoneCall, ..place() };
        let number = PhoneNumber::new("447700900123", "").expect("a number");
        let record = vault.seal_number(&place, &number).expect("seals");
        let plan = || CallPlan {
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
        let call = vault.call(&place, &record, &NumberRule::default(), plan()).expect("opens");
        assert!(call.number == number && !format!("{call:?}").contains("900123"));
        assert_eq!(vault.openings(), 1);
        let moved = [
            RecordPlace { table: "methods", ..place },
            RecordPlace { record: Uuid::from_u128(9), ..place },
            RecordPlace { kind: MethodKind::AuthenticatorApp, ..place },
        ];
        for place in moved {
            assert_eq!(
                vault.call(&place, &record, &NumberRule::default(), plan()).err(),
                Some(VaultError::Closed),
                "{place:?}"
            );
        }
        // One kind of record is none of the other, even under the other's name.
        let app = vault.seal(&place, &secret()).expect("seals");
        assert_eq!(vault.call(&place, &app, &NumberRule::default(), plan()).err(), Some(VaultError::Closed));
        let code = vault.verify_code(&place, &record, &digits("081804"), NOW);
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
}
