//! Seals what is sent, for the service alone: sign-ins, enrolments, numbers to be called, codes of stations.
//!
//! Not here: where secrets and tokens come from, and how long they are held.

use domain::{CallId, EnrolmentCode, EnrolmentId, Generation, GrantId, PersonId, PhoneNumber, Timestamp};
use protocol::{
    CallHeader, Credential, EnrolmentHeader, EnrolmentPayload, GrantToken, HEADER_VERSION, MethodPayload,
    NumberPayload, PayloadError, PolicyDocument, SealError, SealPurpose, Sealed, SignInHeader, SignInPayload,
    StationHeader, StationKey, StationPayload,
};
use serde::Serialize;

/// Why an envelope could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// What is to be sealed has no room in it.
    #[error(transparent)]
    Plain(#[from] PayloadError),
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// The right to send one enrolment, as the service gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Which.
    pub id: GrantId,
    /// For which enrolment.
    pub enrolment: EnrolmentId,
    /// Of whom.
    pub person: PersonId,
    /// Which must still be the person's.
    pub generation: Generation,
}

/// Makes envelopes for a service under one of its policies.
#[derive(Clone, Copy)]
pub struct Envelopes<'a> {
    document: &'a PolicyDocument,
}

impl<'a> Envelopes<'a> {
    /// For the service whose policy this is.
    pub const fn under(document: &'a PolicyDocument) -> Self {
        Self { document }
    }

    /// A code, and the token with which the enrolment will be sent.
    ///
    /// # Errors
    ///
    /// When the service's key cannot be sealed to.
    pub fn sign_in(
        self,
        enrolment: EnrolmentId,
        token: &GrantToken,
        code: &EnrolmentCode,
        now: Timestamp,
    ) -> Result<Sealed, EnvelopeError> {
        let plain =
            SignInPayload { token: token.clone(), credential: Credential::EnrolmentCode(code.clone()) };
        self.seal(SealPurpose::SignIn, &self.sign_in_header(enrolment, now), &plain.encode())
    }

    /// What was proved. `station` is where.
    ///
    /// # Errors
    ///
    /// When there are more methods than fit, or the service's key cannot be sealed to.
    pub fn enrolment(
        self,
        grant: &Grant,
        token: &GrantToken,
        methods: Vec<MethodPayload>,
        station: Option<String>,
        now: Timestamp,
    ) -> Result<Sealed, EnvelopeError> {
        let kinds = methods.iter().map(MethodPayload::kind).collect();
        let header = EnrolmentHeader { kinds, station, ..self.enrolment_header(grant, now) };
        let plain = EnrolmentPayload { token: token.clone(), methods }.encode()?;
        self.seal(SealPurpose::Enrolment, &header, &plain)
    }

    /// A number to be called, for a test under a grant.
    ///
    /// # Errors
    ///
    /// When the service's key cannot be sealed to.
    pub fn number(
        self,
        grant: GrantId,
        call: CallId,
        number: PhoneNumber,
        now: Timestamp,
    ) -> Result<Sealed, EnvelopeError> {
        self.seal(SealPurpose::Number, &self.call_header(grant, call, now), &NumberPayload(number).encode())
    }

    /// The code that makes the computer with a key a station.
    ///
    /// # Errors
    ///
    /// When the service's key cannot be sealed to.
    pub fn station(
        self,
        key: StationKey,
        code: &EnrolmentCode,
        now: Timestamp,
    ) -> Result<Sealed, EnvelopeError> {
        let plain = StationPayload(code.clone()).encode();
        self.seal(SealPurpose::Station, &self.station_header(key, now), &plain)
    }

    /// What stands outside a sign-in's seal.
    pub fn sign_in_header(self, enrolment: EnrolmentId, time: Timestamp) -> SignInHeader {
        let PolicyDocument { service, serial, envelope_key, .. } = self.document;
        SignInHeader {
            v: HEADER_VERSION,
            service: *service,
            key_id: envelope_key.id.clone(),
            policy_serial: *serial,
            enrolment,
            time,
        }
    }

    /// What stands outside an enrolment's seal, with no method yet and at no station.
    pub fn enrolment_header(self, grant: &Grant, time: Timestamp) -> EnrolmentHeader {
        let PolicyDocument { service, serial, envelope_key, .. } = self.document;
        let Grant { id, enrolment, person, generation } = *grant;
        EnrolmentHeader {
            v: HEADER_VERSION,
            service: *service,
            key_id: envelope_key.id.clone(),
            policy_serial: *serial,
            enrolment,
            grant: id,
            person,
            generation,
            station: None,
            kinds: Vec::new(),
            time,
        }
    }

    /// What stands outside the seal of a number.
    pub fn call_header(self, grant: GrantId, call: CallId, time: Timestamp) -> CallHeader {
        let PolicyDocument { service, serial, envelope_key, .. } = self.document;
        CallHeader {
            v: HEADER_VERSION,
            service: *service,
            key_id: envelope_key.id.clone(),
            policy_serial: *serial,
            grant,
            call,
            time,
        }
    }

    /// What stands outside the seal of a station's code.
    pub fn station_header(self, key: StationKey, time: Timestamp) -> StationHeader {
        let PolicyDocument { service, envelope_key, .. } = self.document;
        StationHeader { v: HEADER_VERSION, service: *service, key_id: envelope_key.id.clone(), key, time }
    }

