//! What is inside an envelope: a fixed layout of a fixed size, so that its length says nothing and no secret
//! passes through a text.
//!
//! Layout, version 1: version, what it is, the grant token, then
//! - sign-in: the credential's kind and its bytes (an enrolment code: ten characters);
//! - enrolment: the number of methods, and for each its kind and bytes
//!   (an authenticator app: secret 20, code 6, step 8, big-endian; a phone: number 22);
//! - number: number 22, and no token before it: the session carries the right;
//! - station: the code's ten characters, and no token before them;
//!
//! and zeros to the end. Not here: whether any of it is right (the service's vault).

use domain::{
    CODE_CHARACTERS, EnrolmentCode, MethodKind, NUMBER_BYTES, PhoneNumber, SECRET_BYTES, SixDigits, Step,
    TotpSecret,
};
use zeroize::Zeroizing;

use crate::GrantToken;

/// The size of every plaintext. Room for some twenty methods.
pub const PLAINTEXT_BYTES: usize = 1024;

const VERSION: u8 = 1;
const SIGN_IN: u8 = 1;
const ENROLMENT: u8 = 2;
const NUMBER: u8 = 3;
const STATION: u8 = 4;
const ENROLMENT_CODE: u8 = 1;
const AUTHENTICATOR_APP: u8 = 1;
const PHONE_CALL: u8 = 2;

/// A credential, and the token that the person's enrolment will be posted with.
#[derive(Debug)]
pub struct SignInPayload {
    /// Made by the assistant before signing in.
    pub token: GrantToken,
    /// What shows who it is.
    pub credential: Credential,
}

/// What shows who somebody is.
#[derive(Debug)]
pub enum Credential {
    /// The code from IT.
    EnrolmentCode(EnrolmentCode),
}

/// An enrolment.
#[derive(Debug)]
pub struct EnrolmentPayload {
    /// The right to post it.
    pub token: GrantToken,
    /// What was proved, in the header's order.
    pub methods: Vec<MethodPayload>,
}

/// One method as it was proved.
#[derive(Debug)]
pub enum MethodPayload {
    /// An authenticator app.
    AuthenticatorApp {
        /// What app and service share.
        secret: TotpSecret,
        /// The code that was typed.
        code: SixDigits,
        /// The step it belongs to, in service time.
        step: Step,
    },
    /// A number that was called.
    PhoneCall(PhoneNumber),
}

/// The number of a test call.
#[derive(Debug)]
pub struct NumberPayload(pub PhoneNumber);

/// The code that makes a computer a station.
#[derive(Debug)]
pub struct StationPayload(pub EnrolmentCode);

impl MethodPayload {
    /// Which method it is, to hold against the header.
    pub const fn kind(&self) -> MethodKind {
        match self {
            Self::AuthenticatorApp { .. } => MethodKind::AuthenticatorApp,
            Self::PhoneCall(_) => MethodKind::PhoneCall,
        }
    }
}

/// Why an opened plaintext is refused, or none can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Not of the one size, or it ends before its content does.
    #[error("a plaintext has {PLAINTEXT_BYTES} bytes")]
    Size,
    /// Written by a newer assistant.
    #[error("plaintext version {0} is not known")]
    Version(u8),
    /// A sign-in where an enrolment was expected, or the reverse.
    #[error("the plaintext is for something else")]
    What,
    /// A credential or a method that is not known.
    #[error("kind {0} is not known")]
    Kind(u8),
    /// No such code.
    #[error("a code in the plaintext is malformed")]
    Malformed,
    /// Something after the end.
    #[error("something follows the plaintext's end")]
    Trailing,
}

impl SignInPayload {
    /// As it is sealed.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let Self { token, credential } = self;
        let mut out = start(SIGN_IN, token);
        match credential {
            Credential::EnrolmentCode(code) => {
                out.push(ENROLMENT_CODE);
                out.extend_from_slice(code.characters().as_slice());
            }
        }
        out.resize(PLAINTEXT_BYTES, 0);
        out
    }

    /// Reads what `encode` wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let (mut rest, token) = begin(bytes, SIGN_IN)?;
        let credential = match rest.byte()? {
            ENROLMENT_CODE => Credential::EnrolmentCode(rest.code()?),
            other => return Err(PayloadError::Kind(other)),
        };
        rest.end()?;
        Ok(Self { token, credential })
    }
}

