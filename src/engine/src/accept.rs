//! Accepts an enrolment: all of it or nothing. The same submission twice gives the same receipt.
//!
//! The order: find the grant, look for an earlier submission, check the header against the grant, open the envelope,
//! check the grant token, check the proofs, commit.
//! Not here: the size limit (`api`).

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
use commit::CommitError;
use store::{EnrolmentRow, GrantRow, GrantState, Retry};
use vault::HashOf;

/// Another transaction may change what was just read.
const RETRY: Retry = Retry::at_once(4);

/// Whether a grant may still be used.
pub(super) fn check_grant_usable(
    grant: &GrantRow,
    is_current: bool,
    now: Timestamp,
) -> Result<(), ErrorCode> {
    match grant.state {
        // A used grant always has its enrolment. Should one be without, it still counts for nothing.
        GrantState::Used | GrantState::Ended => Err(ErrorCode::AlreadyEnrolled),
        GrantState::Revoked => Err(ErrorCode::GrantRevoked),
        GrantState::Open if grant.expires_at <= now => Err(ErrorCode::GrantExpired),
        GrantState::Open if !is_current => Err(ErrorCode::GenerationPassed),
        GrantState::Open => Ok(()),
    }
}

impl Service {
    /// Accepts a submitted enrolment and returns a signed receipt.
    pub async fn accept(&self, from: Option<IpAddr>, sealed: &Sealed) -> Result<Signed, Refusal> {
        let header: EnrolmentHeader = protocol::header(sealed).map_err(|_| ErrorCode::BadRequest)?;
        let fingerprint = sealed.fingerprint();
        let (header, fingerprint) = (&header, &fingerprint);
        let accepted = RETRY.run(|round| self.accept_once(round, header, fingerprint, from, sealed)).await?;
        self.receipt(&accepted.ok_or(Refusal { code: ErrorCode::ServiceBusy, retry_after_secs: Some(1) })?)
    }

    /// Continues when another transaction changed what was read.
    async fn accept_once(
        &self,
        round: u32,
        header: &EnrolmentHeader,
        fingerprint: &Bytes32,
        from: Option<IpAddr>,
        sealed: &Sealed,
    ) -> Result<ControlFlow<EnrolmentRow>, Refusal> {
        match self.check_grant(header, fingerprint).await? {
            GrantCheck::Repeated(row) => Ok(ControlFlow::Break(row)),
            // The same enrolment may have been accepted while this one was being read. Check once more.
            GrantCheck::Refused(ErrorCode::GenerationPassed, _) if round == 0 => {
                Ok(ControlFlow::Continue(()))
            }
            GrantCheck::Refused(refusal, grant) => {
                Err(self.refuse(refusal, header, &grant, sealed, from).await)
            }
            GrantCheck::Open(grant) => {
                let methods = self.verify_enrolment(header, &grant, sealed).await?;
                match self.commit(header, &grant, fingerprint.0, methods, from).await {
                    Ok(row) => Ok(ControlFlow::Break(row)),
                    Err(CommitError::Conflict | CommitError::OldKey) => {
                        // A key may have been changed.
                        self.refresh_keys_and_policy().await?;
                        Ok(ControlFlow::Continue(()))
                    }
                    Err(CommitError::Refused(refusal)) => Err(refusal),
                }
            }
        }
    }

    /// Checks an enrolment's grant, before its envelope is opened.
    async fn check_grant(
        &self,
        header: &EnrolmentHeader,
        fingerprint: &Bytes32,
    ) -> Result<GrantCheck, Refusal> {
        let mut rows = self.store.read().await?;
        let (grant, is_current) = rows.grant(header.grant).await?.ok_or(ErrorCode::GrantUnknown)?;
        // Read last: when the grant was read after the enrolment's commit, so is this row.
        if let Some(row) = rows.enrolment(header.enrolment).await? {
            if row.grant != grant.id {
                return Err(ErrorCode::NotAllowed.into());
            }
            return Ok(if row.fingerprint == fingerprint.0 {
                GrantCheck::Repeated(row)
            } else {
                GrantCheck::Refused(ErrorCode::EnrolmentConflict, grant)
            });
        }
        drop(rows);
        Ok(match check_grant_usable(&grant, is_current, self.now()) {
            // When its envelope key was refused, this is the reason that counts.
            Err(ErrorCode::GrantRevoked) if self.is_retired_in_store(&header.key_id).await? => {
                GrantCheck::Refused(ErrorCode::KeyRetired, grant)
            }
            Err(refusal) => GrantCheck::Refused(refusal, grant),
            Ok(()) => GrantCheck::Open(grant),
        })
    }

    /// Checks the header against the grant, then the envelope, the grant's token and the proofs in it.
    async fn verify_enrolment(
        &self,
        header: &EnrolmentHeader,
        grant: &GrantRow,
        sealed: &Sealed,
    ) -> Result<check::ProvedMethods, Refusal> {
        if header.enrolment != grant.enrolment
            || header.person != grant.person
            || header.generation != grant.generation
        {
            return Err(ErrorCode::NotAllowed.into());
        }
        // At a computer that is no station, this is a name that IT gave the place. No rule depends on it.
        let claimed = header.station.as_deref().and_then(|text| text.parse::<StationId>().ok());
        if grant.station.is_some_and(|station| claimed != Some(station)) {
            return Err(ErrorCode::NotAllowed.into());
        }
        let methods = self.open_payload(header, grant, sealed).await?;
        // The assistant names the policy that it used. An older one may have asked for less.
        if i64::try_from(header.policy_serial).is_ok_and(|serial| serial < grant.policy_serial) {
            return Err(ErrorCode::PolicyPassed.into());
        }
        let policy = self.policy_of(header.policy_serial).await?;
        check::check_proofs(header, methods, &policy, grant.made_at, self.now()).map_err(Refusal::from)
    }

    /// Opens an envelope and checks the grant's token in it. Returns the methods.
    async fn open_payload(
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

    /// Refuses an enrolment. A conflict, or a second submission, is recorded in the audit, at most once in each window.
    /// Only the holder of the grant's token can cause a row: everybody on the network path sees the header.
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
        if self.open_payload(header, grant, sealed).await.is_err() {
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
        match self.record_first(format!("grant {} {}", grant.id, refusal.name()), entry).await {
            Ok(first) => {
                if first {
                    tracing::warn!(enrolment = %header.enrolment, grant = %grant.id, code = %refusal, "an enrolment was refused");
                }
                refusal.into()
            }
            Err(refusal) => refusal,
        }
    }

    /// Signs that a submission is refused for good. A refusal that may pass is not signed.
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

    /// Opens an envelope that was sealed to one of our keys for this purpose.
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

enum GrantCheck {
    /// The same submission was accepted before.
    Repeated(EnrolmentRow),
    Open(GrantRow),
    Refused(ErrorCode, GrantRow),
}
