//! Takes a request for a test call: opens the sealed number, checks it, has the vault seal it, and queues the call.
//!
//! Not here: calls for sign-ins (`approval`). A repeated request has the same call id, and gets the same call.

use std::ops::ControlFlow;
use std::sync::Arc;

use domain::{CallId, CallRule, Date, Generation, MethodKind, PersonId, PhoneNumber, Timestamp, TwoDigits};
use protocol::{
    CallDigits, CallHeader, CallRequest, CallResponse, ErrorCode, NumberPayload, SealPurpose, SessionToken,
};

use super::cancel::CallSelection;
use super::limits::{self, TestCallSubject};
use super::transition::{self, CallChange};
use super::{Refusal, Service};
use crate::accept::check_grant_usable;
use crate::audit::{self, Entry, What};
use crate::entropy::digits_to_press;
use store::{CallKind, CallRow, Retry, SessionRow, StoreError, Tx, WantedCall};
use vault::{KeyKind, Keys, NumberHashes};
use vault::{RecordBinding, SealedRecord};

/// Another vault key may be taken into use meanwhile.
const RETRY: Retry = Retry::at_once(3);

impl Service {
    /// Takes a test call of the session's grant. A repeated request gets the same call. A new call ends the earlier
    /// one.
    pub async fn call(&self, session: &SessionToken, request: &CallRequest) -> Result<CallResponse, Refusal> {
        let session = self.touch_session(session).await?;
        let CallRequest { call, number: sealed } = request;
        let header: CallHeader = protocol::header(sealed).map_err(|_| ErrorCode::BadRequest)?;
        if header.call != *call || header.grant != session.grant {
            return Err(ErrorCode::NotAllowed.into());
        }
        let fingerprint = sealed.fingerprint().0;
        if let Some(row) = self.store.read().await?.call(*call).await? {
            return existing_call(&row, &session, &fingerprint);
        }
        let plain = self.open_sealed(SealPurpose::Number, header.service, &header.key_id, sealed).await?;
        let NumberPayload(number) =
            NumberPayload::decode(&plain).map_err(|_| ErrorCode::EnvelopeUnreadable)?;
        let policy = self.policy();
        if !policy.offers(MethodKind::PhoneCall, Date::of(self.now())) {
            return Err(ErrorCode::NotAllowed.into());
        }
        if self.calls.calling.is_nothing() {
            return Err(ErrorCode::NoLine.into());
        }
        numbers::check(&number, &policy.numbers).map_err(|_| ErrorCode::NumberRefused)?;
        let (session, number, rule) = (&session, &number, &policy.calls);
        let answer = RETRY.run(|_| self.call_once(*call, session, number, fingerprint, rule)).await?;
        answer.ok_or(Refusal { code: ErrorCode::ServiceBusy, retry_after_secs: Some(1) })
    }

    /// Continues when another vault key was taken into use meanwhile.
    async fn call_once(
        &self,
        call: CallId,
        session: &SessionRow,
        number: &PhoneNumber,
        fingerprint: [u8; 32],
        rule: &CallRule,
    ) -> Result<ControlFlow<CallResponse>, Refusal> {
        let record = self
            .vault
            .seal_number(&pending_number_binding(call, session.person), number)
            .map_err(|error| Refusal::fault("sealing a number", &error))?;
        let request = TestCallRequest {
            keys: self.keys(),
            rule: rule.clone(),
            call,
            session: session.clone(),
            fingerprint,
            hashes: self.keys().number_hashes(number),
            digits: TwoDigits::from(digits_to_press()?),
            practice: self.calls.is_practice(),
            record,
            now: self.now(),
        };
        if let Some((answer, changes)) = self.store.write(move |tx| Box::pin(request.run(tx))).await? {
            self.notify_changes(&changes);
            return Ok(ControlFlow::Break(answer));
        }
        self.refresh_keys_and_policy().await?;
        Ok(ControlFlow::Continue(()))
    }
}

/// The binding of a pending number's sealed record.
pub(crate) fn pending_number_binding(call: CallId, person: PersonId) -> RecordBinding {
    RecordBinding {
        table: "pending_numbers",
        record: call.uuid(),
        person,
        kind: MethodKind::PhoneCall,
        generation: Generation(0),
    }
}

/// The answer for an existing call, when it is the one that is requested.
fn existing_call(
    row: &CallRow,
    session: &SessionRow,
    fingerprint: &[u8; 32],
) -> Result<CallResponse, Refusal> {
    let is_same = row.kind == CallKind::Test(session.grant) && row.fingerprint == *fingerprint;
    let digits = TwoDigits::parse(&row.digits).ok_or(StoreError::Corrupt("call"))?;
    if is_same {
        Ok(CallResponse { digits: CallDigits::new(&digits) })
    } else {
        Err(ErrorCode::NotAllowed.into())
    }
}

struct TestCallRequest {
    keys: Arc<Keys>,
    rule: CallRule,
    call: CallId,
    session: SessionRow,
    fingerprint: [u8; 32],
    hashes: NumberHashes,
    digits: TwoDigits,
    practice: bool,
    record: SealedRecord,
    now: Timestamp,
}

impl TestCallRequest {
    /// Takes the queue's lock first, so that counts stay true and one of two simultaneous requests finds the other's
    /// call.
    /// Returns `None` when the number is sealed with a vault key that is no longer in use.
    async fn run(self, tx: &mut Tx) -> Result<Option<(CallResponse, Vec<CallChange>)>, Refusal> {
        let Self { keys, rule, call, session, fingerprint, hashes, digits, practice, record, now } = self;
        let turn = tx.take_turn().await?;
        if let Some(row) = tx.call(call).await? {
            return Ok(Some((existing_call(&row, &session, &fingerprint)?, Vec::new())));
        }
        if !tx.lock_key_in_use(KeyKind::Vault, &record.key_id).await? {
            return Ok(None);
        }
        let (grant, is_current) = tx.grant(session.grant).await?.ok_or(ErrorCode::GrantUnknown)?;
        check_grant_usable(&grant, is_current, now)?;
        let subject = TestCallSubject { grant: grant.id, phone_hash: &hashes.phone, practice };
        // After "this was not me" the person is not called until IT has cleared it.
        if tx.is_person_stopped(session.person).await? {
            return Err(ErrorCode::NumberStopped.into());
        }
        limits::check_test_call(tx, &rule, &subject, now).await?;
        let changes = CallSelection::OfGrant(grant.id).end(tx, &rule, now).await?;
        let ahead = tx.load().await?.queued;
        let wanted = WantedCall {
            id: call,
            kind: CallKind::Test(grant.id),
            person: session.person,
            fingerprint,
            hashes,
            digits: digits.as_str().to_owned(),
            practice,
        };
        let row = CallRow::queued(wanted, turn, now);
        tx.add_call(&row, u32::try_from(ahead).unwrap_or(u32::MAX)).await?;
        tx.add_pending(call, &record, now.millis()).await?;
        transition::record(tx, &keys, &changes, now).await?;
        let entry = Entry {
            person: Some(session.person),
            grant: Some(grant.id),
            call: Some(call),
            practice,
            ..Entry::of(What::CallAsked)
        };
        audit::append(tx, &keys, &entry, now).await?;
        if let Some(alert) = limits::alert_if_due(tx, &rule, practice, now).await? {
            audit::append(tx, &keys, &alert, now).await?;
        }
        Ok(Some((CallResponse { digits: CallDigits::new(&digits) }, changes)))
    }
}
