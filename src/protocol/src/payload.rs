//! The payload of an envelope: a fixed layout of a fixed size. Its length says nothing, and no secret becomes text.
//!
//! Layout, version 1. Numbers are big-endian, and zeros fill the rest of the 1,024 bytes:
//!
//! | payload | bytes |
//! |---|---|
//! | every one | version 1, kind 1 |
//! | sign-in | grant token 32, credential's kind 1, enrolment code 10 |
//! | enrolment | grant token 32, number of methods 1, then each method |
//! | method: authenticator app | kind 1, secret 20, code 6, step 8 |
//! | method: phone call | kind 1, number 22 |
//! | number | number 22 (the session carries the right) |
//! | station | station code 10 |
//!
//! The service's vault checks whether the content is right.

mod layout;

pub use layout::{PLAINTEXT_BYTES, PayloadError};

use domain::{
    EnrolmentCode, MethodKind, NUMBER_BYTES, PhoneNumber, SECRET_BYTES, SixDigits, Step, TotpSecret,
};
use layout::{reader, reader_after_token, writer, writer_after_token};
use zeroize::Zeroizing;

use crate::GrantToken;

const SIGN_IN: u8 = 1;
const ENROLMENT: u8 = 2;
const NUMBER: u8 = 3;
const STATION: u8 = 4;
const ENROLMENT_CODE: u8 = 1;
const AUTHENTICATOR_APP: u8 = 1;
const PHONE_CALL: u8 = 2;

/// The payload of a sign-in.
#[derive(Debug)]
pub struct SignInPayload {
    /// The grant's token, which the assistant made. The enrolment repeats it.
    pub token: GrantToken,
    /// What authenticates the person.
    pub credential: Credential,
}

/// What authenticates a person.
#[derive(Debug)]
pub enum Credential {
    /// The code from IT.
    EnrolmentCode(EnrolmentCode),
}

/// The payload of an enrolment.
#[derive(Debug)]
pub struct EnrolmentPayload {
    /// The grant's token.
    pub token: GrantToken,
    /// The proved methods, in the order of the header.
    pub methods: Vec<MethodPayload>,
}

/// One proved method.
#[derive(Debug)]
pub enum MethodPayload {
    /// An authenticator app.
    AuthenticatorApp {
        /// The secret that app and service share.
        secret: TotpSecret,
        /// The code that the person typed.
        code: SixDigits,
        /// The step of the code, in service time.
        step: Step,
    },
    /// A telephone number that a test call reached.
    PhoneCall(PhoneNumber),
}

/// The payload of a request for a test call: its number.
#[derive(Debug)]
pub struct NumberPayload(pub PhoneNumber);

/// The payload of a station's registration: the code from IT.
#[derive(Debug)]
pub struct StationPayload(pub EnrolmentCode);

impl MethodPayload {
    /// The method's kind, to compare with the header.
    pub const fn kind(&self) -> MethodKind {
        match self {
            Self::AuthenticatorApp { .. } => MethodKind::AuthenticatorApp,
            Self::PhoneCall(_) => MethodKind::PhoneCall,
        }
    }
}

impl SignInPayload {
    /// Writes the payload. Dropping it wipes it.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let Self { token, credential } = self;
        let mut out = writer_after_token(SIGN_IN, token);
        match credential {
            Credential::EnrolmentCode(code) => {
                out.push(ENROLMENT_CODE);
                out.extend_from_slice(code.characters().as_slice());
            }
        }
        out.resize(PLAINTEXT_BYTES, 0);
        out
    }

    /// Reads the payload that [`Self::encode`] wrote, and refuses any other bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let (mut reader, token) = reader_after_token(bytes, SIGN_IN)?;
        let credential = match reader.byte()? {
            ENROLMENT_CODE => Credential::EnrolmentCode(reader.code()?),
            other => return Err(PayloadError::Kind(other)),
        };
        reader.end()?;
        Ok(Self { token, credential })
    }
}

impl EnrolmentPayload {
    /// Writes the payload. The only error is [`PayloadError::Size`], when there are more methods than room.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, PayloadError> {
        let Self { token, methods } = self;
        let mut out = writer_after_token(ENROLMENT, token);
        out.push(u8::try_from(methods.len()).map_err(|_| PayloadError::Size)?);
        for method in methods {
            match method {
                MethodPayload::AuthenticatorApp { secret, code, step } => {
                    // A buffer that grows would leave a copy of the secret behind.
                    if out.len() + 1 + SECRET_BYTES + 6 + 8 > PLAINTEXT_BYTES {
                        return Err(PayloadError::Size);
                    }
                    out.push(AUTHENTICATOR_APP);
                    out.extend_from_slice(secret.bytes());
                    out.extend_from_slice(code.ascii());
                    out.extend_from_slice(&step.0.to_be_bytes());
                }
                MethodPayload::PhoneCall(number) => {
                    if out.len() + 1 + NUMBER_BYTES > PLAINTEXT_BYTES {
                        return Err(PayloadError::Size);
                    }
                    out.push(PHONE_CALL);
                    out.extend_from_slice(number.bytes());
                }
            }
        }
        out.resize(PLAINTEXT_BYTES, 0);
        Ok(out)
    }

    /// Reads the payload that [`Self::encode`] wrote, and refuses any other bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let (mut reader, token) = reader_after_token(bytes, ENROLMENT)?;
        let count = reader.byte()?;
        let mut methods = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            methods.push(match reader.byte()? {
                AUTHENTICATOR_APP => MethodPayload::AuthenticatorApp {
                    secret: TotpSecret::from_bytes(reader.take::<SECRET_BYTES>()?),
                    code: std::str::from_utf8(reader.take::<6>()?)
                        .ok()
                        .and_then(SixDigits::parse)
                        .ok_or(PayloadError::Malformed)?,
                    step: Step(i64::from_be_bytes(*reader.take::<8>()?)),
                },
                PHONE_CALL => MethodPayload::PhoneCall(reader.number()?),
                other => return Err(PayloadError::Kind(other)),
            });
        }
        reader.end()?;
        Ok(Self { token, methods })
    }
}

impl NumberPayload {
    /// Writes the payload. Dropping it wipes it.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let Self(number) = self;
        let mut out = writer(NUMBER);
        out.extend_from_slice(number.bytes());
        out.resize(PLAINTEXT_BYTES, 0);
        out
    }

    /// Reads the payload that [`Self::encode`] wrote, and refuses any other bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let mut reader = reader(bytes, NUMBER)?;
        let number = reader.number()?;
        reader.end()?;
        Ok(Self(number))
    }
}

impl StationPayload {
    /// Writes the payload. Dropping it wipes it.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let Self(code) = self;
        let mut out = writer(STATION);
        out.extend_from_slice(code.characters().as_slice());
        out.resize(PLAINTEXT_BYTES, 0);
        out
    }

    /// Reads the payload that [`Self::encode`] wrote, and refuses any other bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let mut reader = reader(bytes, STATION)?;
        let code = reader.code()?;
        reader.end()?;
        Ok(Self(code))
    }
}

#[cfg(test)]
mod tests;
