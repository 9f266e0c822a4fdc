//! Signing in with an enrolment code: gives a session, and a grant for one enrolment.
//!
//! Not here: what the grant is good for (`accept`), what the session opens (`me`).

use std::net::IpAddr;
use std::sync::Arc;

use domain::{CodeWhere, GrantId, Label, Person, SchoolId, SignInWay, Timestamp};
use protocol::{
    Credential, ErrorCode, MethodProgress, MethodState, SealPurpose, Sealed, SessionToken, SignInAnswer,
    SignInHeader, SignInPlain,
};

use super::limits::GuessLimits;
use super::{Refusal, Service};
use crate::audit::{self, Entry, What};
use crate::keys::{HashOf, Keys, new_token};
use crate::store::{
    CodeRow, CodeState, GrantRow, GrantState, MethodRow, PersonRow, SessionRow, StoreError, Tx,
};

/// How far a sign-in's own time may be from ours. Beyond it, the envelope was kept and is sent again by somebody,
/// or the clock was not measured.
const SEALED_WITHIN_MS: i64 = 15 * 60 * 1000;

/// Expired sessions are known as such for a day.
const SESSION_KNOWN_MS: i64 = 24 * 60 * 60 * 1000;

impl Service {
    /// Redeems a credential. Unknown and wrong codes look alike; why a code is refused is told only to who has it.
    pub async fn sign_in(&self, from: Option<IpAddr>, sealed: &Sealed) -> Result<SignInAnswer, Refusal> {
        let header: SignInHeader = protocol::header(sealed).map_err(|_| ErrorCode::BadRequest)?;
        let plain = self.open_sealed(SealPurpose::SignIn, header.service, &header.key_id, sealed)?;
        let SignInPlain { token, credential } =
            SignInPlain::decode(&plain).map_err(|_| ErrorCode::EnvelopeUnreadable)?;
        let now = self.now();
        if header.time.millis_since(now).saturating_abs() > SEALED_WITHIN_MS {
            return Err(ErrorCode::ClockOff.into());
        }
        // The rules that a person works under are those that were in force when they signed in, or newer.
        if header.policy_serial < self.document.serial {
            return Err(ErrorCode::PolicyPassed.into());
        }
        let Credential::EnrolmentCode(code) = credential;
        if !self.policy().sign_in.contains(&SignInWay::EnrolmentCode) {
            return Err(ErrorCode::NotAllowed.into());
        }
        let session = new_token().map_err(|error| no_entropy(&error))?;
        let session = SessionToken::from_entropy(&session);
        let mut random = [0; 10];
        getrandom::fill(&mut random).map_err(|error| no_entropy(&error))?;
        let policy = self.policy();
        let attempt = Attempt {
            keys: Arc::clone(&self.keys),
            now,
            from,
            limits: GuessLimits::of(policy, from),
            at_school: from.is_some_and(|address| policy.school_at(address).is_some()),
            only_at_school: policy.codes.r#where == CodeWhere::SchoolNetwork,
            redeems: policy.codes.redeems,
            code_hash: self.keys.hash(HashOf::EnrolmentCode, code.signs().as_slice()),
            session_hash: self.keys.hash(HashOf::Session, session.as_str().as_bytes()),
            header,
            token_hash: self.keys.hash(HashOf::GrantToken, token.bytes()),
            policy_serial: i64::try_from(self.document.serial).unwrap_or(i64::MAX),
            grant: GrantId::at(now, random),
            grant_expires_at: now.plus_secs(i64::from(policy.lifetimes.grant_days) * 86_400),
        };
        let SignedIn { grant, person, used_before, set_up } =
            self.store.write(move |tx| Box::pin(attempt.run(tx))).await??;
        let PersonRow { person, generation, departed: _ } = person;
        Ok(SignInAnswer {
            session,
            grant: grant.id,
            generation,
            school_name: school_name(self, &person),
            person,
            grant_expires_at: grant.expires_at,
            used_before,
            set_up: set_up.iter().map(method_state).collect(),
        })
    }
}

/// The school as the policy names it; its id when the policy knows it no more.
pub(super) fn school_name(service: &Service, person: &Person) -> Label {
    let SchoolId(id) = &person.school;
    match service.policy().school(&person.school) {
        Some(school) => school.name.clone(),
        None => Label::new(id).unwrap_or_else(|_| service.policy().trust.name.clone()),
    }
}

pub(super) fn method_state(method: &MethodRow) -> MethodState {
    let (state, since) = if method.used {
        (MethodProgress::Used, method.used_at)
    } else {
        (MethodProgress::Tested, method.tested_at)
    };
    MethodState { kind: method.kind, state, since }
}

pub(super) fn no_entropy(error: &getrandom::Error) -> Refusal {
    tracing::error!(%error, "the system has no entropy");
    ErrorCode::ServiceFault.into()
}

/// All that one transaction needs.
struct Attempt {
    keys: Arc<Keys>,
    now: Timestamp,
    from: Option<IpAddr>,
    limits: GuessLimits,
    at_school: bool,
    only_at_school: bool,
    redeems: u32,
    code_hash: [u8; 32],
    session_hash: [u8; 32],
    header: SignInHeader,
    token_hash: [u8; 32],
    policy_serial: i64,
    grant: GrantId,
    grant_expires_at: Timestamp,
}

struct SignedIn {
    grant: GrantRow,
    person: PersonRow,
    used_before: bool,
    set_up: Vec<MethodRow>,
}

