//! What the keeper holds, seals and forgets.

use domain::{Label, SECRET_BYTES};
use protocol::{Credential, EnrolmentHeader, EnrolmentPayload, SealPurpose, SignInHeader, SignInPayload};

use super::*;
use crate::effects::scripted::{SAMPLE_NOW, sample_document, sample_envelope_key, sample_welcome};

/// RFC 6238, appendix B: this secret's code at 59 seconds is 287082.
const RFC_SECRET: &[u8; SECRET_BYTES] = b"12345678901234567890";
const AT_59: Timestamp = Timestamp::from_secs(59);

fn label(text: &str) -> Label {
    Label::new(text).expect("a label")
}

fn rfc_entropy(into: &mut [u8]) -> bool {
    into.copy_from_slice(&RFC_SECRET[..into.len()]);
    true
}

fn sevens(into: &mut [u8]) -> bool {
    into.fill(7);
    true
}

fn with_secret() -> (Keeper, SecretId) {
    let mut keeper = Keeper::default();
    let id = keeper.make_secret(&label("Oaktree"), &label("sprice"), &mut rfc_entropy).expect("makes");
    (keeper, id)
}

fn signed_in(keeper: &mut Keeper) {
    let code = EnrolmentCode::from_entropy(&[3; 64]).expect("enough bytes");
    keeper.seal_sign_in(Attempt(1), code, &sample_document(), SAMPLE_NOW, &mut sevens).expect("seals");
    let request = keeper.take_request(Attempt(1)).expect("asked");
    let welcome = sample_welcome();
    keeper.hold_grant(request, welcome.grant, welcome.generation, welcome.person.id, welcome.station);
}

#[test]
fn the_picture_holds_the_link_and_the_key_is_lent_in_fours() {
    let (keeper, id) = with_secret();
    let qr = keeper.qr(id).expect("a picture");
    let side = (qr.width + 8) * 4;
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        let dark = x >= 16 && y >= 16 && qr.is_dark(x / 4 - 4, y / 4 - 4);
        if dark && y / 4 - 4 < qr.width { 0 } else { 255 }
    });
    let (_, link) = picture.detect_grids().first().expect("a code").decode().expect("reads");
    assert!(link.starts_with("otpauth://totp/Oaktree:sprice?secret=GEZDGNBV"), "another link");
    let mut lent = String::new();
    keeper.key_in_fours(id, &mut |key| lent.push_str(key));
    assert_eq!(lent, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    keeper.key_in_fours(SecretId(99), &mut |_| panic!("not held"));
}

#[test]
fn a_right_code_is_kept_for_the_seal_and_a_wrong_one_is_not() {
    let (mut keeper, id) = with_secret();
    signed_in(&mut keeper);
    let proofs = [Proof::App(id)];
    keeper.typed_mut(FieldId::AppCode).set("123456");
    assert!(!matches!(keeper.judge(id, FieldId::AppCode, AT_59), Some(CodeVerdict::Right { .. })));
    assert_eq!(
        keeper.seal_enrolment(&proofs, &sample_document(), None, SAMPLE_NOW).err(),
        Some(KeeperFault::NotHeld)
    );

    keeper.typed_mut(FieldId::AppCode).set("287 082");
    assert!(matches!(keeper.judge(id, FieldId::AppCode, AT_59), Some(CodeVerdict::Right { .. })));
    keeper.clear_field(FieldId::AppCode);
    let (enrolment, sealed) =
        keeper.seal_enrolment(&proofs, &sample_document(), None, SAMPLE_NOW).expect("seals");
    let header: EnrolmentHeader = protocol::header(&sealed).expect("a header");
    assert_eq!((header.enrolment, header.person), (enrolment, sample_welcome().person.id));

    let document = sample_document();
    let plain =
        protocol::open(SealPurpose::Enrolment, document.service, "e1", &sample_envelope_key(), &sealed)
            .expect("opens");
    let EnrolmentPayload { token, methods } = EnrolmentPayload::decode(&plain).expect("reads");
    assert_eq!(token.bytes(), &[7; 32]);
    let [MethodPayload::AuthenticatorApp { secret, code, step }] = methods.as_slice() else {
        panic!("one method")
    };
    assert_eq!((secret.bytes(), code.ascii(), *step), (RFC_SECRET, b"287082", Step(1)));
}

