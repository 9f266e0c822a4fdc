//! What IT can do about calls: count them, and let people be called again. No answer shows a number.

use domain::DAY_MILLIS;

use super::{Refusal, Service, limits};
use crate::audit::{self, Entry, What};
use crate::{Actor, PersonError, PersonReference};

/// The calls of the last 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallsToday {
    /// Placed, or waiting.
    pub calls: i64,
    /// The most that the policy allows.
    pub most: u32,
    /// There are enough for an alert.
    pub is_alert: bool,
    /// Waiting now.
    pub waiting: i64,
    /// On a line now.
    pub on_line: i64,
    /// For practice only.
    pub practice: bool,
}

impl Service {
    /// The calls of the last 24 hours.
    pub async fn calls_today(&self) -> Result<CallsToday, Refusal> {
        let rule = &self.policy().calls;
        let mut rows = self.store.read().await?;
        let calls = rows.calls_after(self.now().millis() - DAY_MILLIS).await?.calls;
        let load = rows.load().await?;
        Ok(CallsToday {
            calls,
            most: rule.trust_day,
            is_alert: calls >= limits::alert_threshold(rule),
            waiting: load.queued,
            on_line: load.on_line,
            practice: self.is_practice(),
        })
    }

    /// Clears the stop that "this was not me" set: calls and sign-ins from outside go on. `false` when there was none.
    pub async fn clear_sign_in_stop(
        &self,
        who: impl Into<PersonReference>,
        actor: Actor,
    ) -> Result<bool, PersonError> {
        let person = self.find_person_to_change(&who.into()).await?;
        let (keys, now) = (self.keys(), self.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let is_cleared = tx.clear_person(person).await?;
                    if is_cleared {
                        let entry = Entry { person: Some(person), ..actor.entry(What::SignInCleared) };
                        audit::append(tx, &keys, &entry, now).await?;
                    }
                    Ok(is_cleared)
                })
            })
            .await
    }

    /// Lets a person's phones be called again after 9 was pressed twice on one. Returns how many were stopped.
    pub async fn lift_call_stops(
        &self,
        who: impl Into<PersonReference>,
        actor: Actor,
    ) -> Result<u64, PersonError> {
        let person = self.find_person_to_change(&who.into()).await?;
        let (keys, now) = (self.keys(), self.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let lifted = tx.lift_phones_of(person).await?;
                    let entry = Entry {
                        person: Some(person),
                        number: i64::try_from(lifted).ok(),
                        ..actor.entry(What::CallsLifted)
                    };
                    audit::append(tx, &keys, &entry, now).await?;
                    Ok(lifted)
                })
            })
            .await
    }
}
