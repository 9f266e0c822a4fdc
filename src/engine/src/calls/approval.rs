//! A relying party requests that a person approves a sign-in by a call. The request waits until the call has ended.
//!
//! Not here: the relying party's key (`clients`), and what is said (`telephony`).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::{CallId, CallRule, DAY_MILLIS, Date, MethodKind, PersonId, Timestamp, TwoDigits};
use protocol::{ApprovalOutcome, ApprovalRequest, ApprovalResponse, CallStep, ErrorCode};
use sha2::{Digest as _, Sha256};

use super::super::refusal::whole_secs;
use super::cancel::CallSelection;
use super::{Refusal, Service, limits};
use crate::ClientId;
use crate::audit::{self, Entry, What};
use crate::entropy::digits_to_press;
use crate::ids::new_record_id;
use crate::time::{HOUR_MS, MINUTE_MS};
use store::{ApprovalRow, CallKind, CallRow, CallState, Reader, StoreError, Tx, WantedCall};
use vault::{Keys, NumberHashes};

/// A sign-in that nobody has approved within this is not approved. Relying parties and people do not wait longer.
pub(crate) const DECISION_LIMIT_MS: i64 = 60_000;

/// No call is placed after this: it would be cut off before the person heard the question.
pub(super) const PLACEMENT_LIMIT_MS: i64 = 30_000;

/// How often a waiting request reads its call's state, should a notification be lost.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// How long the answer to a repeated request is given again.
const REPEAT_WINDOW_MS: i64 = 120_000;

impl Service {
    /// Asks a person to approve a sign-in. Waits for the end of the call, a minute at most. A repeated request, by its
    /// key, waits for the same call. When this future is dropped, the call goes on.
    pub async fn approve(
        &self,
        client: &ClientId,
        request: ApprovalRequest,
    ) -> Result<ApprovalResponse, Refusal> {
        let at_school = request.address.is_some_and(|address| self.policy().school_at(address).is_some());
        let answer = |outcome, retry_after_secs| ApprovalResponse {
            outcome,
            retry_after_secs,
            on_school_network: at_school,
        };
        let attempt = match self.prepare(client, &request, at_school)? {
            Ok(attempt) => attempt,
            Err(outcome) => return Ok(answer(outcome, None)),
        };
        // A name that nobody has must not take the queue's lock, on which others wait.
        if find_callable_person(&mut self.store.read().await?, &attempt.name, &attempt.rule).await?.is_none()
        {
            return Ok(answer(ApprovalOutcome::NotEnrolled, None));
        }
        let call = match self.store.write(move |tx| Box::pin(attempt.run(tx))).await? {
            ApprovalCall::Placed(call) => call,
            ApprovalCall::NotPlaced(outcome, wait_ms) => return Ok(answer(outcome, wait_ms.map(whole_secs))),
        };
        self.calls.notify(&[]);
        let step = self.wait_for_decision(call).await?;
        Ok(answer(outcome_of(step), None))
    }

    /// What the transaction needs, or the outcome when no call can be made.
    fn prepare(
        &self,
        client: &ClientId,
        request: &ApprovalRequest,
        at_school: bool,
    ) -> Result<Result<ApprovalAttempt, ApprovalOutcome>, Refusal> {
        let ApprovalRequest { key, sign_in_name, what, address, shown_digits } = request;
        let policy = self.policy();
        if !policy.calls.sign_ins.contains(what) {
            return Err(ErrorCode::BadRequest.into());
        }
        let digits = match shown_digits {
            // A 0 means "this was not me", so no shown digits begin with it. A relying party that follows the
            // documentation shows neither 0 nor 9; 10 to 99 were allowed before, and still are.
            Some(shown) => {
                let digits = shown.digits().filter(|digits| !digits.as_str().starts_with('0'));
                digits.ok_or(ErrorCode::BadRequest)?.as_str().to_owned()
            }
            None => {
                let [digit] = digits_to_press()?;
                digit.value().to_string()
            }
        };
        let now = self.now();
        if !policy.offers(MethodKind::PhoneCall, Date::of(now)) {
            return Ok(Err(ApprovalOutcome::NotEnrolled));
        }
        if self.calls.calling.is_nothing() {
            return Ok(Err(ApprovalOutcome::NoLine));
        }
        let approval = ApprovalRow {
            call: CallId::from_uuid(new_record_id(now)?),
            client: client.0,
            key: *key,
            what: what.clone(),
            at_school,
            shown: shown_digits.is_some(),
        };
        Ok(Ok(ApprovalAttempt {
            keys: self.keys(),
            rule: policy.calls.clone(),
            name: sign_in_name.clone(),
            fingerprint: fingerprint(request),
            approval,
            digits,
            practice: self.calls.is_practice(),
            address: *address,
            now,
        }))
    }

