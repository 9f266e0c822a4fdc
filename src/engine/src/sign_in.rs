//! Signing in with an enrolment code: gives a session, and a grant for one enrolment.
//!
//! Not here: its transaction (`attempt`), how the grant is given (`admission`), what the grant is good for (`accept`), what
//! the session opens (`session`).

mod attempt;

use std::net::IpAddr;

use domain::{EnrolmentId, Label, Person, SchoolId, SignInWay, StationId, Timestamp};
use protocol::{
    Credential, ErrorCode, GrantToken, MethodProgress, MethodState, SealPurpose, Sealed, SessionToken,
    SignInHeader, SignInPayload, SignInResponse, StationAssertion,
};

use super::active_policy::ActivePolicy;
use super::admission::Admission;
use super::entropy::no_entropy;
use super::ids::new_grant_id;
use super::limits::{GuessLimits, Repeats};
use super::{Refusal, Service, keys};
use attempt::{Attempt, SignedIn};
use store::{MethodRow, PersonRow, StoreError};
use vault::{HashOf, new_token};

/// How far a sign-in's own time may be from ours. Beyond it, the envelope was kept and is sent again by somebody,
/// or the clock was not measured.
pub(super) const SEALED_WITHIN_MS: i64 = 15 * 60 * 1000;

impl Service {
    /// Redeems a credential. Unknown and wrong codes look alike; why a code is refused is told only to who has it.
    /// `station`: the computer says that it is one.
    pub async fn sign_in(
        &self,
        station: Option<&StationAssertion>,
        from: Option<IpAddr>,
        sealed: &Sealed,
    ) -> Result<SignInResponse, Refusal> {
        let header: SignInHeader = protocol::header(sealed).map_err(|_| ErrorCode::BadRequest)?;
        let plain = match self.open_sealed(SealPurpose::SignIn, header.service, &header.key_id, sealed).await
        {
            Ok(plain) => plain,
            Err(refusal) if refusal.code == ErrorCode::KeyRetired => {
                self.end_what_leaked(&header, sealed).await?;
                return Err(refusal);
            }
            Err(refusal) => return Err(refusal),
        };
        let SignInPayload { token, credential } =
            SignInPayload::decode(&plain).map_err(|_| ErrorCode::EnvelopeUnreadable)?;
        let now = self.now();
        let Credential::EnrolmentCode(code) = credential;
        let code_hash = self.keys().hash(HashOf::EnrolmentCode, code.characters().as_slice());
        // The rules that a person works under are those that were in force when they signed in, or newer.
        self.look_for_newer_policy().await?;
        let policy = self.policy();
        if let Some(refusal) = refused_unseen(&header, &policy, now) {
            let is_leaked = self.note_sent(header.key_id, code_hash).await?;
            return Err(if is_leaked { ErrorCode::KeyRetired } else { refusal }.into());
        }
        let station = match station {
            None => None,
            Some(mark) => match self.station_of(mark, sealed, from).await {
                Ok(station) => Some(station),
                Err(refusal) => {
                    let is_leaked = self.note_sent(header.key_id, code_hash).await?;
                    return Err(if is_leaked { ErrorCode::KeyRetired.into() } else { refusal });
                }
            },
        };
        let (admission, session) = self.admission(&policy, header.enrolment, &token, from, station)?;
        let attempt = Attempt {
            admission,
            limits: GuessLimits::of(&policy, from),
            at_school: from.is_some_and(|address| policy.school_at(address).is_some()),
            r#where: policy.codes.r#where,
            code_hash,
            sealed_to: header.key_id,
        };
        let signed_in = self.store.write(move |tx| Box::pin(attempt.run(tx))).await?;
        if signed_in.as_ref().is_err_and(|refusal| refusal.code == ErrorCode::PolicyPassed) {
            // Whoever is told so fetches the policy from here next.
            self.look_for_newer_policy().await?;
        }
        let SignedIn { grant, person, used_before, set_up } = signed_in?;
        let PersonRow { person, generation, departed: _ } = person;
        Ok(SignInResponse {
            session,
            grant: grant.id,
            generation,
            school_name: school_name(self, &person),
            person,
            grant_expires_at: grant.expires_at,
            used_before,
            set_up: set_up.iter().map(method_state).collect(),
            station,
        })
    }