#[test]
fn after_another_sign_in_the_secret_is_held_and_must_be_proved_again() {
    let (mut keeper, id) = with_secret();
    signed_in(&mut keeper);
    let proofs = [Proof::App(id)];
    keeper.typed_mut(FieldId::AppCode).set("287082");
    keeper.judge(id, FieldId::AppCode, AT_59);
    signed_in(&mut keeper);
    assert!(keeper.qr(id).is_some());
    let sealed = keeper.seal_enrolment(&proofs, &sample_document(), None, SAMPLE_NOW);
    assert_eq!(sealed.err(), Some(KeeperFault::NotHeld), "the service would refuse the old code for good");
    keeper.judge(id, FieldId::AppCode, AT_59);
    assert!(keeper.seal_enrolment(&proofs, &sample_document(), None, SAMPLE_NOW).is_ok());
}

#[test]
fn asked_again_the_same_bytes_are_given_until_it_is_certain_that_none_were_saved() {
    let (mut keeper, id) = with_secret();
    signed_in(&mut keeper);
    keeper.typed_mut(FieldId::AppCode).set("287082");
    keeper.judge(id, FieldId::AppCode, AT_59);
    let proofs = [Proof::App(id)];
    let seal = |keeper: &mut Keeper| {
        keeper.seal_enrolment(&proofs, &sample_document(), None, SAMPLE_NOW).expect("seals")
    };
    let first = seal(&mut keeper);
    assert_eq!(first, seal(&mut keeper));
    keeper.unseal();
    let later = seal(&mut keeper);
    assert_eq!(first.0, later.0, "the same enrolment");
    assert_ne!(first.1, later.1);
}

#[test]
fn a_sign_in_is_sealed_with_a_new_token_and_counts_for_its_own_attempt_only() {
    let mut keeper = Keeper::default();
    let code = EnrolmentCode::from_entropy(&[3; 64]).expect("enough bytes");
    let document = sample_document();
    let sealed =
        keeper.seal_sign_in(Attempt(4), code.clone(), &document, SAMPLE_NOW, &mut sevens).expect("seals");
    let header: SignInHeader = protocol::header(&sealed).expect("a header");
    assert_eq!((header.service, header.time), (document.service, SAMPLE_NOW));
    let plain = protocol::open(SealPurpose::SignIn, document.service, "e1", &sample_envelope_key(), &sealed)
        .expect("opens");
    let SignInPayload { token, credential: Credential::EnrolmentCode(sent) } =
        SignInPayload::decode(&plain).expect("reads");
    assert_eq!(token.bytes(), &[7; 32]);
    assert!(sent == code);
    assert!(keeper.take_request(Attempt(3)).is_none());
    assert!(keeper.take_request(Attempt(4)).is_some());
    assert!(keeper.take_request(Attempt(4)).is_none(), "once");
}

#[test]
fn forgetting_leaves_nothing_and_no_entropy_is_a_fault() {
    let (mut keeper, id) = with_secret();
    signed_in(&mut keeper);
    keeper.typed_mut(FieldId::AppCode).set("287082");
    keeper.forget();
    assert!(keeper.qr(id).is_none() && !keeper.holds_secret());
    assert!(keeper.typed(FieldId::AppCode).is_empty());
    assert_eq!(
        keeper.seal_enrolment(&[], &sample_document(), None, SAMPLE_NOW).err(),
        Some(KeeperFault::NotHeld)
    );
    let none = keeper.make_secret(&label("a"), &label("b"), &mut |_| false);
    assert_eq!(none.err(), Some(KeeperFault::NoEntropy));
}
