//! Verifies a sign-in code for a relying party.
//!
//! Not here: the relying party's own key (`clients`), the count of attempts (`store::verify_attempts`), and guesses at
//! many people (`code_spraying`).

use std::net::IpAddr;
use std::sync::Arc;

use domain::{MethodKind, SixDigits};
use protocol::{RefusalReason, VerifyOutcome, VerifyRequest, VerifyResponse};

use super::refusal::whole_secs;
use super::{ClientId, Refusal, Service};
use crate::audit::{self, Entry, What};
use store::{AttemptLimits, AttemptOrigin, AttemptOutcome, MethodRow, StoreError, Tx};
use vault::Keys;
use vault::{Vault, VaultError};

impl Service {
    /// Whether a code lets somebody in. The attempt is counted before the code is checked, and the answer comes after
    /// the commit.
    /// A delay is an answer to try later, and never a slow response.
    pub async fn verify(&self, client: &ClientId, request: VerifyRequest) -> Result<VerifyResponse, Refusal> {
        let address = request.address;
        let policy = self.policy();
        let on_school_network = address.is_some_and(|address| policy.school_at(address).is_some());
        let answer =
            |outcome| VerifyResponse { outcome, reason: None, retry_after_secs: None, on_school_network };
        let limits = &policy.limits;
        let attempt = VerifyAttempt {
            keys: self.keys(),
            vault: Arc::clone(&self.vault),
            client: *client,
            name: request.sign_in_name.clone(),
            code: SixDigits::parse(&request.code),
            place: if on_school_network { AttemptOrigin::School } else { AttemptOrigin::Outside },
            limits: AttemptLimits {
                first_ms: i64::from(limits.verify_delay_first_secs) * 1000,
                longest_ms: i64::from(limits.verify_delay_longest_secs) * 1000,
                a_day: Some(i64::from(limits.verify_failures_outside_day))
                    .filter(|most| !on_school_network && *most > 0),
            },
            address,
            now: self.now(),
        };
        let now = attempt.now.millis();
        let verdict =
            self.store.write(move |tx| Box::pin(attempt.run(tx))).await.map_err(|error| match error {
                VerifyError::Store(error) => Refusal::from(error),
                VerifyError::Vault(error) => Refusal::fault("opening a method", &error),
            })?;
        if matches!(verdict, Verdict::Wrong) && !on_school_network {
            self.detect_code_spraying().await;
        }
        Ok(match verdict {
            Verdict::NotEnrolled => answer(VerifyOutcome::NotEnrolled),
            Verdict::Wait { until } => VerifyResponse {
                retry_after_secs: Some(whole_secs(until - now)),
                ..answer(VerifyOutcome::TryLater)
            },
            Verdict::Wrong => answer(VerifyOutcome::Refused),
            Verdict::AlreadyUsed => VerifyResponse {
                reason: Some(RefusalReason::CodeAlreadyUsed),
                ..answer(VerifyOutcome::Refused)
            },
            Verdict::Accepted => answer(VerifyOutcome::Accepted),
        })
    }
}

enum VerifyError {
    Store(StoreError),
    Vault(VaultError),
}

impl From<StoreError> for VerifyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

enum Verdict {
    NotEnrolled,
    Wait {
        until: i64,
    },
    /// The code is wrong, too old or malformed, or sign-in as this person is stopped.
    Wrong,
    /// The code is right, but its time step is not after the last one used.
    AlreadyUsed,
    Accepted,
}

struct VerifyAttempt {
    keys: Arc<Keys>,
    vault: Arc<Vault>,
    client: ClientId,
    name: String,
    /// `None` when the text cannot be a code. The attempt still counts.
    code: Option<SixDigits>,
    place: AttemptOrigin,
    limits: AttemptLimits,
    address: Option<IpAddr>,
    now: domain::Timestamp,
}

impl VerifyAttempt {
    async fn run(self, tx: &mut Tx) -> Result<Verdict, VerifyError> {
        let Some(person) = tx.person_by_name(&self.name).await?.filter(|person| !person.departed) else {
            return Ok(Verdict::NotEnrolled);
        };
        let person = person.person.id;
        // A cheap check: no attempts are stored for people without an authenticator app.
        let methods = tx.methods(person).await?;
        if !methods.iter().any(|method| method.kind == MethodKind::AuthenticatorApp) {
            return Ok(Verdict::NotEnrolled);
        }
        let day_tries = match tx.count_attempt(person, self.place, self.limits, self.now.millis()).await? {
            AttemptOutcome::Counted { day_tries } => day_tries,
            AttemptOutcome::Wait { until } => return Ok(Verdict::Wait { until }),
        };
        // The person said that a sign-in was not theirs. No code from outside counts until IT has cleared it.
        let is_stopped = self.place == AttemptOrigin::Outside && tx.is_person_stopped(person).await?;
        let (mut accepted, mut already_used) = (None, false);
        let apps = methods.iter().filter(|method| method.kind == MethodKind::AuthenticatorApp && !is_stopped);
        for method in apps {
            let Some(step) = self.step_of(method)? else { continue };
            if tx.take_step(method.id, step, self.now.millis()).await? {
                accepted = Some(method);
                break;
            }
            already_used = true;
        }
        if accepted.is_some() {
            tx.clear_attempts(person, self.place).await?;
        } else if self.place == AttemptOrigin::Outside && !already_used {
            // A code that was accepted before is no guess: relying parties repeat requests. It still counts as an
            // attempt, since attempts are counted before the check.
            tx.record_refused_attempt(person, self.now.millis()).await?;
        }
        let entry = Entry {
            person: Some(person),
            enrolment: accepted.map(|method| method.enrolment),
            client: Some(self.client.0),
            // The first sign-in is what proves a phone.
            reason: match accepted {
                Some(method) => method.used_at.is_none().then(|| "first".to_owned()),
                None if is_stopped => Some("stopped".to_owned()),
                None => already_used.then(|| "already-used".to_owned()),
            },
            address: self.address,
            ..Entry::of(if accepted.is_some() { What::CodeAccepted } else { What::CodeRefused })
        };
        audit::append(tx, &self.keys, &entry, self.now).await?;
        if accepted.is_none() && self.limits.a_day == Some(day_tries) {
            let entry =
                Entry { person: Some(person), number: Some(day_tries), ..Entry::of(What::SignInGuessed) };
            audit::append(tx, &self.keys, &entry, self.now).await?;
        }
        Ok(match accepted {
            Some(_) => Verdict::Accepted,
            None if already_used => Verdict::AlreadyUsed,
            None => Verdict::Wrong,
        })
    }

    fn step_of(&self, method: &MethodRow) -> Result<Option<domain::Step>, VerifyError> {
        let Some(code) = &self.code else { return Ok(None) };
        let (place, record) = method.sealed_record();
        self.vault.verify_code(&place, &record, code, self.now).map_err(VerifyError::Vault)
    }
}