    /// What whoever proves who they are now is admitted by; and the session that they would get.
    pub(super) fn admission(
        &self,
        policy: &ActivePolicy,
        enrolment: EnrolmentId,
        token: &GrantToken,
        from: Option<IpAddr>,
        station: Option<StationId>,
    ) -> Result<(Admission, SessionToken), Refusal> {
        let (keys, now, document) = (self.keys(), self.now(), policy.document());
        let session = new_token().map_err(|error| no_entropy(&error))?;
        let session = SessionToken::from_entropy(&session);
        let admission = Admission {
            now,
            from,
            station,
            repeats: Repeats::of(policy),
            redeems: policy.codes.redeems,
            enrolment,
            token_hash: keys.hash(HashOf::GrantToken, token.bytes()),
            session_hash: keys.hash(HashOf::Session, session.as_str().as_bytes()),
            policy_serial: i64::try_from(document.serial).unwrap_or(i64::MAX),
            envelope_key: document.envelope_key.id.clone(),
            grant: new_grant_id(now)?,
            grant_expires_at: now.plus_secs(i64::from(policy.lifetimes.grant_days) * 86_400),
            keys,
        };
        Ok((admission, session))
    }

    /// Whoever has a refused key reads what is still sealed to it: a code among it ends, and nobody is told whether it was
    /// one.
    async fn end_what_leaked(&self, header: &SignInHeader, sealed: &Sealed) -> Result<(), Refusal> {
        let plain = self.opened_by_refused(SealPurpose::SignIn, header.service, &header.key_id, sealed);
        let Some(plain) = plain.and_then(|plain| SignInPayload::decode(&plain).ok()) else {
            return Ok(());
        };
        let Credential::EnrolmentCode(code) = plain.credential;
        let hash = self.keys().hash(HashOf::EnrolmentCode, code.characters().as_slice());
        self.note_sent(header.key_id.clone(), hash).await.map(|_| ())
    }

    /// A code came that nobody looks at any further; whether it has ended by that.
    async fn note_sent(&self, key: String, code_hash: [u8; 32]) -> Result<bool, Refusal> {
        let (keys, now) = (self.keys(), self.now());
        let noted = self.store.write(move |tx| {
            Box::pin(async move { keys::note_sent(tx, &keys, &key, &code_hash, now).await })
        });
        noted.await.map_err(|error: StoreError| error.into())
    }
}

/// Why a sign-in is refused before anybody looks who it is.
fn refused_unseen(header: &SignInHeader, policy: &ActivePolicy, now: Timestamp) -> Option<ErrorCode> {
    if header.time.millis_since(now).saturating_abs() > SEALED_WITHIN_MS {
        return Some(ErrorCode::ClockOff);
    }
    if header.policy_serial < policy.document().serial {
        return Some(ErrorCode::PolicyPassed);
    }
    (!policy.sign_in.contains(&SignInWay::EnrolmentCode)).then_some(ErrorCode::NotAllowed)
}

/// The school as the policy names it; its id when the policy knows it no more.
pub(super) fn school_name(service: &Service, person: &Person) -> Label {
    let SchoolId(id) = &person.school;
    let policy = service.policy();
    match policy.school(&person.school) {
        Some(school) => school.name.clone(),
        None => Label::new(id).unwrap_or_else(|_| policy.trust.name.clone()),
    }
}

pub(super) fn method_state(method: &MethodRow) -> MethodState {
    let (state, since) = match method.used_at {
        Some(used_at) => (MethodProgress::Used, used_at),
        None => (MethodProgress::Tested, method.tested_at),
    };
    MethodState { kind: method.kind, state, since }
}
