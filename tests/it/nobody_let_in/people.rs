//! What a person's assistant holds and sends, made from the protocol alone: the stories bend it where they please.

use domain::{
    CallId, EnrolmentCode, EnrolmentId, MethodKind, PhoneNumber, SECRET_BYTES, SixDigits, Step, Timestamp,
    TotpSecret,
};
use protocol::{
    CallHeader, CallRequest, Credential, EnrolmentHeader, EnrolmentPayload, GrantToken, HEADER_VERSION,
    IdentityKey, MethodPayload, NumberPayload, PolicyDocument, Purpose, SealPurpose, Sealed, SessionToken,
    SignInHeader, SignInPayload, SignInResponse, Signed, StationHeader, StationKey, StationPayload,
    VerifyResponse, paths,
};
use reqwest::RequestBuilder;
use tests::phone::Phone;

use super::house::{Asking as _, HOME, House, Line};
use super::random::Random;

/// An assistant that has read the policy.
pub(crate) struct Assistant {
    pub(crate) line: Line,
    pub(crate) document: PolicyDocument,
    pub(crate) enrolment: EnrolmentId,
    pub(crate) token: GrantToken,
    pub(crate) secret: [u8; SECRET_BYTES],
}

impl Assistant {
    pub(crate) async fn start(line: &Line, identity: &IdentityKey, now: Timestamp) -> Self {
        let signed: Signed = line.get(paths::POLICY).answer().await.read();
        let document = signed.open(Purpose::Policy, identity).expect("the service's own signature");
        let mut random = Random::fresh();
        Self {
            line: line.clone(),
            document,
            enrolment: EnrolmentId::at(now, random.bytes()),
            token: GrantToken::from_bytes(&random.bytes()),
            secret: random.bytes(),
        }
    }

    /// A second one of the same service, with nothing in common.
    pub(crate) fn another(&self, now: Timestamp) -> Self {
        let mut random = Random::fresh();
        Self {
            line: self.line.clone(),
            document: self.document.clone(),
            enrolment: EnrolmentId::at(now, random.bytes()),
            token: GrantToken::from_bytes(&random.bytes()),
            secret: random.bytes(),
        }
    }

    pub(crate) fn sign_in_header(&self, now: Timestamp) -> SignInHeader {
        let Self { document, enrolment, .. } = self;
        SignInHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            policy_serial: document.serial,
            enrolment: *enrolment,
            time: now,
        }
    }

    pub(crate) fn sign_in_plain(&self, code: &EnrolmentCode) -> Vec<u8> {
        let credential = Credential::EnrolmentCode(code.clone());
        SignInPayload { token: self.token.clone(), credential }.encode().to_vec()
    }

    /// The envelope with which a code is redeemed.
    pub(crate) fn sign_in(&self, code: &EnrolmentCode, now: Timestamp) -> Sealed {
        self.seal(SealPurpose::SignIn, &self.sign_in_header(now), &self.sign_in_plain(code))
    }

    /// What makes the computer with a key a station.
    pub(crate) fn station_header(&self, key: StationKey, now: Timestamp) -> StationHeader {
        let PolicyDocument { service, envelope_key, .. } = &self.document;
        StationHeader {
            v: HEADER_VERSION,
            service: *service,
            key_id: envelope_key.id.clone(),
            key,
            time: now,
        }
    }

    /// The envelope with which a computer becomes a station.
    pub(crate) fn station(&self, code: &EnrolmentCode, key: StationKey, now: Timestamp) -> Sealed {
        let plain = StationPayload(code.clone()).encode();
        self.seal(SealPurpose::Station, &self.station_header(key, now), &plain)
    }

    /// Redeems a code as an honest assistant does.
    pub(crate) async fn signed_in(self, code: &EnrolmentCode, now: Timestamp, from: &str) -> SignedIn {
        let answer: SignInResponse =
            posted(&self.line, paths::SIGN_IN, &self.sign_in(code, now)).at(from).answer().await.read();
        SignedIn { phone: Phone::of_secret(&self.secret), assistant: self, answer }
    }

    pub(crate) fn seal(&self, purpose: SealPurpose, header: &impl serde::Serialize, plain: &[u8]) -> Sealed {
        let PolicyDocument { service, envelope_key, .. } = &self.document;
        protocol::seal(purpose, *service, envelope_key, header, plain).expect("seals")
    }
}

/// An assistant after signing in.
pub(crate) struct SignedIn {
    pub(crate) assistant: Assistant,
    pub(crate) answer: SignInResponse,
    pub(crate) phone: Phone,
}

