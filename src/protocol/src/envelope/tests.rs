//! The vectors of RFC 9180, and every envelope that must not open.

use std::convert::Infallible;

use domain::{
    EnrolmentId, Generation, GrantId, MethodKind, PersonId, SixDigits, Step, Timestamp, TotpSecret,
};
use hpke::rand_core::{TryCryptoRng, TryRng};
use serde_json::{Value, json};

use super::*;
use crate::{EnrolmentHeader, EnrolmentPayload, GrantToken, HEADER_VERSION, MethodPayload, SignInHeader};

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).expect("hex")
}

fn hex32(text: &str) -> [u8; 32] {
    hex(text).try_into().expect("32 bytes")
}

/// Returns the entropy of a test vector, once.
struct Written(Vec<u8>);

impl TryRng for Written {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("a key is drawn as bytes")
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("a key is drawn as bytes")
    }
    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        into.copy_from_slice(&self.0.drain(..into.len()).collect::<Vec<u8>>());
        Ok(())
    }
}

impl TryCryptoRng for Written {}

/// RFC 9180, appendix A.2.1, sequence number 0.
#[test]
fn the_vector_of_rfc_9180_holds_in_both_directions() {
    let private = EnvelopePrivateKey::from_bytes(&hex32(
        "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
    ));
    let public = Bytes32(hex32("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"));
    let sender_entropy = hex("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
    let encapped_key = Bytes32(hex32("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"));
    let info = hex("4f6465206f6e2061204772656369616e2055726e");
    let header = hex("436f756e742d30");
    let plaintext = hex("4265617574792069732074727574682c20747275746820626561757479");
    let ciphertext =
        hex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28");

    assert_eq!(private.envelope_key("k").expect("a key").public, public);
    let sealed = hpke_seal(&public, &info, &header, &plaintext, &mut Written(sender_entropy)).expect("seals");
    assert_eq!(sealed, (encapped_key, ciphertext.clone()));
    let opened = hpke_open(&private, &encapped_key, &info, &header, &ciphertext).expect("opens");
    assert_eq!(*opened, plaintext);
}

/// The same appendix: the recipient's pair is derived from its input keying material.
#[test]
fn the_vectors_key_pair_is_derived_as_written() {
    let (private, public) = X25519HkdfSha256::derive_keypair(&hex(
        "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
    ));
    assert_eq!(
        public.to_bytes().as_slice(),
        hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
    );
    assert!(
        private
            == EnvelopePrivateKey::from_bytes(&hex32(
                "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"
            ))
            .hpke()
            .expect("a key")
    );
}

const KEY_ID: &str = "e1";

fn service() -> ServiceId {
    ServiceId::at(Timestamp::from_secs(1_800_000_000), [1; 10])
}

fn private() -> EnvelopePrivateKey {
    EnvelopePrivateKey::from_bytes(&[9; 32])
}

fn enrolment_header() -> EnrolmentHeader {
    let now = Timestamp::from_secs(1_800_000_000);
    EnrolmentHeader {
        v: HEADER_VERSION,
        service: service(),
        key_id: KEY_ID.to_owned(),
        policy_serial: 4,
        enrolment: EnrolmentId::at(now, [2; 10]),
        grant: GrantId::at(now, [3; 10]),
        person: PersonId::at(now, [4; 10]),
        generation: Generation(5),
        station: None,
        kinds: vec![MethodKind::AuthenticatorApp],
        time: now,
    }
}

fn sign_in_header() -> SignInHeader {
    let EnrolmentHeader { v, service, key_id, policy_serial, enrolment, time, .. } = enrolment_header();
    SignInHeader { v, service, key_id, policy_serial, enrolment, time }
}

fn plaintext() -> Zeroizing<Vec<u8>> {
    let app = MethodPayload::AuthenticatorApp {
        secret: TotpSecret::from_bytes(&[0x5c; 20]),
        code: SixDigits::parse("492817").expect("six digits"),
        step: Step(60_000_000),
    };
    EnrolmentPayload { token: GrantToken::from_bytes(&[0xa7; 32]), methods: vec![app] }
        .encode()
        .expect("encodes")
}

fn sealed_with(purpose: SealPurpose, header: &impl Serialize) -> Sealed {
    let key = private().envelope_key(KEY_ID).expect("a key");
    seal(purpose, service(), &key, header, &plaintext()).expect("seals")
}

fn sealed() -> Sealed {
    sealed_with(SealPurpose::Enrolment, &enrolment_header())
}

fn open_here(sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, SealError> {
    open(SealPurpose::Enrolment, service(), KEY_ID, &private(), sealed)
}

#[track_caller]
fn stays_closed(opened: Result<Zeroizing<Vec<u8>>, SealError>) {
    assert!(matches!(opened, Err(SealError::Closed)), "{:?}", opened.map(|_| "it opened"));
}

#[test]
fn an_envelope_opens_after_the_wire() {
    let wire = serde_json::to_string(&sealed()).expect("writes");
    let arrived: Sealed = serde_json::from_str(&wire).expect("reads");
    assert_eq!(*open_here(&arrived).expect("opens"), *plaintext());
    assert_eq!(header::<EnrolmentHeader>(&arrived).expect("reads"), enrolment_header());
    assert!(matches!(header::<SignInHeader>(&arrived), Err(SealError::Header(_))));
}

#[test]
fn each_header_field_changed_in_turn_does_not_open() {
    assert_eq!(each_field_changed(SealPurpose::Enrolment, &enrolment_header()), 11);
    assert_eq!(each_field_changed(SealPurpose::SignIn, &sign_in_header()), 6);
}

/// Changes and removes every field in turn, so a new field is covered too. Returns the number of fields. It works on the
/// text: all other bytes stay, so the change alone keeps the envelope closed.
fn each_field_changed(purpose: SealPurpose, header: &impl Serialize) -> usize {
    let good = sealed_with(purpose, header);
    let opens = |text: &str| {
        open(purpose, service(), KEY_ID, &private(), &Sealed { header: Blob(text.into()), ..good.clone() })
    };
    let text = String::from_utf8(good.header.0.clone()).expect("text");
    let fields: serde_json::Map<String, Value> = serde_json::from_str(&text).expect("an object");
    assert!(opens(&text).is_ok());
    for (name, value) in &fields {
        let other = match value {
            Value::Number(number) => json!(number.as_i64().expect("a whole number") + 1),
            Value::String(text) if text.len() == 36 => json!(uuid::Uuid::max()),
            Value::String(text) => json!(format!("{text}2")),
            Value::Null => json!("station-1"),
            Value::Array(_) => json!([]),
            Value::Bool(_) | Value::Object(_) => unreachable!("no header has one"),
        };
        let field = format!("\"{name}\":{value}");
        assert_eq!(text.matches(&field).count(), 1, "{field}");
        let without = text.replace(&format!("{field},"), "").replace(&format!(",{field}"), "");
        let with_other = text.replace(&field, &format!("\"{name}\":{other}"));
        for changed in [without, with_other] {
            assert_ne!(changed, text, "{name}");
            assert!(serde_json::from_str::<Value>(&changed).is_ok(), "{changed}");
            stays_closed(opens(&changed));
        }
    }
    fields.len()
}

#[test]
fn every_changed_byte_of_the_header_is_found_and_so_is_the_same_said_otherwise() {
    let good = sealed();
    for place in 0..good.header.0.len() {
        let mut changed = good.clone();
        changed.header.0[place] ^= 1;
        stays_closed(open_here(&changed));
    }
    let mut spaced = good.clone();
    spaced.header.0.push(b' ');
    assert_eq!(header::<EnrolmentHeader>(&spaced).expect("reads"), enrolment_header());
    stays_closed(open_here(&spaced));
}

#[test]
fn every_changed_byte_of_seal_and_key_is_found() {
    let good = sealed();
    for place in 0..good.ciphertext.0.len() {
        let mut changed = good.clone();
        changed.ciphertext.0[place] ^= 1;
        stays_closed(open_here(&changed));
    }
    // The last byte's top bit means nothing to X25519, but the key is bound to the seal as bytes.
    for (place, bit) in (0..32).map(|place| (place, 1)).chain([(31, 0x80)]) {
        let mut changed = good.clone();
        changed.encapped_key.0[place] ^= bit;
        stays_closed(open_here(&changed));
    }
}

#[test]
fn an_envelope_moved_elsewhere_does_not_open() {
    let good = sealed();
    let other_service = ServiceId::at(Timestamp::from_secs(1), [1; 10]);
    let other_key = EnvelopePrivateKey::from_bytes(&[10; 32]);
    stays_closed(open(SealPurpose::SignIn, service(), KEY_ID, &private(), &good));
    stays_closed(open(SealPurpose::Enrolment, other_service, KEY_ID, &private(), &good));
    stays_closed(open(SealPurpose::Enrolment, service(), "e2", &private(), &good));
    stays_closed(open(SealPurpose::Enrolment, service(), KEY_ID, &other_key, &good));
}

#[test]
fn parts_of_two_envelopes_do_not_fit_together() {
    let (one, two) = (sealed(), sealed());
    stays_closed(open_here(&Sealed { encapped_key: two.encapped_key, ..one.clone() }));
    stays_closed(open_here(&Sealed { ciphertext: two.ciphertext, ..one }));
}

#[test]
fn every_envelope_has_one_size_and_a_key_of_its_own() {
    let (one, two) = (sealed(), sealed());
    assert_eq!(one.ciphertext.0.len(), PLAINTEXT_BYTES + TAG_BYTES);
    assert_ne!((one.encapped_key, &one.ciphertext), (two.encapped_key, &two.ciphertext));
    let key = private().envelope_key(KEY_ID).expect("a key");
    for length in [0, PLAINTEXT_BYTES - 1, PLAINTEXT_BYTES + 1] {
        let made = seal(SealPurpose::Enrolment, service(), &key, &enrolment_header(), &vec![0; length]);
        assert!(matches!(made, Err(SealError::Size)), "{length}");
    }
    for length in [0, TAG_BYTES, PLAINTEXT_BYTES, PLAINTEXT_BYTES + TAG_BYTES + 1] {
        let changed = Sealed { ciphertext: Blob(vec![0; length]), ..one.clone() };
        assert!(matches!(open_here(&changed), Err(SealError::Size)), "{length}");
    }
}

#[test]
fn unusable_keys_are_refused() {
    // A point of small order: everybody would know the shared secret.
    let weak = EnvelopeKey { id: KEY_ID.to_owned(), public: Bytes32([0; 32]) };
    let made = seal(SealPurpose::Enrolment, service(), &weak, &enrolment_header(), &plaintext());
    assert!(matches!(made, Err(SealError::Key)));
    stays_closed(open_here(&Sealed { encapped_key: Bytes32([0; 32]), ..sealed() }));
    let long = EnvelopeKey { id: "k".repeat(100_000), ..private().envelope_key(KEY_ID).expect("a key") };
    let made = seal(SealPurpose::Enrolment, service(), &long, &enrolment_header(), &plaintext());
    assert!(matches!(made, Err(SealError::Key)));
    assert!(matches!(
        open(SealPurpose::Enrolment, service(), &long.id, &private(), &sealed()),
        Err(SealError::Key)
    ));
}

#[test]
fn a_fingerprint_knows_the_same_and_another() {
    let good = sealed();
    assert_eq!(good.fingerprint(), good.clone().fingerprint());
    let mut moved = good.clone();
    let byte = moved.header.0.pop().expect("not empty");
    moved.ciphertext.0.insert(0, byte);
    let mut changed = good.clone();
    changed.encapped_key.0[0] ^= 1;
    for other in [sealed(), moved, changed] {
        assert_ne!(good.fingerprint(), other.fingerprint());
    }
}

#[test]
fn no_secret_is_in_what_is_sent_or_shown() {
    let shown = format!("{:?} {:?}", private(), sealed());
    assert!(shown.starts_with("EnvelopePrivateKey(..) Sealed"), "{shown}");
    let wire = serde_json::to_vec(&sealed()).expect("writes");
    let [header, ciphertext] = [sealed().header.0, sealed().ciphertext.0];
    for secret in [[0x5c; 8].as_slice(), &[0xa7; 8], b"492817"] {
        let inside = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
        assert!(inside(&plaintext()), "the search itself works");
        assert!(!inside(&wire) && !inside(&header) && !inside(&ciphertext));
    }
}

/// Envelopes of 0.1.0 wait in outboxes, so the names must not change.
#[test]
fn each_purpose_has_its_own_name_and_it_never_changes() {
    let names = [SealPurpose::SignIn, SealPurpose::Enrolment, SealPurpose::Number, SealPurpose::Station]
        .map(SealPurpose::name);
    assert_eq!(names, ["enrol/1 sign-in", "enrol/1 enrolment", "enrol/1 number", "enrol/1 station"]);
    let bound = info(SealPurpose::Number, service(), "e1").expect("a short id");
    assert_eq!(bound, format!("enrol/1 number\0{}\0e1", service()).into_bytes());
}

/// Computed with another program: the store knows submissions by their fingerprints.
#[test]
fn a_fingerprint_never_changes() {
    let sealed = Sealed {
        header: Blob(b"{}".to_vec()),
        encapped_key: Bytes32([3; 32]),
        ciphertext: Blob(vec![4; 40]),
    };
    assert_eq!(sealed.fingerprint().text(), "i6gOWSputxPUR_bgQU7x6pUbCR1hTGpEKfDaU9EzWzY");
}
