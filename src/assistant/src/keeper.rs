//! The one place that holds secrets, QR pictures and typed codes. Everybody else carries ids.
//!
//! Not here: no I/O and no clock; entropy and time are arguments. Nothing here is `Debug` or `Clone`.

mod number;
mod qr;
mod typed_text;

use client::{Envelopes, Grant};
use domain::{
    CodeVerdict, EnrolmentCode, EnrolmentId, Generation, GrantId, Label, PersonId, SixDigits, StationId,
    Step, Timestamp, TotpSecret,
};
use journey::{Attempt, FieldId, Proof, SecretId};
use protocol::{GrantToken, MethodPayload, PolicyDocument, Sealed};

use crate::workstation::SiteId;

pub use qr::QrMatrix;
use typed_text::TypedTexts;
pub use typed_text::{MAX_TYPED_CHARS, TypedText};

/// Fills a buffer from the system's entropy; false when there is none.
pub type Entropy<'a> = &'a mut dyn FnMut(&mut [u8]) -> bool;

/// Why the keeper could not do it. Says nothing about what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeeperFault {
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoEntropy,
    /// What is asked for is not, or no longer, held.
    #[error("what is asked for is not held any more")]
    NotHeld,
    /// The envelope could not be made.
    #[error("the envelope could not be sealed")]
    Seal,
}

/// Holds what must not be seen, on the thread that draws.
#[derive(Default)]
pub struct Keeper {
    typed: TypedTexts,
    secrets: Vec<Kept>,
    next_secret: u32,
    number: number::Held,
    pending: Option<Pending>,
    grant: Option<HeldGrant>,
}

struct Kept {
    id: SecretId,
    secret: TotpSecret,
    qr: QrMatrix,
    proof: Option<(SixDigits, Step)>,
}

struct HeldGrant {
    grant: Grant,
    token: GrantToken,
    station: Option<StationId>,
    sealed: Option<Sealed>,
}

/// A sign-in that was sealed and has no answer yet.
struct Pending {
    attempt: Attempt,
    code: EnrolmentCode,
    request: GrantRequest,
}

/// What was asked for in a sign-in: the enrolment and its token.
pub(crate) struct GrantRequest {
    enrolment: EnrolmentId,
    token: GrantToken,
}

impl GrantRequest {
    fn new(now: Timestamp, entropy: Entropy<'_>) -> Result<Self, KeeperFault> {
        let mut random = [0_u8; 10];
        fill(entropy, &mut random)?;
        let mut token = zeroize::Zeroizing::new([0_u8; 32]);
        fill(entropy, token.as_mut_slice())?;
        Ok(Self { enrolment: EnrolmentId::at(now, random), token: GrantToken::from_bytes(&token) })
    }
}

impl Keeper {
    /// What is typed in a field, to be read.
    pub fn typed(&self, field: FieldId) -> &str {
        self.typed.of(field).as_str()
    }

    /// What is typed in a field, to be changed.
    pub fn typed_mut(&mut self, field: FieldId) -> &mut TypedText {
        self.typed.of_mut(field)
    }

    /// The picture of a secret: made once, the same for as long as the secret lives.
    pub fn qr(&self, id: SecretId) -> Option<&QrMatrix> {
        self.secrets.iter().find(|kept| kept.id == id).map(|kept| &kept.qr)
    }

    /// Lends the key in groups of four to a reader; nothing when it is not held.
    pub fn key_in_fours(&self, id: SecretId, read: &mut dyn FnMut(&str)) {
        if let Some(kept) = self.secrets.iter().find(|kept| kept.id == id) {
            read(&kept.secret.key_in_fours());
        }
    }

