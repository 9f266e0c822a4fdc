//! The layout of each payload, and every way to break it.

use domain::CODE_CHARACTERS;

use super::layout::VERSION;
use super::*;

const TOKEN_END: usize = 2 + 32;

fn sign_in() -> SignInPayload {
    let random: Vec<u8> = (0_u8..64).map(|n| n.wrapping_mul(37)).collect();
    let code = EnrolmentCode::from_entropy(&random).expect("enough bytes");
    SignInPayload { token: GrantToken::from_bytes(&[0xa7; 32]), credential: Credential::EnrolmentCode(code) }
}

fn enrolment(methods: usize) -> EnrolmentPayload {
    let methods = (0..methods).map(|_| MethodPayload::AuthenticatorApp {
        secret: TotpSecret::from_bytes(&[0x5c; 20]),
        code: SixDigits::parse("492817").expect("six digits"),
        step: Step(-59_999_999),
    });
    EnrolmentPayload { token: GrantToken::from_bytes(&[0xa7; 32]), methods: methods.collect() }
}

fn enrolment_bytes() -> Zeroizing<Vec<u8>> {
    enrolment(1).encode().expect("encodes")
}

fn sign_in_error(bytes: &[u8]) -> Option<PayloadError> {
    SignInPayload::decode(bytes).err()
}

fn enrolment_error(bytes: &[u8]) -> Option<PayloadError> {
    EnrolmentPayload::decode(bytes).err()
}

#[test]
fn what_is_sealed_reads_back() {
    let back = SignInPayload::decode(&sign_in().encode()).expect("decodes");
    assert_eq!(back.token.bytes(), &[0xa7; 32]);
    let (Credential::EnrolmentCode(sent), Credential::EnrolmentCode(read)) =
        (sign_in().credential, back.credential);
    assert_eq!(sent, read);

    let back = EnrolmentPayload::decode(&enrolment(2).encode().expect("encodes")).expect("decodes");
    assert_eq!(back.token.bytes(), &[0xa7; 32]);
    assert_eq!(back.methods.len(), 2);
    for method in &back.methods {
        assert_eq!(method.kind(), MethodKind::AuthenticatorApp);
        let MethodPayload::AuthenticatorApp { secret, code, step } = method else { panic!("{method:?}") };
        assert_eq!((secret.bytes(), code.ascii(), *step), (&[0x5c; 20], b"492817", Step(-59_999_999)));
    }
}

fn number() -> PhoneNumber {
    PhoneNumber::new("447700900123", "21").expect("a number")
}

#[test]
fn a_number_reads_back_by_itself_and_among_the_methods_and_prints_no_digit() {
    let back = NumberPayload::decode(&NumberPayload(number()).encode()).expect("decodes");
    assert!(back.0 == number());
    let EnrolmentPayload { token, mut methods } = enrolment(1);
    methods.push(MethodPayload::PhoneCall(number()));
    let bytes = EnrolmentPayload { token, methods }.encode().expect("encodes");
    let back = EnrolmentPayload::decode(&bytes).expect("decodes");
    assert_eq!(back.methods.len(), 2);
    assert!(matches!(&back.methods[1], MethodPayload::PhoneCall(read) if *read == number()));
    assert!(!format!("{back:?}").contains("7700"));
    assert_eq!(NumberPayload::decode(&enrolment_bytes()).err(), Some(PayloadError::OtherPayload));
    let mut malformed = NumberPayload(number()).encode();
    malformed[2] = b'0';
    assert_eq!(NumberPayload::decode(&malformed).err(), Some(PayloadError::Malformed));
}

#[test]
fn every_plaintext_has_one_size_and_a_version() {
    for bytes in [
        NumberPayload(number()).encode(),
        sign_in().encode(),
        enrolment_bytes(),
        enrolment(20).encode().expect("encodes"),
    ] {
        assert_eq!((bytes.len(), bytes.capacity(), bytes[0]), (PLAINTEXT_BYTES, PLAINTEXT_BYTES, VERSION));
    }
    // 35 bytes a method after 35 of head: 28 fit.
    assert!(enrolment(28).encode().is_ok());
    assert_eq!(enrolment(29).encode().err(), Some(PayloadError::Size));
    assert_eq!(enrolment(300).encode().err(), Some(PayloadError::Size));
}

#[test]
fn another_size_is_refused() {
    let (sign_in, enrolment) = (sign_in().encode(), enrolment_bytes());
    for length in [0, 1, TOKEN_END, TOKEN_END + 1, TOKEN_END + 11, PLAINTEXT_BYTES - 1] {
        assert_eq!(sign_in_error(&sign_in[..length]), Some(PayloadError::Size), "{length}");
        assert_eq!(enrolment_error(&enrolment[..length]), Some(PayloadError::Size), "{length}");
    }
    for bytes in [&sign_in, &enrolment] {
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(sign_in_error(&longer), Some(PayloadError::Size));
        assert_eq!(enrolment_error(&longer), Some(PayloadError::Size));
    }
}

