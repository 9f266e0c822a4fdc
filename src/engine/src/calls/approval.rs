//! A relying party asks that a person approves a sign-in by a call: asked once, held until it is decided.
//!
//! Not here: the relying party's key (`clients`), and what is said (`telephony`).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::{CallId, CallRule, DAY_MILLIS, Date, MethodKind, PersonId, Timestamp, TwoDigits};
use protocol::{ApprovalOutcome, ApprovalRequest, ApprovalResponse, CallStep, ErrorCode};
use sha2::{Digest as _, Sha256};
use telephony::OneDigit;

use super::super::refusal::whole_secs;
use super::cancel::Which;
use super::{Refusal, Service, limits};
use crate::ClientId;
use crate::audit::{self, Entry, What};
use crate::entropy::random_byte;
use crate::ids::new_record_id;
use crate::time::{HOUR_MS, MINUTE_MS};
use store::{ApprovalRow, CallKind, CallRow, CallState, Reader, StoreError, Tx, WantedCall};
use vault::{Keys, NumberHashes};

/// A sign-in is decided within this, or not approved: relying parties and people do not wait longer.
pub(crate) const DECIDED_WITHIN_MS: i64 = 60_000;

/// Later nobody is called for it: the phone would ring, and be cut off before the question was heard.
pub(super) const PLACED_WITHIN_MS: i64 = 30_000;

/// A sign-in that is held looks for its end so often, also when nobody says that there is one.
const LOOKS_AGAIN: Duration = Duration::from_secs(5);

/// An answer that was lost on its way is given again for so long.
const REPEATED_FOR_MS: i64 = 120_000;

