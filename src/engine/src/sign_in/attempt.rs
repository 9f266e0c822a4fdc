//! One sign-in with a code, in one transaction: count, find, judge, admit, note.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{CodeWhere, GrantId, SignInWay, StationId, Timestamp};
use protocol::{ErrorCode, SignInHeader};

use super::super::Refusal;
use super::super::keys::note_sent;
use super::super::limits::{GuessLimits, Repeats};
use crate::audit::{self, Entry, What};
use store::{CodeRow, CodeState, GrantRow, GrantState, MethodRow, PersonRow, SessionRow, StoreError, Tx};
use vault::{KeyKind, Keys};

/// Expired sessions are known as such for a day.
const SESSION_KNOWN_MS: i64 = 24 * 60 * 60 * 1000;

/// All that one transaction needs.
pub(super) struct Attempt {
    pub(super) keys: Arc<Keys>,
    pub(super) now: Timestamp,
    pub(super) from: Option<IpAddr>,
    pub(super) limits: GuessLimits,
    pub(super) repeats: Repeats,
    pub(super) at_school: bool,
    pub(super) station: Option<StationId>,
    pub(super) r#where: CodeWhere,
    pub(super) redeems: u32,
    pub(super) code_hash: [u8; 32],
    pub(super) session_hash: [u8; 32],
    pub(super) header: SignInHeader,
    pub(super) token_hash: [u8; 32],
    pub(super) policy_serial: i64,
    /// That of the same policy.
    pub(super) envelope_key: String,
    pub(super) grant: GrantId,
    pub(super) grant_expires_at: Timestamp,
}

pub(super) struct SignedIn {
    pub(super) grant: GrantRow,
    pub(super) person: PersonRow,
    pub(super) used_before: bool,
    pub(super) set_up: Vec<MethodRow>,
}

impl Attempt {
    pub(super) async fn run(self, tx: &mut Tx) -> Result<Result<SignedIn, Refusal>, StoreError> {
        // Counted as a failure before anything is looked at.
        let counted = self.limits.count(tx, self.now).await?;
        // After the count, as all that holds a code's row: on PostgreSQL two transactions with one code would else wait for
        // each other.
        let is_leaked = note_sent(tx, &self.keys, &self.header.key_id, &self.code_hash, self.now).await?;
        let is_last = match counted {
            Ok(is_last) => is_last,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(code) = tx.code_by_hash(&self.code_hash).await? else {
            self.limits.keep(tx, self.now).await?;
            self.repeats.note_guess(tx, &self.keys, is_last, self.from, self.now).await?;
            return Ok(Err(ErrorCode::CodeUnknown.into()));
        };
        // Whoever has a right code guesses nothing, also when the code no longer counts.
        self.limits.clear(tx, self.now).await?;
        if is_leaked {
            return Ok(Err(ErrorCode::KeyRetired.into()));
        }
        let person = tx.person(code.person).await?.ok_or(StoreError::Corrupt("code"))?;
        let set_up = tx.methods(code.person).await?;
        let refusal = match self.judge(&code, &person, &set_up) {
            Ok(()) => match self.admit(tx, &code, &person).await? {
                Ok((grant, used_before)) => return Ok(Ok(SignedIn { grant, person, used_before, set_up })),
                Err(refusal) => refusal,
            },
            Err(refusal) => Refusal::from(refusal),
        };
        if refusal.code == ErrorCode::TryLater {
            return Ok(Err(refusal));
        }
        match self.is_first(tx, &code, refusal.code.name()).await? {
            Ok(true) => self.note_refusal(tx, &code, refusal.code).await?,
            Ok(false) => {}
            Err(too_many) => return Ok(Err(too_many)),
        }
        Ok(Err(refusal))
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
        match self.r#where {
            CodeWhere::SchoolNetwork if !self.at_school => return Err(ErrorCode::CodeElsewhere),
            CodeWhere::Station if self.station.is_none() => return Err(ErrorCode::CodeNotAtStation),
            CodeWhere::Anywhere | CodeWhere::SchoolNetwork | CodeWhere::Station => {}
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
    ) -> Result<Result<(GrantRow, bool), Refusal>, StoreError> {
        // Perhaps it was revoked a moment ago. Whoever revokes it from here on ends what this gives.
        if let Some(station) = self.station
            && !tx.touch_station(station, self.now.millis()).await?
        {
            return Ok(Err(ErrorCode::StationUnknown.into()));
        }
        let mut is_news = true;
        let (grant, used_before) = match tx.grant_for(self.header.enrolment).await? {
            Some(grant) if self.is_mine(&grant, code, person) => {
                match self.is_first(tx, code, "again").await? {
                    Ok(first) => is_news = first,
                    Err(too_many) => return Ok(Err(too_many)),
                }
                (grant, code.redeemed > 1)
            }
            Some(_) => return Ok(Err(ErrorCode::EnrolmentConflict.into())),
            None => {
                // A key that is refused meanwhile ends the grants that it sees: this one must not come after.
                if !tx.lock_key_in_use(KeyKind::Envelope, &self.envelope_key).await? {
                    return Ok(Err(ErrorCode::PolicyPassed.into()));
                }
                if !tx.redeem(code.id, self.redeems).await? {
                    let revoked =
                        tx.code(code.id).await?.is_some_and(|code| code.state == CodeState::Revoked);
                    let refusal = if revoked { ErrorCode::CodeRevoked } else { ErrorCode::CodeUsed };
                    return Ok(Err(refusal.into()));
                }
                let grant = self.new_grant(code, person);
                if !tx.add_grant(&grant).await? {
                    return Ok(Err(ErrorCode::EnrolmentConflict.into()));
                }
                (grant, code.redeemed > 0)
            }
        };
        let session =
            SessionRow { person: code.person, grant: grant.id, made_at: self.now, used_at: self.now };
        // One a grant: the answer with the one before was lost.
        tx.end_sessions_of(grant.id).await?;
        tx.add_session(&self.session_hash, &session).await?;
        tx.forget_sessions(self.now.millis() - SESSION_KNOWN_MS).await?;
        if !is_news {
            return Ok(Ok((grant, used_before)));
        }
        let entry = Entry {
            person: Some(code.person),
            enrolment: Some(grant.enrolment),
            grant: Some(grant.id),
            code: Some(code.id),
            station: grant.station,
            reason: Some(grant.way.name().to_owned()),
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
            && grant.station == self.station
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
            way: SignInWay::EnrolmentCode,
            policy_serial: self.policy_serial,
            token_hash: self.token_hash,
            state: GrantState::Open,
            made_at: self.now,
            expires_at: self.grant_expires_at,
            station: self.station,
        }
    }

    /// Whether this is the first time lately that a code's holder hears this.
    async fn is_first(
        &self,
        tx: &mut Tx,
        code: &CodeRow,
        what: &str,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        self.repeats.count(tx, &format!("code {} {what}", code.id), self.now).await
    }

    async fn note_refusal(&self, tx: &mut Tx, code: &CodeRow, refusal: ErrorCode) -> Result<(), StoreError> {
        let entry = Entry {
            person: Some(code.person),
            code: Some(code.id),
            reason: Some(refusal.name().to_owned()),
            address: self.from,
            ..Entry::of(What::SignInRefused)
        };
        audit::append(tx, &self.keys, &entry, self.now).await.map(|_| ())
    }
}
