//! Detects code spraying: wrong codes for many people, each of whom stays below their own limit.
//!
//! It raises an alert and keeps nobody out. Not here: one person's limits (`store::verify_attempts`), and sending the
//! alert (`alerts`).

use domain::Timestamp;

use super::debounce::{claim_if_due, was_within};
use super::{Refusal, Service};
use crate::audit::{self, Entry, What};
use crate::time::HOUR_MS;
use store::{StoreError, Tx};

/// The setting that says when the last alert was.
const LAST_ALERT: &str = "many_people_guessed_at";

impl Service {
    /// Raises an alert when codes of many people were refused from outside. It runs after the commit of a refusal, so
    /// that the last of several simultaneous refusals sees all, and no right code waits for the count.
    pub(super) async fn detect_code_spraying(&self) {
        if let Err(refusal) = self.alert_if_many_refused().await {
            tracing::error!(code = %refusal.code, "whether many people are guessed at was not looked at; the next refusal looks again");
        }
    }

    async fn alert_if_many_refused(&self) -> Result<(), Refusal> {
        let (keys, now) = (self.keys(), self.now());
        let most = i64::from(self.policy().limits.verify_refused_people_outside_hour);
        let mut rows = self.store.read().await?;
        if !rows.are_more_refused(most, now.millis() - HOUR_MS, now.millis()).await?
            || was_within(&mut rows, LAST_ALERT, HOUR_MS, now).await?
        {
            return Ok(());
        }
        drop(rows);
        let alerted = self.store.write(move |tx| {
            Box::pin(async move {
                if claim_if_due(tx, LAST_ALERT, HOUR_MS, now).await? {
                    let entry = Entry { number: Some(most), ..Entry::of(What::ManyPeopleGuessed) };
                    audit::append(tx, &keys, &entry, now).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        Ok(alerted.await?)
    }
}

/// Deletes refusals that no longer count.
pub(super) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.forget_refused(now.millis() - HOUR_MS).await
}
