//! An assistant and a phone for tests and benchmarks. The assistant holds what a person's assistant holds, and seals and
//! sends what it is told to, also what no honest one would.
//!
//! Not here: pages, an outbox, and any check that the assistant itself makes. A fault ends the test.

mod phone;

use std::sync::Arc;

use domain::{
    CallId, EnrolmentCode, EnrolmentId, PhoneNumber, SECRET_BYTES, SixDigits, Step, Timestamp, TotpSecret,
};
use protocol::{
    CallRequest, Credential, EnrolmentHeader, EnrolmentPayload, GrantToken, IdentityKey, MethodPayload,
    NumberPayload, PolicyDocument, Purpose, SealPurpose, Sealed, SessionToken, SignInHeader, SignInPayload,
    SignInResponse, StationHeader, StationKey,
};
use serde::Serialize;

use crate::{Envelopes, Grant, ServiceApi, Transport};

pub use phone::code_of;

/// A way to the service on which a test says from which address it asks.
pub trait Origin: Transport + Clone {
    /// The same way from this address.
    #[must_use]
    fn with_address(&self, address: &str) -> Self;
}

/// An assistant that has read the policy. `S` is how it reaches the service, where it does so by itself.
pub struct Assistant<S = ()> {
    /// The way to the service.
    pub service: S,
    /// The policy, with the key to seal to.
    pub document: Arc<PolicyDocument>,
    /// The enrolment that it is about.
    pub enrolment: EnrolmentId,
    /// What will show the right to send it.
    pub token: GrantToken,
    /// What it shares with the person's app.
    pub secret: [u8; SECRET_BYTES],
}

impl<S> Assistant<S> {
    /// With an enrolment, a token and a secret of its own.
    pub fn under(document: Arc<PolicyDocument>, service: S, now: Timestamp) -> Self {
        Self {
            service,
            document,
            enrolment: EnrolmentId::at(now, random()),
            token: GrantToken::from_bytes(&random()),
            secret: random(),
        }
    }

    /// A second one of the same service, with nothing in common.
    #[must_use]
    pub fn another(&self, now: Timestamp) -> Self
    where
        S: Clone,
    {
        Self::under(Arc::clone(&self.document), self.service.clone(), now)
    }

    /// What stands outside a sign-in's seal.
    pub fn sign_in_header(&self, now: Timestamp) -> SignInHeader {
        self.envelopes().sign_in_header(self.enrolment, now)
    }

    /// What is inside it.
    pub fn sign_in_plain(&self, code: &EnrolmentCode) -> Vec<u8> {
        let credential = Credential::EnrolmentCode(code.clone());
        SignInPayload { token: self.token.clone(), credential }.encode().to_vec()
    }

    /// The envelope with which a code is redeemed.
    pub fn sign_in(&self, code: &EnrolmentCode, now: Timestamp) -> Sealed {
        self.envelopes().sign_in(self.enrolment, &self.token, code, now).expect("seals")
    }

    /// What stands outside the seal of a station's code.
    pub fn station_header(&self, key: StationKey, now: Timestamp) -> StationHeader {
        self.envelopes().station_header(key, now)
    }

    /// The envelope with which the computer with a key becomes a station.
    pub fn station(&self, code: &EnrolmentCode, key: StationKey, now: Timestamp) -> Sealed {
        self.envelopes().station(key, code, now).expect("seals")
    }

    /// Any plaintext under any header, for any purpose.
    pub fn seal(&self, purpose: SealPurpose, header: &impl Serialize, plain: &[u8]) -> Sealed {
        self.envelopes().seal(purpose, header, plain).expect("seals")
    }

    /// Goes on with what the service answered to its sign-in.
    pub fn with_answer(self, answer: SignInResponse) -> SignedIn<S> {
        SignedIn { assistant: self, answer }
    }

    fn envelopes(&self) -> Envelopes<'_> {
        Envelopes::under(&self.document)
    }
}

