//! Accepting an enrolment: all of it or nothing, and the same post twice gives the same receipt.
//!
//! The order is that of the design: grant known, seen before?, header against grant, open, grant token, check, commit.
//! Not here: the size limit (`routes`).

mod check;
mod commit;

use std::net::IpAddr;
use std::ops::ControlFlow;

use domain::{Reference, ServiceId, StationId, Timestamp};
use protocol::{
    AuditHead, Bytes32, EnrolmentHeader, EnrolmentPayload, ErrorCode, MethodPayload, Purpose,
    ReceiptDocument, RefusalDocument, SealPurpose, Sealed, Signed,
};
use zeroize::Zeroizing;

use super::{Refusal, Service};
use crate::audit::{Entry, What};
use commit::Raced;
use store::{EnrolmentRow, GrantRow, GrantState, Retry};
use vault::HashOf;

/// Somebody else may change what was just read.
const RETRY: Retry = Retry::at_once(4);

/// Whether a grant may still be used.
pub(super) fn may_be_used(grant: &GrantRow, is_current: bool, now: Timestamp) -> Result<(), ErrorCode> {
    match grant.state {
        // Used without its enrolment cannot be; whatever it is, it opens nothing.
        GrantState::Used | GrantState::Ended => Err(ErrorCode::AlreadyEnrolled),
        GrantState::Revoked => Err(ErrorCode::GrantRevoked),
        GrantState::Open if grant.expires_at <= now => Err(ErrorCode::GrantExpired),
        GrantState::Open if !is_current => Err(ErrorCode::GenerationPassed),
        GrantState::Open => Ok(()),
    }
}

impl Service {
    /// Accepts a posted enrolment and answers with a signed receipt.
    pub async fn accept(&self, from: Option<IpAddr>, sealed: &Sealed) -> Result<Signed, Refusal> {
        let header: EnrolmentHeader = protocol::header(sealed).map_err(|_| ErrorCode::BadRequest)?;
        let fingerprint = sealed.fingerprint();
        let (header, fingerprint) = (&header, &fingerprint);
        let accepted = RETRY.run(|round| self.accept_once(round, header, fingerprint, from, sealed)).await?;
        self.receipt(&accepted.ok_or(Refusal { code: ErrorCode::ServiceBusy, retry_after_secs: Some(1) })?)
    }

    /// Continues when somebody else changed what was read.
    async fn accept_once(
        &self,
        round: u32,
        header: &EnrolmentHeader,
        fingerprint: &Bytes32,
        from: Option<IpAddr>,
        sealed: &Sealed,
    ) -> Result<ControlFlow<EnrolmentRow>, Refusal> {
        match self.standing(header, fingerprint).await? {
            Standing::Seen(row) => Ok(ControlFlow::Break(row)),
            // The same enrolment may have been accepted while this one was being read: look once more.
            Standing::Refused(ErrorCode::GenerationPassed, _) if round == 0 => Ok(ControlFlow::Continue(())),
            Standing::Refused(refusal, grant) => {
                Err(self.refuse(refusal, header, &grant, sealed, from).await)
            }
            Standing::Open(grant) => {
                let methods = self.checked(header, &grant, sealed).await?;
                match self.commit(header, &grant, fingerprint.0, methods, from).await {
                    Ok(row) => Ok(ControlFlow::Break(row)),
                    Err(Raced::Again | Raced::OldKey) => {
                        // A key may have been changed.
                        self.look_for_changes().await?;
                        Ok(ControlFlow::Continue(()))
                    }
                    Err(Raced::Refused(refusal)) => Err(refusal),
                }
            }
        }
    }

    /// How an enrolment stands before its envelope is opened.
    async fn standing(&self, header: &EnrolmentHeader, fingerprint: &Bytes32) -> Result<Standing, Refusal> {
        let mut rows = self.store.read().await?;
        let (grant, is_current) = rows.grant(header.grant).await?.ok_or(ErrorCode::GrantUnknown)?;
        // Read last: if the grant was read after the enrolment's commit, then so is this.
        if let Some(row) = rows.enrolment(header.enrolment).await? {
            if row.grant != grant.id {
                return Err(ErrorCode::NotAllowed.into());
            }
            return Ok(if row.fingerprint == fingerprint.0 {
                Standing::Seen(row)
            } else {
                Standing::Refused(ErrorCode::EnrolmentConflict, grant)
            });
        }
        drop(rows);
        Ok(match may_be_used(&grant, is_current, self.now()) {
            // Perhaps with its key: then that is what its holder learns.
            Err(ErrorCode::GrantRevoked) if self.has_retired(&header.key_id).await? => {
                Standing::Refused(ErrorCode::KeyRetired, grant)
            }
            Err(refusal) => Standing::Refused(refusal, grant),
            Ok(()) => Standing::Open(grant),
        })
    }