impl EnrolmentPayload {
    /// As it is sealed. Fails only with more methods than have room.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, PayloadError> {
        let Self { token, methods } = self;
        let mut out = start(ENROLMENT, token);
        out.push(u8::try_from(methods.len()).map_err(|_| PayloadError::Size)?);
        for method in methods {
            match method {
                MethodPayload::AuthenticatorApp { secret, code, step } => {
                    // Never beyond the capacity: growing would leave a copy behind.
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

    /// Reads what `encode` wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let (mut rest, token) = begin(bytes, ENROLMENT)?;
        let count = rest.byte()?;
        let mut methods = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            methods.push(match rest.byte()? {
                AUTHENTICATOR_APP => MethodPayload::AuthenticatorApp {
                    secret: TotpSecret::from_bytes(rest.take::<SECRET_BYTES>()?),
                    code: std::str::from_utf8(rest.take::<6>()?)
                        .ok()
                        .and_then(SixDigits::parse)
                        .ok_or(PayloadError::Malformed)?,
                    step: Step(i64::from_be_bytes(*rest.take::<8>()?)),
                },
                PHONE_CALL => MethodPayload::PhoneCall(rest.number()?),
                other => return Err(PayloadError::Kind(other)),
            });
        }
        rest.end()?;
        Ok(Self { token, methods })
    }
}

impl NumberPayload {
    /// As it is sealed.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let Self(number) = self;
        let mut out = head(NUMBER);
        out.extend_from_slice(number.bytes());
        out.resize(PLAINTEXT_BYTES, 0);
        out
    }

    /// Reads what `encode` wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let mut rest = body(bytes, NUMBER)?;
        let number = rest.number()?;
        rest.end()?;
        Ok(Self(number))
    }
}

impl StationPayload {
    /// As it is sealed.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let Self(code) = self;
        let mut out = head(STATION);
        out.extend_from_slice(code.characters().as_slice());
        out.resize(PLAINTEXT_BYTES, 0);
        out
    }

    /// Reads what `encode` wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let mut rest = body(bytes, STATION)?;
        let code = rest.code()?;
        rest.end()?;
        Ok(Self(code))
    }
}

fn head(what: u8) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(PLAINTEXT_BYTES));
    out.extend_from_slice(&[VERSION, what]);
    out
}

fn start(what: u8, token: &GrantToken) -> Zeroizing<Vec<u8>> {
    let mut out = head(what);
    out.extend_from_slice(token.bytes());
    out
}

fn body(bytes: &[u8], what: u8) -> Result<Rest<'_>, PayloadError> {
    if bytes.len() != PLAINTEXT_BYTES {
        return Err(PayloadError::Size);
    }
    let mut rest = Rest(bytes);
    match rest.byte()? {
        VERSION => {}
        other => return Err(PayloadError::Version(other)),
    }
    if rest.byte()? != what {
        return Err(PayloadError::What);
    }
    Ok(rest)
}

fn begin(bytes: &[u8], what: u8) -> Result<(Rest<'_>, GrantToken), PayloadError> {
    let mut rest = body(bytes, what)?;
    let token = GrantToken::from_bytes(rest.take::<32>()?);
    Ok((rest, token))
}

/// What is still unread. Lends, so that no secret is copied on the way.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], PayloadError> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(PayloadError::Size)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, PayloadError> {
        self.take::<1>().map(|[byte]| *byte)
    }

    fn code(&mut self) -> Result<EnrolmentCode, PayloadError> {
        let encoded =
            std::str::from_utf8(self.take::<CODE_CHARACTERS>()?).map_err(|_| PayloadError::Malformed)?;
        EnrolmentCode::parse(encoded).map_err(|_| PayloadError::Malformed)
    }

    fn number(&mut self) -> Result<PhoneNumber, PayloadError> {
        PhoneNumber::from_bytes(self.take::<NUMBER_BYTES>()?).ok_or(PayloadError::Malformed)
    }

    fn end(self) -> Result<(), PayloadError> {
        if self.0.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(PayloadError::Trailing) }
    }
}

#[cfg(test)]
mod tests;
