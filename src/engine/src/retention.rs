//! The daily deletion of data whose retention time under the policy is over.
//!
//! Not here: erasing a person (`people`), and deleting the oldest rows of the audit (`audit::delete_old_rows`).

use std::time::Duration;

use domain::{DAY_MILLIS, Retention};

use super::limits::forget_old;
use super::{Refusal, Service, code_spraying};
use crate::audit::{self, Entry, What};
use store::StoreError;

/// How many rows one run of the deletion removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deleted {
    /// Grants that expired unused.
    pub grants: u64,
    /// Network addresses.
    pub addresses: u64,
    /// Calls with their events.
    pub calls: u64,
    /// Numbers whose call did not end, expired proofs, and expired stops.
    pub numbers: u64,
    /// People who had left.
    pub people: u64,
    /// Rows of the audit.
    pub audit: u64,
}

/// Rows of the audit that one transaction deletes. Other writers wait meanwhile.
const AUDIT_ROWS: i64 = 5_000;

/// Another connection may be reading the log, for example a backup.
const LOG_TRIES: u32 = 40;
const LOG_PAUSE: Duration = Duration::from_millis(250);

impl Service {
    /// Deletes expired data. Each part has a transaction with its audit row.
    pub async fn delete_expired(&self) -> Result<Deleted, Refusal> {
        let (keys, now) = (self.keys(), self.now());
        // All members by name: a new retention rule does not compile until it is applied here.
        let Retention { unused_grant_days, address_days, departed_days, audit_days } =
            self.policy().retention.clone();
        let proof_days = self.policy().calls.tested_hours.div_ceil(24).max(1);
        let before = move |days: u32| now.millis() - i64::from(days) * DAY_MILLIS;
        self.end_calls_without_line().await?;
        let people = self.erase_departed(before(departed_days)).await?;
        let audit = self.delete_old_audit_rows(before(audit_days)).await?;
        let mut deleted: Deleted = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let grants = tx.delete_unused_grants(before(unused_grant_days)).await?;
                    let addresses = tx.delete_addresses(before(address_days)).await?;
                    // Stops come before calls, since an open stop keeps its call.
                    let numbers = tx.delete_numbers(before(1), before(proof_days)).await?
                        + tx.delete_stops(now.millis()).await?;
                    let calls = tx.delete_calls(before(address_days)).await?;
                    tx.delete_queue_positions(before(1)).await?;
                    forget_old(tx, now).await?;
                    code_spraying::forget_old(tx, now).await?;
                    let deleted = Deleted { grants, addresses, calls, numbers, ..Deleted::default() };
                    if deleted != Deleted::default() {
                        let reason = Some(format!(
                            "grants {grants}, addresses {addresses}, calls {calls}, numbers {numbers}"
                        ));
                        audit::append(tx, &keys, &Entry { reason, ..Entry::of(What::Deleted) }, now).await?;
                    }
                    Ok::<_, Refusal>(deleted)
                })
            })
            .await?;
        (deleted.people, deleted.audit) = (people, audit);
        self.empty_log().await;
        Ok(deleted)
    }

    /// Removes deleted data from the store's log on the disk as well. When that is not possible now, the next deletion
    /// or the end of the service does it.
    pub(super) async fn empty_log(&self) {
        for _ in 0..LOG_TRIES {
            match self.store.empty_log().await {
                Ok(true) => return,
                Ok(false) => tokio::time::sleep(LOG_PAUSE).await,
                Err(error) => {
                    tracing::error!(%error, "the log beside the store still holds what was deleted");
                    return;
                }
            }
        }
        tracing::error!("the log beside the store is being read, and still holds what was deleted");
    }

    async fn delete_old_audit_rows(&self, before: i64) -> Result<u64, Refusal> {
        let mut all = 0;
        loop {
            let (keys, now) = (self.keys(), self.now());
            let deleted = self.store.write(move |tx| {
                Box::pin(async move { audit::delete_old_rows(tx, &keys, before, AUDIT_ROWS, now).await })
            });
            match deleted.await.map_err(|error: StoreError| Refusal::from(error))? {
                0 => return Ok(all),
                some => all += some,
            }
        }
    }
}
