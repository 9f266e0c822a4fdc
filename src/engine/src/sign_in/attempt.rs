//! One sign-in with a code, in one transaction: count the attempt, find the code, check it, admit, record.

use domain::{CodeWhere, SignInWay, Timestamp};
use protocol::ErrorCode;
use store::{CodeRow, CodeState, Evidence, GrantRow, MethodRow, PersonRow, StoreError, Tx};

use crate::admission::{Admission, Admitted, Identity};
use crate::audit::{self, Entry, What};
use crate::keys::end_exposed_code;
use crate::limits::GuessLimits;
use crate::refusal::Refusal;

/// What the transaction needs.
pub(super) struct Attempt {
    pub(super) admission: Admission,
    pub(super) limits: GuessLimits,
    pub(super) at_school: bool,
    pub(super) r#where: CodeWhere,
    pub(super) code_hash: [u8; 32],
    /// The envelope key to which the code was sealed.
    pub(super) sealed_to: String,
}

/// Somebody who signed in.
pub(super) struct SignedIn {
    pub(super) grant: GrantRow,
    pub(super) person: PersonRow,
    /// The code has given a grant before.
    pub(super) used_before: bool,
    /// When that was, the last time, as far as it is kept.
    pub(super) last_used_at: Option<Timestamp>,
    pub(super) set_up: Vec<MethodRow>,
}

impl Attempt {
    pub(super) async fn run(self, tx: &mut Tx) -> Result<Result<SignedIn, Refusal>, StoreError> {
        let Admission { keys, now, from, repeats, .. } = &self.admission;
        // Counts the attempt as a failure before it reads anything.
        let counted = self.limits.count(tx, *now).await?;
        // After the count, as with every lock of a code's row. Otherwise two transactions with one code deadlock on
        // PostgreSQL.
        let is_exposed = end_exposed_code(tx, keys, &self.sealed_to, &self.code_hash, *now).await?;
        let is_last = match counted {
            Ok(is_last) => is_last,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(code) = tx.code_by_hash(&self.code_hash).await? else {
            self.limits.keep(tx, *now).await?;
            repeats.record_unknown_code(tx, keys, is_last, *from, *now).await?;
            return Ok(Err(ErrorCode::CodeUnknown.into()));
        };
        // Somebody with a right code does not guess, even when the code no longer counts.
        self.limits.clear(tx, *now).await?;
        if is_exposed {
            return Ok(Err(ErrorCode::KeyRetired.into()));
        }
        let person = tx.person(code.person).await?.ok_or(StoreError::Corrupt("code"))?;
        let set_up = tx.methods(code.person).await?;
        let verdict = self.judge(&code, &person, &set_up);
        let identity =
            Identity { person, way: SignInWay::EnrolmentCode.into(), evidence: Evidence::Code(code.id) };
        let admitted = match verdict {
            Ok(()) => self.admission.admit(tx, &identity).await?,
            Err(refusal) => Err(refusal.into()),
        };
        let refusal = match admitted {
            Ok(Admitted { grant, is_new }) => {
                let used_before = code.redeemed > i64::from(!is_new);
                let last_used_at =
                    if used_before { tx.last_grant_of_code(code.id, grant.id).await? } else { None };
                let person = identity.person;
                return Ok(Ok(SignedIn { grant, person, used_before, last_used_at, set_up }));
            }
            Err(refusal) if refusal.code == ErrorCode::TryLater => return Ok(Err(refusal)),
            Err(refusal) => refusal,
        };
        let is_replaced = refusal.code == ErrorCode::CodeRevoked
            && !identity.person.departed
            && tx.has_other_code(code.person, code.id, now.millis()).await?;
        let refusal = if is_replaced { ErrorCode::CodeReplaced.into() } else { refusal };
        match self.admission.is_first(tx, &identity, refusal.code.name()).await? {
            Ok(true) => self.record_refusal(tx, &code, refusal.code).await?,
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
        if code.expires_at <= self.admission.now {
            return Err(ErrorCode::CodeExpired);
        }
        if person.departed {
            return Err(ErrorCode::CodeRevoked);
        }
        match self.r#where {
            CodeWhere::SchoolNetwork if !self.at_school => return Err(ErrorCode::CodeElsewhere),
            CodeWhere::Station if self.admission.station.is_none() => {
                return Err(ErrorCode::CodeNotAtStation);
            }
            CodeWhere::Anywhere | CodeWhere::SchoolNetwork | CodeWhere::Station => {}
        }
        // A proved method is replaced only by proving it, or by a code that IT issued for just that.
        if !set_up.is_empty() && !code.replaces {
            return Err(ErrorCode::AlreadyEnrolled);
        }
        // The code is older than the person's methods, so it was not issued to replace them.
        if code.generation != person.generation {
            return Err(ErrorCode::CodeRevoked);
        }
        Ok(())
    }

    async fn record_refusal(
        &self,
        tx: &mut Tx,
        code: &CodeRow,
        refusal: ErrorCode,
    ) -> Result<(), StoreError> {
        let Admission { keys, now, from, .. } = &self.admission;
        let entry = Entry {
            person: Some(code.person),
            code: Some(code.id),
            reason: Some(refusal.name().to_owned()),
            address: *from,
            ..Entry::of(What::SignInRefused)
        };
        audit::append(tx, keys, &entry, *now).await.map(|_| ())
    }
}