#[test]
fn another_version_use_or_kind_is_refused() {
    assert_eq!(sign_in_error(&enrolment_bytes()), Some(PayloadError::OtherPayload));
    assert_eq!(enrolment_error(&sign_in().encode()), Some(PayloadError::OtherPayload));
    for other in [0, 3, 255] {
        let (mut first, mut second) = (sign_in().encode(), enrolment_bytes());
        first[0] = other;
        second[0] = other;
        assert_eq!(sign_in_error(&first), Some(PayloadError::Version(other)));
        assert_eq!(enrolment_error(&second), Some(PayloadError::Version(other)));

        let (mut first, mut second) = (sign_in().encode(), enrolment_bytes());
        first[TOKEN_END] = other;
        second[TOKEN_END + 1] = other;
        assert_eq!(sign_in_error(&first), Some(PayloadError::Kind(other)));
        assert_eq!(enrolment_error(&second), Some(PayloadError::Kind(other)));
    }
}

#[test]
fn anything_after_the_end_is_refused() {
    let (first_free, second_free) = (TOKEN_END + 1 + CODE_CHARACTERS, TOKEN_END + 2 + SECRET_BYTES + 6 + 8);
    for place in [first_free, PLAINTEXT_BYTES - 1] {
        let mut bytes = sign_in().encode();
        bytes[place] = 1;
        assert_eq!(sign_in_error(&bytes), Some(PayloadError::Trailing), "{place}");
    }
    for place in [second_free, PLAINTEXT_BYTES - 1] {
        let mut bytes = enrolment_bytes();
        bytes[place] = 1;
        assert_eq!(enrolment_error(&bytes), Some(PayloadError::Trailing), "{place}");
    }
    // Fewer methods announced than there are, and more.
    let mut bytes = enrolment(2).encode().expect("encodes");
    bytes[TOKEN_END] = 1;
    assert_eq!(enrolment_error(&bytes), Some(PayloadError::Trailing));
    bytes[TOKEN_END] = 3;
    assert_eq!(enrolment_error(&bytes), Some(PayloadError::Kind(0)));
    let mut full = enrolment(28).encode().expect("encodes");
    full[TOKEN_END] = 29;
    assert!(enrolment_error(&full).is_some());
}

#[test]
fn malformed_codes_are_refused() {
    for wrong in [b'0', b' ', b'-', 0, 0xc3] {
        let mut bytes = sign_in().encode();
        bytes[TOKEN_END + 1] = wrong;
        assert_eq!(sign_in_error(&bytes), Some(PayloadError::Malformed), "{wrong}");
    }
    for wrong in [b'a', b' ', b'-', 0, 0xc3] {
        let mut bytes = enrolment_bytes();
        bytes[TOKEN_END + 2 + SECRET_BYTES] = wrong;
        assert_eq!(enrolment_error(&bytes), Some(PayloadError::Malformed), "{wrong}");
    }
}

#[test]
fn debug_shows_no_secret() {
    assert_eq!(
        format!("{:?}", sign_in()),
        "SignInPayload { token: GrantToken(..), credential: EnrolmentCode(EnrolmentCode(..)) }"
    );
    let shown = format!("{:?}", enrolment(1));
    assert!(shown.contains("secret: TotpSecret(..), code: SixDigits(..)"), "{shown}");
}

#[test]
fn a_stations_code_reads_back_and_is_nothing_else() {
    let code = EnrolmentCode::from_entropy(&[7; 64]).expect("a code");
    let bytes = StationPayload(code.clone()).encode();
    assert_eq!((bytes.len(), bytes.capacity()), (PLAINTEXT_BYTES, PLAINTEXT_BYTES));
    assert_eq!(
        StationPayload::decode(&bytes).map(|StationPayload(code)| code.characters()),
        Ok(code.characters())
    );
    assert_eq!(sign_in_error(&bytes), Some(PayloadError::OtherPayload));
    assert_eq!(StationPayload::decode(&sign_in().encode()).err(), Some(PayloadError::OtherPayload));
    for (place, byte, error) in
        [(2, b'-', PayloadError::Malformed), (2 + CODE_CHARACTERS, 1, PayloadError::Trailing)]
    {
        let mut changed = StationPayload(code.clone()).encode();
        changed[place] = byte;
        assert_eq!(StationPayload::decode(&changed).err(), Some(error), "{place}");
    }
}

/// Payloads of 0.1.0 wait sealed in outboxes, so no byte of the layout may move.
#[test]
fn each_layout_is_fixed_byte_for_byte() {
    let token = [0xa7; 32];
    let code = *b"2AJV5DN5DK";
    let number = *b"447700900123\0\0\x0021\0\0\0\0\0";
    let step = (-59_999_999_i64).to_be_bytes();
    let app = [[1].as_slice(), &[0x5c; 20], b"492817", &step].concat();
    let methods = [[1, 2].as_slice(), &token, &[2], &app, &[2], &number].concat();
    let EnrolmentPayload { token: grant, methods: mut proved } = enrolment(1);
    proved.push(MethodPayload::PhoneCall(self::number()));
    let both = EnrolmentPayload { token: grant, methods: proved }.encode().expect("encodes");
    let station = EnrolmentCode::parse("2AJV5DN5DK").expect("a code");
    for (written, expected) in [
        (sign_in().encode(), [[1, 1].as_slice(), &token, &[1], &code].concat()),
        (both, methods),
        (NumberPayload(self::number()).encode(), [[1, 3].as_slice(), &number].concat()),
        (StationPayload(station).encode(), [[1, 4].as_slice(), &code].concat()),
    ] {
        assert_eq!(written[..expected.len()], expected);
        assert!(written[expected.len()..].iter().all(|byte| *byte == 0));
    }
}