    /// Header against grant, then the envelope, then the grant's token; and all that was proved inside.
    async fn checked(
        &self,
        header: &EnrolmentHeader,
        grant: &GrantRow,
        sealed: &Sealed,
    ) -> Result<check::Proved, Refusal> {
        if header.enrolment != grant.enrolment
            || header.person != grant.person
            || header.generation != grant.generation
        {
            return Err(ErrorCode::NotAllowed.into());
        }
        // At any other computer it is what IT calls the place, and nothing hangs on that.
        let claimed = header.station.as_deref().and_then(|text| text.parse::<StationId>().ok());
        if grant.station.is_some_and(|station| claimed != Some(station)) {
            return Err(ErrorCode::NotAllowed.into());
        }
        let methods = self.opened(header, grant, sealed).await?;
        // Which of the policies is the assistant's word: an older one may have asked for less.
        if i64::try_from(header.policy_serial).is_ok_and(|serial| serial < grant.policy_serial) {
            return Err(ErrorCode::PolicyPassed.into());
        }
        let policy = self.policy_of(header.policy_serial).await?;
        check::proved(header, methods, &policy, grant.made_at, self.now()).map_err(Refusal::from)
    }

    /// What an envelope holds, when it also holds the grant's token.
    async fn opened(
        &self,
        header: &EnrolmentHeader,
        grant: &GrantRow,
        sealed: &Sealed,
    ) -> Result<Vec<MethodPayload>, Refusal> {
        let plain = self.open_sealed(SealPurpose::Enrolment, header.service, &header.key_id, sealed).await?;
        let EnrolmentPayload { token, methods } =
            EnrolmentPayload::decode(&plain).map_err(|_| ErrorCode::EnvelopeUnreadable)?;
        let hash = self.keys().hash(HashOf::GrantToken, token.bytes());
        if bool::from(subtle::ConstantTimeEq::ct_eq(&hash[..], &grant.token_hash[..])) {
            Ok(methods)
        } else {
            Err(ErrorCode::GrantUnknown.into())
        }
    }

    /// A refusal that leaves a trace where somebody should look: once in a while, and only of who holds the grant's
    /// token. A header is seen by everyone on the way; who has just that writes nothing here.
    async fn refuse(
        &self,
        refusal: ErrorCode,
        header: &EnrolmentHeader,
        grant: &GrantRow,
        sealed: &Sealed,
        from: Option<IpAddr>,
    ) -> Refusal {
        let what = if refusal == ErrorCode::EnrolmentConflict {
            What::EnrolmentConflict
        } else if refusal == ErrorCode::AlreadyEnrolled {
            What::EnrolmentSecondPost
        } else {
            return refusal.into();
        };
        if self.opened(header, grant, sealed).await.is_err() {
            return refusal.into();
        }
        let entry = Entry {
            person: Some(grant.person),
            enrolment: Some(header.enrolment),
            grant: Some(grant.id),
            code: grant.evidence.code(),
            reason: Some(refusal.name().to_owned()),
            address: from,
            ..Entry::of(what)
        };
        match self.note_repeated(format!("grant {} {}", grant.id, refusal.name()), entry).await {
            Ok(first) => {
                if first {
                    tracing::warn!(enrolment = %header.enrolment, grant = %grant.id, code = %refusal, "an enrolment was refused");
                }
                refusal.into()
            }
            Err(refusal) => refusal,
        }
    }

    /// Says with our signature that a post is refused for good. Of what may pass nothing is signed.
    pub fn sign_refusal(&self, sealed: &Sealed, refusal: &Refusal) -> Option<Signed> {
        let document = RefusalDocument { post: sealed.fingerprint(), code: refusal.code };
        (!refusal.code.passes())
            .then(|| Signed::sign(Purpose::Refusal, &document, &self.signer()).ok())
            .flatten()
    }

    fn receipt(&self, row: &EnrolmentRow) -> Result<Signed, Refusal> {
        let document = ReceiptDocument {
            service: self.keys().service(),
            enrolment: row.id,
            reference: Reference::of(row.id),
            accepted_at: row.accepted_at,
            audit: AuditHead {
                sequence: u64::try_from(row.audit_sequence).unwrap_or(0),
                hash: Bytes32(row.audit_hash),
                at: row.accepted_at,
            },
        };
        Signed::sign(Purpose::Receipt, &document, &self.signer())
            .map_err(|error| Refusal::fault("signing a receipt", &error))
    }

    /// Opens an envelope that was sealed to a key of ours, for this purpose.
    pub(super) async fn open_sealed(
        &self,
        purpose: SealPurpose,
        service: ServiceId,
        key_id: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        if service != self.keys().service() {
            return Err(ErrorCode::EnvelopeUnreadable.into());
        }
        let key = self.envelope_key(key_id).await?;
        protocol::open(purpose, service, key_id, &key, sealed)
            .map_err(|_| ErrorCode::EnvelopeUnreadable.into())
    }
}

enum Standing {
    /// The same was accepted before.
    Seen(EnrolmentRow),
    Open(GrantRow),
    Refused(ErrorCode, GrantRow),
}
