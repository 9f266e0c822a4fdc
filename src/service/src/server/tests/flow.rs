//! One person from the code to the sign-in, over HTTP: what every credential opens, and what it does not.

use domain::{
    EnrolmentCode, EnrolmentId, Label, MethodKind, SchoolId, SixDigits, Step, Timestamp, TotpSecret,
};
use protocol::{
    Credential, EnrolmentHeader, EnrolmentPayload, GrantToken, HEADER_VERSION, MeResponse, MethodPayload,
    ReceiptDocument, RefusalDocument, RefusalReason, SealPurpose, Sealed, SignInHeader, SignInPayload,
    SignInResponse, VerifyOutcome, VerifyResponse, seal,
};

use super::*;
use engine::NewPerson;

const SECRET: [u8; 20] = [9; 20];

fn code_of(step: Step) -> String {
    use totp_rs::{Algorithm, Builder};
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_skew(0)
        .with_secret(SECRET);
    totp.build_noncompliant().generate(u64::try_from(step.0 * 30).expect("after 1970")).to_string()
}

pub(super) struct Assistant<'r> {
    pub(super) rig: &'r Rig,
    pub(super) document: PolicyDocument,
    pub(super) enrolment: EnrolmentId,
}

impl<'r> Assistant<'r> {
    pub(super) async fn of(rig: &'r Rig) -> Self {
        let policy: Signed = sent(rig.ask(Method::GET, paths::POLICY)).await.json().await.expect("signed");
        let document = policy.open(Purpose::Policy, &rig.running.identity_key).expect("opens");
        let mut random = [0; 10];
        getrandom::fill(&mut random).expect("entropy");
        Self { rig, document, enrolment: EnrolmentId::at(rig.running.service().now(), random) }
    }

    fn token() -> GrantToken {
        GrantToken::from_bytes(&[5; 32])
    }

    pub(super) fn sign_in(&self, code: EnrolmentCode) -> RequestBuilder {
        let Self { rig, document, enrolment } = self;
        let header = SignInHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            policy_serial: document.serial,
            enrolment: *enrolment,
            time: rig.running.service().now(),
        };
        let plain =
            SignInPayload { token: Self::token(), credential: Credential::EnrolmentCode(code) }.encode();
        let sealed = seal(SealPurpose::SignIn, document.service, &document.envelope_key, &header, &plain)
            .expect("seals");
        rig.post(paths::SIGN_IN, serde_json::to_vec(&sealed).expect("writes"))
    }

    fn enrolment(&self, signed_in: &SignInResponse, now: Timestamp) -> Vec<u8> {
        let Self { rig: _, document, enrolment } = self;
        let header = EnrolmentHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            policy_serial: document.serial,
            enrolment: *enrolment,
            grant: signed_in.grant,
            person: signed_in.person.id,
            generation: signed_in.generation,
            station: None,
            kinds: vec![MethodKind::AuthenticatorApp],
            time: now,
        };
        let step = Step::at(now);
        let method = MethodPayload::AuthenticatorApp {
            secret: TotpSecret::from_bytes(&SECRET),
            code: SixDigits::parse(&code_of(step)).expect("six digits"),
            step,
        };
        let plain = EnrolmentPayload { token: Self::token(), methods: vec![method] }.encode().expect("fits");
        let sealed = seal(SealPurpose::Enrolment, document.service, &document.envelope_key, &header, &plain)
            .expect("seals");
        serde_json::to_vec(&sealed).expect("writes")
    }
}

pub(super) async fn issued(rig: &Rig) -> EnrolmentCode {
    let label = |text: &str| Label::new(text).expect("a label");
    let person = NewPerson {
        name: label("Jo Smith"),
        sign_in_name: label("jsmith"),
        school: SchoolId("elm".to_owned()),
        rename: false,
    };
    rig.running.service().issue_code(person, "a test", None, None).await.expect("issued").code
}

pub(super) fn bearer(request: RequestBuilder, credential: &str) -> RequestBuilder {
    request.header(AUTHORIZATION, format!("Bearer {credential}"))
}

async fn outcome(rig: &Rig, key: &str, code: &str) -> VerifyOutcome {
    verified(rig, key, code).await.outcome
}

async fn verified(rig: &Rig, key: &str, code: &str) -> VerifyResponse {
    let body = serde_json::json!({ "sign_in_name": "jsmith", "code": code, "address": "203.0.113.9" });
    let response = sent(bearer(rig.post(paths::VERIFY, body.to_string()), key)).await;
    assert_eq!(response.status(), 200);
    response.json().await.expect("an answer")
}