    /// Whether a secret is held.
    pub fn holds_secret(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Makes a secret and its picture. Earlier secrets are dropped: one enrolment, one secret of a kind.
    pub(crate) fn make_secret(
        &mut self,
        issuer: &Label,
        account: &Label,
        entropy: Entropy<'_>,
    ) -> Result<SecretId, KeeperFault> {
        let mut bytes = zeroize::Zeroizing::new([0_u8; domain::SECRET_BYTES]);
        fill(entropy, bytes.as_mut_slice())?;
        let secret = TotpSecret::from_bytes(&bytes);
        let qr = QrMatrix::of(&domain::otpauth_uri(&secret, issuer, account)).ok_or(KeeperFault::Seal)?;
        self.next_secret += 1;
        let id = SecretId(self.next_secret);
        self.secrets.clear();
        self.secrets.push(Kept { id, secret, qr, proof: None });
        Ok(id)
    }

    /// Judges what is typed. A right code is kept as the proof that goes into the envelope.
    pub(crate) fn judge(&mut self, id: SecretId, field: FieldId, now: Timestamp) -> Option<CodeVerdict> {
        let Self { typed, secrets, .. } = self;
        let kept = secrets.iter_mut().find(|kept| kept.id == id)?;
        let typed = typed.of(field).as_str();
        let verdict = domain::judge_code(&kept.secret, typed, now);
        if let (CodeVerdict::Right { step }, Some(code)) = (verdict, SixDigits::parse(typed)) {
            kept.proof = Some((code, step));
        }
        Some(verdict)
    }

    /// Whether six digits are there to be judged.
    pub(crate) fn has_six_digits(&self, field: FieldId) -> bool {
        SixDigits::parse(self.typed(field)).is_some()
    }

    /// Makes an enrolment id and a grant token, and seals them with the typed code for the service alone. As long as
    /// nobody knows whether the service heard of them, the same are sealed again with the same code: whatever it
    /// made of the first, it gives again, and no use of the code is lost.
    pub(crate) fn seal_sign_in(
        &mut self,
        attempt: Attempt,
        code: EnrolmentCode,
        document: &PolicyDocument,
        now: Timestamp,
        entropy: Entropy<'_>,
    ) -> Result<Sealed, KeeperFault> {
        let request = match self.pending.take_if(|pending| pending.code == code) {
            Some(pending) => pending.request,
            None => GrantRequest::new(now, entropy)?,
        };
        let sealed = Envelopes::under(document)
            .sign_in(request.enrolment, &request.token, &code, now)
            .map_err(|_| KeeperFault::Seal)?;
        self.pending = Some(Pending { attempt, code, request });
        Ok(sealed)
    }

    /// The service said yes to an attempt: hands out what was sealed then, once.
    pub(crate) fn take_request(&mut self, attempt: Attempt) -> Option<GrantRequest> {
        self.pending.take_if(|pending| pending.attempt == attempt).map(|pending| pending.request)
    }

    /// The service said no to an attempt: the next one is another.
    pub(crate) fn drop_request(&mut self, attempt: Attempt) {
        self.pending.take_if(|pending| pending.attempt == attempt);
    }

    /// The journey took the answer: the token is now the grant's.
    pub(crate) fn hold_grant(
        &mut self,
        request: GrantRequest,
        grant: GrantId,
        generation: Generation,
        person: PersonId,
        station: Option<StationId>,
    ) {
        let GrantRequest { enrolment, token } = request;
        // The service counts only what was proved under this grant.
        self.secrets.iter_mut().for_each(|kept| kept.proof = None);
        let grant = Grant { id: grant, enrolment, person, generation };
        self.grant = Some(HeldGrant { grant, token, station, sealed: None });
    }

    /// Seals what was proved, for the service alone. Asked again, it gives the same bytes: they may be in the outbox
    /// already, and an enrolment's id is never used for two contents.
    pub(crate) fn seal_enrolment(
        &mut self,
        proofs: &[Proof],
        document: &PolicyDocument,
        site: Option<&SiteId>,
        now: Timestamp,
    ) -> Result<(EnrolmentId, Sealed), KeeperFault> {
        let Self { secrets, number, grant, .. } = self;
        let held = grant.as_mut().ok_or(KeeperFault::NotHeld)?;
        if let Some(sealed) = &held.sealed {
            return Ok((held.grant.enrolment, sealed.clone()));
        }
        let mut methods = Vec::with_capacity(proofs.len());
        for proof in proofs {
            methods.push(match proof {
                Proof::App(id) => {
                    let kept = secrets.iter().find(|kept| kept.id == *id).ok_or(KeeperFault::NotHeld)?;
                    let (code, step) = kept.proof.as_ref().ok_or(KeeperFault::NotHeld)?;
                    let secret = TotpSecret::from_bytes(kept.secret.bytes());
                    MethodPayload::AuthenticatorApp { secret, code: code.clone(), step: *step }
                }
                Proof::Call(id) => MethodPayload::PhoneCall(number.again(*id).ok_or(KeeperFault::NotHeld)?),
            });
        }
        let station = held
            .station
            .map(|station| station.to_string())
            .or_else(|| site.map(|site| site.as_str().to_owned()));
        let sealed = Envelopes::under(document)
            .enrolment(&held.grant, &held.token, methods, station, now)
            .map_err(|_| KeeperFault::Seal)?;
        held.sealed = Some(sealed.clone());
        Ok((held.grant.enrolment, sealed))
    }

    /// The sealed enrolment is certainly not in the outbox, so the next one may hold something else.
    pub(crate) fn unseal(&mut self) {
        if let Some(held) = &mut self.grant {
            held.sealed = None;
        }
    }

    /// Empties one field.
    pub(crate) fn clear_field(&mut self, field: FieldId) {
        self.typed.of_mut(field).clear();
    }

    /// Drops everything.
    pub(crate) fn forget(&mut self) {
        let Self { typed, secrets, next_secret: _, number, pending, grant } = self;
        typed.clear();
        secrets.clear();
        number.forget();
        *pending = None;
        *grant = None;
    }
}

fn fill(entropy: Entropy<'_>, into: &mut [u8]) -> Result<(), KeeperFault> {
    if entropy(into) { Ok(()) } else { Err(KeeperFault::NoEntropy) }
}

#[cfg(test)]
mod tests;
