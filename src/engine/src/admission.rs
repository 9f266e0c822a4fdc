//! Admits somebody who has proved who they are: gives a grant for one enrolment, and a session.
//!
//! Not here: how they prove it. Each way to sign in ends with an `Identity`; for a code see `sign_in::attempt`.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{EnrolmentId, GrantId, StationId, Timestamp};
use protocol::ErrorCode;
use store::{CodeState, Evidence, GrantRow, GrantState, PersonRow, SessionRow, StoreError, Tx, WayName};
use vault::{KeyKind, Keys};

use crate::audit::{self, Entry, What};
use crate::limits::Repeats;
use crate::refusal::Refusal;

/// An expired session is remembered for a day.
const SESSION_KNOWN_MS: i64 = 24 * 60 * 60 * 1000;

/// Somebody who has proved who they are.
pub(crate) struct Identity {
    /// The person's row as it is now.
    pub(crate) person: PersonRow,
    /// The way in which they proved it.
    pub(crate) way: WayName,
    /// The evidence.
    pub(crate) evidence: Evidence,
}

/// A request for admission, with the rules that apply.
pub(crate) struct Admission {
    pub(crate) keys: Arc<Keys>,
    pub(crate) now: Timestamp,
    pub(crate) from: Option<IpAddr>,
    /// The station at which the person is, if any.
    pub(crate) station: Option<StationId>,
    pub(crate) repeats: Repeats,
    /// How many grants one code gives at most.
    pub(crate) redeems: u32,
    /// The enrolment that the grant is for.
    pub(crate) enrolment: EnrolmentId,
    pub(crate) token_hash: [u8; 32],
    pub(crate) session_hash: [u8; 32],
    /// The active policy.
    pub(crate) policy_serial: i64,
    /// The envelope key of that policy.
    pub(crate) envelope_key: String,
    /// The id of a new grant.
    pub(crate) grant: GrantId,
    pub(crate) grant_expires_at: Timestamp,
}

/// A grant that was given.
pub(crate) struct Admitted {
    pub(crate) grant: GrantRow,
    /// `false` when the same request was admitted before, and its answer was lost.
    pub(crate) is_new: bool,
}

impl Admission {
    /// Gives a grant and a session. A repeated request gets the same grant. An inner `Err` keeps what the transaction
    /// wrote before.
    pub(crate) async fn admit(
        &self,
        tx: &mut Tx,
        identity: &Identity,
    ) -> Result<Result<Admitted, Refusal>, StoreError> {
        if let Err(refusal) = may_begin(tx, identity).await? {
            return Ok(Err(refusal.into()));
        }
        // Fails when the station was revoked. A revocation after this point also ends the new grant.
        if let Some(station) = self.station
            && !tx.touch_station(station, self.now.millis()).await?
        {
            return Ok(Err(ErrorCode::StationUnknown.into()));
        }
        let mut is_news = true;
        let admitted = match tx.grant_for(self.enrolment).await? {
            Some(grant) if self.is_same(&grant, identity) => {
                match self.is_first(tx, identity, "again").await? {
                    Ok(first) => is_news = first,
                    Err(too_many) => return Ok(Err(too_many)),
                }
                Admitted { grant, is_new: false }
            }
            Some(_) => return Ok(Err(ErrorCode::EnrolmentConflict.into())),
            None => match self.give(tx, identity).await? {
                Ok(grant) => Admitted { grant, is_new: true },
                Err(refusal) => return Ok(Err(refusal.into())),
            },
        };
        let grant = &admitted.grant;
        let session =
            SessionRow { person: grant.person, grant: grant.id, made_at: self.now, used_at: self.now };
        // A grant has one session. The response with the earlier one was lost.
        tx.end_sessions_of(grant.id).await?;
        tx.add_session(&self.session_hash, &session).await?;
        tx.forget_sessions(self.now.millis() - SESSION_KNOWN_MS).await?;
        if is_news {
            let entry = Entry {
                person: Some(grant.person),
                enrolment: Some(grant.enrolment),
                grant: Some(grant.id),
                code: grant.evidence.code(),
                station: grant.station,
                reason: Some(grant.way.as_str().to_owned()),
                address: self.from,
                ..Entry::of(What::SignedIn)
            };
            audit::append(tx, &self.keys, &entry, self.now).await?;
        }
        Ok(Ok(admitted))
    }

    /// Whether this is the first such answer for this evidence in its window.
    pub(crate) async fn is_first(
        &self,
        tx: &mut Tx,
        identity: &Identity,
        what: &str,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let subject = match &identity.evidence {
            Evidence::Code(code) => format!("code {code} {what}"),
            Evidence::Subject(_) => format!("person {} {what}", identity.person.person.id),
        };
        self.repeats.count(tx, &subject, self.now).await
    }

    /// Gives a new grant.
    async fn give(
        &self,
        tx: &mut Tx,
        identity: &Identity,
    ) -> Result<Result<GrantRow, ErrorCode>, StoreError> {
        // Refusing an envelope key ends the grants that exist then. This lock keeps a grant from being added after
        // that.
        if !tx.lock_key_in_use(KeyKind::Envelope, &self.envelope_key).await? {
            return Ok(Err(ErrorCode::PolicyPassed));
        }
        if let Evidence::Code(code) = identity.evidence
            && !tx.redeem(code, self.redeems).await?
        {
            return Ok(Err(match tx.code(code).await?.map(|code| code.state) {
                Some(CodeState::Revoked) => ErrorCode::CodeRevoked,
                Some(CodeState::Issued) => ErrorCode::CodeUsedUp,
                Some(CodeState::Accepted) | None => ErrorCode::CodeUsed,
            }));
        }
        let PersonRow { person, generation, departed: _ } = &identity.person;
        let grant = GrantRow {
            id: self.grant,
            enrolment: self.enrolment,
            person: person.id,
            generation: *generation,
            way: identity.way.clone(),
            evidence: identity.evidence.clone(),
            policy_serial: self.policy_serial,
            token_hash: self.token_hash,
            state: GrantState::Open,
            made_at: self.now,
            expires_at: self.grant_expires_at,
            station: self.station,
        };
        Ok(if tx.add_grant(&grant).await? { Ok(grant) } else { Err(ErrorCode::EnrolmentConflict) })
    }

    fn is_same(&self, grant: &GrantRow, identity: &Identity) -> bool {
        let token = subtle::ConstantTimeEq::ct_eq(&grant.token_hash[..], &self.token_hash[..]);
        bool::from(token)
            && grant.person == identity.person.person.id
            && grant.way == identity.way
            && grant.evidence == identity.evidence
            && grant.generation == identity.person.generation
            && grant.station == self.station
            && grant.state == GrantState::Open
            && grant.expires_at > self.now
    }
}

/// Whether somebody may begin an enrolment. A code itself says whether it may replace methods, and `sign_in` has
/// checked that. No other way may replace them: a proved method is replaced only by proving it.
async fn may_begin(tx: &mut Tx, identity: &Identity) -> Result<Result<(), ErrorCode>, StoreError> {
    let PersonRow { person, departed, .. } = &identity.person;
    Ok(match identity.evidence {
        Evidence::Code(_) => Ok(()),
        Evidence::Subject(_) if *departed => Err(ErrorCode::NotAllowed),
        Evidence::Subject(_) if !tx.methods(person.id).await?.is_empty() => Err(ErrorCode::AlreadyEnrolled),
        Evidence::Subject(_) => Ok(()),
    })
}