    /// Seals any plaintext under any header.
    ///
    /// # Errors
    ///
    /// When the plaintext has another size than all, or the service's key cannot be sealed to.
    pub fn seal(
        self,
        purpose: SealPurpose,
        header: &impl Serialize,
        plain: &[u8],
    ) -> Result<Sealed, EnvelopeError> {
        let PolicyDocument { service, envelope_key, .. } = self.document;
        Ok(protocol::seal(purpose, *service, envelope_key, header, plain)?)
    }
}

#[cfg(test)]
mod tests {
    use domain::{MethodKind, Profile, ServiceId, SixDigits, Step, TotpSecret};
    use protocol::{EnvelopePrivateKey, StationSigner};

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn key() -> EnvelopePrivateKey {
        EnvelopePrivateKey::from_bytes(&[9; 32])
    }

    fn document() -> PolicyDocument {
        let policy: Profile =
            toml::from_str(include_str!("../../../assets/policy.example.toml")).expect("the example");
        let envelope_key = key().envelope_key("e7").expect("a key");
        PolicyDocument {
            service: ServiceId::at(NOW, [1; 10]),
            serial: 5,
            issued_at: NOW,
            envelope_key,
            practice: false,
            policy,
        }
    }

    fn opened(purpose: SealPurpose, sealed: &Sealed) -> Vec<u8> {
        protocol::open(purpose, document().service, "e7", &key(), sealed).expect("opens").to_vec()
    }

    fn number() -> PhoneNumber {
        PhoneNumber::new("447700900123", "").expect("a number")
    }

    #[test]
    fn a_sign_in_and_a_stations_code_say_what_went_in() {
        let (document, enrolment) = (document(), EnrolmentId::at(NOW, [2; 10]));
        let (token, code) =
            (GrantToken::from_bytes(&[3; 32]), EnrolmentCode::from_entropy(&[5; 64]).expect("a code"));
        let envelopes = Envelopes::under(&document);
        let sealed = envelopes.sign_in(enrolment, &token, &code, NOW).expect("seals");
        let header: SignInHeader = protocol::header(&sealed).expect("reads");
        assert_eq!((header.enrolment, header.policy_serial, header.time), (enrolment, 5, NOW));
        let plain = SignInPayload::decode(&opened(SealPurpose::SignIn, &sealed)).expect("reads");
        let Credential::EnrolmentCode(inside) = plain.credential;
        assert!(inside == code && plain.token.bytes() == token.bytes());

        let station = StationSigner::from_bytes(&[7; 32]).key();
        let sealed = envelopes.station(station, &code, NOW).expect("seals");
        assert_eq!(protocol::header::<StationHeader>(&sealed).expect("reads").key, station);
        let plain = StationPayload::decode(&opened(SealPurpose::Station, &sealed)).expect("reads");
        assert!(plain.0 == code);
    }

    #[test]
    fn an_enrolment_names_its_methods_in_their_order_and_a_number_its_call() {
        let document = document();
        let envelopes = Envelopes::under(&document);
        let grant = Grant {
            id: GrantId::at(NOW, [4; 10]),
            enrolment: EnrolmentId::at(NOW, [2; 10]),
            person: PersonId::at(NOW, [6; 10]),
            generation: Generation(3),
        };
        let app = MethodPayload::AuthenticatorApp {
            secret: TotpSecret::from_bytes(&[8; 20]),
            code: SixDigits::parse("123456").expect("a code"),
            step: Step(60_000_000),
        };
        let (token, methods) =
            (GrantToken::from_bytes(&[3; 32]), vec![app, MethodPayload::PhoneCall(number())]);
        let sealed =
            envelopes.enrolment(&grant, &token, methods, Some("elm".to_owned()), NOW).expect("seals");
        let header: EnrolmentHeader = protocol::header(&sealed).expect("reads");
        assert_eq!(header.kinds, [MethodKind::AuthenticatorApp, MethodKind::PhoneCall]);
        assert_eq!((header.grant, header.person, header.generation), (grant.id, grant.person, Generation(3)));
        assert_eq!((header.enrolment, header.station.as_deref()), (grant.enrolment, Some("elm")));
        let plain = EnrolmentPayload::decode(&opened(SealPurpose::Enrolment, &sealed)).expect("reads");
        assert_eq!(plain.methods.len(), 2);

        let call = CallId::at(NOW, [7; 10]);
        let sealed = envelopes.number(grant.id, call, number(), NOW).expect("seals");
        let header: CallHeader = protocol::header(&sealed).expect("reads");
        assert_eq!((header.grant, header.call), (grant.id, call));
        let plain = NumberPayload::decode(&opened(SealPurpose::Number, &sealed)).expect("reads");
        assert!(plain.0 == number());
    }

    #[test]
    fn more_methods_than_fit_are_no_envelope() {
        let document = document();
        let grant = Grant {
            id: GrantId::at(NOW, [4; 10]),
            enrolment: EnrolmentId::at(NOW, [2; 10]),
            person: PersonId::at(NOW, [6; 10]),
            generation: Generation(0),
        };
        let methods = (0..200).map(|_| MethodPayload::PhoneCall(number())).collect();
        let token = GrantToken::from_bytes(&[3; 32]);
        let sealed = Envelopes::under(&document).enrolment(&grant, &token, methods, None, NOW);
        assert!(matches!(sealed, Err(EnvelopeError::Plain(_))));
    }
}