    /// Waits for the end of a call, and ends it at the limit. Returns its last step.
    async fn wait_for_decision(&self, call: CallId) -> Result<CallStep, Refusal> {
        let mut watch = self.calls.watchers.watch(call);
        let row = self.call_row(call).await?;
        let left = row.queued_at.millis() + DECISION_LIMIT_MS - self.now().millis();
        let next = async {
            loop {
                let row = self.call_row(call).await?;
                if row.has_ended() {
                    return Ok::<_, Refusal>(row.step);
                }
                // The store decides, whatever the nodes' clocks say.
                let _ = tokio::time::timeout(POLL_INTERVAL, watch.changed()).await;
            }
        };
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        if let Ok(ended) = tokio::time::timeout(left, next).await {
            return ended;
        }
        self.end_calls(CallSelection::Call(call)).await?;
        Ok(self.call_row(call).await?.step)
    }

    async fn call_row(&self, call: CallId) -> Result<CallRow, Refusal> {
        let row = self.store.read().await?.call(call).await?;
        Ok(row.ok_or(StoreError::Corrupt("approval"))?)
    }
}

/// Identifies the request of a key. The same key with another request is refused.
fn fingerprint(request: &ApprovalRequest) -> [u8; 32] {
    let ApprovalRequest { key, sign_in_name, what, address, shown_digits } = request;
    let address = address.map(|address| address.to_canonical().to_string()).unwrap_or_default();
    let shown = shown_digits.as_ref().and_then(protocol::CallDigits::digits);
    let shown = shown.as_ref().map_or("", TwoDigits::as_str);
    let mut hash = Sha256::new().chain_update(key.as_bytes());
    for part in [sign_in_name.as_str(), what, &address, shown] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn outcome_of(step: CallStep) -> ApprovalOutcome {
    match step {
        CallStep::Confirmed => ApprovalOutcome::Approved,
        CallStep::NotMe => ApprovalOutcome::Refused,
        CallStep::Stopped => ApprovalOutcome::Stopped,
        CallStep::Busy => ApprovalOutcome::Busy,
        CallStep::Fault => ApprovalOutcome::NoLine,
        CallStep::Waiting
        | CallStep::Dialling
        | CallStep::Ringing
        | CallStep::Answered
        | CallStep::WrongDigits
        | CallStep::NotConfirmed
        | CallStep::NoAnswer
        | CallStep::HungUp
        | CallStep::NoKeys
        | CallStep::NotReached
        | CallStep::Cancelled => ApprovalOutcome::NotApproved,
    }
}

enum ApprovalCall {
    /// The call, which may be that of an earlier request with the same key.
    Placed(CallId),
    /// Nobody is called. Holds the outcome, and the milliseconds to wait where that helps.
    NotPlaced(ApprovalOutcome, Option<i64>),
}

struct ApprovalAttempt {
    keys: Arc<Keys>,
    rule: CallRule,
    name: String,
    fingerprint: [u8; 32],
    approval: ApprovalRow,
    digits: String,
    practice: bool,
    address: Option<IpAddr>,
    now: Timestamp,
}

impl ApprovalAttempt {
    /// Takes the queue's lock first, so that one of two simultaneous requests finds the other's call.
    async fn run(self, tx: &mut Tx) -> Result<ApprovalCall, Refusal> {
        let turn = tx.take_turn().await?;
        if let Some(call) = tx.approval_of(self.approval.client, self.approval.key).await? {
            return self.repeat(tx, call).await;
        }
        let Some((person, hashes)) = find_callable_person(tx, &self.name, &self.rule).await? else {
            return Ok(ApprovalCall::NotPlaced(ApprovalOutcome::NotEnrolled, None));
        };
        if let Some((outcome, wait_ms)) = self.reason_not_to_call(tx, person, &hashes).await? {
            // It may be an attack, so the audit shows it.
            let reason = Some(if wait_ms.is_some() { "try_later" } else { outcome.name() }.to_owned());
            let entry = Entry { reason, ..self.entry(person, What::ApprovalRefused) };
            audit::append(tx, &self.keys, &entry, self.now).await?;
            return Ok(ApprovalCall::NotPlaced(outcome, wait_ms));
        }
        let call = self.approval.call;
        let wanted = WantedCall {
            id: call,
            kind: CallKind::Approval,
            person,
            fingerprint: self.fingerprint,
            hashes,
            digits: self.digits.clone(),
            practice: self.practice,
        };
        let row = CallRow::queued(wanted, turn, self.now);
        tx.add_call(&row, 0).await?;
        tx.add_approval(&self.approval).await?;
        let entry = Entry { call: Some(call), ..self.entry(person, What::ApprovalAsked) };
        audit::append(tx, &self.keys, &entry, self.now).await?;
        if let Some(alert) = limits::alert_if_due(tx, &self.rule, self.practice, self.now).await? {
            audit::append(tx, &self.keys, &alert, self.now).await?;
        }
        Ok(ApprovalCall::Placed(call))
    }

    /// The answer to a repeated request.
    async fn repeat(&self, tx: &mut Tx, call: CallId) -> Result<ApprovalCall, Refusal> {
        let row = tx.call(call).await?.ok_or(StoreError::Corrupt("approval"))?;
        if row.fingerprint != self.fingerprint {
            return Err(ErrorCode::BadRequest.into());
        }
        let is_over =
            matches!(row.state, CallState::Ended { at } if self.now.millis_since(at) > REPEAT_WINDOW_MS);
        // An old approval does not count again.
        Ok(if is_over {
            ApprovalCall::NotPlaced(ApprovalOutcome::NotApproved, None)
        } else {
            ApprovalCall::Placed(call)
        })
    }

    /// Why this person is not called now.
    async fn reason_not_to_call(
        &self,
        tx: &mut Tx,
        person: PersonId,
        hashes: &NumberHashes,
    ) -> Result<Option<(ApprovalOutcome, Option<i64>)>, StoreError> {
        let now = self.now.millis();
        let is_stopped = tx.is_person_stopped(person).await? || tx.is_stopped(&hashes.phone, now).await?;
        if is_stopped {
            return Ok(Some((ApprovalOutcome::Stopped, None)));
        }
        let pause_ms = i64::from(self.rule.approvals_pause_minutes) * MINUTE_MS;
        let recent = tx.recent_approvals(person, now - pause_ms.max(HOUR_MS)).await?;
        if recent.iter().any(|past| !past.step.is_end()) {
            return Ok(Some((ApprovalOutcome::Busy, None)));
        }
        let today = tx.calls_after(now - DAY_MILLIS).await?;
        let first = today.first_at.map_or(0, Timestamp::millis);
        let day_is_full = (today.calls >= i64::from(self.rule.trust_day)).then_some(first + DAY_MILLIS - now);
        let night = super::hours::quiet_millis(&self.rule, self.now).filter(|_| !self.practice);
        let waits = [
            limits::wait_for_hour_limit(&recent, self.rule.approvals_hour, now),
            limits::wait_for_pause(&recent, pause_ms, now),
            day_is_full,
            night,
        ];
        Ok(waits.into_iter().flatten().max().map(|wait_ms| (ApprovalOutcome::TryLater, Some(wait_ms))))
    }

    fn entry(&self, person: PersonId, what: What) -> Entry {
        Entry {
            person: Some(person),
            client: Some(self.approval.client),
            practice: self.practice,
            address: self.address,
            ..Entry::of(what)
        }
    }
}

/// The person with a name, if they have a phone set up and the policy allows approvals by it.
async fn find_callable_person(
    rows: &mut Reader,
    name: &str,
    rule: &CallRule,
) -> Result<Option<(PersonId, NumberHashes)>, StoreError> {
    let found = rows.person_by_name(name).await?.filter(|row| !row.departed);
    let allowed = found.filter(|row| !rule.sign_ins_barred.contains(&row.person.school));
    let Some(person) = allowed.map(|row| row.person.id) else { return Ok(None) };
    let methods = rows.methods(person).await?;
    let phone = methods.into_iter().find(|method| method.kind == MethodKind::PhoneCall);
    Ok(phone.and_then(|method| method.hashes).map(|hashes| (person, hashes)))
}
