//! Guesses that are spread over many people: everybody's stay below their own limits, and together they are seen.
//!
//! Nobody is kept out for it. Not here: one person's limits (`store::tries`), and who is told (`alerts`).

use domain::Timestamp;

use super::debounce::{mark_if_due, was_within};
use super::{Refusal, Service};
use crate::audit::{self, Entry, What};
use crate::time::HOUR_MS;
use store::{StoreError, Tx};

/// The setting that says when the last alert was.
const ALERTED_AT: &str = "many_people_guessed_at";

impl Service {
    /// Somebody's code from outside was refused, and that is kept: an alert when by now it was so of many people. After
    /// the commit, so that of any number at once the last sees all, and no right code waits for the counting.
    pub(super) async fn look_for_spread(&self) {
        if let Err(refusal) = self.spread().await {
            tracing::error!(code = %refusal.code, "whether many people are guessed at was not looked at; the next refusal looks again");
        }
    }

    async fn spread(&self) -> Result<(), Refusal> {
        let (keys, now) = (self.keys(), self.now());
        let most = i64::from(self.policy().limits.verify_refused_people_outside_hour);
        let mut rows = self.store.read().await?;
        if !rows.are_more_refused(most, now.millis() - HOUR_MS, now.millis()).await?
            || was_within(&mut rows, ALERTED_AT, HOUR_MS, now).await?
        {
            return Ok(());
        }
        drop(rows);
        let alerted = self.store.write(move |tx| {
            Box::pin(async move {
                if mark_if_due(tx, ALERTED_AT, HOUR_MS, now).await? {
                    let entry = Entry { number: Some(most), ..Entry::of(What::ManyPeopleGuessed) };
                    audit::append(tx, &keys, &entry, now).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        Ok(alerted.await?)
    }
}

/// Forgets what is not counted any more.
pub(super) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.forget_refused(now.millis() - HOUR_MS).await
}
