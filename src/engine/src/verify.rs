//! Verifying a sign-in code for a relying party.
//!
//! Not here: the relying party's own key (`clients`), the count of tries (`store::tries`), and guesses at many people
//! (`spread`).

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
    /// Says whether a code lets somebody in. The try is counted before the code is looked at, and the answer is
    /// given only after the commit. Being slow is never part of the answer.
    pub async fn verify(&self, client: &ClientId, request: VerifyRequest) -> Result<VerifyResponse, Refusal> {
        let address = request.address;
        let policy = self.policy();
        let on_school_network = address.is_some_and(|address| policy.school_at(address).is_some());
        let answer =
            |outcome| VerifyResponse { outcome, reason: None, retry_after_secs: None, on_school_network };
        let limits = &policy.limits;
        let asking = Asking {
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
        let now = asking.now.millis();
        let verdict =
            self.store.write(move |tx| Box::pin(asking.run(tx))).await.map_err(|error| match error {
                Failed::Store(error) => Refusal::from(error),
                Failed::Vault(error) => Refusal::fault("opening a method", &error),
            })?;
        if matches!(verdict, Verdict::Wrong) && !on_school_network {
            self.look_for_spread().await;
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

enum Failed {
    Store(StoreError),
    Vault(VaultError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

enum Verdict {
    NotEnrolled,
    Wait {
        until: i64,
    },
    /// The code is wrong, too old, or no code at all; or nobody may sign in as this person.
    Wrong,
    /// The code is right for a step that was used, or that lies before one that was.
    AlreadyUsed,
    Accepted,
}

struct Asking {
    keys: Arc<Keys>,
    vault: Arc<Vault>,
    client: ClientId,
    name: String,
    /// `None` when it cannot be a code. It counts all the same.
    code: Option<SixDigits>,
    place: AttemptOrigin,
    limits: AttemptLimits,
    address: Option<IpAddr>,
    now: domain::Timestamp,
}

impl Asking {
    async fn run(self, tx: &mut Tx) -> Result<Verdict, Failed> {
        let Some(person) = tx.person_called(&self.name).await?.filter(|person| !person.departed) else {
            return Ok(Verdict::NotEnrolled);
        };
        let person = person.person.id;
        // Cheap, and without it the try of somebody who has nothing set up would be kept for nothing.
        let methods = tx.methods(person).await?;
        if !methods.iter().any(|method| method.kind == MethodKind::AuthenticatorApp) {
            return Ok(Verdict::NotEnrolled);
        }
        let day_tries = match tx.count_attempt(person, self.place, self.limits, self.now.millis()).await? {
            AttemptOutcome::Counted { day_tries } => day_tries,
            AttemptOutcome::Wait { until } => return Ok(Verdict::Wait { until }),
        };
        // Somebody has said that a sign-in was not theirs: from outside no code is right until IT has looked.
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
            // A code that was right before is no guess at somebody: relying parties ask twice. It counts as a try like every
            // other, since a try is counted before it is judged; that wait is over before the app shows new digits.
            tx.note_refused(person, self.now.millis()).await?;
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

    fn step_of(&self, method: &MethodRow) -> Result<Option<domain::Step>, Failed> {
        let Some(code) = &self.code else { return Ok(None) };
        let (place, record) = method.sealed_record();
        self.vault.verify_code(&place, &record, code, self.now).map_err(Failed::Vault)
    }
}