impl Attempt {
    async fn run(self, tx: &mut Tx) -> Result<Result<SignedIn, Refusal>, StoreError> {
        // Counted as a failure before anything is looked at.
        if let Err(refusal) = self.limits.count(tx, self.now).await? {
            return Ok(Err(refusal));
        }
        let Some(code) = tx.code_by_hash(&self.code_hash).await? else {
            self.limits.keep(tx, self.now).await?;
            self.refused(tx, None, ErrorCode::CodeUnknown).await?;
            return Ok(Err(ErrorCode::CodeUnknown.into()));
        };
        // Whoever has a right code guesses nothing, also when the code no longer counts.
        self.limits.clear(tx, self.now).await?;
        let person = tx.person(code.person).await?.ok_or(StoreError::Corrupt("code"))?;
        let set_up = tx.methods(code.person).await?;
        let refusal = match self.judge(&code, &person, &set_up) {
            Ok(()) => match self.admit(tx, &code, &person).await? {
                Ok((grant, used_before)) => return Ok(Ok(SignedIn { grant, person, used_before, set_up })),
                Err(refusal) => refusal,
            },
            Err(refusal) => refusal,
        };
        self.refused(tx, Some(&code), refusal).await?;
        Ok(Err(refusal.into()))
    }

    /// Whether the code counts, here and now.
    fn judge(&self, code: &CodeRow, person: &PersonRow, set_up: &[MethodRow]) -> Result<(), ErrorCode> {
        match code.state {
            CodeState::Accepted => return Err(ErrorCode::CodeUsed),
            CodeState::Revoked => return Err(ErrorCode::CodeRevoked),
            CodeState::Issued => {}
        }
        if code.expires_at <= self.now {
            return Err(ErrorCode::CodeExpired);
        }
        if person.departed {
            return Err(ErrorCode::CodeRevoked);
        }
        if self.only_at_school && !self.at_school {
            return Err(ErrorCode::CodeElsewhere);
        }
        // A proved method is replaced only by proving it, or by a code that IT issued for just that.
        if !set_up.is_empty() && !code.replaces {
            return Err(ErrorCode::AlreadyEnrolled);
        }
        // Issued before what the person has now: it was never meant to replace that.
        if code.generation != person.generation {
            return Err(ErrorCode::CodeRevoked);
        }
        Ok(())
    }

    /// Redeems the code and makes the grant, or finds the one that the same sign-in made before: its answer was lost.
    async fn admit(
        &self,
        tx: &mut Tx,
        code: &CodeRow,
        person: &PersonRow,
    ) -> Result<Result<(GrantRow, bool), ErrorCode>, StoreError> {
        let (grant, used_before) = match tx.grant_for(self.header.enrolment).await? {
            Some(grant) if self.is_mine(&grant, code, person) => (grant, code.redeemed > 1),
            Some(_) => return Ok(Err(ErrorCode::EnrolmentConflict)),
            None => {
                if !tx.redeem(code.id, self.redeems).await? {
                    let revoked =
                        tx.code(code.id).await?.is_some_and(|code| code.state == CodeState::Revoked);
                    return Ok(Err(if revoked { ErrorCode::CodeRevoked } else { ErrorCode::CodeUsed }));
                }
                let grant = self.new_grant(code, person);
                if !tx.add_grant(&grant).await? {
                    return Ok(Err(ErrorCode::EnrolmentConflict));
                }
                (grant, code.redeemed > 0)
            }
        };
        let session =
            SessionRow { person: code.person, grant: grant.id, made_at: self.now, used_at: self.now };
        tx.add_session(&self.session_hash, &session).await?;
        tx.forget_sessions(self.now.millis() - SESSION_KNOWN_MS).await?;
        let entry = Entry {
            person: Some(code.person),
            enrolment: Some(grant.enrolment),
            grant: Some(grant.id),
            code: Some(code.id),
            address: self.from,
            ..Entry::of(What::SignedIn)
        };
        audit::append(tx, &self.keys, &entry, self.now).await?;
        Ok(Ok((grant, used_before)))
    }

    fn is_mine(&self, grant: &GrantRow, code: &CodeRow, person: &PersonRow) -> bool {
        let token = subtle::ConstantTimeEq::ct_eq(&grant.token_hash[..], &self.token_hash[..]);
        bool::from(token)
            && grant.code == code.id
            && grant.generation == person.generation
            && grant.state == GrantState::Open
            && grant.expires_at > self.now
    }

    fn new_grant(&self, code: &CodeRow, person: &PersonRow) -> GrantRow {
        GrantRow {
            id: self.grant,
            enrolment: self.header.enrolment,
            person: code.person,
            generation: person.generation,
            code: code.id,
            way: "enrolment-code",
            policy_serial: self.policy_serial,
            token_hash: self.token_hash,
            state: GrantState::Open,
            made_at: self.now,
            expires_at: self.grant_expires_at,
        }
    }

    async fn refused(
        &self,
        tx: &mut Tx,
        code: Option<&CodeRow>,
        refusal: ErrorCode,
    ) -> Result<(), StoreError> {
        let entry = Entry {
            person: code.map(|code| code.person),
            code: code.map(|code| code.id),
            reason: Some(refusal.name().to_owned()),
            address: self.from,
            ..Entry::of(What::SignInRefused)
        };
        audit::append(tx, &self.keys, &entry, self.now).await.map(|_| ())
    }
}