impl SignedIn {
    pub(crate) fn session(&self) -> &SessionToken {
        &self.answer.session
    }

    pub(crate) fn header(&self, now: Timestamp) -> EnrolmentHeader {
        let PolicyDocument { service, envelope_key, serial, .. } = &self.assistant.document;
        EnrolmentHeader {
            v: HEADER_VERSION,
            service: *service,
            key_id: envelope_key.id.clone(),
            policy_serial: *serial,
            enrolment: self.assistant.enrolment,
            grant: self.answer.grant,
            person: self.answer.person.id,
            generation: self.answer.generation,
            station: None,
            kinds: vec![MethodKind::AuthenticatorApp],
            time: now,
        }
    }

    pub(crate) fn plain(&self, now: Timestamp) -> Vec<u8> {
        let methods = vec![self.proof(now)];
        EnrolmentPayload { token: self.assistant.token.clone(), methods }.encode().expect("fits").to_vec()
    }

    pub(crate) fn proof(&self, now: Timestamp) -> MethodPayload {
        MethodPayload::AuthenticatorApp {
            secret: TotpSecret::from_bytes(&self.assistant.secret),
            code: SixDigits::parse(&self.code(now)).expect("six digits"),
            step: Step::at(now),
        }
    }

    /// The envelope of the finished enrolment.
    pub(crate) fn post(&self, now: Timestamp) -> Sealed {
        self.assistant.seal(SealPurpose::Enrolment, &self.header(now), &self.plain(now))
    }

    /// What asks for a call to a number, sealed for its purpose or another.
    pub(crate) fn call(&self, call: CallId, purpose: SealPurpose, now: Timestamp) -> CallRequest {
        self.call_to(PhoneNumber::new("447700900123", "").expect("a number"), call, purpose, now)
    }

    /// The same for any number.
    pub(crate) fn call_to(
        &self,
        number: PhoneNumber,
        call: CallId,
        purpose: SealPurpose,
        now: Timestamp,
    ) -> CallRequest {
        let PolicyDocument { service, envelope_key, serial, .. } = &self.assistant.document;
        let header = CallHeader {
            v: HEADER_VERSION,
            service: *service,
            key_id: envelope_key.id.clone(),
            policy_serial: *serial,
            grant: self.answer.grant,
            call,
            time: now,
        };
        let plain = NumberPayload(number).encode();
        CallRequest { call, number: self.assistant.seal(purpose, &header, &plain) }
    }

    /// What the phone shows.
    pub(crate) fn code(&self, at: Timestamp) -> String {
        self.phone.code_at(at.secs().unsigned_abs())
    }

    /// A code that the phone shows at no time near.
    pub(crate) fn wrong_code(&self, at: Timestamp) -> String {
        let near: Vec<String> = (-4..=4).map(|steps| self.code(at.plus_secs(steps * 30))).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).expect("some code")
    }
}

/// Redeems a code and posts an enrolment, as an honest assistant does.
pub(crate) async fn enrolled(house: &House, name: &str) -> SignedIn {
    let code = house.code_for(name).await;
    let assistant = Assistant::start(&house.line, &house.running.identity_key, house.now()).await;
    let person = assistant.signed_in(&code, house.now(), HOME).await;
    let post = posted(&house.line, paths::ENROLMENTS, &person.post(house.now())).at(HOME);
    assert_eq!(post.answer().await.refusal(), None);
    person
}

/// A post of an envelope.
pub(crate) fn posted(line: &Line, path: &str, sealed: &Sealed) -> RequestBuilder {
    line.post(path, serde_json::to_vec(sealed).expect("writes"))
}

/// What a relying party asks.
pub(crate) fn question(line: &Line, name: &str, code: &str, address: Option<&str>) -> RequestBuilder {
    let mut body = serde_json::json!({ "sign_in_name": name, "code": code });
    if let Some(address) = address {
        body["address"] = address.into();
    }
    line.post(paths::VERIFY, body.to_string())
}

/// The answer to a relying party that showed its key.
pub(crate) async fn verified(line: &Line, key: &str, name: &str, code: &str, from: &str) -> VerifyResponse {
    question(line, name, code, Some(from)).showing(key).answer().await.read()
}

/// A code that nobody was given.
pub(crate) fn stranger_code() -> EnrolmentCode {
    let mut random = Random::fresh();
    let bytes: [u8; 64] = random.bytes();
    EnrolmentCode::from_entropy(&bytes).expect("enough bytes")
}