impl Service {
    /// Has a person approve a sign-in. Waits for the end of the call, a minute at most. The same question again, by
    /// its key, waits for the same call; dropped, the call goes on.
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
        let asking = match self.asking(client, &request, at_school)? {
            Ok(asking) => asking,
            Err(outcome) => return Ok(answer(outcome, None)),
        };
        // Nobody's name takes no turn, and keeps nobody else from one.
        if person(&mut self.store.read().await?, &asking.name, &asking.rule).await?.is_none() {
            return Ok(answer(ApprovalOutcome::NotEnrolled, None));
        }
        let call = match self.store.write(move |tx| Box::pin(asking.run(tx))).await? {
            Taken::Call(call) => call,
            Taken::No(outcome, wait_ms) => return Ok(answer(outcome, wait_ms.map(whole_secs))),
        };
        self.calls.tell(&[]);
        let step = self.decided(call).await?;
        Ok(answer(outcome_of(step), None))
    }

    /// What one transaction needs; or the outcome where there is nothing to ask.
    fn asking(
        &self,
        client: &ClientId,
        request: &ApprovalRequest,
        at_school: bool,
    ) -> Result<Result<Asking, ApprovalOutcome>, Refusal> {
        let ApprovalRequest { key, sign_in_name, what, address, shown_digits } = request;
        let policy = self.policy();
        if !policy.calls.sign_ins.contains(what) {
            return Err(ErrorCode::BadRequest.into());
        }
        let digits = match shown_digits {
            // Whoever presses 0 says that it was not them.
            Some(shown) => {
                let digits = shown.digits().filter(|digits| !digits.as_str().starts_with('0'));
                digits.ok_or(ErrorCode::BadRequest)?.as_str().to_owned()
            }
            None => one_digit()?.value().to_string(),
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
        Ok(Ok(Asking {
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

    /// How a call ended. When nobody has decided in time, it is ended here.
    async fn decided(&self, call: CallId) -> Result<CallStep, Refusal> {
        let mut watching = self.calls.watchers.watch(call);
        let row = self.call_row(call).await?;
        let left = row.queued_at.millis() + DECIDED_WITHIN_MS - self.now().millis();
        let next = async {
            loop {
                let row = self.call_row(call).await?;
                if row.has_ended() {
                    return Ok::<_, Refusal>(row.step);
                }
                // The last word is the store's, whatever the nodes' clocks say.
                let _ = tokio::time::timeout(LOOKS_AGAIN, watching.changed()).await;
            }
        };
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        if let Ok(ended) = tokio::time::timeout(left, next).await {
            return ended;
        }
        self.end_calls(Which::Call(call)).await?;
        Ok(self.call_row(call).await?.step)
    }

    async fn call_row(&self, call: CallId) -> Result<CallRow, Refusal> {
        let row = self.store.read().await?.call(call).await?;
        Ok(row.ok_or(StoreError::Corrupt("approval"))?)
    }
}

/// What a key stands for: used for anything else, it is refused.
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

fn one_digit() -> Result<OneDigit, Refusal> {
    loop {
        if let Some(digit) = OneDigit::from_random(random_byte()?) {
            return Ok(digit);
        }
    }
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

enum Taken {
    /// Asked now, or before with the same key.
    Call(CallId),
    /// Nobody is called; with milliseconds after which somebody may be.
    No(ApprovalOutcome, Option<i64>),
}

struct Asking {
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

impl Asking {
    /// The queue's lock first: of two that ask at once one finds the other's call.
    async fn run(self, tx: &mut Tx) -> Result<Taken, Refusal> {
        let turn = tx.take_turn().await?;
        if let Some(call) = tx.approval_of(self.approval.client, self.approval.key).await? {
            return self.again(tx, call).await;
        }
        let Some((person, hashes)) = person(tx, &self.name, &self.rule).await? else {
            return Ok(Taken::No(ApprovalOutcome::NotEnrolled, None));
        };
        if let Some((outcome, wait_ms)) = self.refused(tx, person, &hashes).await? {
            // Somebody may be trying; whoever looks at the audit should see it.
            let reason = Some(if wait_ms.is_some() { "try_later" } else { outcome.name() }.to_owned());
            let entry = Entry { reason, ..self.entry(person, What::ApprovalRefused) };
            audit::append(tx, &self.keys, &entry, self.now).await?;
            return Ok(Taken::No(outcome, wait_ms));
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
        if let Some(alert) = limits::alert(tx, &self.rule, self.practice, self.now).await? {
            audit::append(tx, &self.keys, &alert, self.now).await?;
        }
        Ok(Taken::Call(call))
    }

    /// The same question again.
    async fn again(&self, tx: &mut Tx, call: CallId) -> Result<Taken, Refusal> {
        let row = tx.call(call).await?.ok_or(StoreError::Corrupt("approval"))?;
        if row.fingerprint != self.fingerprint {
            return Err(ErrorCode::BadRequest.into());
        }
        let is_over =
            matches!(row.state, CallState::Ended { at } if self.now.millis_since(at) > REPEATED_FOR_MS);
        // An approval lets in once, and not for ever.
        Ok(if is_over { Taken::No(ApprovalOutcome::NotApproved, None) } else { Taken::Call(call) })
    }

    /// Why this person is not called now.
    async fn refused(
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
        let asked = tx.recent_approvals(person, now - pause_ms.max(HOUR_MS)).await?;
        if asked.iter().any(|asked| !asked.step.is_end()) {
            return Ok(Some((ApprovalOutcome::Busy, None)));
        }
        let today = tx.calls_after(now - DAY_MILLIS).await?;
        let first = today.first_at.map_or(0, Timestamp::millis);
        let day_is_full = (today.calls >= i64::from(self.rule.trust_day)).then_some(first + DAY_MILLIS - now);
        let night = super::hours::quiet_millis(&self.rule, self.now).filter(|_| !self.practice);
        let waits = [
            limits::wait_of_hour(&asked, self.rule.approvals_hour, now),
            limits::wait_of_pause(&asked, pause_ms, now),
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

/// Who is meant, if they have a phone set up and may be asked by it.
async fn person(
    rows: &mut Reader,
    name: &str,
    rule: &CallRule,
) -> Result<Option<(PersonId, NumberHashes)>, StoreError> {
    let found = rows.person_called(name).await?.filter(|row| !row.departed);
    let allowed = found.filter(|row| !rule.sign_ins_barred.contains(&row.person.school));
    let Some(person) = allowed.map(|row| row.person.id) else { return Ok(None) };
    let methods = rows.methods(person).await?;
    let phone = methods.into_iter().find(|method| method.kind == MethodKind::PhoneCall);
    Ok(phone.and_then(|method| method.hashes).map(|hashes| (person, hashes)))
}