#[tokio::test]
async fn a_person_enrols_and_signs_in_once_with_each_code() {
    let rig = rig().await;
    let key = rig.running.service().add_client("rds", &[], "a test").await.expect("added").key;
    assert_eq!(outcome(&rig, &key, "123456").await, VerifyOutcome::NotEnrolled);
    let assistant = Assistant::of(&rig).await;
    let signed_in: SignInResponse =
        sent(assistant.sign_in(issued(&rig).await)).await.json().await.expect("signed in");
    let session = signed_in.session.as_str().to_owned();
    let me: MeResponse =
        sent(bearer(rig.ask(Method::GET, paths::ME), &session)).await.json().await.expect("me");
    assert_eq!((me.person.name.as_str(), me.set_up.len()), ("Jo Smith", 0));

    let now = rig.running.service().now();
    let body = assistant.enrolment(&signed_in, now);
    let receipt: Signed =
        sent(rig.post(paths::ENROLMENTS, body.clone())).await.json().await.expect("a receipt");
    let document: ReceiptDocument = receipt.open(Purpose::Receipt, &rig.running.identity_key).expect("opens");
    assert_eq!(document.enrolment, assistant.enrolment);
    let again: Signed = sent(rig.post(paths::ENROLMENTS, body)).await.json().await.expect("a receipt");
    assert_eq!(receipt, again, "the same post, the same receipt");

    let other = assistant.enrolment(&signed_in, now);
    let post = serde_json::from_slice::<Sealed>(&other).expect("an envelope").fingerprint();
    let refused: ApiProblem = sent(rig.post(paths::ENROLMENTS, other)).await.json().await.expect("a refusal");
    let document: RefusalDocument = refused
        .signed
        .expect("what is refused for good is signed")
        .open(Purpose::Refusal, &rig.running.identity_key)
        .expect("opens");
    assert_eq!(document, RefusalDocument { post, code: ErrorCode::EnrolmentConflict });

    // The step proved in the enrolment is used up; the next counts already now.
    let next = code_of(Step(Step::at(now).0 + 1));
    assert_eq!(outcome(&rig, &key, &next).await, VerifyOutcome::Accepted);
    let again = verified(&rig, &key, &next).await;
    let used = Some(RefusalReason::CodeAlreadyUsed);
    assert_eq!((again.outcome, again.reason), (VerifyOutcome::Refused, used));
    let page = sent(rig.ask(Method::GET, paths::METRICS)).await.text().await.expect("a page");
    assert!(page.contains(r#"enrol_verifications_total{outcome="code_already_used"} "#), "{page}");
    assert_eq!(sent(bearer(rig.post(paths::SIGN_OUT, "{}"), &session)).await.status(), 204);
    assert_eq!(code(bearer(rig.ask(Method::GET, paths::ME), &session)).await, ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn a_credential_for_one_purpose_opens_no_other() {
    let rig = rig().await;
    let key = rig.running.service().add_client("rds", &[], "a test").await.expect("added").key;
    let assistant = Assistant::of(&rig).await;
    let signed_in: SignInResponse =
        sent(assistant.sign_in(issued(&rig).await)).await.json().await.expect("signed in");
    let session = signed_in.session.as_str();
    let question = r#"{"sign_in_name":"jsmith","code":"123456"}"#;
    assert_eq!(code(bearer(rig.post(paths::VERIFY, question), session)).await, ErrorCode::NotSignedIn);
    for path in [paths::NOT_ME, paths::SIGN_OUT] {
        assert_eq!(code(bearer(rig.post(path, "{}"), &key)).await, ErrorCode::NotSignedIn, "{path}");
    }
    assert_eq!(code(bearer(rig.ask(Method::GET, paths::ME), &key)).await, ErrorCode::NotSignedIn);
    // An envelope for one path does not open on the other.
    let enrolment = assistant.enrolment(&signed_in, rig.running.service().now());
    let problem = code(rig.post(paths::SIGN_IN, enrolment)).await;
    assert!(matches!(problem, ErrorCode::EnvelopeUnreadable | ErrorCode::BadRequest), "{problem}");
    // Elsewhere than listed, a relying party's key opens nothing.
    let far = ["192.0.2.0/28".parse().expect("a network")];
    let elsewhere = rig.running.service().add_client("far", &far, "a test").await.expect("added").key;
    assert_eq!(code(bearer(rig.post(paths::VERIFY, question), &elsewhere)).await, ErrorCode::NotAllowed);
    assert_eq!(sent(bearer(rig.post(paths::NOT_ME, ""), session)).await.status(), 204);
    assert_eq!(code(bearer(rig.ask(Method::GET, paths::ME), session)).await, ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn a_malformed_verify_request_is_refused_without_repeating_it() {
    let rig = rig().await;
    let key = rig.running.service().add_client("rds", &[], "a test").await.expect("added").key;
    for body in [
        r#"{"sign_in_name":"jsmith","code":"123456","admin":true}"#,
        r#"{"sign_in_name":"jsmith","code":123456}"#,
        r#"{"sign_in_name":"js\u0000mith","code":"123456"}"#,
        r#"{"sign_in_name":"jsmith","code":"123456","address":"home"}"#,
        r#"{"sign_in_name":"jsmith"}"#,
    ] {
        let problem = problem(bearer(rig.post(paths::VERIFY, body), &key)).await;
        assert_eq!(problem.code, ErrorCode::BadRequest, "{body}");
        assert!(!problem.message.contains("123456"), "{problem:?}");
    }
}
