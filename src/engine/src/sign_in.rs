//! Signs a person in with an enrolment code: gives a session, and a grant for one enrolment.
//!
//! Not here: the transaction (`attempt`), how the grant is given (`admission`), its use (`accept`), and what the
//! session allows (`session`).

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

/// How far the time in a sign-in may be from the service's. Beyond it, the envelope was replayed, or the assistant's
/// clock was not measured.
pub(super) const SEALED_WITHIN_MS: i64 = 15 * 60 * 1000;

impl Service {
    /// Redeems a credential. Unknown and wrong codes get the same answer. Only the holder of a right code learns why it
    /// is refused. `station` is the assertion of a computer that says it is a station.
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
                self.end_code_under_refused_key(&header, sealed).await?;
                return Err(refusal);
            }
            Err(refusal) => return Err(refusal),
        };
        let SignInPayload { token, credential } =
            SignInPayload::decode(&plain).map_err(|_| ErrorCode::EnvelopeUnreadable)?;
        let now = self.now();
        let Credential::EnrolmentCode(code) = credential;
        let code_hash = self.keys().hash(HashOf::EnrolmentCode, code.characters().as_slice());
        // A person works under the policy that was active when they signed in, or a newer one.
        self.refresh_policy().await?;
        let policy = self.policy();
        if let Some(refusal) = check_header(&header, &policy, now) {
            let is_exposed = self.end_exposed_code(header.key_id, code_hash).await?;
            return Err(if is_exposed { ErrorCode::KeyRetired } else { refusal }.into());
        }
        let station = match station {
            None => None,
            Some(assertion) => match self.station_of(assertion, sealed, from).await {
                Ok(station) => Some(station),
                Err(refusal) => {
                    let is_exposed = self.end_exposed_code(header.key_id, code_hash).await?;
                    return Err(if is_exposed { ErrorCode::KeyRetired.into() } else { refusal });
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
            // The client fetches the policy from this node next.
            self.refresh_policy().await?;
        }
        let SignedIn { grant, person, used_before, last_used_at, set_up } = signed_in?;
        let PersonRow { person, generation, departed: _ } = person;
        Ok(SignInResponse {
            session,
            grant: grant.id,
            generation,
            school_name: school_name(self, &person),
            person,
            grant_expires_at: grant.expires_at,
            used_before,
            last_used_at,
            signed_in_at: Some(grant.made_at),
            set_up: set_up.iter().map(method_state).collect(),
            station,
        })
    }

    /// Makes the admission of somebody who proves who they are, and the session that they will get.
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

    /// Somebody else may have a refused key, and then reads what is sealed to it. So a code in such an envelope ends.
    /// The answer does not show whether there was one.
    async fn end_code_under_refused_key(
        &self,
        header: &SignInHeader,
        sealed: &Sealed,
    ) -> Result<(), Refusal> {
        let plain = self.open_with_refused_key(SealPurpose::SignIn, header.service, &header.key_id, sealed);
        let Some(plain) = plain.and_then(|plain| SignInPayload::decode(&plain).ok()) else {
            return Ok(());
        };
        let Credential::EnrolmentCode(code) = plain.credential;
        let hash = self.keys().hash(HashOf::EnrolmentCode, code.characters().as_slice());
        self.end_exposed_code(header.key_id.clone(), hash).await.map(|_| ())
    }

    /// Ends a code whose envelope key is refused, when the sign-in itself stops early. Returns whether it did.
    async fn end_exposed_code(&self, key: String, code_hash: [u8; 32]) -> Result<bool, Refusal> {
        let (keys, now) = (self.keys(), self.now());
        let noted = self.store.write(move |tx| {
            Box::pin(async move { keys::end_exposed_code(tx, &keys, &key, &code_hash, now).await })
        });
        noted.await.map_err(|error: StoreError| error.into())
    }
}

/// Checks a sign-in's header, before its code is looked up.
fn check_header(header: &SignInHeader, policy: &ActivePolicy, now: Timestamp) -> Option<ErrorCode> {
    if header.time.millis_since(now).saturating_abs() > SEALED_WITHIN_MS {
        return Some(ErrorCode::ClockOff);
    }
    if header.policy_serial < policy.document().serial {
        return Some(ErrorCode::PolicyPassed);
    }
    (!policy.sign_in.contains(&SignInWay::EnrolmentCode)).then_some(ErrorCode::NotAllowed)
}

/// The school's name in the policy, or its id when the policy no longer has it.
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