impl<S: Origin> Assistant<S> {
    /// Reads the policy of the service that has this key.
    pub async fn start(service: &S, identity: &IdentityKey, now: Timestamp) -> Self {
        let signed = ServiceApi::new(service.clone()).policy().await.expect("a policy");
        let document = signed.open(Purpose::Policy, identity).expect("the service's own signature");
        Self::under(Arc::new(document), service.clone(), now)
    }

    /// Redeems a code as an honest assistant does.
    pub async fn signed_in(self, code: &EnrolmentCode, now: Timestamp, from: &str) -> SignedIn<S> {
        let service = ServiceApi::new(self.service.with_address(from));
        let answer = service.sign_in(&self.sign_in(code, now), None).await.expect("a session");
        self.with_answer(answer)
    }
}

/// An assistant after signing in.
pub struct SignedIn<S = ()> {
    /// The assistant.
    pub assistant: Assistant<S>,
    /// What the service said.
    pub answer: SignInResponse,
}

impl<S> SignedIn<S> {
    /// What opens the calls that need a session.
    pub fn session(&self) -> &SessionToken {
        &self.answer.session
    }

    /// The right to send the enrolment.
    pub fn grant(&self) -> Grant {
        let SignInResponse { grant, person, generation, .. } = &self.answer;
        let enrolment = self.assistant.enrolment;
        Grant { id: *grant, enrolment, person: person.id, generation: *generation }
    }

    /// What stands outside the seal of an enrolment with the app alone.
    pub fn header(&self, now: Timestamp) -> EnrolmentHeader {
        let kinds = vec![self.proof(now).kind()];
        EnrolmentHeader { kinds, ..self.assistant.envelopes().enrolment_header(&self.grant(), now) }
    }

    /// What is inside it.
    pub fn plain(&self, now: Timestamp) -> Vec<u8> {
        let methods = vec![self.proof(now)];
        EnrolmentPayload { token: self.assistant.token.clone(), methods }.encode().expect("fits").to_vec()
    }

    /// The app, proved at this time.
    pub fn proof(&self, now: Timestamp) -> MethodPayload {
        MethodPayload::AuthenticatorApp {
            secret: TotpSecret::from_bytes(&self.assistant.secret),
            code: SixDigits::parse(&self.code(now)).expect("six digits"),
            step: Step::at(now),
        }
    }

    /// The envelope of the finished enrolment, with the app alone.
    pub fn submission(&self, now: Timestamp) -> Sealed {
        self.submission_with(None, now)
    }

    /// The same with a number besides, if there is one.
    pub fn submission_with(&self, number: Option<PhoneNumber>, now: Timestamp) -> Sealed {
        let methods = [Some(self.proof(now)), number.map(MethodPayload::PhoneCall)].into_iter().flatten();
        let (grant, token) = (self.grant(), &self.assistant.token);
        self.assistant.envelopes().enrolment(&grant, token, methods.collect(), None, now).expect("seals")
    }

    /// What asks for a call to a number, sealed for its purpose or another.
    pub fn call(&self, call: CallId, purpose: SealPurpose, now: Timestamp) -> CallRequest {
        self.call_to(PhoneNumber::new("447700900123", "").expect("a number"), call, purpose, now)
    }

    /// The same for any number.
    pub fn call_to(
        &self,
        number: PhoneNumber,
        call: CallId,
        purpose: SealPurpose,
        now: Timestamp,
    ) -> CallRequest {
        let header = self.assistant.envelopes().call_header(self.answer.grant, call, now);
        let plain = NumberPayload(number).encode();
        CallRequest { call, number: self.assistant.seal(purpose, &header, &plain) }
    }

    /// What the phone shows at a time.
    pub fn code(&self, at: Timestamp) -> String {
        self.code_of(Step::at(at))
    }

    /// What the phone shows during a step.
    pub fn code_of(&self, step: Step) -> String {
        code_of(&self.assistant.secret, step)
    }

    /// A code that the phone shows at no time near.
    pub fn wrong_code(&self, at: Timestamp) -> String {
        let near: Vec<String> = (-4..=4).map(|steps| self.code_of(Step(Step::at(at).0 + steps))).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).expect("some code")
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("entropy");
    bytes
}
